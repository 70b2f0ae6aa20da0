#include "engine/parcel/batch.h"

#include <algorithm>

#include "engine/base/limits.h"

namespace sluice::parcel {

const char* ReadErrorName(ReadError error) {
  switch (error) {
    case ReadError::kNone: return "none";
    case ReadError::kTooShort: return "too_short";
    case ReadError::kTooLong: return "too_long";
    case ReadError::kBadIdentifier: return "bad_identifier";
    case ReadError::kOutOfBounds: return "out_of_bounds";
    case ReadError::kTooDeep: return "too_deep";
    case ReadError::kTooManyItems: return "too_many_items";
    case ReadError::kTextTooLong: return "text_too_long";
    case ReadError::kBadUtf8: return "bad_utf8";
    case ReadError::kBadCurrency: return "bad_currency";
    case ReadError::kBadTime: return "bad_time";
    case ReadError::kBadCell: return "bad_cell";
    case ReadError::kBadFrame: return "bad_frame";
    case ReadError::kBadChecksum: return "bad_checksum";
    case ReadError::kBadPhase: return "bad_phase";
  }
  return "unknown";
}

namespace {

void Reserve(Column& column, std::size_t rows) {
  column.present.resize(WordsFor(rows));
  switch (column.type) {
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration: column.ints.resize(rows); break;
    case ValueType::kUint: column.uints.resize(rows); break;
    case ValueType::kDouble: column.doubles.resize(rows); break;
    case ValueType::kString: column.texts.resize(rows); break;
    case ValueType::kTimestamp: column.times.resize(rows); break;
    case ValueType::kMoney: column.moneys.resize(rows); break;
    default: break;  // kRecord: presence only
  }
}

std::size_t RowsMax(DomainIndex domain) {
  return domain == kParcelDomain ? limits::kBatchRowsMax : limits::kDomainRowsMax;
}

}  // namespace

Batch::Batch(const ColumnPlan& plan)
    : domains(plan.domains.size()), columns(plan.columns.size()), facts(limits::kBatchRowsMax),
      records(limits::kBatchRowsMax) {
  for (DomainIndex d = 0; d < domains.size(); ++d) {
    domains[d].first.assign(RowsMax(plan.domains[d].parent) + 1, 0);
    domains[d].parent.assign(RowsMax(d), 0);
  }
  for (ColumnIndex c = 0; c < columns.size(); ++c) {
    columns[c].type = plan.columns[c].type;
    Reserve(columns[c], RowsMax(plan.columns[c].domain));
  }
}

void Batch::Clear() {
  for (Column& column : columns) std::fill(column.present.begin(), column.present.end(), 0);
  for (DomainRows& rows : domains) rows.count = 0;
}

}  // namespace sluice::parcel
