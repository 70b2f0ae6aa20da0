// A rule set without conditions, and matches said by hand: judging needs no more.
//
// Thread-safety: belongs to one test.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/decide/judge.h"

namespace sluice::decide {

/// Lanes by severity: pass 0 (the default), document 10, inspect 20, hold 30; outcomes go to hold,
/// incomplete to document. Columns: 0 the parcel id.
class SmallBook {
 public:
  enum Lane : ruleset::LaneIndex { kPass, kDocument, kInspect, kHold };

  SmallBook() {
    rule_set.lanes = {{"pass", 0, true}, {"document", 10}, {"inspect", 20}, {"hold", 30}};
    rule_set.default_lane = kPass;
    rule_set.outcome_lanes.fill(kHold);
    rule_set.outcome_lanes[static_cast<int>(ruleset::Outcome::kIncomplete)] = kDocument;
    rule_set.controls = {"quarantine", "desk", "police"};
    rule_set.columns.columns = {Spec(0, parcel::ValueType::kString)};
    rule_set.system.id = 0;
  }

  static parcel::ColumnSpec Spec(parcel::DomainIndex domain, parcel::ValueType type) {
    return {domain, {}, type};
  }

  /// A live rule that asks for `lane`; change what else it has through rule().
  ruleset::RuleIndex Add(const std::string& id, ruleset::LaneIndex lane, std::uint32_t score = 0) {
    ruleset::Rule rule;
    rule.id = rule_set.texts.Add(id);
    rule.lane = lane;
    rule.score = score;
    rule_set.rules.push_back(rule);
    return static_cast<ruleset::RuleIndex>(rule_set.rules.size() - 1);
  }
  ruleset::Rule& rule(ruleset::RuleIndex index) { return rule_set.rules[index]; }

  void Require(parcel::ColumnIndex column, std::uint8_t phases, const std::string& name) {
    rule_set.required.push_back({column, phases, rule_set.texts.Add(name)});
  }

  ruleset::RuleSet rule_set;
};

/// One parcel and what matching says of it.
struct Case {
  explicit Case(const SmallBook& book, std::string parcel_id = "P1")
      : rule_set(&book.rule_set), batch(book.rule_set.columns), id(std::move(parcel_id)) {
    for (parcel::DomainRows& rows : batch.domains) rows.count = 0;
    batch.domains[0].count = 1;
    batch.facts[0].sequence = 1;
    batch.facts[0].revision = 1;
    SetId(id);
  }

  void SetId(const std::string& text) {
    id = text;
    parcel::SetBit(batch.columns[0].present, 0);
    batch.columns[0].texts[0] = id;
  }

  Decision Judged(const draw::EpochKey& key = draw::TestEpochKey()) {
    ruleset::BatchMatches matches;
    matches.hits.Begin(1);
    matches.absent.Begin(1);
    matches.errors.Begin(1);
    const std::set<ruleset::RuleIndex> ascending(hits.begin(), hits.end());
    for (const ruleset::RuleIndex rule : ascending) matches.hits.Add(0, {rule, rule_set->rules[rule].score});
    for (const ruleset::RuleIndex rule : absent) matches.absent.Add(0, rule);
    for (const ruleset::RuleIndex rule : errors) matches.errors.Add(0, rule);
    Decision decision;
    Judge(*rule_set, key, batch, 0, matches, &decision);
    return decision;
  }

  const ruleset::RuleSet* rule_set;
  parcel::Batch batch;
  std::string id;
  std::vector<ruleset::RuleIndex> hits, absent, errors;
};

}  // namespace sluice::decide
