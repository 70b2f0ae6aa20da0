// SLUICE_EXPORT: the names that the shared library shows; all others are hidden in it. C and C++.
#ifndef SLUICE_EXPORT_H_
#define SLUICE_EXPORT_H_

#define SLUICE_EXPORT __attribute__((visibility("default")))
#define SLUICE_HIDDEN __attribute__((visibility("hidden")))  // within a class that is shown

#endif  // SLUICE_EXPORT_H_
