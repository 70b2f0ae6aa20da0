#include "rules/book/zone_rule.h"

#include <algorithm>
#include <cctype>

#include "engine/base/time_text.h"

namespace sluice::rules {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

/// Reads a rule from left to right; every step says whether it could.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Number(int most, int* value) {
    std::size_t digits = 0;
    for (*value = 0; digits < text_.size() && digits < 3 && IsDigit(text_[digits]); ++digits) {
      *value = *value * 10 + (text_[digits] - '0');
    }
    text_.remove_prefix(digits);
    return digits > 0 && *value <= most;
  }
  /// Three or more letters, or anything in angle brackets.
  bool Name() {
    const bool quoted = Take('<');
    std::size_t size = 0;
    while (size < text_.size() && (quoted ? text_[size] != '>' : IsLetter(text_[size]))) ++size;
    text_.remove_prefix(size);
    return size >= 3 && (!quoted || Take('>'));
  }
  /// "2", "-1:30", "+167:59:59".
  bool Time(std::int32_t* seconds) {
    const bool negative = Take('-');
    if (!negative) Take('+');
    int parts[3] = {0, 0, 0};
    if (!Number(167, &parts[0])) return false;
    if (Take(':') && !Number(59, &parts[1])) return false;
    if (Take(':') && !Number(59, &parts[2])) return false;
    *seconds = (negative ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return true;
  }
  bool Moment(YearlyMoment* moment) {
    if (Take('M')) {
      moment->form = YearlyMoment::Form::kMonthWeekDay;
      const bool read = Number(12, &moment->month) && Take('.') && Number(5, &moment->week) && Take('.') &&
                        Number(6, &moment->day) && moment->month > 0 && moment->week > 0;
      if (!read) return false;
    } else {
      const bool without_leap = Take('J');
      moment->form = without_leap ? YearlyMoment::Form::kDayWithoutLeap : YearlyMoment::Form::kDay;
      if (!Number(365, &moment->day) || (without_leap && moment->day == 0)) return false;
    }
    return !Take('/') || Time(&moment->local_seconds);
  }

 private:
  static bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
  static bool IsLetter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

  std::string_view text_;
};

/// Days since 1970.
std::int64_t DayOf(const YearlyMoment& moment, int year) {
  const std::int64_t new_year = base::DaysFromCivil({year, 1, 1});
  switch (moment.form) {
    case YearlyMoment::Form::kDay: return new_year + moment.day;
    case YearlyMoment::Form::kDayWithoutLeap: {
      const bool after_leap_day = base::DaysInMonth(year, 2) == 29 && moment.day >= 60;
      return new_year + moment.day - (after_leap_day ? 0 : 1);
    }
    case YearlyMoment::Form::kMonthWeekDay: break;
  }
  const std::int64_t first = base::DaysFromCivil({year, moment.month, 1});
  const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // day 0 was a Thursday
  std::int64_t day = (moment.day - weekday + 7) % 7 + 7 * (moment.week - 1);
  while (day >= base::DaysInMonth(year, moment.month)) day -= 7;
  return first + day;
}

}  // namespace

std::optional<ZoneRule> ParseZoneRule(std::string_view text) {
  Scanner in(text);
  ZoneRule rule;
  std::int32_t west_seconds = 0;
  if (!in.Name() || !in.Time(&west_seconds)) return std::nullopt;
  rule.offset_seconds = -west_seconds;
  if (in.done()) return rule;
  rule.has_summer = true;
  rule.summer_offset_seconds = rule.offset_seconds + 3600;
  if (!in.Name()) return std::nullopt;
  if (!in.Take(',')) {
    if (!in.Time(&west_seconds) || !in.Take(',')) return std::nullopt;
    rule.summer_offset_seconds = -west_seconds;
  }
  const bool read = in.Moment(&rule.summer_begin) && in.Take(',') && in.Moment(&rule.summer_end) && in.done();
  return read ? std::optional(rule) : std::nullopt;
}

std::vector<ZoneChange> ChangesOf(const ZoneRule& rule, int year) {
  if (!rule.has_summer) return {};
  const auto instant = [&](const YearlyMoment& moment, std::int32_t offset_before) {
    return DayOf(moment, year) * kSecondsPerDay + moment.local_seconds - offset_before;
  };
  std::vector<ZoneChange> changes = {
      {instant(rule.summer_begin, rule.offset_seconds), rule.summer_offset_seconds},
      {instant(rule.summer_end, rule.summer_offset_seconds), rule.offset_seconds}};
  if (changes[1].from_seconds < changes[0].from_seconds) std::swap(changes[0], changes[1]);
  return changes;
}

}  // namespace sluice::rules
