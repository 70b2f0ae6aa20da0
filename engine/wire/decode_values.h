// Checked reads of single values out of the bytes of a record, into one row of a column.
//
// Private to this room; inline because the decoder spends its time here.   Thread-safety: as the
// batch.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/utf8.h"
#include "engine/parcel/batch.h"
#include "engine/wire/decode_nodes.h"

namespace sluice::wire {

static_assert(std::endian::native == std::endian::little,
              "FlatBuffers are little-endian; so are the loads below");

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

/// The bytes of a NUL-padded text in one word that has 8 readable bytes; `width` <= 8.
inline std::uint64_t FixedWord(const std::uint8_t* at, std::size_t width) {
  const std::uint64_t word = LoadAt<std::uint64_t>(at);
  return width < 8 ? word & ((std::uint64_t{1} << (8 * width)) - 1) : word;
}
/// Bytes before the first NUL of a word.
inline std::size_t LengthInWord(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const std::uint64_t zeros =
      (word - kOnes) & ~word & kHighs;  // the lowest high bit marks the first NUL
  return static_cast<std::size_t>(std::countr_zero(zeros)) / 8;  // 64 / 8 where there is none
}

/// The text of a NUL-padded field of `width` bytes.
inline std::string_view FixedText(const std::uint8_t* at, std::size_t width) {
  const void* nul = std::memchr(at, 0, width);
  return {reinterpret_cast<const char*>(at),
          nul == nullptr ? width
                         : static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at)};
}

/// The text behind the offset at `at` (4 bytes there are inside).
inline ReadError ReadText(RecordBytes record, std::size_t at, std::size_t max_bytes,
                          std::string_view* out) {
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
  if (time.seconds < base::kTimestampSecondsMin || time.seconds > base::kTimestampSecondsMax)
    return ReadError::kBadTime;
  column.times[row] = time;
  return ReadError::kNone;
}

/// A switch, because a division by a constant is several times faster than one by a variable.
inline ReadError StoreTimestamp(std::int64_t units_per_second, std::int64_t count, Column& column,
                                std::size_t row) {
  switch (units_per_second) {
    case 1: return StoreTimestamp<1>(count, column, row);
    case 1'000: return StoreTimestamp<1'000>(count, column, row);
    case 1'000'000: return StoreTimestamp<1'000'000>(count, column, row);
    default: return StoreTimestamp<1'000'000'000>(count, column, row);
  }
}

inline ReadError StoreDuration(std::int64_t units_per_second, std::int64_t count, Column& column,
                               std::size_t row) {
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(count, base::kNsPerSecond / units_per_second, &ns))
    return ReadError::kBadTime;
  column.ints[row] = ns;
  return ReadError::kNone;
}

