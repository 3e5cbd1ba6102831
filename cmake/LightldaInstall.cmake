# cmake --install: programs, library, headers and a package for find_package(lightlda).
include(CMakePackageConfigHelpers)

install(TARGETS lightlda EXPORT lightldaTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
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
