#include "engine/base/time_text.h"

#include <cctype>

namespace sluice::base {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

// Reads a text from left to right; every step says whether it could.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool Literal(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool AtDigit() const { return !text_.empty() && std::isdigit(static_cast<unsigned char>(text_.front())) != 0; }
  int Digit() {
    const int digit = text_.front() - '0';
    text_.remove_prefix(1);
    return digit;
  }
  // Exactly `count` digits.
  bool Number(int count, int* value) {
    *value = 0;
    for (int i = 0; i < count; ++i) {
      if (!AtDigit()) return false;
      *value = *value * 10 + Digit();
    }
    return true;
  }
  // One to nine digits after a decimal point, as billionths.
  bool Nanos(std::int32_t* nanos) {
    *nanos = 0;
    int digits = 0;
    for (; AtDigit(); ++digits) {
      if (digits == 9) return false;
      *nanos = *nanos * 10 + Digit();
    }
    for (int i = digits; i < 9; ++i) *nanos *= 10;
    return digits > 0;
  }
  std::string_view rest() const { return text_; }
  void Skip(std::size_t bytes) { text_.remove_prefix(bytes); }

 private:
  std::string_view text_;
};

bool ValidDate(int year, int month, int day) {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, month);
}

std::int64_t SecondsOf(const CivilDate& date, int hour, int minute, int second) {
  return DaysFromCivil(date) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

bool ReadOffset(Scanner& in, std::int64_t* offset_seconds) {
  *offset_seconds = 0;
  if (in.Literal('Z')) return true;
  const bool west = in.Literal('-');
  if (!west && !in.Literal('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!in.Number(2, &hours) || !in.Literal(':') || !in.Number(2, &minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  *offset_seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

std::string Padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// ".5", ".000000001", or nothing for 0.
std::string DecimalsText(std::int64_t nanos) {
  if (nanos == 0) return "";
  std::string text = "." + Padded(nanos, 9);
  while (text.back() == '0') text.pop_back();
  return text;
}

struct DurationUnit {
  std::string_view name;
  std::int64_t ns;
};
// Longer names first where one begins another ("ms" before "m").
constexpr DurationUnit kDurationUnits[] = {{"ms", 1'000'000}, {"us", 1'000},          {"ns", 1},
                                           {"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000}};

// "1.5h": adds to *total in 128 bits, so that only the sum is checked.
bool ReadDurationPart(Scanner& in, __int128* total) {
  constexpr std::int64_t kWholeMax = 1'000'000'000'000'000'000;
  std::int64_t whole = 0;
  std::int32_t nanos = 0;
  bool any = false;
  for (; in.AtDigit(); any = true) {
    if (whole > kWholeMax) return false;
    whole = whole * 10 + in.Digit();
  }
  if (in.Literal('.')) {
    if (in.AtDigit()) {
      if (!in.Nanos(&nanos)) return false;
      any = true;
    }
  }
  if (!any) return false;
  for (const DurationUnit& unit : kDurationUnits) {
    if (!in.rest().starts_with(unit.name)) continue;
    in.Skip(unit.name.size());
    *total += static_cast<__int128>(whole) * unit.ns + static_cast<__int128>(nanos) * unit.ns / kNsPerSecond;
    return true;
  }
  return false;
}

struct LocalTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, day_of_year = 0;
};

bool ReadLocalPart(char letter, Scanner& in, LocalTime* time) {
  switch (letter) {
    case 'Y': return in.Number(4, &time->year);
    case 'y':
      if (!in.Number(2, &time->year)) return false;
      time->year += time->year < 69 ? 2000 : 1900;  // as POSIX strptime
      return true;
    case 'm': return in.Number(2, &time->month);
    case 'd': return in.Number(2, &time->day);
    case 'H': return in.Number(2, &time->hour);
    case 'M': return in.Number(2, &time->minute);
    case 'S': return in.Number(2, &time->second);
    case 'j': return in.Number(3, &time->day_of_year) && time->day_of_year >= 1;
    default: return in.Literal(letter);
  }
}

}  // namespace

std::int64_t DaysFromCivil(const CivilDate& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;  // years begin in March
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilFromDays(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), civil_month,
          static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1)};
}

int DaysInMonth(std::int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  Scanner in(text);
  int year, month, day, hour, minute, second;
  std::int32_t nanos = 0;
  std::int64_t offset_seconds = 0;
  if (!in.Number(4, &year) || !in.Literal('-') || !in.Number(2, &month) || !in.Literal('-') || !in.Number(2, &day) ||
      !(in.Literal('T') || in.Literal('t')) || !in.Number(2, &hour) || !in.Literal(':') || !in.Number(2, &minute) ||
      !in.Literal(':') || !in.Number(2, &second)) {
    return std::nullopt;
  }
  if (in.Literal('.') && !in.Nanos(&nanos)) return std::nullopt;
  if (!ReadOffset(in, &offset_seconds) || !in.done()) return std::nullopt;
  if (!ValidDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t seconds = SecondsOf({year, month, day}, hour, minute, second) - offset_seconds;
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax) return std::nullopt;
  return Timestamp{seconds, nanos};
}

std::string TimestampText(const Timestamp& time) {
  std::int64_t days = time.seconds / kSecondsPerDay;
  std::int64_t rest = time.seconds % kSecondsPerDay;
  if (rest < 0) {
    rest += kSecondsPerDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  return Padded(date.year, 4) + "-" + Padded(date.month, 2) + "-" + Padded(date.day, 2) + "T" +
         Padded(rest / 3600, 2) + ":" + Padded(rest / 60 % 60, 2) + ":" + Padded(rest % 60, 2) +
         DecimalsText(time.nanos) + "Z";
}

std::optional<DurationNs> ParseDuration(std::string_view text) {
  Scanner in(text);
  const bool negative = in.Literal('-');
  if (!negative) (void)in.Literal('+');
  if (in.rest() == "0") return 0;
  __int128 total = 0;
  do {
    if (!ReadDurationPart(in, &total)) return std::nullopt;
  } while (!in.done());
  if (negative) total = -total;
  if (total > INT64_MAX || total < INT64_MIN) return std::nullopt;
  return static_cast<DurationNs>(total);
}

std::string DurationText(DurationNs duration) {
  const bool negative = duration < 0;
  // Unsigned, because the smallest duration has no positive counterpart.
  const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(duration) : static_cast<std::uint64_t>(duration);
  return (negative ? "-" : "") + std::to_string(size / kNsPerSecond) +
         DecimalsText(static_cast<std::int64_t>(size % kNsPerSecond)) + "s";
}

std::optional<std::int64_t> ParseLocalSeconds(std::string_view text, std::string_view format) {
  Scanner in(text);
  LocalTime time;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool letter = format[i] == '%' && i + 1 < format.size();
    if (letter ? !ReadLocalPart(format[++i], in, &time) : !in.Literal(format[i])) return std::nullopt;
  }
  if (!in.done() || time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  if (!ValidDate(time.year, time.month, time.day)) return std::nullopt;
  std::int64_t seconds = SecondsOf({time.year, time.month, time.day}, time.hour, time.minute, time.second);
  if (time.day_of_year > 0) seconds += (time.day_of_year - 1) * kSecondsPerDay;
  return seconds;
}

}  // namespace sluice::base
