# Build options, and the flags our own targets (never a consumer's) are compiled with.
option(LIGHTLDA_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(LIGHTLDA_BUILD_BENCHMARKS "Build the benchmarks" OFF)
option(LIGHTLDA_BUILD_PYTHON "Build the Python package" OFF)
option(LIGHTLDA_BUILD_SERVER "Build lightlda-serve" ON)
option(LIGHTLDA_WERROR "Treat warnings as errors" OFF)
set(LIGHTLDA_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=, e.g. address,undefined")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
# RUNPATH is the same in the build tree as installed: the directories of libraries that the system does not
# search, such as MPI's. Where the two differ, CMake ends the first with empty entries, to make room for the
# second, and an empty entry is the current directory.
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# Hidden unless marked LIGHTLDA_EXPORT (include/lightlda/export.h).
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
# Position-independent code, and executables that make use of it (PIE).
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(OUTPUT_VARIABLE no_pie LANGUAGES CXX)
if(NOT CMAKE_CXX_LINK_PIE_SUPPORTED)
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER} cannot link position-independent executables: ${no_pie}")
endif()

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
# Hardening. tests/install/hardening_test.py looks for its traces in all that is built (not for those of
# _FORTIFY_SOURCE, as a program may call nothing that it guards).
target_compile_options(lightlda_options INTERFACE -fstack-protector-strong)
target_compile_definitions(lightlda_options INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(lightlda_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
if(NOT LIGHTLDA_SANITIZE)
  # Needs optimisation, and the sanitizers do its work better. Level 2, whose sizes are known when compiling,
  # is free; level 3 computes sizes as the program runs.
  set(optimized $<NOT:$<CONFIG:Debug>>)
  target_compile_options(lightlda_options INTERFACE
    $<${optimized}:-U_FORTIFY_SOURCE> $<${optimized}:-D_FORTIFY_SOURCE=2>)
  target_link_options(lightlda_options INTERFACE -Wl,-z,defs)
endif()
if(LIGHTLDA_SANITIZE)
  target_compile_options(lightlda_options INTERFACE
    -fsanitize=${LIGHTLDA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # Compiles faster than -O2 -g; assertions are on, as nobody waits for this build's speed.
    -O1 -g1 -UNDEBUG
    # g++ 12 warns of its own <functional> and <regex> when they are instrumented.
    -Wno-maybe-uninitialized)
  target_link_options(lightlda_options INTERFACE -fsanitize=${LIGHTLDA_SANITIZE})
endif()

# The standard headers that most files include, read once. In sanitizer builds alone, for their time: the
# release build sees to it that each file includes what it uses. The option is for compiler caches.
function(lightlda_precompile target)
  if(LIGHTLDA_SANITIZE)
    target_precompile_headers(${target} PRIVATE <algorithm> <atomic> <chrono> <cmath> <cstdint> <filesystem>
      <fstream> <functional> <map> <memory> <mutex> <optional> <random> <span> <sstream> <string> <string_view>
      <thread> <unordered_map> <utility> <vector> ${ARGN})
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()

# Linked by every executable: the sanitizers look for such things there alone.
add_library(lightlda_suppressions INTERFACE)
if(LIGHTLDA_SANITIZE MATCHES "thread")
  target_sources(lightlda_suppressions INTERFACE ${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.cc)
endif()
