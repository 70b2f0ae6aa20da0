// Texts or numbers to codes: 0, 1, 2, … in the order in which they were added.
//
// Source of the form: buckets of one cache line with a byte of hash an entry, compared all at once, as in the hash
// tables known as Swiss tables and F14.
// Thread-safety: immutable once filled.   Ownership: texts are not copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/match/bits.h"

namespace sluice::match {

inline constexpr std::uint32_t kNoCode = 0xFFFFFFFFu;
inline constexpr std::uint32_t kCodesMax = 1u << 27;  // of one table

class CodeTable {
 public:
  /// The code of a value, the same for the same value. A table holds texts or numbers, not both.
  std::uint32_t Add(std::string_view text);
  std::uint32_t Add(std::int64_t number);
  std::size_t size() const { return keys_.size(); }

  /// The code of each of the first `rows` values whose bit is in `present`; kNoCode for the others.
  void FindAll(const std::string_view* texts, const Word* present, std::size_t rows, std::uint32_t* codes) const;
  void FindAll(const std::int64_t* numbers, const Word* present, std::size_t rows, std::uint32_t* codes) const;

  // What the loops read.
  static constexpr std::size_t kBucketCodes = 12;
  static constexpr std::size_t kKeyBytes = 16;  // a text of more is not its key, which is a hash then
  /// Entry i: a byte of its hash, never 0, which means free; its code, and in the upper five bits what bytes its text
  /// has: 17 for more than 16.
  struct alignas(64) Bucket {
    std::array<std::uint8_t, kBucketCodes> tags{};
    std::array<std::uint32_t, kBucketCodes> codes{};
  };
  struct Key {
    std::uint64_t low = 0, high = 0;

    friend bool operator==(const Key&, const Key&) = default;
  };
  struct View {
    const Bucket* buckets;
    std::size_t mask;  // number of buckets - 1
    const Key* keys;               // by code
    const std::string_view* texts; // by code
  };

 private:
  View view() const { return {buckets_.data(), buckets_.size() - 1, keys_.data(), texts_.data()}; }
  template <typename Value>
  std::uint32_t AddValue(const Value& value, std::vector<Value>* values);
  template <typename Value>
  void Insert(const Value& value, std::uint32_t code);

  std::vector<std::string_view> texts_;  // by code
  std::vector<std::int64_t> numbers_;    // by code
  std::vector<Key> keys_;
  std::vector<Bucket> buckets_{2};       // a power of two; a full one goes on in the next
};

}  // namespace sluice::match
