#include "engine/match/convert.h"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "engine/base/convert.h"
#include "engine/base/time_text.h"
#include "engine/match/scalar_ops.h"

namespace sluice::match {
namespace {

using ruleset::TimePart;
using ruleset::ValueType;

ErrorKind ToBool(ValueType from, const Value& value, Value* out) {
  if (from != ValueType::kString) return ErrorKind::kConversion;
  const auto flag = base::ParseBool(value.Text());
  if (!flag) return ErrorKind::kConversion;
  *out = NumberValue(*flag ? 1 : 0);
  return ErrorKind::kNone;
}

std::optional<std::int64_t> IntFrom(ValueType from, const Value& value) {
  switch (from) {
    case ValueType::kUint:
      if (value.natural > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
      return static_cast<std::int64_t>(value.natural);
    case ValueType::kDouble: return base::IntFromDouble(value.real);
    case ValueType::kString: return base::ParseInt(value.Text());
    case ValueType::kTimestamp: return value.time.seconds;
    default: return std::nullopt;
  }
}

ErrorKind ToInt(ValueType from, const Value& value, Value* out) {
  const auto number = IntFrom(from, value);
  if (!number) return ErrorKind::kConversion;
  *out = NumberValue(*number);
  return ErrorKind::kNone;
}

std::optional<std::uint64_t> UintFrom(ValueType from, const Value& value) {
  switch (from) {
    case ValueType::kInt:
      if (value.number < 0) return std::nullopt;
      return static_cast<std::uint64_t>(value.number);
    case ValueType::kDouble: return base::UintFromDouble(value.real);
    case ValueType::kString: return base::ParseUint(value.Text());
    default: return std::nullopt;
  }
}

ErrorKind ToUint(ValueType from, const Value& value, Value* out) {
  const auto natural = UintFrom(from, value);
  if (!natural) return ErrorKind::kConversion;
  *out = NaturalValue(*natural);
  return ErrorKind::kNone;
}

std::optional<double> DoubleFrom(ValueType from, const Value& value) {
  switch (from) {
    case ValueType::kInt: return static_cast<double>(value.number);
    case ValueType::kUint: return static_cast<double>(value.natural);
    case ValueType::kString: return base::ParseDouble(value.Text());
    default: return std::nullopt;
  }
}

ErrorKind ToDouble(ValueType from, const Value& value, Value* out) {
  const auto real = DoubleFrom(from, value);
  if (!real) return ErrorKind::kConversion;
  *out = RealValue(*real);
  return ErrorKind::kNone;
}

ErrorKind ToTimestamp(ValueType from, const Value& value, Value* out) {
  if (from == ValueType::kInt) {
    base::Timestamp time;
    const ErrorKind error = MakeTimestamp(value.number, 0, &time);
    if (error == ErrorKind::kNone) *out = TimeValue(time);
    return error;
  }
  if (from != ValueType::kString) return ErrorKind::kConversion;
  const auto parsed = base::ParseTimestamp(value.Text());
  if (!parsed) return ErrorKind::kConversion;
  *out = TimeValue(*parsed);
  return ErrorKind::kNone;
}

ErrorKind ToDuration(ValueType from, const Value& value, Value* out) {
  if (from != ValueType::kString) return ErrorKind::kConversion;
  const auto parsed = base::ParseDuration(value.Text());
  if (!parsed) return ErrorKind::kConversion;
  *out = NumberValue(*parsed);
  return ErrorKind::kNone;
}

template <typename T>
ErrorKind KeepNumber(T number, Arena* arena, Value* out) {
  std::array<char, 32> buffer;  // the longest has 20 characters
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return KeepText({buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data())}, arena, out);
}

ErrorKind ToString(ValueType from, const Value& value, Arena* arena, Value* out) {
  switch (from) {
    case ValueType::kBool: *out = TextValue(value.number != 0 ? "true" : "false"); return ErrorKind::kNone;
    case ValueType::kInt: return KeepNumber(value.number, arena, out);
    case ValueType::kUint: return KeepNumber(value.natural, arena, out);
    case ValueType::kDouble: return KeepText(base::DoubleText(value.real), arena, out);
    case ValueType::kTimestamp: return KeepText(base::TimestampText(value.time), arena, out);
    case ValueType::kDuration: return KeepText(base::DurationText(value.number), arena, out);
    default: return ErrorKind::kConversion;
  }
}

constexpr std::int64_t kSecondsPerDay = 86'400;

std::int64_t DayPart(std::int64_t days, TimePart part) {
  const base::CivilDate date = base::CivilFromDays(days);
  switch (part) {
    case TimePart::kFullYear: return date.year;
    case TimePart::kMonth: return date.month - 1;
    case TimePart::kDayOfMonth: return date.day - 1;
    case TimePart::kDate: return date.day;
    case TimePart::kDayOfWeek: return ((days + 4) % 7 + 7) % 7;  // day 0 was a Thursday; 0 is Sunday
    case TimePart::kDayOfYear: return days - base::DaysFromCivil({date.year, 1, 1});
    default: return 0;
  }
}

}  // namespace

const char* ErrorKindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNone: return "none";
    case ErrorKind::kAbsent: return "absent";
    case ErrorKind::kOverflow: return "overflow";
    case ErrorKind::kDivide: return "divide";
    case ErrorKind::kConversion: return "conversion";
    case ErrorKind::kIndex: return "index";
    case ErrorKind::kKey: return "key";
    case ErrorKind::kRange: return "range";
    case ErrorKind::kLimit: return "limit";
  }
  return "unknown";
}

