// Effects that never come to be: a lane that decides nothing, a waiver that meets no match, a validity that
// is over.
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::Rule;
using ruleset::RuleIndex;

constexpr std::size_t kWaivedPairsMax = 64 * limits::kLintCandidatesMax;  // a microsecond each, for each waiver

class EffectSearch {
 public:
  explicit EffectSearch(LintPass* pass) : pass_(*pass), rules_(pass->rules) {}

  void Search() {
    for (const CheckedRule& tree : pass_.trees) {
      const RuleSpec& spec = pass_.book.specs.rules[tree.spec];
      if (tree.rule_count == 0) continue;
      if (DefaultIsMildest(rules_)) JudgeLane(tree, spec);
      JudgeValidity(tree, spec);
      if (rules_.rules[tree.first_rule].waives != 0) JudgeWaiver(tree, spec);
    }
  }

 private:
  const YamlNode* ThenOf(const RuleSpec& spec, std::string_view key) const {
    const YamlNode* then = spec.node->Find("then");
    return then != nullptr && then->is_map() ? then->Find(key) : nullptr;
  }

  /// The most severe lane that is asked for stands, and the default lane where none is. Where no lane is milder than
  /// the default, to ask for it is to ask for nothing; where one is, even the mildest takes the default's place.
  void JudgeLane(const CheckedRule& tree, const RuleSpec& spec) {
    const YamlNode* lane = ThenOf(spec, "lane");
    if (lane == nullptr) return;
    const bool same_for_all = spec.lane.column.empty();
    for (std::uint32_t i = 0; i < (same_for_all ? 1 : tree.rule_count); ++i) {
      const RuleIndex rule = tree.first_rule + i;
      if (rules_.rules[rule].lane != rules_.default_lane) continue;
      pass_.Find("lane-decides-nothing", same_for_all ? lane->place() : pass_.PlaceOf(rule),
                 "lane '" + rules_.lanes[rules_.default_lane].name +
                     "' decides nothing: it is the default and the mildest lane, and the most severe stands",
                 "to take matches of other rules back, waive their tags; else leave `lane` out", tree.spec);
    }
  }

  void JudgeValidity(const CheckedRule& tree, const RuleSpec& spec) {
    const Rule& rule = rules_.rules[tree.first_rule];
    if (rule.valid_until > pass_.options.now) return;
    const YamlNode* valid = spec.node->Find("valid");
    const YamlNode* until = valid == nullptr ? nullptr : valid->Find("until");
    pass_.Find("expired-rule", (until != nullptr ? until : spec.node)->place(),
               "the rule was valid until " + (until != nullptr ? std::string(until->text()) : "a past day"),
               "take it out, or give it a new end", tree.spec);
  }

  /// Whether its matches can be taken back at all. Shadow matches are put aside before.
  static bool CanBeWaived(const Rule& rule, std::uint64_t tags) {
    return (rule.tags & tags) != 0 && !rule.mandatory && !rule.must_inspect &&
           rule.mode == ruleset::RuleMode::kLive;
  }

  /// Whether some row of the waiver, or the waiver itself, can meet a match that it takes back. Said of too many pairs,
  /// too.
  bool MeetsSome(const CheckedRule& tree, const std::vector<const Rule*>& carriers) {
    std::size_t asked = 0;
    for (std::uint32_t i = 0; i < tree.rule_count; ++i) {
      const Rule& waiver = rules_.rules[tree.first_rule + i];
      for (const Rule* waived : carriers) {
        if (++asked > kWaivedPairsMax) return true;
        if (ScopesMeet(rules_, waiver, *waived) &&
            pass_.conditions.CanBothBe(pass_.conditions.True(waiver.condition),
                                       pass_.conditions.True(waived->condition))) {
          return true;
        }
      }
    }
    return false;
  }

  void JudgeWaiver(const CheckedRule& tree, const RuleSpec& spec) {
    const std::uint64_t tags = rules_.rules[tree.first_rule].waives;  // of all rows
    std::vector<const Rule*> carriers;
    for (const Rule& other : rules_.rules) {
      if (CanBeWaived(other, tags)) carriers.push_back(&other);
      if (carriers.size() >= kWaivedPairsMax) return;
    }
    // None: the compiler's unknown-tag and waives-nothing, or it waits for rules that are in shadow.
    if (carriers.empty() || MeetsSome(tree, carriers)) return;
    const YamlNode* waive = ThenOf(spec, "waive");
    pass_.Find("waives-nothing", (waive != nullptr ? waive : spec.node)->place(),
               "no match of a live rule with a waived tag can come together with this rule",
               "direction, phase, offices, validity or conditions exclude each other", tree.spec);
  }

  LintPass& pass_;
  const ruleset::RuleSet& rules_;
};

}  // namespace

void FindUselessEffects(LintPass* pass) { EffectSearch(pass).Search(); }

}  // namespace sluice::rules
