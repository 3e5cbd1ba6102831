// The version of these headers. CMake, pkg-config and --version take it from here.
#ifndef LIGHTLDA_VERSION_H_
#define LIGHTLDA_VERSION_H_

#define LIGHTLDA_VERSION_MAJOR 0
#define LIGHTLDA_VERSION_MINOR 1
#define LIGHTLDA_VERSION_PATCH 0

#define LIGHTLDA_VERSION_TEXT_INNER_(number) #number
#define LIGHTLDA_VERSION_TEXT_(number) LIGHTLDA_VERSION_TEXT_INNER_(number)
// "MAJOR.MINOR.PATCH".
#define LIGHTLDA_VERSION_STRING                                                  \
  LIGHTLDA_VERSION_TEXT_(LIGHTLDA_VERSION_MAJOR)                                 \
  "." LIGHTLDA_VERSION_TEXT_(LIGHTLDA_VERSION_MINOR) "." LIGHTLDA_VERSION_TEXT_( \
      LIGHTLDA_VERSION_PATCH)

#endif  // LIGHTLDA_VERSION_H_
