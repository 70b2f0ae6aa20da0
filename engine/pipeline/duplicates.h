// What is kept of decisions, so that a parcel which comes again gets the same one.
//
// Thread-safety: one thread at a time.   Errors: none.   Allocation: at construction; pages are touched as they fill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/decide/decision.h"
#include "engine/pipeline/batch_slot.h"

namespace sluice::pipeline {

class Duplicates {
 public:
  /// `slot_count`: IdentityTable's.
  explicit Duplicates(std::size_t slot_count) { remembered_.reserve(slot_count); }

  /// Of a decision that may be repeated: of a head with a slot that is no duplicate itself.
  void Remember(const Head& head, const Verdict& verdict);
  /// What the decision that the duplicate `head` repeats came to.
  const Verdict& VerdictOf(const Head& head) const { return remembered_[head.identity.slot].verdict; }
  /// Makes the decision of the duplicate `head`: lane and controls as they were remembered, lists empty.
  void Repeat(const RunPlan& plan, const Head& head, decide::Decision* duplicate) const;

 private:
  struct Remembered {
    std::uint64_t sequence = 0;
    Verdict verdict;
  };
  std::vector<Remembered> remembered_;  // by IdentityAnswer::slot
};

}  // namespace sluice::pipeline
