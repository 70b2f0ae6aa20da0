#include "engine/parcel/catalog.h"

#include "engine/base/check.h"

namespace sluice::parcel {

std::uint32_t Record::Find(std::string_view field_name) const {
  for (std::uint32_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].hidden && fields[i].name == field_name) return i;
  }
  return kNoIndex;
}

std::optional<FieldPath> FindPath(const Catalog& catalog, std::string_view dotted) {
  FieldPath path;
  std::uint32_t record = catalog.root;
  while (true) {
    if (record == kNoIndex) return std::nullopt;
    const std::size_t dot = dotted.find('.');
    const std::uint32_t index = catalog.records[record].Find(dotted.substr(0, dot));
    if (index == kNoIndex) return std::nullopt;
    path.push_back(index);
    if (dot == std::string_view::npos) return path;
    const Field& field = catalog.records[record].fields[index];
    record = field.type == ValueType::kRecord ? field.record : kNoIndex;
    dotted.remove_prefix(dot + 1);
  }
}

const Field& FieldAt(const Catalog& catalog, std::uint32_t record, const FieldPath& path) {
  SLUICE_CHECK(!path.empty());
  const Field* field = nullptr;
  for (const std::uint32_t index : path) {
    field = &catalog.records[record].fields[index];
    record = field->record;
  }
  return *field;
}

std::string PathText(const Catalog& catalog, std::uint32_t record, const FieldPath& path) {
  std::string text;
  for (const std::uint32_t index : path) {
    const Field& field = catalog.records[record].fields[index];
    if (!text.empty()) text += '.';
    text += field.name;
    record = field.record;
  }
  return text;
}

}  // namespace sluice::parcel
