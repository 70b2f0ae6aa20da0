// The version of Sluice, by semantic versioning; the build reads it from here. C and C++.
// While the major number is 0, the C++ interface may change with the minor one; the C interface only grows (sluice.h).
#ifndef SLUICE_VERSION_H_
#define SLUICE_VERSION_H_

#define SLUICE_VERSION "0.1.0"

#endif  // SLUICE_VERSION_H_
