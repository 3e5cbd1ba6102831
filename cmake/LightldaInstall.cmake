# cmake --install: programs, library, headers, packages for find_package(lightlda) and pkg-config, documentation.
include(CMakePackageConfigHelpers)

install(TARGETS lightlda EXPORT lightldaTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(FILES third_party/stopwords-iso/LICENSE RENAME LICENSE.stopwords-iso
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lightlda COMPONENT programs)
install(DIRECTORY include/lightlda DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(EXPORT lightldaTargets NAMESPACE lightlda::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda COMPONENT development)
configure_package_config_file(cmake/lightldaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/lightldaConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lightldaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lightldaConfig.cmake
              ${PROJECT_BINARY_DIR}/lightldaConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda COMPONENT development)

# The prefix as seen from the file's own directory: the installed tree may be moved.
file(RELATIVE_PATH lightlda_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/lightlda.pc.in ${PROJECT_BINARY_DIR}/lightlda.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lightlda.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

# Documentation, as Debian wants it: each package has its licence. Links between the pages work as in the source tree.
install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lightlda COMPONENT programs)
install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/liblightlda-dev COMPONENT development)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lightlda COMPONENT programs)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lightlda COMPONENT programs
        PATTERN results EXCLUDE)
install(DIRECTORY data DESTINATION ${CMAKE_INSTALL_DATADIR}/lightlda COMPONENT programs)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/liblightlda-dev COMPONENT development)
# Launchers and templates of batch jobs; they find each other, and the programs in PATH.
install(PROGRAMS scripts/run_local.sh scripts/run_hosts.sh DESTINATION ${CMAKE_INSTALL_DATADIR}/lightlda COMPONENT programs)
install(FILES scripts/mpi_job.sh scripts/lightlda.slurm deploy/mpijob.yaml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lightlda COMPONENT programs)
