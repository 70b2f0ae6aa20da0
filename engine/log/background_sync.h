// Brings what was written to the medium beside the log thread: with asynchronous durability nobody waits for it, but
// what a loss of power takes is bounded by its interval.
//
// Thread-safety: one caller's thread; it has one of its own.   Ownership: the file stays open until Wait was called.
// Errors: in Done.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>

#include "engine/log/disk.h"
#include "engine/log/log_point.h"

namespace sluice::log {

class BackgroundSync {
 public:
  struct Done {
    int error = 0;   // negative errno; 0: everything before `point` is on the medium
    LogPoint point;
  };

  BackgroundSync();
  ~BackgroundSync();
  BackgroundSync(const BackgroundSync&) = delete;
  BackgroundSync& operator=(const BackgroundSync&) = delete;

  /// Nothing is running, and what was done has been taken.
  bool idle() const { return stage_.load(std::memory_order_acquire) == Stage::kIdle; }
  /// When idle: syncs `file`, which was written up to `point`.
  void Begin(DiskFile* file, const LogPoint& point);
  /// What was done, once; nothing while it runs, or when idle.
  std::optional<Done> Poll();
  /// The same, after what runs has ended.
  std::optional<Done> Wait();

 private:
  enum class Stage : std::uint32_t { kIdle, kRunning, kDone, kStop };

  void Run();

  std::atomic<Stage> stage_{Stage::kIdle};
  DiskFile* file_ = nullptr;  // of the thread while running, as is done_; of the caller else
  Done done_;
  std::thread thread_;
};

}  // namespace sluice::log
