// Calls: look-ups, money, and everything that is a function of values alone.
#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>

#include "engine/base/check.h"
#include "engine/base/convert.h"
#include "engine/base/money.h"
#include "engine/base/time_text.h"
#include "tests/support/oracle/evaluator.h"
#include "tests/support/oracle/lookup.h"
#include "tests/support/oracle/text_search.h"

namespace sluice::oracle {

using rules::ExprKind;

namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::size_t CodePoints(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1u : 0u;
  return count;
}

std::string MapAscii(std::string text, char first, char last, int shift) {
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  return text;
}

std::string Trim(std::string text) {
  static const std::vector<std::string> kSpaces = {"\t",           "\n",           "\v",
                                                   "\f",           "\r",           " ",
                                                   "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80",
                                                   "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
                                                   "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
                                                   "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
                                                   "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
                                                   "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
                                                   "\xE3\x80\x80"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string& space : kSpaces) {
      if (text.starts_with(space)) {
        text.erase(0, space.size());
        again = true;
      } else if (text.ends_with(space)) {
        text.erase(text.size() - space.size());
        again = true;
      }
    }
  }
  return text;
}

std::int64_t Weight(const std::string& text) {
  std::size_t end = 0;
  const double number = std::stod(text, &end);
  const std::string unit = Trim(text.substr(end));
  const double grams = unit == "t" ? 1e6 : unit == "kg" ? 1e3 : unit == "g" ? 1.0 : 1e-3;
  return std::llround(number * grams);
}

