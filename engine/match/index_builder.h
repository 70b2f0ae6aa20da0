// Makes an Index from a plan: which list reaches each conjunction, which terms its entry asks, what rests.
//
// The list is that of the term which the fewest batches visit, by an estimate of how often each text occurs.
//  Thread-safety: belongs to one call.   Errors: none: what finds no slot any more is left to the condition itself.
#pragma once

#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/match/applicability.h"
#include "engine/match/index.h"

namespace sluice::match {

class IndexBuilder {
 public:
  IndexBuilder(const ruleset::RuleSet& rule_set, const Plan& plan, const RuleSettings& settings)
      : rule_set_(rule_set), plan_(plan), settings_(settings) {}

  Index Build();

 private:
  struct Pending {
    ruleset::RuleIndex rule = 0;
    Conjunction conjunction;
  };
  struct Placed {
    std::uint64_t list = 0;
    IndexEntry entry;
  };
  struct Draft {  // of a rest
    IndexRest rest;
    std::uint64_t odd = 0;
    std::vector<IndexRange> ranges;
    std::vector<std::uint16_t> lanes;  // by range
    IndexMore more;
  };
  struct Group {
    double pass = 1;  // estimated share of parcels
    std::vector<Slot> slots;
  };
  using ColumnAt = std::pair<std::uint32_t, HomeIndex>;
  using TextsAt = std::tuple<std::uint32_t, HomeIndex, bool>;  // of which the column is present

  // index_builder.cc
  void Gather();
  void Place(const Pending& pending);
  bool AddGroup(const Term& term, Draft* draft, std::vector<Group>* groups);
  void AddClauses(const Conjunction& conjunction, double share, Draft* draft);
  void Fill(std::vector<Group> groups, IndexEntry* entry, Draft* draft);
  void AddRest(Draft* draft);
  std::vector<std::uint64_t> ListsOf(const Term& term);
  double VisitsOf(const Term& term) const;
  double ShareOf(const Term& term) const;
  double ShareAbsent(std::uint32_t column) const;
  double ShareOdd(const Term& term) const;
  void GroupByList();
  void NoteLists();

  // index_slots.cc
  Slot NewSlots(std::size_t count);
  void MakeNumbers();
  void MakeMasks();
  std::uint32_t CodesOf(const Term& term);
  std::uint32_t TextsOf(const Term& term);
  Slot SlotOfCode(std::uint32_t codes, std::uint32_t code);
  Slot SlotOfText(std::uint32_t texts, std::uint32_t code);
  AbsentRows* AbsentOf(parcel::ColumnIndex column, HomeIndex home);
  AbsentRows* OddOf(const Term& term);
  parcel::ColumnIndex ColumnOf(const Term& term) const;
  bool CodeSlots(const Term& term, std::vector<Slot>* slots);
  bool RangeSlots(const Term& term, Draft* draft, Group* group);
  bool MayBeAbsent(parcel::ColumnIndex column) const;
  bool IsAbsentWithItsStruct(parcel::ColumnIndex column) const;
  std::uint8_t NextOddBit() { return odd_bits_ < kSharedOddBit ? odd_bits_++ : kSharedOddBit; }

  const ruleset::RuleSet& rule_set_;
  const Plan& plan_;
  const RuleSettings& settings_;
  Index index_;
  std::vector<Pending> pending_;
  std::vector<Placed> placed_;
  std::vector<bool> met_once_;  // by rule: no parcel can be reached by two of its entries
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<NumberKey>> bounds_;  // by source and currency
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> number_of_;
  std::unordered_map<std::uint32_t, std::uint32_t> mask_uses_;
  std::unordered_map<std::uint32_t, std::uint32_t> mask_of_;  // in Index::masks
  std::map<TextsAt, std::uint32_t> codes_of_;      // by dictionary
  std::map<TextsAt, std::uint32_t> literals_of_;   // by search
  std::map<TextsAt, std::uint32_t> lists_of_;      // by list search
  std::map<ColumnAt, std::uint32_t> absent_of_;    // by column
  std::uint8_t odd_bits_ = 0;
};

}  // namespace sluice::match
