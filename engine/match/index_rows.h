// The rows of an index's slots for the batch at hand.
//
// Belongs to one evaluator.   Allocation: in the constructor alone.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/line_vector.h"
#include "engine/match/index.h"
#include "engine/match/index_kernels.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

class IndexRows {
 public:
  IndexRows(const Index& index, MaskEvaluator* masks);

  /// After MaskEvaluator::Begin() of the same batch.
  void Begin(const parcel::Batch& batch);

  /// Words of a row: as many as the batch's parcels need, 1 or 8.
  std::size_t words() const { return words_; }
  const Word* rows() const { return rows_; }
  const Word* row(Slot slot) const { return rows_ + slot * words_; }
  /// Per parcel: the bits of what it lacks, and of what is odd for another reason; and those of any parcel.
  struct OddBits {
    std::uint64_t absent = 0;
    std::uint64_t other = 0;
  };
  const OddBits& odd(std::size_t parcel) const { return odd_[parcel]; }
  std::uint64_t any_odd() const { return any_odd_; }
  /// By parcel, the keys of the number `lane` of Index::numbers; there is always a first lane. An odd parcel's means
  /// nothing.
  const NumberKey* keys(std::uint32_t lane) const { return &keys_[lane * limits::kBatchRowsMax]; }

 private:
  void Clear(Word* row) const;
  void Copy(const Word* from, Word* to) const;
  Word* Row(Slot slot) { return rows_ + slot * words_; }
  void PutOdd(const Word* rows, std::uint8_t bit, std::uint64_t OddBits::*reason);
  void Touch(Slot slot) { touched_.push_back(slot); }
  void PutLifted(const Word* elements, HomeIndex home, Word* out) const;
  void FindAbsent(const AbsentRows& absent);
  void FindCodes(const CodeRows& codes);
  void FindTexts(const FoundTextRows& texts);
  void FindMask(const MaskRows& mask);
  void FindNumbers(std::uint32_t lane);
  template <typename T>
  void TakeKeys(const T* values, std::uint32_t lane, Word* odd);
  void PutBelow(const NumberRows& number, const NumberKey* keys, const Word* odd);

  const Index& index_;
  MaskEvaluator* masks_;
  std::size_t words_ = kWideWords;
  std::size_t parcels_ = 0;
  base::LineVector<Word> room_;
  Word* rows_ = nullptr;             // of room_
  std::vector<Slot> touched_;        // rows of this batch that the next one clears
  base::LineVector<NumberKey> keys_;      // by lane, then parcel
  std::vector<OddBits> odd_;         // by parcel
  std::uint64_t any_odd_ = 0;
};

}  // namespace sluice::match