/// Digits after an optional sign and nothing else, in 128 bits while that suffices.
std::optional<__int128> WholeFromText(const std::string& text) {
  const std::size_t first = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  if (text.size() == first || text.size() > 30) return std::nullopt;
  __int128 number = 0;
  for (std::size_t i = first; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  return text[0] == '-' ? -number : number;
}

template <typename T>
Result WholeOfText(const std::string& text) {
  const auto number = WholeFromText(text);
  const bool signed_wrongly = std::is_unsigned_v<T> && text.starts_with('-');
  if (!number || signed_wrongly || *number < std::numeric_limits<T>::min() ||
      *number > __int128{std::numeric_limits<T>::max()}) {
    return ErrorKind::kConversion;
  }
  return Value{static_cast<T>(*number)};
}

Result DoubleOfText(const std::string& text) {
  static const std::regex kForm("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  const double number = std::strtod(text.c_str(), nullptr);
  const bool is_name = text == "NaN" || text == "Infinity" || text == "-Infinity";
  if (is_name) return Value{number};
  if (!std::regex_match(text, kForm) || std::isinf(number)) return ErrorKind::kConversion;
  return Value{number};
}

Result ToInt(const Value& from) {
  if (from.Is<std::int64_t>()) return from;
  if (from.Is<base::Timestamp>()) return Value{from.As<base::Timestamp>().seconds};
  if (from.Is<std::uint64_t>()) {
    const std::uint64_t number = from.As<std::uint64_t>();
    if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
      return ErrorKind::kConversion;
    return Value{static_cast<std::int64_t>(number)};
  }
  if (from.Is<std::string>()) return WholeOfText<std::int64_t>(from.As<std::string>());
  const double real = from.As<double>();
  if (!(real > -0x1p63 && real < 0x1p63)) return ErrorKind::kConversion;
  return Value{static_cast<std::int64_t>(real)};
}

Result ToUint(const Value& from) {
  if (from.Is<std::uint64_t>()) return from;
  if (from.Is<std::int64_t>()) {
    if (from.As<std::int64_t>() < 0) return ErrorKind::kConversion;
    return Value{static_cast<std::uint64_t>(from.As<std::int64_t>())};
  }
  if (from.Is<std::string>()) return WholeOfText<std::uint64_t>(from.As<std::string>());
  const double real = from.As<double>();
  if (!(real > -1.0 && real < 0x1p64)) return ErrorKind::kConversion;
  return Value{static_cast<std::uint64_t>(real)};
}

Result ToDouble(const Value& from) {
  if (from.Is<double>()) return from;
  if (from.Is<std::int64_t>()) return Value{static_cast<double>(from.As<std::int64_t>())};
  if (from.Is<std::uint64_t>()) return Value{static_cast<double>(from.As<std::uint64_t>())};
  return DoubleOfText(from.As<std::string>());
}

Result ToString(const Value& from) {
  if (from.Is<std::string>()) return from;
  if (from.Is<bool>()) return Value{std::string(from.As<bool>() ? "true" : "false")};
  if (from.Is<std::int64_t>()) return Value{std::to_string(from.As<std::int64_t>())};
  if (from.Is<std::uint64_t>()) return Value{std::to_string(from.As<std::uint64_t>())};
  if (from.Is<double>()) return Value{base::DoubleText(from.As<double>())};
  if (from.Is<Duration>()) return Value{base::DurationText(from.As<Duration>().ns)};
  return Value{base::TimestampText(from.As<base::Timestamp>())};
}

Result ToTimestamp(const Value& from) {
  if (from.Is<base::Timestamp>()) return from;
  if (from.Is<std::int64_t>()) {
    const std::int64_t seconds = from.As<std::int64_t>();
    if (seconds < base::kTimestampSecondsMin || seconds > base::kTimestampSecondsMax) {
      return ErrorKind::kRange;
    }
    return Value{base::Timestamp{seconds, 0}};
  }
  const auto time = base::ParseTimestamp(from.As<std::string>());
  return time ? Result(Value{*time}) : ErrorKind::kConversion;
}

Result ToDuration(const Value& from) {
  if (from.Is<Duration>()) return from;
  const auto span = base::ParseDuration(from.As<std::string>());
  return span ? Result(Value{Duration{*span}}) : ErrorKind::kConversion;
}

Result ToBool(const Value& from) {
  if (from.Is<bool>()) return from;
  const auto flag = base::ParseBool(from.As<std::string>());
  return flag ? Result(Value{*flag}) : ErrorKind::kConversion;
}

std::int64_t SpanPart(std::string_view name, std::int64_t ns) {
  if (name == "getHours") return ns / 3'600'000'000'000;
  if (name == "getMinutes") return ns / 60'000'000'000;
  if (name == "getSeconds") return ns / 1'000'000'000;
  return ns / 1'000'000 % 1000;
}

std::int64_t TimePart(std::string_view name, const base::Timestamp& time, const std::string& zone) {
  const std::int64_t local = time.seconds + ZoneOffset(zone, time.seconds);
  const std::int64_t second = (local % kDaySeconds + kDaySeconds) % kDaySeconds;
  const std::int64_t day = (local - second) / kDaySeconds;
  if (name == "getHours") return second / 3600;
  if (name == "getMinutes") return second / 60 % 60;
  if (name == "getSeconds") return second % 60;
  if (name == "getMilliseconds") return time.nanos / 1'000'000;
  if (name == "getDayOfWeek") return ((day + 4) % 7 + 7) % 7;
  const base::CivilDate date = base::CivilFromDays(day);
  if (name == "getFullYear") return date.year;
  if (name == "getMonth") return date.month - 1;
  if (name == "getDate") return date.day;
  if (name == "getDayOfMonth") return date.day - 1;
  SLUICE_CHECK(name == "getDayOfYear");
  return day - base::DaysFromCivil({date.year, 1, 1});
}

Result TextFunction(std::string_view name, const std::vector<Value>& arguments) {
  const std::string& text = arguments[0].As<std::string>();
  if (name == "size") return Value{static_cast<std::int64_t>(CodePoints(text))};
  if (name == "lowerAscii") return Value{MapAscii(text, 'A', 'Z', 'a' - 'A')};
  if (name == "upperAscii") return Value{MapAscii(text, 'a', 'z', 'A' - 'a')};
  if (name == "trim") return Value{Trim(text)};
  if (name == "weight") return Value{Weight(text)};
  if (name == "money") {
    const base::Money money = base::ParseMoney(text).value();
    return Value{Money{money.minor_units, base::CurrencyText(money.currency)}};
  }
  const std::string& part = arguments.at(1).As<std::string>();
  if (name == "contains") return Value{text.find(part) != std::string::npos};
  if (name == "startsWith") return Value{text.starts_with(part)};
  SLUICE_CHECK(name == "endsWith");
  return Value{text.ends_with(part)};
}

}  // namespace

Result Function(std::string_view name, const std::vector<Value>& arguments) {
  const Value& first = arguments[0];
  if (name == "int") return ToInt(first);
  if (name == "uint") return ToUint(first);
  if (name == "double") return ToDouble(first);
  if (name == "string") return ToString(first);
  if (name == "bool") return ToBool(first);
  if (name == "timestamp") return ToTimestamp(first);
  if (name == "duration") return ToDuration(first);
  if (name == "minor") return Value{first.As<Money>().minor};
  if (name.starts_with("get")) {
    if (first.Is<Duration>()) return Value{SpanPart(name, first.As<Duration>().ns)};
    const std::string zone = arguments.size() > 1 ? arguments[1].As<std::string>() : "UTC";
    return Value{TimePart(name, first.As<base::Timestamp>(), zone)};
  }
  if (first.Is<std::shared_ptr<const List>>()) {
    return Value{static_cast<std::int64_t>(first.As<std::shared_ptr<const List>>()->size())};
  }
  if (first.Is<std::shared_ptr<const Map>>()) {
    return Value{static_cast<std::int64_t>(first.As<std::shared_ptr<const Map>>()->size())};
  }
  return TextFunction(name, arguments);
}

std::optional<std::string> Evaluator::NamespaceOf(NodeId call, const Scope* scope) const {
  if (!ast_.node(call).is_method) return std::nullopt;
  for (const char* name : {"math", "sets", "strings"}) {
    if (IsName(ast_.child(call, 0), name, scope)) return name;
  }
  return std::nullopt;
}

Result Evaluator::Call(NodeId id, const Scope* scope, bool positive) {
  const auto children = ast_.children(id);
  const std::string_view name = ast_.Text(id);
  if (ast_.node(id).is_method) {
    if (const TableModel* table = TableNamed(children[0], scope)) {
      return TableCall(id, *table, scope, positive);
    }
    if (const ListModel* list = ListNamed(children[0], scope)) {
      const Result text = Eval(children[1], scope, positive);
      if (!text.ok()) return text;
      return Value{ListHasPrefixOf(*list, text.value().As<std::string>())};
    }
  }
  if (name == "containsAny" || name == "similarTo") return ListCall(id, scope, positive);
  std::vector<Value> arguments;
  if (const auto name_space = NamespaceOf(id, scope)) {
    if (const auto error = Operands(children.subspan(1), scope, positive, &arguments)) return *error;
    return Count(ExtensionFunction(*name_space + "." + std::string(name), arguments).value());
  }
  if (const auto error = Operands(children, scope, positive, &arguments)) return *error;
  if (const auto result = ExtensionFunction(name, arguments)) return Count(*result);
  if (name == "to") {
    return Count(ConvertMoney(book_, arguments[0].As<Money>(), arguments[1].As<std::string>(),
                              situation_.now));
  }
  return Count(Function(name, arguments));
}

Result Evaluator::TableCall(NodeId id, const TableModel& table, const Scope* scope, bool positive) {
  std::vector<Value> keys;
  const auto arguments = ast_.children(id).subspan(1);
  if (const auto error = Operands(arguments, scope, positive, &keys)) return *error;
  const auto row = FindRow(table, keys, situation_.now, book_.zone);
  if (ast_.Text(id) == "has") return Value{row.has_value()};
  if (!row) return Fail(ErrorKind::kAbsent);
  return Value{RowRef{&table, *row}};
}

Result Evaluator::ListCall(NodeId id, const Scope* scope, bool positive) {
  const auto children = ast_.children(id);
  const Result text = Eval(children[0], scope, positive);
  if (!text.ok()) return text;
  const ListModel& list = *ListNamed(children[1], scope);
  if (ast_.Text(id) == "similarTo") {
    return Value{TextIsSimilarTo(list, text.value().As<std::string>(), ast_.node(children[2]).int_value)};
  }
  const bool whole_words = children.size() == 2 || ast_.Text(children[2]) == "word";
  return Value{TextContainsAny(list, text.value().As<std::string>(), whole_words)};
}

}  // namespace sluice::oracle
