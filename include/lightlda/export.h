// LIGHTLDA_EXPORT: the mark of what the shared library shows. All else in it is hidden.
#ifndef LIGHTLDA_EXPORT_H_
#define LIGHTLDA_EXPORT_H_

// On a class: all its members. LIGHTLDA_NO_EXPORT, on the definition of a class within such a
// class, takes that one out again.
#define LIGHTLDA_EXPORT __attribute__((visibility("default")))
#define LIGHTLDA_NO_EXPORT __attribute__((visibility("hidden")))

#endif  // LIGHTLDA_EXPORT_H_
