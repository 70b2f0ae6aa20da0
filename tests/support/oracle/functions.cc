// CEL's extensions: texts by vectors of code points, numbers by their tags, sets by going through both lists.
#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "tests/support/oracle/evaluator.h"

namespace sluice::oracle {

namespace {

using Points = std::vector<std::string>;  // one code point each

Points PointsOf(const std::string& text) {
  Points points;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) points.emplace_back();
    points.back() += c;
  }
  return points;
}

std::string TextOf(const Points& points, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; ++i) text += points[i];
  return text;
}

Result Made(std::string text) {
  if (text.size() > limits::kTextBytesMax) return ErrorKind::kLimit;
  return Value{std::move(text)};
}

bool StandsAt(const Points& points, const Points& part, std::size_t at) {
  if (at + part.size() > points.size()) return false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (points[at + i] != part[i]) return false;
  }
  return true;
}

const std::string& Text(const Value& value) { return value.As<std::string>(); }
std::int64_t Int(const Value& value) { return value.As<std::int64_t>(); }
const List& ListOf(const Value& value) { return *value.As<std::shared_ptr<const List>>(); }

/// The position in argument `at`, or where it is left out.
std::optional<std::size_t> Position(const std::vector<Value>& a, std::size_t at, std::size_t left_out,
                                    std::size_t highest) {
  if (a.size() <= at) return left_out;
  const std::int64_t position = Int(a[at]);
  if (position < 0 || position > static_cast<std::int64_t>(highest)) return std::nullopt;
  return static_cast<std::size_t>(position);
}

Result Find(const std::vector<Value>& a, bool first) {
  const Points points = PointsOf(Text(a[0]));
  const Points part = PointsOf(Text(a[1]));
  const auto start = Position(a, 2, first ? 0 : points.size(), points.size());
  if (!start) return ErrorKind::kIndex;
  std::int64_t found = -1;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    if (!StandsAt(points, part, i)) continue;
    if (first && i >= *start && found < 0) found = static_cast<std::int64_t>(i);
    if (!first && i <= *start) found = static_cast<std::int64_t>(i);
  }
  return Value{found};
}

Result Substring(const std::vector<Value>& a) {
  const Points points = PointsOf(Text(a[0]));
  const auto from = Position(a, 1, 0, points.size());
  const auto to = Position(a, 2, points.size(), points.size());
  if (!from || !to || *from > *to) return ErrorKind::kIndex;
  return Value{TextOf(points, *from, *to)};
}

Result CharAt(const std::vector<Value>& a) {
  const Points points = PointsOf(Text(a[0]));
  const auto at = Position(a, 1, 0, points.size());
  if (!at) return ErrorKind::kIndex;
  return Value{TextOf(points, *at, std::min(*at + 1, points.size()))};
}

Result Replace(const std::vector<Value>& a) {
  const Points points = PointsOf(Text(a[0]));
  const Points from = PointsOf(Text(a[1]));
  std::int64_t left = a.size() > 3 ? Int(a[3]) : -1;
  std::string text;
  for (std::size_t i = 0; i <= points.size();) {
    const bool replaced = left != 0 && StandsAt(points, from, i);
    if (replaced) {
      text += Text(a[2]);
      --left;
      i += from.size();
    }
    if (replaced && !from.empty()) continue;
    if (i < points.size()) text += points[i];
    ++i;
  }
  return Made(text);
}

Result Split(const std::vector<Value>& a) {
  const Points points = PointsOf(Text(a[0]));
  const Points separator = PointsOf(Text(a[1]));
  const std::int64_t limit = a.size() > 2 ? Int(a[2]) : -1;
  if (limit == 0) return MakeList({});
  if (points.empty() && separator.empty() && limit != 1) return MakeList({});
  List parts;
  std::string part;
  for (std::size_t i = 0; i < points.size();) {
    const bool may = limit < 0 || static_cast<std::int64_t>(parts.size()) + 1 < limit;
    if (may && separator.empty() && i > 0) {
      parts.push_back({part});
      part.clear();
    } else if (may && !separator.empty() && StandsAt(points, separator, i)) {
      parts.push_back({part});
      part.clear();
      i += separator.size();
      continue;
    }
    part += points[i++];
  }
  parts.push_back({part});
  if (parts.size() > limits::kSplitPartsMax) return ErrorKind::kLimit;
  return MakeList(parts);
}

Result Join(const std::vector<Value>& a) {
  std::string text;
  for (std::size_t i = 0; i < ListOf(a[0]).size(); ++i) {
    if (i > 0 && a.size() > 1) text += Text(a[1]);
    text += Text(ListOf(a[0])[i]);
  }
  return Made(text);
}

Result Quote(const std::string& text) {
  const std::string special = "\a\b\f\n\r\t\v\\\"";
  const std::string letters = "abfnrtv\\\"";
  std::string quoted = "\"";
  for (const char c : text) {
    const std::size_t at = special.find(c);
    quoted += at == std::string::npos ? std::string(1, c) : std::string("\\") + letters[at];
  }
  return Made(quoted + "\"");
}

Result Extremum(const std::vector<Value>& arguments, int wanted) {
  const bool is_list = arguments.size() == 1 && arguments[0].Is<std::shared_ptr<const List>>();
  const List& numbers = is_list ? ListOf(arguments[0]) : arguments;
  if (numbers.empty()) return ErrorKind::kIndex;
  Value best = numbers[0];
  for (const Value& number : numbers) {
    const auto order = Compare(number, best);
    if (!order || !Compare(number, number)) return ErrorKind::kRange;
    if (*order == wanted) best = number;
  }
  return best;
}

