#include "tests/support/oracle/value.h"

#include <cmath>
#include <cstdio>

namespace sluice::oracle {

Value MakeList(List list) { return {std::make_shared<const List>(std::move(list))}; }
Value MakeMap(Map map) { return {std::make_shared<const Map>(std::move(map))}; }

const char* ErrorName(ErrorKind kind) {
  static constexpr const char* kNames[] = {"absent", "overflow", "divide",        "conversion",
                                           "index",  "no-key",   "duplicate-key", "range", "limit"};
  return kNames[static_cast<int>(kind)];
}

namespace {

bool IsNumber(const Value& v) {
  return v.Is<std::int64_t>() || v.Is<std::uint64_t>() || v.Is<double>();
}

// A long double of this machine holds every int64, uint64 and double exactly.
static_assert(__LDBL_MANT_DIG__ >= 64);
long double Wide(const Value& v) {
  if (v.Is<std::int64_t>()) return static_cast<long double>(v.As<std::int64_t>());
  if (v.Is<std::uint64_t>()) return static_cast<long double>(v.As<std::uint64_t>());
  return static_cast<long double>(v.As<double>());
}

template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

bool EqualLists(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i])) return false;
  }
  return true;
}

bool EqualMaps(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a) {
    bool found = false;
    for (const auto& [other_key, other] : b) {
      found = found || (Equal(key, other_key) && Equal(value, other));
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

bool Equal(const Value& a, const Value& b) {
  if (a.Is<std::shared_ptr<const List>>()) {
    return EqualLists(*a.As<std::shared_ptr<const List>>(), *b.As<std::shared_ptr<const List>>());
  }
  if (a.Is<std::shared_ptr<const Map>>()) {
    return EqualMaps(*a.As<std::shared_ptr<const Map>>(), *b.As<std::shared_ptr<const Map>>());
  }
  if (a.Is<Money>()) {
    return a.As<Money>().minor == b.As<Money>().minor &&
           a.As<Money>().currency == b.As<Money>().currency;
  }
  return Compare(a, b) == 0;
}

std::optional<int> Compare(const Value& a, const Value& b) {
  if (IsNumber(a) && IsNumber(b)) {
    const long double x = Wide(a);
    const long double y = Wide(b);
    if (std::isnan(x) || std::isnan(y)) return std::nullopt;
    return Order(x, y);
  }
  if (a.Is<bool>()) return Order(a.As<bool>(), b.As<bool>());
  if (a.Is<std::string>()) return Order(a.As<std::string>().compare(b.As<std::string>()), 0);
  if (a.Is<base::Timestamp>()) return Order(a.As<base::Timestamp>(), b.As<base::Timestamp>());
  if (a.Is<Duration>()) return Order(a.As<Duration>().ns, b.As<Duration>().ns);
  return Order(a.As<Money>().minor, b.As<Money>().minor);
}

std::string ToText(const Value& value) {
  if (value.Is<bool>()) return value.As<bool>() ? "true" : "false";
  if (value.Is<std::int64_t>()) return std::to_string(value.As<std::int64_t>());
  if (value.Is<std::uint64_t>()) return std::to_string(value.As<std::uint64_t>()) + "u";
  if (value.Is<double>()) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value.As<double>());
    return text;
  }
  if (value.Is<std::string>()) return "\"" + value.As<std::string>() + "\"";
  return "?";
}

}  // namespace sluice::oracle