/// Reads the value in place at `at`, wire_bytes of which are inside, except money's currency; sets
/// the presence bit.
inline ReadError ReadValue(const DecodeLeaf& leaf, RecordBytes record, std::size_t at,
                           Column& column, std::size_t row) {
  ReadError error = ReadError::kNone;
  switch (leaf.type) {
    case ValueType::kBool:
    case ValueType::kInt: column.ints[row] = LoadInt(leaf.wire, record.data + at); break;
    case ValueType::kUint:
      column.uints[row] = static_cast<std::uint64_t>(LoadInt(leaf.wire, record.data + at));
      break;
    case ValueType::kDouble:
      column.doubles[row] = leaf.wire == WireKind::kF64
                                ? LoadAt<double>(record.data + at)
                                : static_cast<double>(LoadAt<float>(record.data + at));
      break;
    case ValueType::kString:
      if (leaf.wire == WireKind::kFixedText) {
        const std::string_view text = FixedText(record.data + at, leaf.wire_bytes);
        if (!base::IsValidUtf8(text)) return ReadError::kBadUtf8;
        column.texts[row] = text;
      } else {
        error = ReadText(record, at, leaf.max_bytes, &column.texts[row]);
      }
      break;
    case ValueType::kTimestamp:
      error =
          StoreTimestamp(leaf.units_per_second, LoadInt(leaf.wire, record.data + at), column, row);
      break;
    case ValueType::kDuration:
      error =
          StoreDuration(leaf.units_per_second, LoadInt(leaf.wire, record.data + at), column, row);
      break;
    case ValueType::kMoney:
      column.moneys[row].minor_units = LoadInt(leaf.wire, record.data + at);
      break;
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

/// A fixed text with 8 readable bytes behind it; `keep` as in ReadMember.
inline ReadError ReadFixedMember(const std::uint8_t* at, std::size_t width, std::uint64_t keep,
                                 std::string_view* out) {
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  const char* text = reinterpret_cast<const char*>(keep & reinterpret_cast<std::uintptr_t>(at));
  const std::uint64_t first = FixedWord(at, std::min<std::size_t>(width, 8)) & keep;
  std::size_t length = LengthInWord(first);
  std::uint64_t all = first;
  if (width > 8 && length == 8) {
    if (width > 16) {
      *out = FixedText(at, width);
      return base::IsValidUtf8(*out) ? ReadError::kNone : ReadError::kBadUtf8;
    }
    const std::uint64_t second = FixedWord(at + 8, width - 8);
    length += LengthInWord(second);
    all |= second;
  }
  *out = {text, length};
  if ((all & kHighs) == 0) return ReadError::kNone;
  return base::IsValidUtf8(*out) ? ReadError::kNone : ReadError::kBadUtf8;
}

/// Money in a struct: `minor_units` is zero already if `has` is.
inline ReadError ReadMoneyMember(const DecodeLeaf& leaf, const std::uint8_t* structure,
                                 std::int64_t minor_units, std::uint64_t has, base::Money* out) {
  *out = {minor_units, 0};
  if (has == 0) return ReadError::kNone;
  const std::uint8_t* at = structure + leaf.currency_slot;
  const std::string_view text = leaf.currency_bytes == 3
                                    ? std::string_view(reinterpret_cast<const char*>(at), 3)
                                    : FixedText(at, leaf.currency_bytes);
  const std::optional<base::CurrencyCode> currency = base::ParseCurrency(text);
  if (!currency) return ReadError::kBadCurrency;
  out->currency = *currency;
  return ReadError::kNone;
}

/// Reads a member of the struct at `at`, behind which 8 more bytes are inside. `has` is 1, or 0 for
/// an absent member, whose value becomes zero: which fields a record has is not predictable, so
/// nothing here branches on it.
inline ReadError ReadMember(const DecodeLeaf& leaf, RecordBytes record, std::size_t struct_at,
                            std::uint64_t has, Column& column, std::size_t row) {
  const std::uint8_t* at = record.data + struct_at + leaf.slot;
  const std::uint64_t keep = std::uint64_t{0} - has;  // all ones, or zero
  const std::uint64_t raw = (LoadAt<std::uint64_t>(at) << leaf.unused_bits) & keep;
  const std::int64_t integer = leaf.is_signed ? static_cast<std::int64_t>(raw) >> leaf.unused_bits
                                              : static_cast<std::int64_t>(raw >> leaf.unused_bits);
  ReadError error = ReadError::kNone;
  switch (leaf.type) {
    case ValueType::kBool: column.ints[row] = integer != 0 ? 1 : 0; break;
    case ValueType::kInt: column.ints[row] = integer; break;
    case ValueType::kUint: column.uints[row] = static_cast<std::uint64_t>(integer); break;
    case ValueType::kDouble: {
      const double value =
          leaf.wire == WireKind::kF64 ? LoadAt<double>(at) : static_cast<double>(LoadAt<float>(at));
      column.doubles[row] = has != 0 ? value : 0.0;
      break;
    }
    case ValueType::kString:
      error = ReadFixedMember(at, leaf.wire_bytes, keep, &column.texts[row]);
      break;
    case ValueType::kTimestamp:
      error = StoreTimestamp(leaf.units_per_second, integer, column, row);
      break;
    case ValueType::kDuration:
      error = StoreDuration(leaf.units_per_second, integer, column, row);
      break;
    case ValueType::kMoney:
      error = ReadMoneyMember(leaf, record.data + struct_at, integer, has, &column.moneys[row]);
      break;
    default: break;
  }
  column.present[row / 64] |= has << (row % 64);
  return error;
}

}  // namespace sluice::wire
