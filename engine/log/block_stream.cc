#include "engine/log/block_stream.h"

#include <algorithm>

namespace sluice::log {
namespace {

constexpr std::size_t kPieceBlocks = 256;

std::span<const std::uint8_t, kBlockBytes> BlockAt(const std::vector<std::uint8_t>& piece, std::size_t i) {
  return std::span<const std::uint8_t, kBlockBytes>(piece.data() + i * kBlockBytes, kBlockBytes);
}

}  // namespace

BlockStream::BlockStream() : piece_(kPieceBlocks * kBlockBytes) {}

void BlockStream::Start(DiskFile* file, std::string path, std::uint32_t seed) {
  file_ = file;
  path_ = std::move(path);
  seed_ = seed;
  index_ = 1;
  taken_ = durable_ = 0;
  strays_ = false;
}

Result<std::size_t> BlockStream::ReadPiece(std::uint32_t index) {
  const std::int64_t got = ReadUpTo(file_, std::uint64_t{index} * kBlockBytes, piece_);
  if (got < 0) return DiskError(path_, "read", static_cast<int>(got));
  const auto bytes = static_cast<std::size_t>(got);
  part_bytes_ = bytes % kBlockBytes;
  return bytes / kBlockBytes;
}

Status BlockStream::Damaged(std::uint32_t index) const {
  return {StatusCode::kCorrupt, path_ + ": byte " + std::to_string(std::uint64_t{index} * kBlockBytes) +
                                    ": the block of 512 bytes is damaged: its checksum is wrong"};
}

Result<bool> BlockStream::ReadMore(std::vector<std::uint8_t>* out) {
  const Result<std::size_t> count = ReadPiece(index_);
  if (!count.ok()) return count.status();
  const std::size_t before = out->size();
  for (std::size_t i = 0; i < *count; ++i) {
    BlockHead head;
    const auto block = BlockAt(piece_, i);
    const BlockState state = ReadBlock(block, seed_, index_, &head);
    if (state == BlockState::kDamaged) return Damaged(index_);
    if (state == BlockState::kUnwritten) break;
    durable_ = std::max(durable_, head.durable);
    const auto payload = block.subspan(kBlockHeadBytes);
    if (head.used > taken_) out->insert(out->end(), payload.begin() + taken_, payload.begin() + head.used);
    taken_ = std::max(taken_, std::uint32_t{head.used});
    if (taken_ < kBlockPayloadBytes) break;
    ++index_;
    taken_ = 0;
  }
  return out->size() > before;
}

Status BlockStream::CheckRest() {
  std::uint32_t index = index_ + (taken_ > 0 ? 1 : 0);
  while (true) {
    const Result<std::size_t> count = ReadPiece(index);
    if (!count.ok()) return count.status();
    for (std::size_t i = 0; i < *count; ++i, ++index) {
      BlockHead head;
      const BlockState state = ReadBlock(BlockAt(piece_, i), seed_, index, &head);
      if (state == BlockState::kDamaged) return Damaged(index);
      if (state == BlockState::kUnwritten) continue;
      strays_ = true;
      durable_ = std::max(durable_, head.durable);
    }
    if (part_bytes_ != 0) strays_ = true;
    if (*count < kPieceBlocks) return Status::Ok();
  }
}

}  // namespace sluice::log
