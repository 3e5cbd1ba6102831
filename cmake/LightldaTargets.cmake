# lightlda_program(NAME SOURCES...): an installed program.
function(lightlda_program name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tools)
  target_link_libraries(${name} PRIVATE lightlda lightlda_options lightlda_suppressions gflags glog::glog)
  target_compile_definitions(${name} PRIVATE LIGHTLDA_VERSION="${PROJECT_VERSION}")
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
