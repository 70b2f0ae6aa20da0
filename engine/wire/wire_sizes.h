// Bytes that a value takes in place, by its kind on the wire (FlatBuffers internals: scalars,
// 4-byte offsets).
//
// Private to this room.   Thread-safety: free functions.
#pragma once

#include <cstdint>

#include "engine/base/check.h"
#include "engine/parcel/catalog.h"

namespace sluice::wire {

/// `fixed_bytes` for fixed texts, `struct_bytes` for structs.
inline std::uint32_t BytesInPlace(parcel::WireKind wire, std::uint32_t fixed_bytes,
                                  std::uint32_t struct_bytes) {
  using parcel::WireKind;
  switch (wire) {
    case WireKind::kBool:
    case WireKind::kI8:
    case WireKind::kU8: return 1;
    case WireKind::kI16:
    case WireKind::kU16: return 2;
    case WireKind::kI32:
    case WireKind::kU32:
    case WireKind::kF32: return 4;
    case WireKind::kI64:
    case WireKind::kU64:
    case WireKind::kF64: return 8;
    case WireKind::kString:
    case WireKind::kTable:
    case WireKind::kVector: return 4;
    case WireKind::kFixedText: return fixed_bytes;
    case WireKind::kStruct: return struct_bytes;
  }
  SLUICE_CHECK(false);
  return 0;
}

}  // namespace sluice::wire
