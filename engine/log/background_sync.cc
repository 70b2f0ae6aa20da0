#include "engine/log/background_sync.h"

namespace sluice::log {

BackgroundSync::BackgroundSync() : thread_([this] { Run(); }) {}

BackgroundSync::~BackgroundSync() {
  (void)Wait();
  stage_.store(Stage::kStop, std::memory_order_release);
  stage_.notify_all();
  thread_.join();
}

void BackgroundSync::Begin(DiskFile* file, const LogPoint& point) {
  file_ = file;
  done_.point = point;
  stage_.store(Stage::kRunning, std::memory_order_release);
  stage_.notify_all();
}

std::optional<BackgroundSync::Done> BackgroundSync::Poll() {
  if (stage_.load(std::memory_order_acquire) != Stage::kDone) return std::nullopt;
  const Done done = done_;
  stage_.store(Stage::kIdle, std::memory_order_release);
  return done;
}

std::optional<BackgroundSync::Done> BackgroundSync::Wait() {
  stage_.wait(Stage::kRunning, std::memory_order_acquire);
  return Poll();
}

void BackgroundSync::Run() {
  while (true) {
    const Stage stage = stage_.load(std::memory_order_acquire);
    if (stage == Stage::kStop) return;
    if (stage != Stage::kRunning) {
      stage_.wait(stage, std::memory_order_acquire);
      continue;
    }
    done_.error = file_->Sync();
    stage_.store(Stage::kDone, std::memory_order_release);
    stage_.notify_all();
  }
}

}  // namespace sluice::log
