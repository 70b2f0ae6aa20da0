#include "engine/match/dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "engine/base/hash.h"

namespace sluice::match {
namespace {

constexpr std::uint32_t kNoCode = 0xFFFFFFFFu;
constexpr std::size_t kKeyBytes = 16;  // a text of more is not its key
constexpr std::uint64_t kEachTag = 0x0001000100010001u;
constexpr std::uint64_t kTagSigns = 0x8000800080008000u;

template <typename T>
inline std::uint64_t Load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// The sign of each of four tags that equals; perhaps, above one that does, of another: tags are compared again.
inline std::uint64_t Equals(const std::uint16_t* tags, std::uint64_t tag_four_times) {
  const std::uint64_t unequal = Load<std::uint64_t>(tags) ^ tag_four_times;
  return (unequal - kEachTag) & ~unequal & kTagSigns;
}

// Texts of a column lie a record apart: the memory of one is asked for while others are looked up.
constexpr std::size_t kRowsAhead = 12;
inline void Prefetch(std::string_view text) { __builtin_prefetch(text.data()); }
inline void Prefetch(std::int64_t) {}

}  // namespace

Dictionary::Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t rows_max)
    : column_(column), type_(type), rows_max_(rows_max), words_(parcel::WordsFor(rows_max)), buckets_(2) {}

// Multiplies and folds: keys are an authority's codes, and a bad spread costs time alone.
inline Dictionary::Probe Dictionary::ProbeOf(const Key& key, std::size_t bytes) {
  const auto product = static_cast<unsigned __int128>(key.low ^ 0x9E3779B97F4A7C15u) *
                       (key.high ^ (0xD6E8FEB86659FD93u + bytes));
  const std::uint64_t hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  const std::size_t length = std::min(bytes, kKeyBytes + 1) + 1;
  return {key, hash, static_cast<std::uint16_t>((hash >> 43 & 0xFFE0) | length)};
}

inline Dictionary::Probe Dictionary::ProbeOf(std::int64_t number) {
  return ProbeOf({static_cast<std::uint64_t>(number), 0}, 0);
}

// Texts of one column vary in length: 4 to 16 bytes are read by four loads that overlap, without asking how many.
inline Dictionary::Probe Dictionary::ProbeOf(std::string_view text) {
  const char* first = text.data();
  const std::size_t bytes = text.size();
  if (bytes - 4 <= kKeyBytes - 4) [[likely]] {
    const char* last = first + bytes - 4;
    const std::size_t step = bytes / 8 * 4;
    return ProbeOf({Load<std::uint32_t>(first) << 32 | Load<std::uint32_t>(first + step),
                    Load<std::uint32_t>(last) << 32 | Load<std::uint32_t>(last - step)}, bytes);
  }
  if (bytes > kKeyBytes) return ProbeOf({base::Hash64(text), 0}, bytes);
  Key key;
  for (std::size_t i = 0; i < bytes; ++i) key.low = key.low << 8 | static_cast<std::uint8_t>(first[i]);
  return ProbeOf(key, bytes);
}

template <typename Value>
inline std::uint32_t Dictionary::Find(const Probe& probe, const Value& value, const std::vector<Value>& values) const {
  const std::uint64_t tag = probe.tag * kEachTag;
  const std::size_t mask = buckets_.size() - 1;
  for (std::size_t b = probe.hash & mask;; b = (b + 1) & mask) {
    const Bucket& bucket = buckets_[b];
    std::uint64_t equal = Equals(&bucket.tags[0], tag) | Equals(&bucket.tags[4], tag) >> 1 |
                          Equals(&bucket.tags[8], tag) >> 2;
    for (; equal != 0; equal &= equal - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(equal));
      const std::size_t place = bit / 16 + (15 - bit % 16) * 4;
      const std::uint32_t code = bucket.codes[place];
      if (bucket.tags[place] != probe.tag || keys_[code] != probe.key) continue;
      if constexpr (std::is_same_v<Value, std::string_view>) {
        if (value.size() > kKeyBytes && values[code] != value) continue;
      }
      return code;
    }
    if (bucket.tags[kBucketCodes - 1] == 0) return kNoCode;
  }
}

void Dictionary::Insert(const Probe& probe, std::uint32_t code) {
  const std::size_t mask = buckets_.size() - 1;
  std::size_t b = probe.hash & mask;
  while (buckets_[b].tags[kBucketCodes - 1] != 0) b = (b + 1) & mask;
  std::size_t place = 0;
  while (buckets_[b].tags[place] != 0) ++place;
  buckets_[b].tags[place] = probe.tag;
  buckets_[b].codes[place] = code;
}

template <typename Value>
std::uint32_t Dictionary::AddValue(const Value& value, std::vector<Value>* values) {
  const Probe probe = ProbeOf(value);
  const std::uint32_t found = Find(probe, value, *values);
  if (found != kNoCode) return found;
  const auto code = static_cast<std::uint32_t>(values->size());
  values->push_back(value);
  keys_.push_back(probe.key);
  if (keys_.size() * 10 > buckets_.size() * kBucketCodes * 6) {
    buckets_.assign(buckets_.size() * 2, Bucket());
    for (std::uint32_t each = 0; each < code; ++each) Insert(ProbeOf((*values)[each]), each);
  }
  Insert(probe, code);
  return code;
}

std::uint32_t Dictionary::Add(std::string_view text) { return AddValue(text, &texts_); }
std::uint32_t Dictionary::Add(std::int64_t number) { return AddValue(number, &numbers_); }

void Dictionary::Prepare() {
  const std::size_t codes = keys_.size();
  seen_in_.assign(codes, Seen());
  const std::size_t most = std::min(codes, rows_max_);
  seen_.reserve(most);
  rows_.assign(most * words_, 0);
}

inline void Dictionary::Mark(std::uint32_t code, std::size_t row) {
  Seen& seen = seen_in_[code];
  if (seen.batch != batch_) {
    seen = {batch_, static_cast<std::uint32_t>(seen_.size())};
    FillWords(&rows_[seen_.size() * words_], words_, 0);
    seen_.push_back(code);
  }
  PutBit(&rows_[std::size_t{seen.slot} * words_], row);
}

template <typename Value>
void Dictionary::EncodeValues(const parcel::Column& column, const std::vector<Value>& values,
                              const std::vector<Value>& known, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (row + kRowsAhead < rows) Prefetch(values[row + kRowsAhead]);
    if (!column.Has(row)) continue;
    const std::uint32_t code = Find(ProbeOf(values[row]), values[row], known);
    if (code != kNoCode) Mark(code, row);
  }
}

void Dictionary::Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch) {
  if (batch_ == batch) return;
  batch_ = batch;
  seen_.clear();
  if (type_ == parcel::ValueType::kString) {
    EncodeValues(column, column.texts, texts_, rows);
  } else {
    EncodeValues(column, column.ints, numbers_, rows);
  }
}

}  // namespace sluice::match
