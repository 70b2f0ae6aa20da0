// Plane: data.
//
// THE SIMPLE STORY
//   for each value: a key, its hash, the bucket; the entry whose tag, length and key are the value's
//
// WHAT THE CODE ADDS TO THE STORY
//   1. A text of up to 16 bytes is its key: nothing but the bucket and the key are read to compare it.
//   2. Tags of a bucket are compared at once; most values that no rule knows end there.
//   3. Texts of a column lie a record apart: the memory of one is asked for while others are looked up.
#include "engine/match/code_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/hash.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/match/code_table.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef SLUICE_MATCH_CODE_TABLE_PROBE
#define SLUICE_MATCH_CODE_TABLE_PROBE
namespace sluice::match {

constexpr unsigned kCodeBits = 27;
constexpr std::size_t kRowsAhead = 12;

struct CodeProbe {
  CodeTable::Key key;
  std::uint64_t hash = 0;
  std::uint32_t length = 0;  // as in a bucket

  std::uint8_t tag() const { return static_cast<std::uint8_t>(std::max<std::uint64_t>(hash >> 56, 1)); }
};

template <typename T>
inline std::uint64_t LoadBytes(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Multiplies and folds: keys are an authority's codes, and a bad spread costs time alone.
inline CodeProbe ProbeOf(const CodeTable::Key& key, std::size_t bytes) {
  const auto product = static_cast<unsigned __int128>(key.low ^ 0x9E3779B97F4A7C15u) *
                       (key.high ^ (0xD6E8FEB86659FD93u + bytes));
  const std::uint64_t hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  return {key, hash, static_cast<std::uint32_t>(std::min(bytes, CodeTable::kKeyBytes + 1))};
}

inline CodeProbe ProbeOf(std::int64_t number) { return ProbeOf({static_cast<std::uint64_t>(number), 0}, 0); }

// Texts of one column vary in length: 4 to 16 bytes are read by four loads that overlap, without asking how many.
inline CodeProbe ProbeOf(std::string_view text) {
  const char* first = text.data();
  const std::size_t bytes = text.size();
  if (bytes - 4 <= CodeTable::kKeyBytes - 4) [[likely]] {
    const char* last = first + bytes - 4;
    const std::size_t step = bytes / 8 * 4;
    return ProbeOf({LoadBytes<std::uint32_t>(first) << 32 | LoadBytes<std::uint32_t>(first + step),
                    LoadBytes<std::uint32_t>(last) << 32 | LoadBytes<std::uint32_t>(last - step)}, bytes);
  }
  if (bytes > CodeTable::kKeyBytes) return ProbeOf({base::Hash64(text), 0}, bytes);
  CodeTable::Key key;
  for (std::size_t i = 0; i < bytes; ++i) key.low = key.low << 8 | static_cast<std::uint8_t>(first[i]);
  return ProbeOf(key, bytes);
}

inline bool IsWholeValue(const CodeTable::View& table, std::uint32_t code, std::string_view text) {
  return text.size() <= CodeTable::kKeyBytes || table.texts[code] == text;
}
inline bool IsWholeValue(const CodeTable::View&, std::uint32_t, std::int64_t) { return true; }

inline void Prefetch(std::string_view text) { __builtin_prefetch(text.data()); }
inline void Prefetch(std::int64_t) {}

}  // namespace sluice::match
#endif

HWY_BEFORE_NAMESPACE();
namespace sluice::match::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// A bit for each entry of the bucket that has the tag. The vector reads four bytes past the tags, of the bucket still.
HWY_ATTR inline unsigned EqualTags(const CodeTable::Bucket& bucket, std::uint8_t tag) {
#if HWY_TARGET == HWY_SCALAR
  unsigned equal = 0;
  for (std::size_t i = 0; i < CodeTable::kBucketCodes; ++i) equal |= unsigned{bucket.tags[i] == tag} << i;
  return equal;
#else
  const hn::FixedTag<std::uint8_t, 16> d;
  const auto equal = hn::Eq(hn::Load(d, reinterpret_cast<const std::uint8_t*>(&bucket)), hn::Set(d, tag));
  std::uint8_t bytes[8];
  hn::StoreMaskBits(d, equal, bytes);
  return static_cast<unsigned>(bytes[0] | bytes[1] << 8) & ((1u << CodeTable::kBucketCodes) - 1);
#endif
}

template <typename Value>
inline bool IsEntryOf(const CodeTable::View& table, const CodeProbe& probe, const Value& value, std::uint32_t entry) {
  const std::uint32_t code = entry & (kCodesMax - 1);
  return entry >> kCodeBits == probe.length && table.keys[code] == probe.key && IsWholeValue(table, code, value);
}

// Any entry of any bucket of the chain.
template <typename Value>
HWY_ATTR HWY_NOINLINE std::uint32_t FindInChain(const CodeTable::View& table, const CodeProbe& probe,
                                                const Value& value) {
  for (std::size_t b = probe.hash & table.mask;; b = (b + 1) & table.mask) {
    const CodeTable::Bucket& bucket = table.buckets[b];
    for (unsigned equal = EqualTags(bucket, probe.tag()); equal != 0; equal &= equal - 1) {
      const std::uint32_t entry = bucket.codes[static_cast<std::size_t>(std::countr_zero(equal))];
      if (IsEntryOf(table, probe, value, entry)) return entry & (kCodesMax - 1);
    }
    if (bucket.tags.back() == 0) return kNoCode;
  }
}

// Nearly always the first entry of the first bucket that has the tag is the value's, or there is none.
template <typename Value>
HWY_ATTR inline std::uint32_t Find(const CodeTable::View& table, const Value& value) {
  const CodeProbe probe = ProbeOf(value);
#if HWY_TARGET != HWY_SCALAR
  const CodeTable::Bucket& bucket = table.buckets[probe.hash & table.mask];
  const hn::FixedTag<std::uint8_t, 16> d;
  const auto tags = hn::Load(d, reinterpret_cast<const std::uint8_t*>(&bucket));
  const auto first = static_cast<std::size_t>(hn::FindFirstTrue(d, hn::Eq(tags, hn::Set(d, probe.tag()))));  // -1: none
  if (first >= CodeTable::kBucketCodes) {
    if (bucket.tags.back() == 0) [[likely]] return kNoCode;
  } else {
    const std::uint32_t entry = bucket.codes[first];
    if (IsEntryOf(table, probe, value, entry)) [[likely]] return entry & (kCodesMax - 1);
  }
#endif
  return FindInChain(table, probe, value);
}

template <typename Value>
HWY_ATTR inline void FindEach(const CodeTable::View& table, const Value* values, const Word* present, std::size_t rows,
                              std::uint32_t* codes) {
  for (std::size_t begin = 0; begin < rows; begin += 64) {
    Word has = present[begin / 64];
    const std::size_t end = std::min(begin + 64, rows);
    for (std::size_t row = begin; row < end; ++row, has >>= 1) {
      if (row + kRowsAhead < rows) Prefetch(values[row + kRowsAhead]);
      codes[row] = (has & 1) != 0 ? Find(table, values[row]) : kNoCode;
    }
  }
}

HWY_ATTR void FindTexts(const CodeTable::View& table, const std::string_view* texts, const Word* present,
                        std::size_t rows, std::uint32_t* codes) {
  FindEach(table, texts, present, rows, codes);
}

HWY_ATTR void FindNumbers(const CodeTable::View& table, const std::int64_t* numbers, const Word* present,
                          std::size_t rows, std::uint32_t* codes) {
  FindEach(table, numbers, present, rows, codes);
}

HWY_ATTR std::uint32_t FindText(const CodeTable::View& table, std::string_view text) { return Find(table, text); }
HWY_ATTR std::uint32_t FindNumber(const CodeTable::View& table, std::int64_t number) { return Find(table, number); }

}  // namespace sluice::match::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sluice::match {

