# Build options, and the flags our own targets (never a consumer's) are compiled with.
option(LIGHTLDA_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(LIGHTLDA_BUILD_BENCHMARKS "Build the benchmarks" OFF)
option(LIGHTLDA_WERROR "Treat warnings as errors" OFF)
set(LIGHTLDA_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=, e.g. address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
# Installed programs find the library beside them, wherever the prefix is.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")

find_program(LIGHTLDA_CCACHE ccache)
if(LIGHTLDA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LIGHTLDA_CCACHE})
endif()

add_library(lightlda_options INTERFACE)
target_compile_features(lightlda_options INTERFACE cxx_std_20)
# -Wno-restrict: g++ 12 warns of std::string operations without cause (GCC bug 105651).
# No contraction to fused multiply-add: results must not depend on the instruction set.
target_compile_options(lightlda_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
  -Wno-restrict -ffp-contract=off $<$<BOOL:${LIGHTLDA_WERROR}>:-Werror>)
if(LIGHTLDA_SANITIZE)
  target_compile_options(lightlda_options INTERFACE
    -fsanitize=${LIGHTLDA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # Compiles faster than -O2 -g; assertions are on, as nobody waits for this build's speed.
    -O1 -g1 -UNDEBUG -D_GLIBCXX_ASSERTIONS
    # g++ 12 warns of its own <functional> and <regex> when they are instrumented.
    -Wno-maybe-uninitialized)
  target_link_options(lightlda_options INTERFACE -fsanitize=${LIGHTLDA_SANITIZE})
endif()

# Linked by every executable: the sanitizers look for such things there alone.
add_library(lightlda_suppressions INTERFACE)
if(LIGHTLDA_SANITIZE MATCHES "thread")
  target_sources(lightlda_suppressions INTERFACE ${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.cc)
endif()
