// Plane: data.
//
// THE SIMPLE STORY
//   for each text of a column that some term asks for: the parcels that have it
//   for each bound of a number: the parcels below it
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Rows of texts are few in a batch: they are copied from what found them and cleared before the next batch.
//   2. Numbers of all types are keys of one order first; then one loop compares them with each bound.
#include "engine/match/index_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "engine/base/limits.h"
#include "engine/match/number_keys.h"

namespace sluice::match {

using ruleset::ValueType;

namespace {

bool IsOdd(double value, std::uint32_t) { return std::isnan(value); }
bool IsOdd(const base::Money& value, std::uint32_t currency) { return value.currency != currency; }

}  // namespace

IndexRows::IndexRows(const Index& index, MaskEvaluator* masks)
    : index_(index), masks_(masks), keys_(limits::kBatchRowsMax * std::max<std::size_t>(index.numbers.size(), 1)),
      odd_(limits::kBatchRowsMax) {
  room_.resize(index.slot_count * kWideWords);
  rows_ = room_.data();
  touched_.reserve(index.slot_count);
}

void IndexRows::Begin(const parcel::Batch& batch) {
  for (const Slot slot : touched_) Clear(Row(slot));
  touched_.clear();
  const std::size_t words = batch.row_count() <= 64 ? kNarrowWords : kWideWords;
  if (words != words_) FillWords(rows_, index_.slot_count * words, 0);
  words_ = words;
  parcels_ = batch.row_count();
  Clear(Row(kAllRows));
  PutRange(Row(kAllRows), 0, parcels_);
  std::fill_n(odd_.begin(), parcels_, OddBits());
  any_odd_ = 0;
  for (const AbsentRows& absent : index_.absents) FindAbsent(absent);
  for (const CodeRows& codes : index_.codes) FindCodes(codes);
  for (const FoundTextRows& texts : index_.texts) FindTexts(texts);
  for (const MaskRows& mask : index_.masks) FindMask(mask);
  for (std::uint32_t lane = 0; lane < index_.numbers.size(); ++lane) FindNumbers(lane);
}

// Rows of both widths by constant lengths: no call for a few words.
void IndexRows::Clear(Word* row) const {
  if (words_ == kNarrowWords) {
    *row = 0;
  } else {
    FillWords(row, kWideWords, 0);
  }
}
void IndexRows::Copy(const Word* from, Word* to) const {
  if (words_ == kNarrowWords) {
    *to = *from;
  } else {
    CopyWords(to, from, kWideWords);
  }
}

void IndexRows::PutOdd(const Word* rows, std::uint8_t bit, std::uint64_t OddBits::*reason) {
  const std::uint64_t odd = std::uint64_t{1} << bit;
  if (!AnyBit(rows, words_)) return;
  any_odd_ |= odd;
  if (bit == kSharedOddBit) reason = &OddBits::other;
  ForEachBit(rows, words_, [&](std::size_t parcel) { odd_[parcel].*reason |= odd; });
}

// Adds the parcels of the elements.
void IndexRows::PutLifted(const Word* elements, HomeIndex home, Word* out) const {
  const std::uint32_t* parcels = masks_->homes().parcels(home);
  ForEachBit(elements, masks_->homes().words(home), [&](std::size_t element) { PutBit(out, parcels[element]); });
}

void IndexRows::FindAbsent(const AbsentRows& absent) {
  const Word* rows = masks_->AbsentRows(absent.column);
  std::array<Word, kWideWords> lifted{};
  if (absent.home != kParcelHome) {
    PutLifted(rows, absent.home, lifted.data());
    rows = lifted.data();
  }
  if (absent.slot != kNoRows) {
    Copy(rows, Row(absent.slot));
    Touch(absent.slot);
  }
  // What an element lacks is for its clause to say.
  if (absent.home == kParcelHome) PutOdd(rows, absent.odd_bit, &OddBits::absent);
}

void IndexRows::FindCodes(const CodeRows& codes) {
  const CodedColumn& coded = masks_->Encoded(codes.dictionary);
  const Word* odd = row(codes.odd);
  for (const std::uint32_t code : coded.seen()) {
    const Slot slot = codes.slots[code];
    if (slot == kNoRows) continue;
    Touch(slot);
    Word* out = Row(slot);
    if (codes.home == kParcelHome) {
      Copy(coded.RowsOf(code), out);
      continue;
    }
    Clear(out);
    PutLifted(coded.RowsOf(code), codes.home, out);
    for (std::size_t w = 0; w < words_; ++w) out[w] &= ~odd[w];
  }
}

void IndexRows::FindTexts(const FoundTextRows& texts) {
  const Word* odd = row(texts.odd);
  for (std::uint32_t code = 0; code < texts.slots.size(); ++code) {
    if (texts.slots[code] == kNoRows) continue;
    const Word* found =
        texts.lists ? masks_->RowsOfList(texts.search, code) : masks_->RowsOfLiteral(texts.search, code);
    if (found == nullptr) continue;
    Word* out = Row(texts.slots[code]);
    Touch(texts.slots[code]);
    if (texts.home == kParcelHome) {
      Copy(found, out);
      continue;
    }
    Clear(out);
    PutLifted(found, texts.home, out);
    for (std::size_t w = 0; w < words_; ++w) out[w] &= ~odd[w];
  }
}

void IndexRows::FindMask(const MaskRows& mask) {
  const std::size_t mark = masks_->mark();
  const MaskView view = masks_->Eval(mask.mask, row(kAllRows));
  Word* is_true = Row(mask.is_true);
  Word* not_false = Row(mask.not_false);
  std::array<Word, kWideWords> absent, error;
  for (std::size_t w = 0; w < words_; ++w) {
    absent[w] = view.absent[w] & row(kAllRows)[w];
    error[w] = view.error[w] & row(kAllRows)[w];
    is_true[w] = view.is_true[w] & row(kAllRows)[w];
    not_false[w] = is_true[w] | absent[w] | error[w];
  }
  masks_->Rewind(mark);
  PutOdd(absent.data(), mask.odd_bit, &OddBits::absent);
  PutOdd(error.data(), mask.odd_bit, &OddBits::other);
}

// --- numbers -----------------------------------------------------------------------------------------

template <typename T>
void IndexRows::TakeKeys(const T* values, std::uint32_t lane, Word* odd) {
  const std::uint32_t currency = index_.numbers[lane].currency;
  NumberKey* keys = &keys_[lane * limits::kBatchRowsMax];
  for (std::size_t parcel = 0; parcel < parcels_; ++parcel) keys[parcel] = KeyOf(values[parcel]);
  if constexpr (!std::is_integral_v<T>) {
    for (std::size_t parcel = 0; parcel < parcels_; ++parcel) {
      odd[parcel / 64] |= Word{IsOdd(values[parcel], currency)} << parcel % 64;
    }
  }
}

void IndexRows::FindNumbers(std::uint32_t lane) {
  const NumberRows& number = index_.numbers[lane];
  const NumberColumn column = masks_->NumbersOf(number.source);
  std::array<Word, kWideWords> odd{};
  switch (column.type) {
    case ValueType::kUint: TakeKeys(static_cast<const std::uint64_t*>(column.data), lane, odd.data()); break;
    case ValueType::kDouble: TakeKeys(static_cast<const double*>(column.data), lane, odd.data()); break;
    case ValueType::kMoney: TakeKeys(static_cast<const base::Money*>(column.data), lane, odd.data()); break;
    default: TakeKeys(static_cast<const std::int64_t*>(column.data), lane, odd.data()); break;
  }
  std::array<Word, kWideWords> absent;
  for (std::size_t w = 0; w < words_; ++w) {
    absent[w] = column.absent[w] & row(kAllRows)[w];
    odd[w] = (odd[w] | column.error[w]) & ~absent[w] & row(kAllRows)[w];
  }
  PutOdd(absent.data(), number.odd_bit, &OddBits::absent);
  PutOdd(odd.data(), number.odd_bit, &OddBits::other);
  for (std::size_t w = 0; w < words_; ++w) odd[w] |= absent[w];
  PutBelow(number, &keys_[lane * limits::kBatchRowsMax], odd.data());
}

// Of parcels past the last one keys are of an earlier batch: their bits are taken away, as those of odd ones.
void IndexRows::PutBelow(const NumberRows& number, const NumberKey* keys, const Word* odd) {
  if (number.bounds.empty()) return;
  const std::size_t bounds = number.bounds.size();
  Word* below = Row(number.below);
  if (words_ == kNarrowWords) {
    FindBelowNarrow(*row(kAllRows) & ~*odd, keys, number.bounds.data(), bounds, below);
  } else {
    FindBelow(parcels_, keys, number.bounds.data(), bounds, below);
    std::array<Word, kWideWords> plain;
    for (std::size_t w = 0; w < kWideWords; ++w) plain[w] = row(kAllRows)[w] & ~odd[w];
    for (std::size_t i = 0; i < bounds * kWideWords; ++i) below[i] &= plain[i % kWideWords];
  }
  if (!number.may_be_odd) return;
  Word* below_or_odd = Row(number.below_or_odd);
  if (words_ == kNarrowWords) {
    for (std::size_t i = 0; i < bounds; ++i) below_or_odd[i] = below[i] | *odd;
  } else {
    for (std::size_t i = 0; i < bounds * kWideWords; ++i) below_or_odd[i] = below[i] | odd[i % kWideWords];
  }
}

}  // namespace sluice::match
