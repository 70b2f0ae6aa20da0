// Memory for the texts and lists that operations make while a batch is evaluated.
//
// Belongs to one thread. Gives blocks out in turn and takes them back all at once, or down to a mark; keeps its
// memory for the next batch. Errors: nullptr once kEvalArenaBytesMax would be passed.
#pragma once

#include <cstddef>
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

  /// `bytes` aligned for any Value, or nullptr.
  void* Allocate(std::size_t bytes) {
    const std::size_t rounded = (bytes + kAlign - 1) / kAlign * kAlign;
    if (rounded > limits::kEvalArenaBytesMax - at_.total) return nullptr;
    if (blocks_.empty() || rounded > blocks_[at_.block].bytes - at_.used) NextBlock(rounded);
    void* place = blocks_[at_.block].memory.get() + at_.used;
    at_.used += rounded;
    at_.total += rounded;
    return place;
  }

  /// Of all blocks, used or not: at most twice kEvalArenaBytesMax and a block.
  std::size_t bytes_held() const {
    std::size_t sum = 0;
    for (const Block& block : blocks_) sum += block.bytes;
    return sum;
  }

  Mark mark() const { return at_; }
  void Rewind(const Mark& mark) { at_ = mark; }

 private:
  static constexpr std::size_t kAlign = 16;
  static constexpr std::size_t kBlockBytes = 64 * 1024;
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes = 0;
  };

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

  std::vector<Block> blocks_;
  Mark at_;
};

}  // namespace sluice::match
