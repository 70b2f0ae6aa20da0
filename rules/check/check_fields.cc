// Fields of records, vectors that can be ranged over, and has().
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"

namespace sluice::rules {

namespace {

std::vector<std::string_view> VisibleFields(const parcel::Record& record) {
  std::vector<std::string_view> names;
  for (const parcel::Field& field : record.fields) {
    if (!field.hidden && !field.label) names.push_back(field.name);
  }
  return names;
}

}  // namespace

Type CheckPass::SelectField(NodeId id, NodeId operand, const Type& record_type) {
  const parcel::Record& record = environment_.catalog->records[record_type.reference];
  const std::string_view name = ast_.Text(id);
  const std::uint32_t index = record.Find(name);
  if (index == parcel::kNoIndex) {
    return Fail(id, "unknown-field",
                "record " + record.name + " has no field '" + std::string(name) + "'",
                SuggestOrList(name, VisibleFields(record), "fields of " + record.name));
  }
  const parcel::Field& field = record.fields[index];
  if (field.label) {
    return Fail(id, "label-field",
                "field '" + std::string(name) + "' is a truth label, which rules cannot read",
                "labels are for measuring rules, not for deciding");
  }
  const Resolution& base = resolution(operand);
  const bool extends = base.meaning == Meaning::kField;
  Resolution found;
  found.meaning = Meaning::kField;
  found.base = extends ? base.base : operand;
  if (extends) found.path = base.path;
  found.path.push_back(index);
  resolution(id) = std::move(found);
  if (field.type == parcel::ValueType::kList) return RangeType(id, field, record_type.range);
  if (field.type == parcel::ValueType::kRecord) {
    Type inner = ScalarType(TypeKind::kRecord);
    inner.reference = field.record;
    inner.range = record_type.range;
    return inner;
  }
  return FieldType(id, field);
}

namespace {

Type PlainType(parcel::ValueType value_type, const parcel::Field& field) {
  Type type = ScalarType(value_type);
  if (type.IsNumber()) type.unit = UnitFromText(field.unit);
  if (type.Is(TypeKind::kInt)) type.reference = field.enumeration;
  return type;
}

}  // namespace

Type CheckPass::FieldType(NodeId id, const parcel::Field& field) {
  if (field.type == parcel::ValueType::kMoney) return MoneyFieldType(id, field);
  return PlainType(field.type, field);
}

Type CheckPass::MoneyFieldType(NodeId id, const parcel::Field& field) {
  const Resolution& found = resolution(id);
  const Type& owner = type(ast_.child(id, 0));
  MoneyTag tag;
  std::string place = "parcel";
  if (found.base != kNoNode) {
    // Only of a variable is it known that two reads mean one record.
    if (resolution(found.base).meaning != Meaning::kLocal) return ScalarType(TypeKind::kMoney);
    place = ast_.Text(found.base);
    tag.variable = resolution(found.base).base + 1;
  }
  if (field.currency_field == parcel::kNoIndex) return ScalarType(TypeKind::kMoney);
  parcel::FieldPath path = found.path;
  path.back() = field.currency_field;
  const std::uint32_t from = checked_.ranges[owner.range].record;
  tag.kind = MoneyTag::Kind::kField;
  tag.field = place + "." + parcel::PathText(*environment_.catalog, from, path);
  Type money = ScalarType(TypeKind::kMoney);
  money.money = std::make_shared<const MoneyTag>(std::move(tag));
  return money;
}

Type CheckPass::RangeType(NodeId id, const parcel::Field& field, std::uint32_t parent) {
  const bool of_records = field.element_type == parcel::ValueType::kRecord;
  const std::uint32_t record = of_records ? field.record : kNoReference;
  resolution(id).meaning = Meaning::kRange;
  resolution(id).index = AddRange(parent, resolution(id).path, record);
  if (!of_records) return ListOf(PlainType(field.element_type, field));
  Type element = ScalarType(TypeKind::kRecord);
  element.reference = field.record;
  element.range = resolution(id).index;
  return ListOf(std::move(element));
}

std::uint32_t CheckPass::AddRange(std::uint32_t parent, const parcel::FieldPath& path,
                                  std::uint32_t record) {
  for (std::uint32_t i = 1; i < checked_.ranges.size(); ++i) {
    if (checked_.ranges[i].parent == parent && checked_.ranges[i].path == path) return i;
  }
  checked_.ranges.push_back({parent, path, record});
  return static_cast<std::uint32_t>(checked_.ranges.size() - 1);
}

Type CheckPass::VisitHas(NodeId id) {
  const NodeId operand = ast_.child(id, 0);
  Visit(operand);
  const Type found = OwnerOf(id);
  if (found.IsOpen()) return ScalarType(TypeKind::kBool);
  const bool is_map =
      found.Is(TypeKind::kMap) && Agree(*found.key, ScalarType(TypeKind::kString));
  if (!found.Is(TypeKind::kRecord) && !is_map) {
    return Fail(
        id, "has-argument",
        "has() asks for a field of a record or a key of a map, not of " + Text(found),
        found.Is(TypeKind::kTableRow)
            ? "ask for the row: tables." + environment_.tables[found.reference].name + ".has(...)"
            : std::string());
  }
  VisitMember(id, operand, found);
  return ScalarType(TypeKind::kBool);
}

}  // namespace sluice::rules