HWY_EXPORT(FindTexts);
HWY_EXPORT(FindNumbers);
HWY_EXPORT(FindText);
HWY_EXPORT(FindNumber);

namespace {

std::uint32_t FindOne(const CodeTable::View& table, std::string_view text) {
  return HWY_DYNAMIC_DISPATCH(FindText)(table, text);
}
std::uint32_t FindOne(const CodeTable::View& table, std::int64_t number) {
  return HWY_DYNAMIC_DISPATCH(FindNumber)(table, number);
}

}  // namespace

void CodeTable::FindAll(const std::string_view* texts, const Word* present, std::size_t rows,
                        std::uint32_t* codes) const {
  HWY_DYNAMIC_DISPATCH(FindTexts)(view(), texts, present, rows, codes);
}

void CodeTable::FindAll(const std::int64_t* numbers, const Word* present, std::size_t rows,
                        std::uint32_t* codes) const {
  HWY_DYNAMIC_DISPATCH(FindNumbers)(view(), numbers, present, rows, codes);
}

template <typename Value>
void CodeTable::Insert(const Value& value, std::uint32_t code) {
  const CodeProbe probe = ProbeOf(value);
  const std::size_t mask = buckets_.size() - 1;
  std::size_t b = probe.hash & mask;
  while (buckets_[b].tags.back() != 0) b = (b + 1) & mask;
  std::size_t place = 0;
  while (buckets_[b].tags[place] != 0) ++place;
  buckets_[b].tags[place] = probe.tag();
  buckets_[b].codes[place] = code | probe.length << kCodeBits;
}

template <typename Value>
std::uint32_t CodeTable::AddValue(const Value& value, std::vector<Value>* values) {
  const std::uint32_t found = FindOne(view(), value);
  if (found != kNoCode) return found;
  const auto code = static_cast<std::uint32_t>(values->size());
  SLUICE_CHECK(code < kCodesMax);
  values->push_back(value);
  keys_.push_back(ProbeOf(value).key);
  if (keys_.size() * 10 > buckets_.size() * kBucketCodes * 6) {
    buckets_.assign(buckets_.size() * 2, Bucket());
    for (std::uint32_t each = 0; each < code; ++each) Insert((*values)[each], each);
  }
  Insert(value, code);
  return code;
}

std::uint32_t CodeTable::Add(std::string_view text) { return AddValue(text, &texts_); }
std::uint32_t CodeTable::Add(std::int64_t number) { return AddValue(number, &numbers_); }

}  // namespace sluice::match
#endif
