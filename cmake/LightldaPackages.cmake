# cpack -G DEB: the packages of Debian, lightlda (the programs and what belongs to them), liblightlda-dev (for
# programs in C++) and, with -DLIGHTLDA_BUILD_PYTHON=ON, python3-lightlda. The preset "package" configures for them;
# tests/install/packages_test.py tries them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lightlda)
set(CPACK_PACKAGE_VENDOR lightlda)
set(CPACK_PACKAGE_CONTACT "lightlda maintainers <lightlda@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION "Programs and their documentation.
 They read text, train topic models (latent Dirichlet allocation) on one machine
 or many, and show what those have learned.")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME lightlda)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION science)
# One process needs MPI's library alone; more need mpirun.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS openmpi-bin)

set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "C++ library: headers, library, and packages for CMake and pkg-config.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME liblightlda-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)

if(LIGHTLDA_BUILD_PYTHON)
  list(APPEND CPACK_COMPONENTS_ALL python)
  set(CPACK_COMPONENT_PYTHON_DESCRIPTION "Python package: train, read and use topic models.
 With estimators of scikit-learn, frames of pandas, and exchange with gensim.")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-lightlda)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
  # The module is for one version of Python. SciPy and the others are imported by the calls that need them.
  math(EXPR next_minor "${Python3_VERSION_MINOR} + 1")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3 (>= ${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR}~), \
python3 (<< ${Python3_VERSION_MAJOR}.${next_minor}), python3-numpy")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS "python3-scipy, python3-pandas")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "python3-sklearn, python3-gensim")
  set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA
    "${PROJECT_SOURCE_DIR}/python/debian/postinst;${PROJECT_SOURCE_DIR}/python/debian/prerm")
endif()
include(CPack)
