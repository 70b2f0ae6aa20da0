#include <algorithm>
#include <limits>

#include "engine/base/limits.h"
#include "engine/base/pattern.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {
namespace {

constexpr std::int32_t kZoneOffsetMax = 86'400;  // seconds; real ones stay within 15 hours

template <typename T>
bool AscendsStrictly(const std::vector<T>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

bool IsMapKey(ValueType type) {
  return type == ValueType::kBool || type == ValueType::kInt || type == ValueType::kUint ||
         type == ValueType::kString;
}

// Parts of a type stand before it, so types are finite; `depths` bounds recursion over them.
const char* TypeFlaw(const RuleSet& rule_set, std::size_t index, std::vector<std::size_t>* depths) {
  const std::vector<TypeInfo>& types = rule_set.program.types;
  const TypeInfo& type = types[index];
  if (index < static_cast<std::size_t>(parcel::kScalarTypeCount)) {
    return static_cast<std::size_t>(type.kind) == index ? nullptr : "scalar types stand first";
  }
  switch (type.kind) {
    case ValueType::kRecord:
      return type.reference < rule_set.columns.domains.size() ? nullptr : "its domain does not exist";
    case ValueType::kTableRow:
      return type.reference < rule_set.tables.size() ? nullptr : "its table does not exist";
    case ValueType::kMap:
      if (type.key >= index || !IsMapKey(types[type.key].kind)) return "it is no key of a map";
      [[fallthrough]];
    case ValueType::kList:
      if (type.element >= index) return "its elements' type does not stand before it";
      (*depths)[index] = (*depths)[type.element] + 1;
      return (*depths)[index] <= limits::kNodeDepthMax ? nullptr : "it is too deep";
    default: return "a scalar type stands twice";
  }
}

Status CheckTypes(const RuleSet& rule_set) {
  const std::vector<TypeInfo>& types = rule_set.program.types;
  const bool has_scalars = types.size() >= static_cast<std::size_t>(parcel::kScalarTypeCount);
  if (!has_scalars || types.size() > limits::kTypesMax) return Flaw("types", "too few or too many");
  std::vector<std::size_t> depths(types.size(), 0);
  for (std::size_t i = 0; i < types.size(); ++i) {
    const char* flaw = TypeFlaw(rule_set, i, &depths);
    if (flaw != nullptr) return Flaw("type", i, flaw);
  }
  return Status::Ok();
}

const char* SetFlaw(const Program& program, const ConstantSet& set) {
  const bool is_int = set.type == ValueType::kInt;
  const bool is_uint = set.type == ValueType::kUint;
  const bool is_text = set.type == ValueType::kString;
  if (!is_int && !is_uint && !is_text) return "sets hold int, uint or string";
  const bool mixed = (!is_int && !set.ints.empty()) || (!is_uint && !set.uints.empty()) ||
                     (!is_text && !set.texts.empty());
  if (mixed) return "it holds values of another type";
  if (!AscendsStrictly(set.ints) || !AscendsStrictly(set.uints)) return "its values do not ascend";
  for (std::size_t i = 0; i < set.texts.size(); ++i) {
    if (set.texts[i] >= program.texts.size()) return "a text does not exist";
    const bool ascends = i == 0 || program.texts[set.texts[i - 1]] < program.texts[set.texts[i]];
    if (!ascends) return "its values do not ascend";
  }
  return nullptr;
}

Status VerifyPatterns(const Program& program) {
  Status status = VerifyTexts(program.patterns, "patterns");
  if (!status.ok()) return status;
  if (program.patterns.size() > limits::kPatternsMax) return Flaw("patterns", "too many");
  for (std::uint32_t i = 0; i < program.patterns.size(); ++i) {
    const auto compiled = base::Pattern::Compile(program.patterns[i]);
    if (!compiled.ok()) return Flaw("pattern", i, compiled.status().message());
  }
  return Status::Ok();
}

const char* ZoneFlaw(const Zone& zone) {
  if (!IsName(zone.name)) return "it has no proper name";
  const std::size_t count = zone.from_seconds.size();
  if (count == 0 || count > limits::kZoneChangesMax || count != zone.offset_seconds.size()) {
    return "too few or too many changes";
  }
  if (zone.from_seconds.front() != std::numeric_limits<std::int64_t>::min()) {
    return "it does not cover all time";
  }
  if (!AscendsStrictly(zone.from_seconds)) return "its changes do not ascend";
  for (const std::int32_t offset : zone.offset_seconds) {
    if (offset < -kZoneOffsetMax || offset > kZoneOffsetMax) return "an offset is over a day";
  }
  return nullptr;
}

}  // namespace

Status VerifyPools(const RuleSet& rule_set) {
  const Program& program = rule_set.program;
  Status status = VerifyTexts(rule_set.texts, "texts of rules");
  if (status.ok()) status = VerifyTexts(program.texts, "texts of the program");
  if (status.ok()) status = CheckTypes(rule_set);
  if (!status.ok()) return status;
  for (std::size_t i = 0; i < program.times.size(); ++i) {
    const base::Timestamp& time = program.times[i];
    const bool in_range = time.seconds >= base::kTimestampSecondsMin &&
                          time.seconds <= base::kTimestampSecondsMax && IsTimestamp(time);
    if (!in_range) return Flaw("timestamp constant", i, "it is outside years 1 to 9999");
  }
  for (std::size_t i = 0; i < program.moneys.size(); ++i) {
    if (!IsCurrency(program.moneys[i].currency)) return Flaw("money constant", i, "no currency");
  }
  for (std::size_t i = 0; i < program.sets.size(); ++i) {
    const char* flaw = SetFlaw(program, program.sets[i]);
    if (flaw != nullptr) return Flaw("constant set", i, flaw);
  }
  status = VerifyPatterns(program);
  if (!status.ok()) return status;
  if (program.zones.size() > limits::kZonesMax) return Flaw("zones", "too many");
  for (std::size_t i = 0; i < program.zones.size(); ++i) {
    const char* flaw = ZoneFlaw(program.zones[i]);
    if (flaw != nullptr) return Flaw("zone", i, flaw);
  }
  return Status::Ok();
}

}  // namespace sluice::ruleset
