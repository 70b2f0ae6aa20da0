#include "engine/parcel/types.h"

namespace sluice::parcel {

const char* ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kBool: return "bool";
    case ValueType::kInt: return "int";
    case ValueType::kUint: return "uint";
    case ValueType::kDouble: return "double";
    case ValueType::kString: return "string";
    case ValueType::kTimestamp: return "timestamp";
    case ValueType::kDuration: return "duration";
    case ValueType::kMoney: return "money";
    case ValueType::kRecord: return "record";
    case ValueType::kTableRow: return "table row";
    case ValueType::kList: return "list";
    case ValueType::kMap: return "map";
  }
  return "unknown";
}

const char* InputKindName(InputKind kind) {
  switch (kind) {
    case InputKind::kParcel: return "parcel";
    case InputKind::kDocument: return "document";
    case InputKind::kAmendment: return "amendment";
    case InputKind::kCancellation: return "cancellation";
    case InputKind::kMeasurement: return "measurement";
    case InputKind::kInspectionResult: return "inspection_result";
    case InputKind::kTick: return "tick";
    case InputKind::kGeneration: return "generation";
    case InputKind::kEpochKey: return "epoch_key";
    case InputKind::kLaneState: return "lane_state";
    case InputKind::kRoster: return "roster";
    case InputKind::kOfficerEvent: return "officer_event";
  }
  return "unknown";
}

}  // namespace sluice::parcel