double Real(const Value& value) {
  if (value.Is<std::int64_t>()) return static_cast<double>(Int(value));
  if (value.Is<std::uint64_t>()) return static_cast<double>(value.As<std::uint64_t>());
  return value.As<double>();
}

Result AbsOrSign(std::string_view name, const Value& value) {
  const bool abs = name == "math.abs";
  if (value.Is<std::uint64_t>()) {
    const std::uint64_t number = value.As<std::uint64_t>();
    return Value{abs ? number : std::uint64_t{number != 0}};
  }
  if (value.Is<std::int64_t>()) {
    const std::int64_t number = Int(value);
    if (abs && number == std::numeric_limits<std::int64_t>::min()) return ErrorKind::kOverflow;
    return Value{abs ? std::int64_t{std::abs(number)} : std::int64_t{(number > 0) - (number < 0)}};
  }
  const double real = value.As<double>();
  if (abs) return Value{std::signbit(real) ? -real : real};
  if (real > 0) return Value{1.0};
  if (real < 0) return Value{-1.0};
  return Value{std::isnan(real) ? real : 0.0};
}

Result RealFunction(std::string_view name, double real) {
  if (name == "math.ceil") return Value{std::ceil(real)};
  if (name == "math.floor") return Value{std::floor(real)};
  if (name == "math.trunc") return Value{real < 0 ? std::ceil(real) : std::floor(real)};
  if (name == "math.sqrt") return Value{std::sqrt(real)};
  if (name == "math.isNaN") return Value{std::isnan(real)};
  if (name == "math.isInf") return Value{std::isinf(real)};
  if (name == "math.isFinite") return Value{!std::isnan(real) && !std::isinf(real)};
  SLUICE_CHECK(name == "math.round");
  // Beyond 2^52 there is nothing to round; below it the half is exact.
  if (!(std::fabs(real) < 0x1p52)) return Value{real};
  const double below = std::floor(std::fabs(real));
  return Value{std::copysign(std::fabs(real) - below >= 0.5 ? below + 1 : below, real)};
}

std::uint64_t Bits(const Value& value) {
  return value.Is<std::int64_t>() ? static_cast<std::uint64_t>(Int(value)) : value.As<std::uint64_t>();
}

Result BitFunction(std::string_view name, const std::vector<Value>& a) {
  std::uint64_t bits = Bits(a[0]);
  if (name.starts_with("math.bitShift")) {
    const std::int64_t places = Int(a[1]);
    if (places < 0) return ErrorKind::kRange;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(places, 64); ++i) {
      bits = name == "math.bitShiftLeft" ? bits * 2 : bits / 2;
    }
  } else if (name == "math.bitNot") {
    bits = std::numeric_limits<std::uint64_t>::max() - bits;
  } else {
    const std::uint64_t other = Bits(a[1]);
    bits = name == "math.bitAnd" ? bits & other : name == "math.bitOr" ? bits | other : bits ^ other;
  }
  if (a[0].Is<std::int64_t>()) return Value{static_cast<std::int64_t>(bits)};
  return Value{bits};
}

bool Has(const List& list, const Value& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Value& one) { return Equal(one, wanted); });
}

Result SetFunction(std::string_view name, const List& a, const List& b) {
  std::size_t b_in_a = 0;
  for (const Value& one : b) b_in_a += Has(a, one) ? 1u : 0u;
  std::size_t a_in_b = 0;
  for (const Value& one : a) a_in_b += Has(b, one) ? 1u : 0u;
  if (name == "sets.intersects") return Value{b_in_a > 0};
  if (name == "sets.contains") return Value{b_in_a == b.size()};
  return Value{b_in_a == b.size() && a_in_b == a.size()};
}

/// Patterns of the tests mean the same to std::regex as to RE2.
Result Matches(const std::string& text, const std::string& pattern) {
  return Value{std::regex_search(text, std::regex(pattern))};
}

}  // namespace

std::optional<Result> ExtensionFunction(std::string_view name, const std::vector<Value>& a) {
  if (name == "matches") return Matches(Text(a[0]), Text(a[1]));
  if (name == "charAt") return CharAt(a);
  if (name == "indexOf") return Find(a, true);
  if (name == "lastIndexOf") return Find(a, false);
  if (name == "substring") return Substring(a);
  if (name == "replace") return Replace(a);
  if (name == "split") return Split(a);
  if (name == "join") return Join(a);
  if (name == "strings.quote") return Quote(Text(a[0]));
  if (name == "reverse") {
    Points points = PointsOf(Text(a[0]));
    std::reverse(points.begin(), points.end());
    return Made(TextOf(points, 0, points.size()));
  }
  if (name.starts_with("sets.")) return SetFunction(name, ListOf(a[0]), ListOf(a[1]));
  if (name == "math.greatest") return Extremum(a, 1);
  if (name == "math.least") return Extremum(a, -1);
  if (name == "math.abs" || name == "math.sign") return AbsOrSign(name, a[0]);
  if (name.starts_with("math.bit")) return BitFunction(name, a);
  if (name.starts_with("math.")) return RealFunction(name, Real(a[0]));
  return std::nullopt;
}

}  // namespace sluice::oracle
