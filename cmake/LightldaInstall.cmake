# cmake --install: programs, library, headers, and packages for find_package(lightlda) and pkg-config.
include(CMakePackageConfigHelpers)

install(TARGETS lightlda EXPORT lightldaTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES third_party/stopwords-iso/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME LICENSE.stopwords-iso)
install(DIRECTORY include/lightlda DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT lightldaTargets NAMESPACE lightlda::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda)
configure_package_config_file(cmake/lightldaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/lightldaConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lightldaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lightldaConfig.cmake
              ${PROJECT_BINARY_DIR}/lightldaConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/lightlda)

# The prefix as seen from the file's own directory: the installed tree may be moved.
file(RELATIVE_PATH lightlda_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/lightlda.pc.in ${PROJECT_BINARY_DIR}/lightlda.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lightlda.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
