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

/// The high bit of a word's first NUL byte is the lowest one set; 0 where it has none.
inline std::uint64_t NulBits(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  return (word - kOnes) & ~word & kHighs;
}
inline std::size_t BytesBefore(std::uint64_t nul_bits) {
  return static_cast<std::size_t>(std::countr_zero(nul_bits)) / 8;  // 64 / 8 where there is none
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

/// What is left to check of a fixed text, of whose bytes `word` has all bits. The high bit says: not ASCII.
inline ReadError CheckMemberText(std::uint64_t word, std::string_view text) {
  constexpr std::uint64_t kHighs = 0x8080808080808080u;
  if ((word & kHighs) == 0) [[likely]] return ReadError::kNone;
  return base::IsValidUtf8(text) ? ReadError::kNone : ReadError::kBadUtf8;
}

/// Fixed texts of up to 8, of 9 to 16 and of more bytes, 8 readable bytes behind them. `keep`: all bits, or none for
/// an absent one. How long the text is cannot be predicted either.
inline ReadError ReadText8(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t keep, std::string_view* out) {
  const std::uint64_t word = LoadAt<std::uint64_t>(at) & leaf.last_word & keep;
  *out = {reinterpret_cast<const char*>(keep & reinterpret_cast<std::uintptr_t>(at)), BytesBefore(NulBits(word))};
  return CheckMemberText(word, *out);
}
inline ReadError ReadText16(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t keep, std::string_view* out) {
  const std::uint64_t first = LoadAt<std::uint64_t>(at) & keep;
  const std::uint64_t second = LoadAt<std::uint64_t>(at + 8) & leaf.last_word & keep;
  const std::uint64_t first_nul = NulBits(first);
  const std::size_t goes_on = std::size_t{0} - static_cast<std::size_t>(first_nul == 0);
  const std::size_t bytes = BytesBefore(first_nul) + (BytesBefore(NulBits(second)) & goes_on);
  *out = {reinterpret_cast<const char*>(keep & reinterpret_cast<std::uintptr_t>(at)), bytes};
  return CheckMemberText(first | second, *out);
}
inline ReadError ReadLongText(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t has,
                              std::string_view* out) {
  *out = has == 0 ? std::string_view() : FixedText(at, leaf.wire_bytes);
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

/// The integer at `at`, 8 bytes of which are readable; 0 unless `keep` has all bits.
inline std::int64_t SignedAt(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t keep) {
  return static_cast<std::int64_t>((LoadAt<std::uint64_t>(at) & keep) << leaf.unused_bits) >> leaf.unused_bits;
}
inline std::uint64_t UnsignedAt(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t keep) {
  return (LoadAt<std::uint64_t>(at) & keep) << leaf.unused_bits >> leaf.unused_bits;
}
inline std::int64_t IntegerAt(const DecodeLeaf& leaf, const std::uint8_t* at, std::uint64_t keep) {
  return leaf.is_signed ? SignedAt(leaf, at, keep) : static_cast<std::int64_t>(UnsignedAt(leaf, at, keep));
}

/// 1 where the struct with this presence mask has the member, else 0. Money without a currency is none.
inline std::uint64_t HasMember(const DecodeLeaf& leaf, std::uint64_t mask) {
  const std::uint64_t has = (mask >> leaf.mask_bit & 1) | static_cast<std::uint64_t>(leaf.is_always);
  if (leaf.type != ValueType::kMoney) return has;
  return has & ((mask >> leaf.currency_mask_bit & 1) | static_cast<std::uint64_t>(leaf.is_currency_always));
}

/// Reads a member of a struct, behind which 8 more bytes are inside. The value of an absent member becomes zero: which
/// fields a record has is not predictable, so nothing here branches on it.
[[gnu::always_inline]] inline ReadError ReadMember(const DecodeLeaf& leaf, const std::uint8_t* structure,
                                                   std::uint64_t mask, Column& column, std::size_t row) {
  const std::uint64_t has = HasMember(leaf, mask);
  const std::uint8_t* at = structure + leaf.slot;
  const std::uint64_t keep = std::uint64_t{0} - has;  // all ones, or zero
  column.present[row / 64] |= has << (row % 64);
  switch (leaf.member) {
    case MemberKind::kSigned: column.ints[row] = SignedAt(leaf, at, keep); break;
    case MemberKind::kUnsigned: column.ints[row] = static_cast<std::int64_t>(UnsignedAt(leaf, at, keep)); break;
    case MemberKind::kBool: column.ints[row] = UnsignedAt(leaf, at, keep) != 0 ? 1 : 0; break;
    case MemberKind::kUint: column.uints[row] = static_cast<std::uint64_t>(IntegerAt(leaf, at, keep)); break;
    case MemberKind::kDouble: column.doubles[row] = std::bit_cast<double>(LoadAt<std::uint64_t>(at) & keep); break;
    case MemberKind::kFloat: column.doubles[row] = has != 0 ? static_cast<double>(LoadAt<float>(at)) : 0.0; break;
    case MemberKind::kText8: return ReadText8(leaf, at, keep, &column.texts[row]);
    case MemberKind::kText16: return ReadText16(leaf, at, keep, &column.texts[row]);
    case MemberKind::kLongText: return ReadLongText(leaf, at, has, &column.texts[row]);
    case MemberKind::kTimestamp:
      return StoreTimestamp(leaf.units_per_second, IntegerAt(leaf, at, keep), column, row);
    case MemberKind::kDuration:
      return StoreDuration(leaf.units_per_second, IntegerAt(leaf, at, keep), column, row);
    case MemberKind::kMoney:
      return ReadMoneyMember(leaf, structure, IntegerAt(leaf, at, keep), has, &column.moneys[row]);
    case MemberKind::kNothing: break;
  }
  return ReadError::kNone;
}

}  // namespace sluice::wire
