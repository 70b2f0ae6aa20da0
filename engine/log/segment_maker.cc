#include "engine/log/segment_maker.h"

#include <algorithm>
#include <vector>

namespace sluice::log {
namespace {

constexpr std::size_t kZeroBytes = 256 * 1024;
// Between syncs, so that the log thread's own never waits for many of the maker's pages.
constexpr std::uint64_t kSyncEveryBytes = 1u << 20;

int FillWithZeros(DiskFile* file, std::uint64_t bytes, const std::atomic<bool>& stop) {
  const std::vector<std::uint8_t> zeros(kZeroBytes);
  std::uint64_t synced = 0;
  for (std::uint64_t at = 0; at < bytes && !stop.load(std::memory_order_relaxed);) {
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(kZeroBytes, bytes - at));
    if (const int error = WriteAll(file, at, std::span(zeros).first(more)); error != 0) return error;
    at += more;
    if (at - synced < kSyncEveryBytes && at < bytes) continue;
    if (const int error = file->Sync(); error != 0) return error;
    synced = at;
  }
  return 0;
}

}  // namespace

SegmentMaker::SegmentMaker(Disk* disk, const std::string& directory, LogKind kind, std::uint64_t file_bytes, bool aside)
    : disk_(disk),
      directory_(directory),
      kind_(kind),
      file_bytes_(file_bytes),
      aside_(aside),
      path_(directory + "/" + LogKindName(kind) + ".next") {
  if (aside_) thread_ = std::thread([this] { Run(); });
}

SegmentMaker::~SegmentMaker() {
  stop_.store(true, std::memory_order_release);
  Signal();
  if (thread_.joinable()) thread_.join();
  if (stage_.load(std::memory_order_acquire) == Stage::kReady) disk_->Remove(path_);
}

void SegmentMaker::Signal() {
  signal_.fetch_add(1, std::memory_order_acq_rel);
  signal_.notify_one();
}

void SegmentMaker::Order() {
  if (file_bytes_ == 0 || stage_.load(std::memory_order_acquire) != Stage::kIdle) return;
  stage_.store(Stage::kOrdered, std::memory_order_release);
  aside_ ? Signal() : Work();
}

std::unique_ptr<DiskFile> SegmentMaker::Take() {
  if (stage_.load(std::memory_order_acquire) != Stage::kReady) return nullptr;
  std::unique_ptr<DiskFile> file = std::move(file_);
  stage_.store(Stage::kIdle, std::memory_order_release);
  return file;
}

void SegmentMaker::Wait() { stage_.wait(Stage::kOrdered, std::memory_order_acquire); }

void SegmentMaker::RemoveBefore(std::uint32_t first, std::uint32_t end) {
  if (remove_from_.load(std::memory_order_acquire) == 0) remove_from_.store(first, std::memory_order_release);
  remove_end_.store(end, std::memory_order_release);
  aside_ ? Signal() : Work();
}

void SegmentMaker::Run() {
  std::uint32_t seen = 0;
  while (!stop_.load(std::memory_order_acquire)) {
    Work();
    signal_.wait(seen, std::memory_order_acquire);
    seen = signal_.load(std::memory_order_acquire);
  }
}

void SegmentMaker::Work() {
  Remove();
  if (stage_.load(std::memory_order_acquire) != Stage::kOrdered) return;
  int error = 0;
  file_ = disk_->Create(path_, &error);
  if (file_ != nullptr) error = FillWithZeros(file_.get(), file_bytes_, stop_);
  if (error != 0 || stop_.load(std::memory_order_acquire)) {
    file_.reset();
    disk_->Remove(path_);
  }
  stage_.store(file_ == nullptr ? Stage::kIdle : Stage::kReady, std::memory_order_release);
  stage_.notify_all();
}

// Oldest first: what is there is always a log without gaps.
void SegmentMaker::Remove() {
  const std::uint32_t end = remove_end_.load(std::memory_order_acquire);
  std::uint32_t number = remove_from_.load(std::memory_order_acquire);
  if (number == 0) return;
  for (; number < end; ++number) {
    if (disk_->Remove(directory_ + "/" + SegmentName(kind_, number)) != 0) break;
  }
  remove_from_.store(number, std::memory_order_release);
}

}  // namespace sluice::log
