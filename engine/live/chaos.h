// In builds with the thread sanitizer: gives way now and then where another thread could come between, so that orders
// occur which a few runs would not show. In all other builds: nothing.
#pragma once

#if defined(__SANITIZE_THREAD__)
#include <sched.h>
#endif

namespace sluice::live {

inline void GiveWayNowAndThen() {
#if defined(__SANITIZE_THREAD__)
  constexpr unsigned kEvery = 13;
  thread_local unsigned calls = 0;
  if (++calls % kEvery == 0) sched_yield();
#endif
}

}  // namespace sluice::live
