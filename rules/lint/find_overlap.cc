// Rules compared with each other: one that adds nothing, two that always match together, one that is always waived.
//
// Not all pairs: implication_index.h gives the few rules that may hold whenever a rule does.
#include <algorithm>
#include <limits>
#include <vector>

#include "engine/base/limits.h"
#include "rules/lint/failures.h"
#include "rules/lint/implication_index.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::NodeIndex;
using ruleset::Rule;
using ruleset::RuleIndex;

class OverlapSearch {
 public:
  explicit OverlapSearch(LintPass* pass)
      : pass_(*pass), rules_(pass->rules), index_(pass->rules, &pass->conditions), failures_(pass->rules.program) {
    for (const Rule& rule : rules_.rules) waived_tags_ |= rule.waives;
    for (const ruleset::ScoreLane& lane : rules_.score_lanes) {
      score_severity_ = std::max(score_severity_, Severity(lane.lane));
    }
  }

  void Search() {
    for (RuleIndex rule = 0; rule < rules_.rules.size(); ++rule) {
      if (pass_.conditions.True(rules_.rules[rule].condition).empty()) continue;  // found already
      index_.ForEachImplied(rule, [&](RuleIndex other) { return Compare(rule, other); });
    }
  }

 private:
  std::int32_t Severity(ruleset::LaneIndex lane) const { return rules_.lanes[lane].severity; }

  /// `rule` holds only where `other` does. False: enough is said of `rule`.
  bool Compare(RuleIndex rule, RuleIndex other) {
    const Rule& a = rules_.rules[rule];
    const Rule& b = rules_.rules[other];
    if (IsAlwaysWaived(a, b)) {
      Report("always-waived", rule, other, "each match of '" + Id(rule) + "' is waived by '" + Id(other) + "'",
             "the rule that waives it", "narrow the waiver, or take the rule out");
      return false;
    }
    if (IsOtherVersion(a, b) && index_.Implied(other, rule)) {
      if (rule < other) return true;  // told at the later one
      Report("overlapping-validity", rule, other,
             "'" + Id(rule) + "' and '" + Id(other) + "' ask the same and are valid at the same time",
             "the other version", "let one end on the day before the other begins");
      return false;
    }
    if (!ScopeImplies(rules_, a, b)) return true;
    const auto are_twins = [&] { return ScopeImplies(rules_, b, a) && index_.Implied(other, rule); };
    // Of two that do the same the later one is told.
    if (AddsNothing(a, b) && !(rule < other && AddsNothing(b, a) && are_twins())) {
      Report("subsumed-rule", rule, other,
             "'" + Id(rule) + "' adds nothing: '" + Id(other) + "' matches whenever it does",
             "the rule that covers it", "take it out, or give it an effect of its own");
      return false;
    }
    if (rule < other || !CouldBeOne(a, b) || !are_twins()) return true;
    Report("same-condition", rule, other, "'" + Id(rule) + "' and '" + Id(other) + "' always match together",
           "the other rule", "make one rule of them: scores of both are added");
    return false;
  }

  bool IsAlwaysWaived(const Rule& a, const Rule& b) const {
    // Matches in shadow are put aside before any is waived.
    const bool both_live = a.mode == ruleset::RuleMode::kLive && b.mode == ruleset::RuleMode::kLive;
    const bool can_be = !a.mandatory && !a.must_inspect && both_live;
    return can_be && (a.tags & b.waives) != 0 && ScopeImplies(rules_, a, b);
  }

  /// Rules that differ in when they are valid, as versions of one rule do.
  bool IsOtherVersion(const Rule& a, const Rule& b) const {
    const bool bounded = a.valid_until != Rule{}.valid_until || a.valid_from != Rule{}.valid_from;
    const bool other_bounded = b.valid_until != Rule{}.valid_until || b.valid_from != Rule{}.valid_from;
    const bool differ = a.valid_from != b.valid_from && a.valid_until != b.valid_until;
    return bounded && other_bounded && differ && a.mode == b.mode && a.directions == b.directions &&
           a.phases == b.phases && a.offices == b.offices && ScopesMeet(rules_, a, b);
  }