ErrorKind Convert(ValueType from, const Value& value, ValueType to, Arena* arena, Value* out) {
  if (from == to) {
    *out = value;
    return ErrorKind::kNone;
  }
  switch (to) {
    case ValueType::kBool: return ToBool(from, value, out);
    case ValueType::kInt: return ToInt(from, value, out);
    case ValueType::kUint: return ToUint(from, value, out);
    case ValueType::kDouble: return ToDouble(from, value, out);
    case ValueType::kString: return ToString(from, value, arena, out);
    case ValueType::kTimestamp: return ToTimestamp(from, value, out);
    case ValueType::kDuration: return ToDuration(from, value, out);
    default: return ErrorKind::kConversion;
  }
}

std::int64_t PartOfTime(const base::Timestamp& time, const ruleset::Zone* zone, TimePart part) {
  const std::int64_t local = time.seconds + (zone == nullptr ? 0 : zone->OffsetAt(time.seconds));
  std::int64_t days = local / kSecondsPerDay;
  std::int64_t second_of_day = local % kSecondsPerDay;
  if (second_of_day < 0) {
    second_of_day += kSecondsPerDay;
    --days;
  }
  switch (part) {
    case TimePart::kHours: return second_of_day / 3600;
    case TimePart::kMinutes: return second_of_day / 60 % 60;
    case TimePart::kSeconds: return second_of_day % 60;
    case TimePart::kMilliseconds: return time.nanos / 1'000'000;
    default: return DayPart(days, part);
  }
}

std::int64_t PartOfDuration(base::DurationNs duration, TimePart part) {
  switch (part) {
    case TimePart::kHours: return duration / (3600 * base::kNsPerSecond);
    case TimePart::kMinutes: return duration / (60 * base::kNsPerSecond);
    case TimePart::kSeconds: return duration / base::kNsPerSecond;
    case TimePart::kMilliseconds: return duration % base::kNsPerSecond / 1'000'000;
    default: return 0;
  }
}

ErrorKind KeepText(std::string_view text, Arena* arena, Value* out) {
  void* place = arena->Allocate(text.size());
  if (place == nullptr) return ErrorKind::kLimit;
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  *out = TextValue({static_cast<const char*>(place), text.size()});
  return ErrorKind::kNone;
}

}  // namespace sluice::match
