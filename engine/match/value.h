// What the row interpreter computes with: an untagged value (types are static, see Program::types) and error kinds.
//
// Plain values. Text and items point into the batch's records, the rule set, or an arena (arena.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/money.h"
#include "engine/base/time.h"

namespace sluice::match {

/// Why an operation has no value. Absence can be ignored by a rule; every other kind is a rule error.
enum class ErrorKind : std::uint8_t {
  kNone,
  kAbsent,      // an absent field, no such row, a blank cell, no rate
  kOverflow,    // an integer, duration or money outside 64 bits
  kDivide,      // an integer by zero
  kConversion,  // a text that does not say a value, a number outside the type, two currencies
  kIndex,       // outside the list or text
  kKey,         // not a key of the map, or a key twice in a map literal
  kRange,       // a timestamp outside years 1 to 9999; a number that the function does not take
  kLimit,       // kEvalArenaBytesMax, or what one operation may make
};
const char* ErrorKindName(ErrorKind kind);

/// Of two errors, the one that is told: the first, but any other kind outweighs absent.
constexpr ErrorKind Outweigh(ErrorKind first, ErrorKind next) {
  return first == ErrorKind::kNone || (first == ErrorKind::kAbsent && next != ErrorKind::kNone) ? next : first;
}

union Value;

struct TextRef {
  const char* data;
  std::size_t bytes;
};

/// A list of `count` values, or a map of `count` pairs: key, value, key, value, …
struct Items {
  const Value* first;
  std::size_t count;
};

union Value {
  std::int64_t number;      // kBool (0 or 1), kInt, kDuration (ns)
  std::uint64_t natural;    // kUint
  double real;              // kDouble
  TextRef text;             // kString
  base::Timestamp time;     // kTimestamp
  base::Money money;        // kMoney
  std::uint32_t row;        // kRecord: row of its domain; kTableRow: row of its table
  Items items;              // kList, kMap

  constexpr Value() : number(0) {}
  std::string_view Text() const { return {text.data, text.bytes}; }
};
static_assert(sizeof(Value) == 16);

inline Value NumberValue(std::int64_t number) {
  Value value;
  value.number = number;
  return value;
}
inline Value RealValue(double real) {
  Value value;
  value.real = real;
  return value;
}
inline Value NaturalValue(std::uint64_t natural) {
  Value value;
  value.natural = natural;
  return value;
}
inline Value TextValue(std::string_view text) {
  Value value;
  value.text = {text.data(), text.size()};
  return value;
}
inline Value TimeValue(const base::Timestamp& time) {
  Value value;
  value.time = time;
  return value;
}
inline Value MoneyValue(const base::Money& money) {
  Value value;
  value.money = money;
  return value;
}
inline Value RowValue(std::uint32_t row) {
  Value value;
  value.row = row;
  return value;
}
inline Value ItemsValue(const Value* first, std::size_t count) {
  Value value;
  value.items = {first, count};
  return value;
}

}  // namespace sluice::match
