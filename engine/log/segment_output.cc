#include "engine/log/segment_output.h"

#include <algorithm>

namespace sluice::log {
namespace {

constexpr std::size_t kWriteBlocks = 1024;  // in one call of the system

}  // namespace

SegmentOutput::SegmentOutput() : blocks_(kWriteBlocks * kBlockBytes) { tail_.reserve(kBlockPayloadBytes); }

void SegmentOutput::Start(std::unique_ptr<DiskFile> file, std::string path, std::uint32_t seed) {
  file_ = std::move(file);
  path_ = std::move(path);
  seed_ = seed;
  position_ = 0;
  tail_.clear();
}

int SegmentOutput::Append(std::span<const std::uint8_t> payload, std::uint32_t durable) {
  auto index = static_cast<std::uint32_t>(1 + position_ / kBlockPayloadBytes);
  position_ += payload.size();
  while (!payload.empty()) {
    const std::size_t count = FillBlocks(&payload, index, durable);
    const std::uint64_t offset = std::uint64_t{index} * kBlockBytes;
    const int error = WriteAll(file_.get(), offset, std::span(blocks_).first(count * kBlockBytes));
    if (error != 0) return error;
    index += static_cast<std::uint32_t>(count);
  }
  return 0;
}

std::size_t SegmentOutput::FillBlocks(std::span<const std::uint8_t>* payload, std::uint32_t index,
                                      std::uint32_t durable) {
  std::size_t count = 0;
  for (; count < kWriteBlocks && !payload->empty(); ++count) {
    const std::span<std::uint8_t, kBlockBytes> block(blocks_.data() + count * kBlockBytes, kBlockBytes);
    const auto room = block.subspan(kBlockHeadBytes);
    std::copy(tail_.begin(), tail_.end(), room.begin());
    const std::size_t more = std::min(payload->size(), kBlockPayloadBytes - tail_.size());
    std::copy_n(payload->begin(), more, room.begin() + static_cast<std::ptrdiff_t>(tail_.size()));
    *payload = payload->subspan(more);
    const std::size_t used = tail_.size() + more;
    std::fill(room.begin() + static_cast<std::ptrdiff_t>(used), room.end(), std::uint8_t{0});
    SealBlock({durable, static_cast<std::uint16_t>(used)}, seed_, index + static_cast<std::uint32_t>(count), block);
    tail_.clear();
    if (used < kBlockPayloadBytes) tail_.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(used));
  }
  return count;
}

}  // namespace sluice::log
