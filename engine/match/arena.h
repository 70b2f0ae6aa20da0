// Memory for the texts and lists that operations make.
//
// Belongs to one thread. Gives blocks out in turn and takes them back all at once, or down to a mark; keeps its
// memory. Errors: nullptr once the limit would be passed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "engine/base/limits.h"

namespace sluice::match {

class Arena {
 public:
  struct Mark {
    std::size_t block = 0;
    std::size_t used = 0;
    std::size_t total = 0;
  };

  explicit Arena(std::size_t bytes_max = limits::kEvalArenaBytesMax) : bytes_max_(bytes_max) {}

  /// `bytes` aligned for any Value, or nullptr.
  void* Allocate(std::size_t bytes) {
    const std::size_t rounded = Rounded(bytes);
    if (rounded > bytes_max_ - at_.total) return nullptr;
    if (blocks_.empty() || rounded > blocks_[at_.block].bytes - at_.used) NextBlock(rounded);
    void* place = blocks_[at_.block].memory.get() + at_.used;
    at_.used += rounded;
    at_.total += rounded;
    return place;
  }

  /// Counts `bytes` as Allocate does, and gives nothing. False: the limit would be passed.
  bool Charge(std::size_t bytes) {
    if (Rounded(bytes) > bytes_max_ - at_.total) return false;
    at_.total += Rounded(bytes);
    return true;
  }
  /// Whether `place` lies in memory of this arena.
  bool Owns(const void* place) const {
    const auto* byte = static_cast<const std::byte*>(place);
    return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
      return !std::less<>()(byte, block.memory.get()) && std::less<>()(byte, block.memory.get() + block.bytes);
    });
  }

  /// Of all blocks, used or not: at most twice the limit and a block.
  std::size_t bytes_held() const {
    std::size_t sum = 0;
    for (const Block& block : blocks_) sum += block.bytes;
    return sum;
  }

  Mark mark() const { return at_; }
  void Rewind(const Mark& mark) { at_ = mark; }
  /// From here on a limit of its own holds, until the arena is rewound to the mark.
  Mark BeginOwnLimit() {
    const Mark before = at_;
    at_.total = 0;
    return before;
  }

 private:
  static constexpr std::size_t kAlign = 16;
  static constexpr std::size_t kBlockBytes = 64 * 1024;
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes = 0;
  };

  static std::size_t Rounded(std::size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

  // Goes to the first later block that is large enough; smaller ones stay unused until the next rewind. Where there is
  // none they go: else texts that grow from parcel to parcel would leave a block each.
  void NextBlock(std::size_t bytes) {
    std::size_t next = blocks_.empty() ? 0 : at_.block + 1;
    while (next < blocks_.size() && blocks_[next].bytes < bytes) ++next;
    if (next == blocks_.size()) {
      next = blocks_.empty() ? 0 : at_.block + 1;
      blocks_.resize(next);
      const std::size_t size = bytes > kBlockBytes ? bytes : kBlockBytes;
      blocks_.push_back({std::make_unique<std::byte[]>(size), size});
    }
    at_.block = next;
    at_.used = 0;
  }

  std::size_t bytes_max_;
  std::vector<Block> blocks_;
  Mark at_;
};

}  // namespace sluice::match
