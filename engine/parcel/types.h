// The kinds of values that records hold and rules compute.
//
// Plain values.
#pragma once

#include <cstdint>

namespace sluice::parcel {

enum class ValueType : std::uint8_t {
  kBool,
  kInt,        // 64-bit signed; enums too
  kUint,       // 64-bit unsigned
  kDouble,
  kString,     // valid UTF-8
  kTimestamp,
  kDuration,   // nanoseconds
  kMoney,      // minor units and a currency
  kRecord,     // a table or struct of the schema
  kTableRow,   // a row found in a reference table
  kList,
  kMap,
};
inline constexpr int kScalarTypeCount = 8;  // kBool to kMoney
inline constexpr bool IsScalar(ValueType type) { return static_cast<int>(type) < kScalarTypeCount; }

/// The name as rule authors read it: "int", "string", "timestamp", …
const char* ValueTypeName(ValueType type);

/// When a parcel is seen: as its declaration says, or as the scanner measured it.
enum class Phase : std::uint8_t { kDeclared = 0, kScanned = 1 };
inline constexpr std::uint8_t kAllPhases = 0b11;  // a mask has one bit a phase
inline constexpr std::uint8_t PhaseBit(Phase phase) { return static_cast<std::uint8_t>(1u << static_cast<int>(phase)); }

enum class Direction : std::uint8_t { kImport = 0, kExport = 1 };
inline constexpr std::uint8_t kAllDirections = 0b11;
inline constexpr std::uint8_t DirectionBit(Direction d) { return static_cast<std::uint8_t>(1u << static_cast<int>(d)); }

/// The kinds of the one input stream. Only kParcel is built; every other kind is refused where it arrives.
enum class InputKind : std::uint8_t {
  kParcel,
  kDocument,
  kAmendment,
  kCancellation,
  kMeasurement,
  kInspectionResult,
  kTick,
  kGeneration,
  kEpochKey,
  kLaneState,
  kRoster,
  kOfficerEvent,
};
const char* InputKindName(InputKind kind);
inline constexpr bool IsBuilt(InputKind kind) { return kind == InputKind::kParcel; }

}  // namespace sluice::parcel