  /// Whether `b`, which matches whenever `a` does, does all that `a` does.
  bool AddsNothing(const Rule& a, const Rule& b) const {
    const bool both_live = a.mode == ruleset::RuleMode::kLive && b.mode == ruleset::RuleMode::kLive;
    const bool certain = b.probability == limits::kProbabilityMax && b.split_count == 0;
    // A match of `b` that a waiver takes back leaves `a` alone.
    const bool may_go = (b.tags & waived_tags_) != 0 && !b.mandatory && !b.must_inspect;
    if (!both_live || !certain || may_go || a.split_count > 0 || (a.must_inspect && !b.must_inspect)) return false;
    if ((a.controls & ~b.controls) != 0 || (a.waives & ~b.waives) != 0) return false;
    return LaneAddsNothing(a, b) && ScoreAddsNothing(a, b) && ErrsWith(a, b);
  }

  bool LaneAddsNothing(const Rule& a, const Rule& b) const {
    if (a.lane == ruleset::kNoLane) return true;
    if (b.lane != ruleset::kNoLane) return Severity(a.lane) <= Severity(b.lane);
    return a.lane == rules_.default_lane && DefaultIsMildest(rules_);
  }

  bool ScoreAddsNothing(const Rule& a, const Rule& b) const {
    const bool scores = a.score > 0 || a.score_node != ruleset::kNoNode;
    return !scores || (b.lane != ruleset::kNoLane && Severity(b.lane) >= score_severity_ &&
                       !rules_.score_lanes.empty() && a.reason == b.reason);
  }

  /// Whether `b` fails wherever `a` does, so that the outcome rule_error is not lost with `a`.
  bool ErrsWith(const Rule& a, const Rule& b) const {
    const bool same_score = a.score_node == b.score_node || a.score_node == ruleset::kNoNode;
    if (!same_score && failures_.CanFail(a.score_node, false)) return false;
    if (a.absent_is_error && !b.absent_is_error && failures_.CanFail(a.condition, true)) return false;
    const std::vector<NodeIndex> own = SortedOperands(a.condition);
    const std::vector<NodeIndex> others = SortedOperands(b.condition);
    // Where `a` fails none of its operands is false: what asks some of these and no more fails by them, too.
    const bool asks_less = std::includes(own.begin(), own.end(), others.begin(), others.end());
    return std::none_of(own.begin(), own.end(), [&](NodeIndex node) {
      const bool is_shared = asks_less && std::binary_search(others.begin(), others.end(), node);
      return !is_shared && failures_.CanFail(node, a.absent_is_error);
    });
  }

  std::vector<NodeIndex> SortedOperands(NodeIndex condition) const {
    const ruleset::Node& node = rules_.program.nodes[condition];
    if (node.op != ruleset::Op::kAnd) return {condition};
    const auto first = rules_.program.operands.begin() + node.b;
    std::vector<NodeIndex> operands(first, first + node.c);
    std::sort(operands.begin(), operands.end());
    return operands;
  }

  /// Whether one rule could do what both do.
  bool CouldBeOne(const Rule& a, const Rule& b) const {
    return a.mode == b.mode && a.probability == b.probability && a.split_count == 0 && b.split_count == 0 &&
           a.mandatory == b.mandatory && a.must_inspect == b.must_inspect && a.tags == b.tags &&
           a.absent_is_error == b.absent_is_error && a.reason == b.reason;
  }

  std::string Id(RuleIndex rule) const { return std::string(pass_.IdOf(rule)); }
  void Report(std::string_view code, RuleIndex rule, RuleIndex other, std::string message, std::string note,
              std::string hint) {
    pass_.Find(code, pass_.PlaceOf(rule), std::move(message), std::move(hint), pass_.SpecIndexOf(rule))
        .AddNote(pass_.PlaceOf(other), std::move(note));
  }

  LintPass& pass_;
  const ruleset::RuleSet& rules_;
  ImplicationIndex index_;
  Failures failures_;
  std::uint64_t waived_tags_ = 0;
  std::int32_t score_severity_ = std::numeric_limits<std::int32_t>::min();
};

}  // namespace

void FindOverlappingRules(LintPass* pass) { OverlapSearch(pass).Search(); }

}  // namespace sluice::rules
