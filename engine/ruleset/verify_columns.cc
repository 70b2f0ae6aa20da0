#include "engine/base/limits.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

using parcel::ColumnSpec;
using parcel::Domain;
using parcel::Field;
using parcel::FieldPath;
using parcel::kNoIndex;

// The field at the end of `path`, or null where the path leaves the catalogue.
const Field* Follow(const parcel::Catalog& catalog, std::uint32_t record, const FieldPath& path) {
  if (path.size() > limits::kSchemaDepthMax) return nullptr;
  const Field* field = nullptr;
  for (const std::uint32_t index : path) {
    if (field != nullptr) record = field->type == ValueType::kRecord ? field->record : kNoIndex;
    if (record == kNoIndex || index >= catalog.records[record].fields.size()) return nullptr;
    field = &catalog.records[record].fields[index];
  }
  return field;
}

Status CheckDomain(const RuleSet& rule_set, std::size_t index, std::vector<std::size_t>* depths) {
  const std::vector<Domain>& domains = rule_set.columns.domains;
  const Domain& domain = domains[index];
  if (index == 0) {
    const bool plain = domain.parent == 0 && domain.path.empty() && domain.record == kNoIndex;
    return plain ? Status::Ok() : Flaw("domain", 0, "it is not the parcels'");
  }
  if (domain.parent >= index) return Flaw("domain", index, "it stands before its parent");
  (*depths)[index] = (*depths)[domain.parent] + 1;
  if ((*depths)[index] > limits::kSchemaDepthMax) return Flaw("domain", index, "it is too deep");
  const std::uint32_t record = DomainRecord(rule_set.catalog, rule_set.columns, domain.parent);
  const Field* field = Follow(rule_set.catalog, record, domain.path);
  if (field == nullptr || field->type != ValueType::kList) {
    return Flaw("domain", index, "its path does not lead to a vector");
  }
  const bool of_records = field->element_type == ValueType::kRecord;
  if (domain.record != (of_records ? field->record : kNoIndex)) {
    return Flaw("domain", index, "its record is not that of the vector");
  }
  return Status::Ok();
}

Status CheckColumn(const RuleSet& rule_set, std::size_t index) {
  const ColumnSpec& column = rule_set.columns.columns[index];
  const std::vector<Domain>& domains = rule_set.columns.domains;
  if (column.domain >= domains.size()) return Flaw("column", index, "its domain does not exist");
  const Domain& domain = domains[column.domain];
  const std::uint32_t record = DomainRecord(rule_set.catalog, rule_set.columns, column.domain);
  ValueType type = ValueType::kList;
  if (!column.path.empty()) {
    const Field* field = Follow(rule_set.catalog, record, column.path);
    if (field == nullptr) return Flaw("column", index, "its path leaves the catalogue");
    type = field->type;
  } else if (column.domain != parcel::kParcelDomain && domain.record == kNoIndex) {
    const std::uint32_t outer = DomainRecord(rule_set.catalog, rule_set.columns, domain.parent);
    type = Follow(rule_set.catalog, outer, domain.path)->element_type;
  }
  if (column.type != type || !(IsScalar(type) || type == ValueType::kRecord)) {
    return Flaw("column", index, "its type is not that of its field");
  }
  return Status::Ok();
}

// A column that the engine itself reads of each parcel, or none.
bool IsSystemColumn(const RuleSet& rule_set, std::uint32_t column, ValueType type) {
  if (column == kNone) return true;
  const std::vector<ColumnSpec>& columns = rule_set.columns.columns;
  return column < columns.size() && columns[column].domain == parcel::kParcelDomain &&
         columns[column].type == type;
}

Status CheckSystemColumns(const RuleSet& rule_set) {
  const SystemColumns& system = rule_set.system;
  const bool sound = IsSystemColumn(rule_set, system.id, ValueType::kString) &&
                     IsSystemColumn(rule_set, system.received, ValueType::kTimestamp) &&
                     IsSystemColumn(rule_set, system.office, ValueType::kString) &&
                     IsSystemColumn(rule_set, system.phase, ValueType::kInt) &&
                     IsSystemColumn(rule_set, system.direction, ValueType::kInt) &&
                     IsSystemColumn(rule_set, system.draw_id, ValueType::kString);
  if (!sound) return Flaw("policy", "a column that the engine reads does not exist or is of another type");
  for (std::size_t i = 0; i < rule_set.required.size(); ++i) {
    const RequiredField& field = rule_set.required[i];
    const bool named = field.name < rule_set.texts.size();
    if (field.column >= rule_set.columns.columns.size() || !named) {
      return Flaw("required field", i, "its column or name does not exist");
    }
    if ((field.phases & ~parcel::kAllPhases) != 0) return Flaw("required field", i, "an unknown phase");
  }
  return Status::Ok();
}

}  // namespace

Status VerifyColumns(const RuleSet& rule_set) {
  const parcel::ColumnPlan& plan = rule_set.columns;
  if (plan.domains.empty() || plan.domains.size() > limits::kDomainsMax) {
    return Flaw("columns", "too many domains, or none");
  }
  if (plan.columns.size() > limits::kColumnsMax) return Flaw("columns", "too many columns");
  std::vector<std::size_t> depths(plan.domains.size(), 0);
  for (std::size_t i = 0; i < plan.domains.size(); ++i) {
    const Status status = CheckDomain(rule_set, i, &depths);
    if (!status.ok()) return status;
  }
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const Status status = CheckColumn(rule_set, i);
    if (!status.ok()) return status;
  }
  return CheckSystemColumns(rule_set);
}

}  // namespace sluice::ruleset
