// Values of the reference evaluator: tagged at run time, so that nothing of the compiler's types is
// believed.
//
// Plain values; lists and maps share their elements. A RecordRef points into a record that outlives
// it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/time.h"

namespace sluice::oracle {

struct Value;
struct RecordTree;
struct TableModel;
using List = std::vector<Value>;
using Map = std::vector<std::pair<Value, Value>>;

struct Duration {
  std::int64_t ns = 0;
};
struct Money {
  std::int64_t minor = 0;
  std::string currency;
};
struct RowRef {
  const TableModel* table = nullptr;
  std::size_t row = 0;
};

struct Value {
  std::variant<bool, std::int64_t, std::uint64_t, double, std::string, base::Timestamp, Duration,
               Money, const RecordTree*, RowRef, std::shared_ptr<const List>,
               std::shared_ptr<const Map>>
      v;

  template <typename T>
  bool Is() const {
    return std::holds_alternative<T>(v);
  }
  template <typename T>
  const T& As() const {
    return std::get<T>(v);
  }
};

Value MakeList(List list);
Value MakeMap(Map map);

enum class ErrorKind : std::uint8_t {
  kAbsent,
  kOverflow,
  kDivide,
  kConversion,
  kIndex,
  kNoKey,
  kDuplicateKey,
  kRange,
  kLimit
};
inline constexpr int kErrorKindCount = 9;
const char* ErrorName(ErrorKind kind);

/// A value or an error.
class Result {
 public:
  Result(Value value) : outcome_(std::move(value)) {}  // NOLINT: results are written as values
  Result(ErrorKind kind) : outcome_(kind) {}           // NOLINT: and as errors

  bool ok() const { return outcome_.index() == 0; }
  const Value& value() const { return std::get<0>(outcome_); }
  ErrorKind error() const { return std::get<1>(outcome_); }

 private:
  std::variant<Value, ErrorKind> outcome_;
};

/// By elements; numbers by value, whatever their types. NaN is unequal to all.
bool Equal(const Value& a, const Value& b);
/// Of two values of one type, or two numbers: -1, 0, 1; nothing where one is NaN.
std::optional<int> Compare(const Value& a, const Value& b);
std::string ToText(const Value& value);

}  // namespace sluice::oracle
