#include "engine/match/dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/hash.h"

namespace sluice::match {
namespace {

constexpr std::uint32_t kNoCode = 0xFFFFFFFFu;
constexpr std::uint64_t kEachTag = 0x0001000100010001u;
constexpr std::uint64_t kTagSigns = 0x8000800080008000u;

template <typename T>
std::uint64_t Load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Texts of a column lie a record apart: the memory of one is asked for while others are looked up.
constexpr std::size_t kRowsAhead = 12;
void Prefetch(std::string_view text) { __builtin_prefetch(text.data()); }
void Prefetch(std::int64_t) {}

// Not 0, which means free.
std::uint16_t TagOf(std::uint64_t hash) { return static_cast<std::uint16_t>(hash >> 48 | 1); }

// The sign of each of four tags that equals; perhaps, above one that does, of another: keys are compared anyway.
std::uint64_t Equals(const std::uint16_t* tags, std::uint64_t tag_four_times) {
  const std::uint64_t unequal = Load<std::uint64_t>(reinterpret_cast<const char*>(tags)) ^ tag_four_times;
  return (unequal - kEachTag) & ~unequal & kTagSigns;
}

}  // namespace

Dictionary::Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t rows_max)
    : column_(column), type_(type), rows_max_(rows_max), words_(parcel::WordsFor(rows_max)), buckets_(2) {}

// Texts of one column vary in length: 4 to 16 bytes are read by four loads that overlap, without asking how many.
Dictionary::Key Dictionary::KeyOf(std::string_view text) {
  const char* first = text.data();
  const std::size_t bytes = text.size();
  if (bytes - 4 <= 12) [[likely]] {
    const char* last = first + bytes - 4;
    const std::size_t step = bytes / 8 * 4;
    return {Load<std::uint32_t>(first) << 32 | Load<std::uint32_t>(first + step),
            Load<std::uint32_t>(last) << 32 | Load<std::uint32_t>(last - step), bytes};
  }
  if (bytes > 16) return {base::Hash64(text), 0, bytes};
  Key key{0, 0, bytes};
  for (std::size_t i = 0; i < bytes; ++i) key.low = key.low << 8 | static_cast<std::uint8_t>(first[i]);
  return key;
}

// Multiplies and folds: keys are an authority's codes, and a bad spread costs time alone.
std::uint64_t Dictionary::HashOf(const Key& key) {
  const std::uint64_t a = (key.low ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
  const std::uint64_t b = (key.high + key.bytes) * 0xA0761D6478BD642Fu;
  const std::uint64_t mixed = (a ^ (a >> 32) ^ b) * 0x9E3779B97F4A7C15u;
  return mixed ^ (mixed >> 29);
}

template <typename Value>
inline std::uint32_t Dictionary::Find(const Key& key, const Value& value, const std::vector<Value>& values) const {
  const std::uint64_t hash = HashOf(key);
  const std::uint64_t tag = TagOf(hash) * kEachTag;
  const std::size_t mask = buckets_.size() - 1;
  for (std::size_t b = hash & mask;; b = (b + 1) & mask) {
    const Bucket& bucket = buckets_[b];
    std::uint64_t equal = Equals(&bucket.tags[0], tag) | Equals(&bucket.tags[4], tag) >> 1;
    for (; equal != 0; equal &= equal - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(equal));
      const std::uint32_t code = bucket.codes[bit / 16 + (bit % 16 == 14 ? 4 : 0)];
      if (keys_[code] == key && (key.bytes <= 16 || values[code] == value)) return code;
    }
    if (bucket.tags.back() == 0) return kNoCode;
  }
}

void Dictionary::Insert(std::uint32_t code) {
  const std::uint64_t hash = HashOf(keys_[code]);
  const std::size_t mask = buckets_.size() - 1;
  std::size_t b = hash & mask;
  while (buckets_[b].tags.back() != 0) b = (b + 1) & mask;
  Bucket& bucket = buckets_[b];
  const auto free =
      static_cast<std::size_t>(std::find(bucket.tags.begin(), bucket.tags.end(), 0) - bucket.tags.begin());
  bucket.tags[free] = TagOf(hash);
  bucket.codes[free] = code;
}

template <typename Value>
std::uint32_t Dictionary::AddValue(const Value& value, std::vector<Value>* values) {
  const Key key = KeyOf(value);
  const std::uint32_t found = Find(key, value, *values);
  if (found != kNoCode) return found;
  const auto code = static_cast<std::uint32_t>(values->size());
  values->push_back(value);
  keys_.push_back(key);
  if (keys_.size() * 2 > buckets_.size() * 8) {
    buckets_.assign(buckets_.size() * 2, Bucket());
    for (std::uint32_t each = 0; each < code; ++each) Insert(each);
  }
  Insert(code);
  return code;
}

std::uint32_t Dictionary::Add(std::string_view text) { return AddValue(text, &texts_); }
std::uint32_t Dictionary::Add(std::int64_t number) { return AddValue(number, &numbers_); }

void Dictionary::Prepare() {
  const std::size_t codes = keys_.size();
  seen_in_.assign(codes, 0);
  row_slot_.assign(codes, 0);
  const std::size_t most = std::min(codes, rows_max_);
  seen_.reserve(most);
  rows_.assign(most * words_, 0);
}

void Dictionary::Mark(std::uint32_t code, std::size_t row) {
  if (seen_in_[code] != batch_) {
    seen_in_[code] = batch_;
    row_slot_[code] = static_cast<std::uint32_t>(seen_.size());
    FillWords(&rows_[seen_.size() * words_], words_, 0);
    seen_.push_back(code);
  }
  PutBit(&rows_[std::size_t{row_slot_[code]} * words_], row);
}

template <typename Value>
void Dictionary::EncodeValues(const parcel::Column& column, const std::vector<Value>& values,
                              const std::vector<Value>& known, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (row + kRowsAhead < rows) Prefetch(values[row + kRowsAhead]);
    if (!column.Has(row)) continue;
    const std::uint32_t code = Find(KeyOf(values[row]), values[row], known);
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
