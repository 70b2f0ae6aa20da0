// The rows of each home in the batch at hand, and how the row interpreter is put on one of them.
//
// Belongs to one evaluator; Begin() for each batch, which must outlive its use.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/bits.h"
#include "engine/match/plan.h"
#include "engine/match/row_interpreter.h"

namespace sluice::match {

class BatchHomes {
 public:
  BatchHomes(const ruleset::RuleSet& rule_set, const std::vector<Home>& homes);

  void Begin(const parcel::Batch& batch);

  std::size_t rows(HomeIndex home) const { return batch_->domains[homes_[home].domain].count; }
  std::size_t words(HomeIndex home) const { return parcel::WordsFor(rows(home)); }
  /// All rows of the home.
  const Word* all(HomeIndex home) const { return all_[homes_[home].domain].data(); }
  /// Per row of the home: its parcel. Not for the home of the parcels.
  const std::uint32_t* parcels(HomeIndex home);
  const parcel::DomainRows& domain(HomeIndex home) const { return batch_->domains[homes_[home].domain]; }
  const Home& home(HomeIndex index) const { return homes_[index]; }

  /// Puts `interpreter` on a row: its parcel, and the home's variable.
  void Stand(HomeIndex home, std::size_t row, RowInterpreter* interpreter);
  /// The row of the home on which `interpreter` stands.
  std::size_t StandsOn(HomeIndex home, const RowInterpreter& interpreter) const {
    const std::uint32_t slot = homes_[home].slot;
    return slot == kNoIndex ? interpreter.parcel_row() : interpreter.local(slot).row;
  }

 private:
  const ruleset::RuleSet& rule_set_;
  const std::vector<Home>& homes_;
  const parcel::Batch* batch_ = nullptr;
  std::vector<std::vector<Word>> all_;                // by domain
  std::vector<std::vector<std::uint32_t>> parcels_;   // by domain, of nested ones
  std::vector<bool> parcels_known_;                   // by domain
};

}  // namespace sluice::match
