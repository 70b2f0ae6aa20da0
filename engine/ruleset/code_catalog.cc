#include "engine/ruleset/sections.h"

namespace sluice::ruleset {

using parcel::ColumnSpec;
using parcel::Domain;
using parcel::Enum;
using parcel::EnumValue;
using parcel::Field;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;

template <typename C>
void Code(C& codec, typename C::template Of<Field>& field) {
  codec.Block(field.name);
  codec.Enum(field.type, ValueType::kMap);
  codec.Enum(field.element_type, ValueType::kMap);
  codec.Enum(field.wire, WireKind::kVector);
  codec.Enum(field.element_wire, WireKind::kVector);
  codec.Enum(field.presence, Presence::kVector);
  codec.Value(field.mask_bit);
  codec.Value(field.slot);
  codec.Value(field.fixed_bytes);
  codec.Value(field.default_int);
  codec.Value(field.default_double);
  codec.Value(field.record);
  codec.Value(field.enumeration);
  codec.Value(field.time_units_per_second);
  codec.Value(field.currency_field);
  codec.Block(field.unit);
  codec.Value(field.max_bytes);
  codec.Value(field.max_items);
  codec.Value(field.required_phases);
  codec.Value(field.personal);
  codec.Value(field.label);
  codec.Value(field.hidden);
  codec.Value(field.inline_in);
  codec.Block(field.comment);
}

template <typename C>
void Code(C& codec, typename C::template Of<Record>& record) {
  codec.Block(record.name);
  codec.Value(record.is_struct);
  codec.Value(record.struct_bytes);
  codec.Value(record.mask_field);
  codec.Each(record.fields);
}

template <typename C>
void Code(C& codec, typename C::template Of<EnumValue>& value) {
  codec.Block(value.name);
  codec.Value(value.value);
}

template <typename C>
void Code(C& codec, typename C::template Of<Enum>& enumeration) {
  codec.Block(enumeration.name);
  codec.Each(enumeration.values);
}

template <typename C>
void Code(C& codec, typename C::template Of<Domain>& domain) {
  codec.Value(domain.parent);
  codec.Block(domain.path);
  codec.Value(domain.record);
}

template <typename C>
void Code(C& codec, typename C::template Of<ColumnSpec>& column) {
  codec.Value(column.domain);
  codec.Block(column.path);
  codec.Enum(column.type, ValueType::kMap);
}

template <typename C>
void CodeCatalog(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Each(rule_set.catalog.records);
  codec.Each(rule_set.catalog.enums);
  codec.Value(rule_set.catalog.root);
  codec.Block(rule_set.catalog.file_identifier);
}

template <typename C>
void CodeColumns(C& codec, typename C::template Of<RuleSet>& rule_set) {
  codec.Each(rule_set.columns.domains);
  codec.Each(rule_set.columns.columns);
}

template void CodeCatalog<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeCatalog<SectionReader>(SectionReader&, RuleSet&);
template void CodeColumns<SectionWriter>(SectionWriter&, const RuleSet&);
template void CodeColumns<SectionReader>(SectionReader&, RuleSet&);

}  // namespace sluice::ruleset
