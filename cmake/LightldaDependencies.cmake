# Third-party libraries, all Debian packages (scripts/install_packages.sh lists them).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(gflags REQUIRED)
find_package(glog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tsl-robin-map REQUIRED)
find_package(simdjson REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(cppzmq REQUIRED)
find_package(Boost REQUIRED)  # headers: Boost.Math; Boost.Beast of lightlda-serve
# MPI is used through its C interface, by the program lightlda alone; its C++ bindings are kept out.
enable_language(C)
find_package(MPI REQUIRED COMPONENTS C)
add_library(lightlda_mpi INTERFACE)
target_link_libraries(lightlda_mpi INTERFACE MPI::MPI_C)
target_compile_definitions(lightlda_mpi INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZMA REQUIRED IMPORTED_TARGET liblzma)
find_library(STEMMER_LIBRARY stemmer REQUIRED)
find_path(STEMMER_INCLUDE_DIR libstemmer.h REQUIRED)
add_library(lightlda_stemmer INTERFACE)
target_include_directories(lightlda_stemmer SYSTEM INTERFACE ${STEMMER_INCLUDE_DIR})
target_link_libraries(lightlda_stemmer INTERFACE ${STEMMER_LIBRARY})

set(lightlda_dependencies
  Threads::Threads
  glog::glog
  nlohmann_json::nlohmann_json
  tsl::robin_map
  simdjson::simdjson
  ICU::uc
  ICU::i18n
  ZLIB::ZLIB
  BZip2::BZip2
  SQLite::SQLite3
  PkgConfig::XXHASH
  PkgConfig::ZSTD
  PkgConfig::LZMA
  cppzmq
  Boost::headers
  lightlda_stemmer)
