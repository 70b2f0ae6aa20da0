#include "engine/match/dictionary.h"

#include <algorithm>

#include "engine/base/hash.h"

namespace sluice::match {
namespace {

constexpr std::uint32_t kNoCode = 0xFFFFFFFFu;

std::uint64_t HashOf(std::string_view text) { return base::Hash64(text); }
std::uint64_t HashOf(std::int64_t number) {
  // Multiply and fold: keys are small numbers or codes, not an adversary's.
  const std::uint64_t mixed = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15u;
  return mixed ^ (mixed >> 32);
}
std::uint32_t TagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

Dictionary::Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t rows_max)
    : column_(column), type_(type), rows_max_(rows_max), words_(parcel::WordsFor(rows_max)), entries_(16) {}

template <typename Key>
std::uint32_t Dictionary::Find(const Key& key, const std::vector<Key>& keys) const {
  const std::uint64_t hash = HashOf(key);
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t i = hash & mask; entries_[i].next != 0; i = (i + 1) & mask) {
    if (entries_[i].tag == TagOf(hash) && keys[entries_[i].next - 1] == key) return entries_[i].next - 1;
  }
  return kNoCode;
}

void Dictionary::Grow() {
  entries_.assign(entries_.size() * 2, Entry());
  const std::size_t mask = entries_.size() - 1;
  for (std::uint32_t code = 0; code < hashes_.size(); ++code) {
    std::size_t i = hashes_[code] & mask;
    while (entries_[i].next != 0) i = (i + 1) & mask;
    entries_[i] = {TagOf(hashes_[code]), code + 1};
  }
}

template <typename Key>
std::uint32_t Dictionary::AddKey(const Key& key, std::vector<Key>* keys) {
  const std::uint32_t found = Find(key, *keys);
  if (found != kNoCode) return found;
  const auto code = static_cast<std::uint32_t>(keys->size());
  keys->push_back(key);
  hashes_.push_back(HashOf(key));
  std::size_t i = hashes_.back() & (entries_.size() - 1);
  while (entries_[i].next != 0) i = (i + 1) & (entries_.size() - 1);
  entries_[i] = {TagOf(hashes_.back()), code + 1};
  if (hashes_.size() * 2 > entries_.size()) Grow();
  return code;
}

std::uint32_t Dictionary::Add(std::string_view text) { return AddKey(text, &texts_); }
std::uint32_t Dictionary::Add(std::int64_t number) { return AddKey(number, &numbers_); }

void Dictionary::Prepare() {
  const std::size_t codes = hashes_.size();
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

template <typename Key>
void Dictionary::EncodeKeys(const parcel::Column& column, const std::vector<Key>& values,
                            const std::vector<Key>& keys, std::size_t rows) {
  for (std::size_t row = 0; row < rows; ++row) {
    if (!column.Has(row)) continue;
    const std::uint32_t code = Find(values[row], keys);
    if (code != kNoCode) Mark(code, row);
  }
}

void Dictionary::Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch) {
  if (batch_ == batch) return;
  batch_ = batch;
  seen_.clear();
  if (type_ == parcel::ValueType::kString) {
    EncodeKeys(column, column.texts, texts_, rows);
  } else {
    EncodeKeys(column, column.ints, numbers_, rows);
  }
}

}  // namespace sluice::match
