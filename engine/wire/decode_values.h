// Checked reads of single values out of the bytes of a record, into one row of a column.
//
// Private to this room; inline because the decoder spends its time here.   Thread-safety: as the batch.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/utf8.h"
#include "engine/parcel/batch.h"
#include "engine/wire/decode_nodes.h"

namespace sluice::wire {

static_assert(std::endian::native == std::endian::little, "FlatBuffers are little-endian; so are the loads below");

using parcel::Column;
using parcel::ReadError;
using parcel::ValueType;
using parcel::WireKind;

template <typename T>
T LoadAt(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// The bytes of one record.
struct RecordBytes {
  const std::uint8_t* data;
  std::size_t size;

  /// Whether `count` bytes at `at` lie inside.
  bool Holds(std::size_t at, std::size_t count) const { return at <= size && count <= size - at; }
};

inline void StoreZero(Column& column, std::size_t row) {
  switch (column.type) {
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration: column.ints[row] = 0; break;
    case ValueType::kUint: column.uints[row] = 0; break;
    case ValueType::kDouble: column.doubles[row] = 0; break;
    case ValueType::kString: column.texts[row] = {}; break;
    case ValueType::kTimestamp: column.times[row] = {}; break;
    case ValueType::kMoney: column.moneys[row] = {}; break;
    default: break;
  }
}

inline std::int64_t LoadInt(WireKind wire, const std::uint8_t* at) {
  switch (wire) {
    case WireKind::kBool: return *at != 0 ? 1 : 0;
    case WireKind::kI8: return LoadAt<std::int8_t>(at);
    case WireKind::kU8: return *at;
    case WireKind::kI16: return LoadAt<std::int16_t>(at);
    case WireKind::kU16: return LoadAt<std::uint16_t>(at);
    case WireKind::kI32: return LoadAt<std::int32_t>(at);
    case WireKind::kU32: return LoadAt<std::uint32_t>(at);
    default: return LoadAt<std::int64_t>(at);
  }
}

/// The text of a NUL-padded field of `width` bytes; `end` is the record's end.
inline std::string_view FixedText(const std::uint8_t* at, std::size_t width, const std::uint8_t* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const char* text = reinterpret_cast<const char*>(at);
  if (width <= 8 && end - at >= 8) {
    std::uint64_t word = LoadAt<std::uint64_t>(at);
    if (width < 8) word &= (std::uint64_t{1} << (8 * width)) - 1;
    const std::uint64_t zeros = (word - kOnes) & ~word & kHighs;  // the lowest high bit marks the first NUL
    return {text, zeros == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(zeros)) / 8};
  }
  const void* nul = std::memchr(at, 0, width);
  return {text, nul == nullptr ? width : static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at)};
}

/// The text behind the offset at `at` (4 bytes there are inside).
inline ReadError ReadText(RecordBytes record, std::size_t at, std::size_t max_bytes, std::string_view* out) {
  const std::size_t start = at + LoadAt<std::uint32_t>(record.data + at);
  if (!record.Holds(start, 4)) return ReadError::kOutOfBounds;
  const std::size_t length = LoadAt<std::uint32_t>(record.data + start);
  if (!record.Holds(start + 4, length)) return ReadError::kOutOfBounds;
  if (length > max_bytes) return ReadError::kTextTooLong;
  *out = {reinterpret_cast<const char*>(record.data + start + 4), length};
  return base::IsValidUtf8(*out) ? ReadError::kNone : ReadError::kBadUtf8;
}

template <std::int64_t kUnitsPerSecond>
ReadError StoreTimestamp(std::int64_t count, Column& column, std::size_t row) {
  const base::Timestamp time = base::TimestampFromUnits(count, kUnitsPerSecond);
  if (time.seconds < base::kTimestampSecondsMin || time.seconds > base::kTimestampSecondsMax) return ReadError::kBadTime;
  column.times[row] = time;
  return ReadError::kNone;
}

/// A switch, because a division by a constant is several times faster than one by a variable.
inline ReadError StoreTimestamp(std::int64_t units_per_second, std::int64_t count, Column& column, std::size_t row) {
  switch (units_per_second) {
    case 1: return StoreTimestamp<1>(count, column, row);
    case 1'000: return StoreTimestamp<1'000>(count, column, row);
    case 1'000'000: return StoreTimestamp<1'000'000>(count, column, row);
    default: return StoreTimestamp<1'000'000'000>(count, column, row);
  }
}

inline ReadError StoreDuration(std::int64_t units_per_second, std::int64_t count, Column& column, std::size_t row) {
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(count, base::kNsPerSecond / units_per_second, &ns)) return ReadError::kBadTime;
  column.ints[row] = ns;
  return ReadError::kNone;
}

/// Reads the value in place at `at`, wire_bytes of which are inside, except money's currency; sets the presence bit.
inline ReadError ReadValue(const DecodeLeaf& leaf, RecordBytes record, std::size_t at, Column& column, std::size_t row) {
  ReadError error = ReadError::kNone;
  switch (leaf.type) {
    case ValueType::kBool:
    case ValueType::kInt: column.ints[row] = LoadInt(leaf.wire, record.data + at); break;
    case ValueType::kUint: column.uints[row] = static_cast<std::uint64_t>(LoadInt(leaf.wire, record.data + at)); break;
    case ValueType::kDouble:
      column.doubles[row] = leaf.wire == WireKind::kF64 ? LoadAt<double>(record.data + at)
                                                        : static_cast<double>(LoadAt<float>(record.data + at));
      break;
    case ValueType::kString:
      if (leaf.wire == WireKind::kFixedText) {
        const std::string_view text = FixedText(record.data + at, leaf.wire_bytes, record.data + record.size);
        if (!base::IsValidUtf8(text)) return ReadError::kBadUtf8;
        column.texts[row] = text;
      } else {
        error = ReadText(record, at, leaf.max_bytes, &column.texts[row]);
      }
      break;
    case ValueType::kTimestamp:
      error = StoreTimestamp(leaf.units_per_second, LoadInt(leaf.wire, record.data + at), column, row);
      break;
    case ValueType::kDuration:
      error = StoreDuration(leaf.units_per_second, LoadInt(leaf.wire, record.data + at), column, row);
      break;
    case ValueType::kMoney: column.moneys[row].minor_units = LoadInt(leaf.wire, record.data + at); break;
    default: break;  // kRecord: presence only
  }
  if (error == ReadError::kNone) parcel::SetBit(column.present, row);
  return error;
}

/// Gives the money that ReadValue stored its currency.
inline ReadError StoreCurrency(std::string_view text, Column& column, std::size_t row) {
  const std::optional<base::CurrencyCode> currency = base::ParseCurrency(text);
  if (!currency) return ReadError::kBadCurrency;
  column.moneys[row].currency = *currency;
  return ReadError::kNone;
}

}  // namespace sluice::wire
