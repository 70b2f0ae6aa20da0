#include "engine/pipeline/system_fields.h"

namespace sluice::pipeline {

namespace {

const parcel::Column* Present(const parcel::Batch& batch, parcel::ColumnIndex index,
                              std::size_t row) {
  if (index == ruleset::kNone || !batch.columns[index].Has(row)) return nullptr;
  return &batch.columns[index];
}

}  // namespace

SystemFields ReadSystemFields(const ruleset::RuleSet& rule_set, const parcel::Batch& batch,
                              std::size_t row) {
  SystemFields fields;
  fields.error = batch.facts[row].read_error;
  if (fields.error != parcel::ReadError::kNone) return fields;
  const ruleset::SystemColumns& system = rule_set.system;
  if (const auto* column = Present(batch, system.id, row)) fields.id = column->texts[row];
  if (const auto* column = Present(batch, system.office, row)) fields.office = column->texts[row];
  if (const auto* column = Present(batch, system.received, row)) {
    fields.received = column->times[row];
  }
  if (const auto* column = Present(batch, system.phase, row)) {
    switch (column->ints[row]) {
      case static_cast<int>(parcel::Phase::kDeclared): break;
      case static_cast<int>(parcel::Phase::kScanned): fields.phase = parcel::Phase::kScanned; break;
      default: fields.error = parcel::ReadError::kBadPhase; break;
    }
  }
  return fields;
}

}  // namespace sluice::pipeline
