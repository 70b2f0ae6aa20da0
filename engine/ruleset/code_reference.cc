#include "engine/ruleset/sections.h"

namespace sluice::ruleset {

template <typename C>
void Code(C& codec, typename C::template Of<TableKey>& key) {
  codec.Block(key.name);
  codec.Enum(key.kind, KeyKind::kInterval);
  codec.Enum(key.type, ValueType::kMap);
  codec.Block(key.texts);
  codec.Block(key.ints);
  codec.Block(key.from_doubles);
  codec.Block(key.to_doubles);
  codec.Block(key.from_ints);
  codec.Block(key.to_ints);
  codec.Each(key.from_times);
  codec.Each(key.to_times);
}

template <typename C>
void Code(C& codec, typename C::template Of<TableValueColumn>& column) {
  codec.Block(column.name);
  codec.Enum(column.type, ValueType::kMap);
  codec.Value(column.currency);
  codec.Block(column.present);
  codec.Block(column.ints);
  codec.Block(column.uints);
  codec.Block(column.doubles);
  codec.Block(column.texts);
  codec.Each(column.times);
}

template <typename C>
void Code(C& codec, typename C::template Of<Rate>& rate) {
  codec.Value(rate.currency);
  Code(codec, rate.from);
  codec.Value(rate.nano_units);
}

template <typename C>
void CodeRates(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Value(rule_set.rates.base_currency);
  codec.Each(rule_set.rates.rates);
}

template <typename C>
void CodeList(C& codec, typename C::template Of<ReferenceList>& list) {
  codec.Enum(list.type, ValueType::kMap);
  Code(codec, list.texts);
  codec.Block(list.ints);
}

template <typename C>
void CodeTable(C& codec, typename C::template Of<Table>& table) {
  codec.Value(table.row_count);
  codec.Each(table.keys);
  codec.Each(table.values);
  Code(codec, table.texts);
  codec.Each(table.valid_from);
  codec.Each(table.valid_until);
}

template void CodeRates<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeRates<SectionReader>(SectionReader&, RuleSet&);
template void CodeList<SectionWriter>(SectionWriter&, const ReferenceList&);
template void CodeList<SectionReader>(SectionReader&, ReferenceList&);
template void CodeTable<SectionWriter>(SectionWriter&, const Table&);
template void CodeTable<SectionReader>(SectionReader&, Table&);

}  // namespace sluice::ruleset
