#include "engine/ruleset/sections.h"

namespace sluice::ruleset {

template <typename C>
void Code(C& codec, typename C::template Of<Rule>& rule) {
  codec.Value(rule.id);
  codec.Value(rule.title);
  codec.Value(rule.reason);
  codec.Value(rule.note);
  codec.Value(rule.owner);
  codec.Value(rule.condition);
  codec.Value(rule.score_node);
  codec.Value(rule.score);
  codec.Value(rule.lane);
  codec.Enum(rule.mode, RuleMode::kShadow);
  codec.Value(rule.must_inspect);
  codec.Value(rule.mandatory);
  codec.Value(rule.absent_is_error);
  codec.Value(rule.directions);
  codec.Value(rule.phases);
  codec.Value(rule.offices);
  codec.Value(rule.split_first);
  codec.Value(rule.split_count);
  codec.Value(rule.probability);
  codec.Value(rule.controls);
  codec.Value(rule.tags);
  codec.Value(rule.waives);
  Code(codec, rule.valid_from);
  Code(codec, rule.valid_until);
  codec.Value(rule.source);
  codec.Value(rule.profile_table);
  codec.Value(rule.profile_row);
}

template <typename C>
void Code(C& codec, typename C::template Of<Lane>& lane) {
  codec.Block(lane.name);
  codec.Value(lane.severity);
  codec.Value(lane.releases);
  codec.Value(lane.capacity_per_hour);
  codec.Value(lane.overflow);
}

template <typename C>
void Code(C& codec, typename C::template Of<SplitShare>& share) {
  codec.Value(share.lane);
  codec.Value(share.parts_per_million);
}

template <typename C>
void Code(C& codec, typename C::template Of<ScoreLane>& score_lane) {
  codec.Value(score_lane.from);
  codec.Value(score_lane.lane);
}

template <typename C>
void Code(C& codec, typename C::template Of<RequiredField>& field) {
  codec.Value(field.column);
  codec.Value(field.phases);
  codec.Value(field.name);
}

template <typename C>
void CodeRules(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Each(rule_set.rules);
  codec.Each(rule_set.split_shares);
  Code(codec, rule_set.texts);
}

template <typename C>
void CodeSources(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Block(rule_set.sources);
}

template <typename C>
void CodePolicy(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Block(rule_set.name);
  codec.Each(rule_set.lanes);
  codec.Value(rule_set.default_lane);
  for (auto& lane : rule_set.outcome_lanes) codec.Value(lane);
  codec.Each(rule_set.score_lanes);
  codec.Each(rule_set.tags);
  codec.Each(rule_set.controls);
  codec.Each(rule_set.office_sets);
  codec.Each(rule_set.required);
  auto& system = rule_set.system;
  codec.Value(system.id);
  codec.Value(system.received);
  codec.Value(system.office);
  codec.Value(system.phase);
  codec.Value(system.direction);
  codec.Value(system.draw_id);
  codec.Value(rule_set.zone);
}

template <typename C>
void CodeMapping(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Block(rule_set.mapping);
}

template void CodeRules<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeRules<SectionReader>(SectionReader&, RuleSet&);
template void CodeSources<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeSources<SectionReader>(SectionReader&, RuleSet&);
template void CodePolicy<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodePolicy<SectionReader>(SectionReader&, RuleSet&);
template void CodeMapping<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeMapping<SectionReader>(SectionReader&, RuleSet&);

}  // namespace sluice::ruleset
