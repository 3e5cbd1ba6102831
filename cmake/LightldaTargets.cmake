# What the programs share: flags and their values, --help, --version and exit codes.
add_library(lightlda_tool_util STATIC ${PROJECT_SOURCE_DIR}/tools/flag_values.cc
  ${PROJECT_SOURCE_DIR}/tools/tool_util.cc)
target_include_directories(lightlda_tool_util PUBLIC ${PROJECT_SOURCE_DIR}/tools ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(lightlda_tool_util PRIVATE lightlda_options glog::glog PUBLIC gflags)
target_compile_definitions(lightlda_tool_util PRIVATE LIGHTLDA_VERSION="${PROJECT_VERSION}")

# lightlda_program(NAME SOURCES...): an installed program.
function(lightlda_program name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE lightlda lightlda_tool_util lightlda_options lightlda_suppressions
    glog::glog)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
