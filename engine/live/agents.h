// The threads that run Core's stages, and what they do while there is nothing to do.
//
// Thread-safety: one thread at a time.   Ownership: Core outlives them.
// Errors: kLimitExceeded where the machine gives no more threads, kInvalidArgument where it cannot pin one.
#pragma once

#include <sluice/engine.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/live/core.h"

namespace sluice::live {

class Agents {
 public:
  explicit Agents(Core* core) : core_(*core) {}
  ~Agents() { Stop(); }
  Agents(const Agents&) = delete;
  Agents& operator=(const Agents&) = delete;

  Status Start(std::size_t count, Idle idle, const std::vector<int>& cpus);
  /// Ends them between two steps. Nothing waits then: drain first.
  void Stop();

 private:
  void Run(std::size_t agent, Idle idle);

  Core& core_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sluice::live
