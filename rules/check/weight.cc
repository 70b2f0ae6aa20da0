#include "rules/check/weight.h"

#include <limits>

namespace sluice::rules {

namespace {

std::int64_t UnitMg(Unit unit) {
  switch (unit) {
    case Unit::kMilligram: return 1;
    case Unit::kGram: return 1'000;
    case Unit::kKilogram: return 1'000'000;
    case Unit::kTonne: return 1'000'000'000;
    case Unit::kNone:
    case Unit::kOther: return 0;
  }
  return 0;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<std::int64_t> ParseWeightMg(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == '.')) ++end;
  const std::string_view amount = text.substr(0, end);
  std::string_view unit_text = text.substr(end);
  if (unit_text.starts_with(' ')) unit_text.remove_prefix(1);
  const std::int64_t unit_mg = UnitMg(UnitFromText(unit_text));
  const std::size_t point = amount.find('.');
  if (unit_mg == 0 || amount.empty() || point == 0 || point + 1 == amount.size()) {
    return std::nullopt;
  }
  std::int64_t weight_mg = 0;
  std::int64_t digit_mg = unit_mg;  // of the next decimal's digit, times ten
  for (std::size_t i = 0; i < amount.size(); ++i) {
    if (i == point) continue;
    if (amount[i] == '.') return std::nullopt;
    const std::int64_t digit = amount[i] - '0';
    if (i < point) {
      if (weight_mg > std::numeric_limits<std::int64_t>::max() / 100) return std::nullopt;
      weight_mg = weight_mg * 10 + digit * unit_mg;
      continue;
    }
    if (digit != 0 && (digit_mg == 0 || digit_mg % 10 != 0)) return std::nullopt;
    digit_mg /= 10;
    weight_mg += digit * digit_mg;
  }
  return weight_mg;
}

std::optional<Value> WeightValue(std::int64_t weight_mg, Unit unit, TypeKind kind) {
  const std::int64_t unit_mg = UnitMg(unit);
  Value value;
  if (unit_mg == 0) return std::nullopt;
  if (kind == TypeKind::kDouble) {
    value.type = parcel::ValueType::kDouble;
    value.real = static_cast<double>(weight_mg) / static_cast<double>(unit_mg);
    return value;
  }
  if (weight_mg % unit_mg != 0) return std::nullopt;
  if (kind == TypeKind::kUint) {
    value.type = parcel::ValueType::kUint;
    value.unsigned_number = static_cast<std::uint64_t>(weight_mg / unit_mg);
    return value;
  }
  value.number = weight_mg / unit_mg;
  return value;
}

}  // namespace sluice::rules
