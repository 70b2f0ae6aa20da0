#include "engine/match/convert.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "engine/base/time_text.h"
#include "engine/match/scalar_ops.h"

namespace sluice::match {
namespace {

using ruleset::TimePart;
using ruleset::ValueType;

ErrorKind ToBool(ValueType from, const Value& value, Value* out) {
  if (from != ValueType::kString) return ErrorKind::kConversion;
  constexpr std::string_view kTrue[] = {"1", "t", "true", "T", "TRUE", "True"};
  constexpr std::string_view kFalse[] = {"0", "f", "false", "F", "FALSE", "False"};
  const std::string_view text = value.Text();
  for (std::size_t i = 0; i < std::size(kTrue); ++i) {
    if (text != kTrue[i] && text != kFalse[i]) continue;
    *out = NumberValue(text == kTrue[i] ? 1 : 0);
    return ErrorKind::kNone;
  }
  return ErrorKind::kConversion;
}

// The whole text must be the number, without a plus sign or blanks.
template <typename T>
ErrorKind ParseNumber(std::string_view text, T* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() ? ErrorKind::kNone : ErrorKind::kConversion;
}

ErrorKind ToInt(ValueType from, const Value& value, Value* out) {
  std::int64_t number = 0;
  switch (from) {
    case ValueType::kUint:
      if (value.natural > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return ErrorKind::kConversion;
      }
      number = static_cast<std::int64_t>(value.natural);
      break;
    case ValueType::kDouble:
      // Both ends are open: the doubles there stand for neighbours outside the type as well.
      if (!(value.real > -0x1p63 && value.real < 0x1p63)) return ErrorKind::kConversion;
      number = static_cast<std::int64_t>(value.real);
      break;
    case ValueType::kString:
      if (ParseNumber(value.Text(), &number) != ErrorKind::kNone) return ErrorKind::kConversion;
      break;
    case ValueType::kTimestamp: number = value.time.seconds; break;
    default: return ErrorKind::kConversion;
  }
  *out = NumberValue(number);
  return ErrorKind::kNone;
}

ErrorKind ToUint(ValueType from, const Value& value, Value* out) {
  std::uint64_t natural = 0;
  switch (from) {
    case ValueType::kInt:
      if (value.number < 0) return ErrorKind::kConversion;
      natural = static_cast<std::uint64_t>(value.number);
      break;
    case ValueType::kDouble:
      if (!(value.real > -1.0 && value.real < 0x1p64)) return ErrorKind::kConversion;
      natural = static_cast<std::uint64_t>(value.real);
      break;
    case ValueType::kString:
      if (ParseNumber(value.Text(), &natural) != ErrorKind::kNone) return ErrorKind::kConversion;
      break;
    default: return ErrorKind::kConversion;
  }
  *out = NaturalValue(natural);
  return ErrorKind::kNone;
}

ErrorKind ToDouble(ValueType from, const Value& value, Value* out) {
  double real = 0;
  switch (from) {
    case ValueType::kInt: real = static_cast<double>(value.number); break;
    case ValueType::kUint: real = static_cast<double>(value.natural); break;
    case ValueType::kString:
      if (ParseNumber(value.Text(), &real) != ErrorKind::kNone) return ErrorKind::kConversion;
      break;
    default: return ErrorKind::kConversion;
  }
  *out = RealValue(real);
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
  std::array<char, 32> buffer;  // the longest, a double in shortest form, has 24 characters
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return KeepText({buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data())}, arena, out);
}

ErrorKind ToString(ValueType from, const Value& value, Arena* arena, Value* out) {
  switch (from) {
    case ValueType::kBool: *out = TextValue(value.number != 0 ? "true" : "false"); return ErrorKind::kNone;
    case ValueType::kInt: return KeepNumber(value.number, arena, out);
    case ValueType::kUint: return KeepNumber(value.natural, arena, out);
    case ValueType::kDouble:
      if (std::isfinite(value.real)) return KeepNumber(value.real, arena, out);
      *out = TextValue(std::isnan(value.real) ? "NaN" : value.real > 0 ? "Infinity" : "-Infinity");
      return ErrorKind::kNone;
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
