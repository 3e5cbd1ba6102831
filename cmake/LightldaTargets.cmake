# The sources, compiled once: for our programs, tests and benchmarks, which use what the library hides, and
# for the shared library.
file(GLOB lightlda_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/*.cc)
include(LightldaStopwords)
include(LightldaPage)
add_library(lightlda_core STATIC ${lightlda_sources} ${lightlda_stopwords_source} ${lightlda_page_source})
target_include_directories(lightlda_core PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(lightlda_core PRIVATE lightlda_options ${lightlda_dependencies})
lightlda_precompile(lightlda_core)
# Inner loops: an index is checked once outside, not at each token.
if(NOT LIGHTLDA_SANITIZE)
  set(hot_sources ${lightlda_sources})
  list(FILTER hot_sources INCLUDE REGEX "/src/(infer|kernels|sampler|table)/")
  set_source_files_properties(${hot_sources} PROPERTIES COMPILE_OPTIONS -U_GLIBCXX_ASSERTIONS)
endif()

# The library of consumers. Shared, so that they need our headers and nothing else.
add_library(lightlda SHARED $<TARGET_OBJECTS:lightlda_core>)
add_library(lightlda::lightlda ALIAS lightlda)
set(export_map ${PROJECT_SOURCE_DIR}/cmake/lightlda.map)
set_target_properties(lightlda PROPERTIES LINKER_LANGUAGE CXX LINK_DEPENDS ${export_map}
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_include_directories(lightlda INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(lightlda INTERFACE cxx_std_20)
target_link_options(lightlda PRIVATE -Wl,--version-script=${export_map})
# BUILD_INTERFACE: what the library links against does not reach its consumers.
foreach(library lightlda_options ${lightlda_dependencies})
  target_link_libraries(lightlda PRIVATE $<BUILD_INTERFACE:${library}>)
endforeach()

# What the programs share: flags and their values, --help, --version and exit codes.
file(GLOB tool_util_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/*.cc)
list(FILTER tool_util_sources EXCLUDE REGEX "_main\\.cc$")
add_library(lightlda_tool_util STATIC ${tool_util_sources})
target_include_directories(lightlda_tool_util PUBLIC ${PROJECT_SOURCE_DIR}/tools ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(lightlda_tool_util PRIVATE lightlda_core lightlda_options glog::glog PUBLIC gflags)

# lightlda_program(NAME SOURCES...): an installed program.
function(lightlda_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE lightlda_core lightlda_tool_util lightlda_options lightlda_suppressions
    glog::glog)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
  set_property(GLOBAL APPEND PROPERTY lightlda_programs ${name})
endfunction()
