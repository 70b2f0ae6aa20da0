// SLUICE_CHECK: a broken promise of the programmer ends the process; never reachable from input.
#pragma once

#include <cstdio>
#include <cstdlib>

#define SLUICE_CHECK(condition)                                                                    \
  do {                                                                                             \
    if (!(condition)) [[unlikely]] {                                                               \
      std::fprintf(stderr, "sluice: broken invariant at %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)

// The same in debug builds only, for loops where a test per element would show.
#ifdef NDEBUG
#define SLUICE_DCHECK(condition) \
  do {                           \
  } while (false)
#else
#define SLUICE_DCHECK(condition) SLUICE_CHECK(condition)
#endif
