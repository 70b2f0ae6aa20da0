#include "engine/ruleset/sections.h"

namespace sluice::ruleset {

template <typename C>
void Code(C& codec, typename C::template Of<TypeInfo>& type) {
  codec.Enum(type.kind, ValueType::kMap);
  codec.Value(type.key);
  codec.Value(type.element);
  codec.Value(type.reference);
}

template <typename C>
void Code(C& codec, typename C::template Of<ConstantSet>& set) {
  codec.Enum(set.type, ValueType::kMap);
  codec.Block(set.ints);
  codec.Block(set.uints);
  codec.Block(set.texts);
}

template <typename C>
void Code(C& codec, typename C::template Of<Zone>& zone) {
  codec.Block(zone.name);
  codec.Block(zone.from_seconds);
  codec.Block(zone.offset_seconds);
}

template <typename C>
void CodeProgram(C& codec, typename C::template Of<RuleSet>& rule_set) {
  auto& program = rule_set.program;
  codec.Each(program.types);
  codec.Block(program.nodes);
  codec.Block(program.operands);
  codec.Block(program.ints);
  codec.Block(program.uints);
  codec.Block(program.doubles);
  codec.Each(program.times);
  codec.Each(program.moneys);
  Code(codec, program.texts);
  codec.Each(program.sets);
  Code(codec, program.patterns);
  codec.Block(program.text_version);
}

template <typename C>
void CodeZones(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Each(rule_set.program.zones);
}

template void CodeProgram<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeProgram<SectionReader>(SectionReader&, RuleSet&);
template void CodeZones<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeZones<SectionReader>(SectionReader&, RuleSet&);

}  // namespace sluice::ruleset
