// The formats of decision_writer.h, one formatter each.
//
// Thread-safety: one worker each; the rule set is shared and outlives them.   Errors: none.
#pragma once

#include <bit>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/decide/decision.h"
#include "engine/pipeline/stream.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ingest {

std::unique_ptr<pipeline::DecisionFormatter> MakeNdjsonFormatter(const ruleset::RuleSet& rule_set);
std::unique_ptr<pipeline::DecisionFormatter> MakeCsvFormatter(const ruleset::RuleSet& rule_set);
std::unique_ptr<pipeline::DecisionFormatter> MakeFlatbuffersFormatter(
    const ruleset::RuleSet& rule_set);
/// The first line of a CSV file.
std::string_view CsvHeader();

inline std::string_view RuleId(const ruleset::RuleSet& rule_set, ruleset::RuleIndex rule) {
  return rule_set.Text(rule_set.rules[rule].id);
}
inline std::string_view Reason(const ruleset::RuleSet& rule_set, ruleset::RuleIndex rule) {
  return rule_set.Text(rule_set.rules[rule].reason);
}
inline const char* PhaseName(parcel::Phase phase) {
  return phase == parcel::Phase::kScanned ? "scanned" : "declared";
}

/// Calls `use` with the name of each control, and of each outcome, of a decision.
template <typename Use>
void ForEachControl(const ruleset::RuleSet& rule_set, const decide::Decision& decision, Use use) {
  for (std::uint64_t bits = decision.controls; bits != 0; bits &= bits - 1) {
    use(std::string_view(rule_set.controls[static_cast<std::size_t>(std::countr_zero(bits))]));
  }
}
template <typename Use>
void ForEachOutcome(const decide::Decision& decision, Use use) {
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    const auto outcome = static_cast<ruleset::Outcome>(i);
    if (decision.Has(outcome)) use(std::string_view(ruleset::OutcomeName(outcome)));
  }
}

inline void AppendNumber(std::unsigned_integral auto number, std::string* out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out->append(digits, end);
}
/// Sixteen hexadecimal digits.
inline void AppendHex(std::uint64_t number, std::string* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out->push_back(kDigits[number >> shift & 15]);
}

}  // namespace sluice::ingest
