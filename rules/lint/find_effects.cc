// Effects that never come to be: a lane that decides nothing, a waiver that meets no match, a validity that
// is over.
#include <string>

#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

using ruleset::Rule;
using ruleset::RuleIndex;

class EffectSearch {
 public:
  explicit EffectSearch(LintPass* pass) : pass_(*pass), rules_(pass->rules) {}

  void Search() {
    for (const CheckedRule& tree : pass_.trees) {
      const RuleSpec& spec = pass_.book.specs.rules[tree.spec];
      if (tree.rule_count == 0) continue;
      if (DefaultIsMildest(rules_)) JudgeLane(tree, spec);
      JudgeValidity(tree, spec);
      if (rules_.rules[tree.first_rule].waives != 0) JudgeWaiver(tree.first_rule);
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

  /// Whether the waiver can meet a match that it takes back.
  bool Meets(const Rule& waiver, const Rule& waived) {
    const bool can_be = (waived.tags & waiver.waives) != 0 && !waived.mandatory && !waived.must_inspect;
    return can_be && ScopesMeet(rules_, waiver, waived) &&
           pass_.conditions.CanBothBe(pass_.conditions.True(waiver.condition), pass_.conditions.True(waived.condition));
  }

  void JudgeWaiver(RuleIndex index) {
    const Rule& waiver = rules_.rules[index];
    bool carried = false;
    for (const Rule& other : rules_.rules) {
      if ((other.tags & waiver.waives) == 0 || other.mandatory || other.must_inspect) continue;
      carried = true;
      if (Meets(waiver, other)) return;
    }
    if (!carried) return;  // the compiler's unknown-tag and waives-nothing
    const RuleSpec& spec = pass_.SpecOf(index);
    const YamlNode* waive = ThenOf(spec, "waive");
    pass_.Find("waives-nothing", (waive != nullptr ? waive : spec.node)->place(),
               "no match of a rule with a waived tag can come together with this rule",
               "direction, phase, offices, validity or conditions exclude each other", pass_.SpecIndexOf(index));
  }

  LintPass& pass_;
  const ruleset::RuleSet& rules_;
};

}  // namespace

void FindUselessEffects(LintPass* pass) { EffectSearch(pass).Search(); }

}  // namespace sluice::rules
