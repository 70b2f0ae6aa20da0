#include "rules/lint/implication_index.h"

#include <algorithm>
#include <functional>

#include "engine/base/hash.h"
#include "engine/base/limits.h"

namespace sluice::rules {

using ruleset::RuleIndex;

namespace {

constexpr std::size_t kFiledValuesMax = 16;   // a set with more values is filed under its subject
constexpr std::size_t kGramBytes = 4;         // of a part of a text
constexpr std::size_t kFiledPartBytesMax = 24;  // of a part, for its rarest gram
constexpr std::size_t kGlancesMax = 16 * limits::kLintCandidatesMax;  // a nanosecond each
constexpr std::size_t kPrefixBytesMax = 62;   // longer prefixes are filed by their first bytes

enum class KeyKind : std::uint64_t { kSubject, kValue, kPrefix, kPart };

std::uint64_t MakeKey(KeyKind kind, Subject subject, std::uint64_t value) {
  return base::CombineHash(base::CombineHash(static_cast<std::uint64_t>(kind), subject), value);
}

std::uint64_t MakeKey(KeyKind kind, Subject subject, std::string_view text) {
  return MakeKey(kind, subject, base::Hash64(text));
}

std::uint64_t ValueKey(Subject subject, Scale scale, const Scalar& value) {
  switch (scale) {
    case Scale::kText: return MakeKey(KeyKind::kValue, subject, value.text);
    case Scale::kReal: return MakeKey(KeyKind::kValue, subject, std::hash<double>{}(value.real));
    case Scale::kNumber: break;
  }
  return MakeKey(KeyKind::kValue, subject, static_cast<std::uint64_t>(value.number));
}

/// Calls `visit` for the literals of the case and of its elements' only cases.
template <typename Visit>
void ForEachLiteral(const Case& one, const Visit& visit) {
  for (const Literal& literal : one.literals) visit(literal);
  for (const Quantified& some : one.quantified) {
    if (some.exists) ForEachLiteral(some.cases->front(), visit);
  }
}

}  // namespace

ImplicationIndex::ImplicationIndex(const ruleset::RuleSet& rule_set, Conditions* conditions)
    : rules_(rule_set), conditions_(*conditions) {
  for (const ruleset::Rule& rule : rules_.rules) cases_.push_back(&conditions->True(rule.condition));
  for (RuleIndex rule = 0; rule < rules_.rules.size(); ++rule) {
    auto& same = same_node_[rules_.rules[rule].condition];
    same.push_back(rule);
    if (same.size() > 1) continue;  // filed once
    for (const Case& one : CasesOf(rule)) {
      for (const auto& keys : FilingKeys(one)) {
        for (const Key key : keys) ++counts_[key];
      }
    }
  }
  for (RuleIndex rule = 0; rule < rules_.rules.size(); ++rule) {
    if (same_node_[rules_.rules[rule].condition].front() != rule) continue;
    for (const Case& one : CasesOf(rule)) File(rule, one);
  }
  counts_.clear();
}

std::vector<std::vector<ImplicationIndex::Key>> ImplicationIndex::FilingKeys(const Case& one) const {
  std::vector<std::vector<Key>> sets;
  ForEachLiteral(one, [&](const Literal& literal) {
    const Domain& domain = *literal.domain;
    if (domain.finite && domain.values.size() <= kFiledValuesMax && !domain.nan) {
      std::vector<Key>& keys = sets.emplace_back();
      for (const Scalar& value : domain.values) keys.push_back(ValueKey(literal.subject, domain.scale, value));
    } else if (!domain.prefix.empty()) {
      sets.push_back({MakeKey(KeyKind::kPrefix, literal.subject, domain.prefix.substr(0, kPrefixBytesMax))});
    } else if (!domain.parts.empty()) {
      // What holds the part holds each of its grams.
      const std::string_view part = domain.parts.front().substr(0, kFiledPartBytesMax);
      for (std::size_t at = 0; at == 0 || at + kGramBytes <= part.size(); ++at) {
        sets.push_back({MakeKey(KeyKind::kPart, literal.subject, part.substr(at, kGramBytes))});
      }
    } else {
      sets.push_back({MakeKey(KeyKind::kSubject, literal.subject, 0)});
    }
  });
  return sets;
}

void ImplicationIndex::File(RuleIndex rule, const Case& one) {
  const auto sets = FilingKeys(one);
  const auto cost = [&](const std::vector<Key>& keys) {
    std::uint64_t sum = 0;
    for (const Key key : keys) sum += counts_.at(key);
    return sum;
  };
  const auto rarest = std::min_element(sets.begin(), sets.end(),
                                       [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
  if (rarest == sets.end()) {
    unconditional_.push_back({rule, one.mask});
    return;
  }
  for (const Key key : *rarest) filed_[key].push_back({rule, one.mask});
  ForEachLiteral(one, [&](const Literal& literal) {
    const Domain& domain = *literal.domain;
    if (domain.scale != Scale::kText || domain.finite) return;
    const std::size_t bytes = std::min(domain.prefix.size(), kPrefixBytesMax);
    if (bytes > 0) prefix_lengths_[literal.subject] |= std::uint64_t{1} << bytes;
    if (!domain.parts.empty()) with_parts_.insert(literal.subject);
  });
}

std::vector<ImplicationIndex::Key> ImplicationIndex::LookUpKeys(const Case& one) const {
  std::vector<Key> keys;
  ForEachLiteral(one, [&](const Literal& literal) {
    const Domain& domain = *literal.domain;
    const bool single = domain.finite && !domain.values.empty();
    keys.push_back(MakeKey(KeyKind::kSubject, literal.subject, 0));
    // All values must be in the other's set, so the first must.
    if (single) keys.push_back(ValueKey(literal.subject, domain.scale, domain.values.front()));
    if (domain.scale != Scale::kText) return;
    const std::string_view begin = single ? domain.values.front().text : domain.prefix;
    const auto lengths = prefix_lengths_.find(literal.subject);
    for (std::size_t i = 1; i <= std::min(begin.size(), kPrefixBytesMax); ++i) {
      const bool filed = lengths != prefix_lengths_.end() && (lengths->second >> i & 1) != 0;
      if (filed) keys.push_back(MakeKey(KeyKind::kPrefix, literal.subject, begin.substr(0, i)));
    }
    if (!with_parts_.contains(literal.subject)) return;
    const auto add_grams = [&](std::string_view text) {
      for (std::size_t at = 0; at < text.size(); ++at) {
        for (std::size_t bytes = 1; bytes <= std::min(kGramBytes, text.size() - at); ++bytes) {
          keys.push_back(MakeKey(KeyKind::kPart, literal.subject, text.substr(at, bytes)));
        }
      }
    };
    add_grams(begin);
    for (const std::string_view part : domain.parts) add_grams(part);
  });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<RuleIndex> ImplicationIndex::ImpliedBy(RuleIndex rule) const {
  const Cases& cases = CasesOf(rule);
  const Case& first = cases.front();
  std::vector<RuleIndex> found = same_node_.at(rules_.rules[rule].condition);
  if (found.size() > limits::kLintCandidatesMax) found.resize(limits::kLintCandidatesMax);
  std::size_t asked = 0, seen = 0;
  const auto add = [&](const std::vector<Filed>& filed) {
    for (const auto& [other, mask] : filed) {
      // What asks for a subject that this rule says nothing of is told by a glance.
      if (++seen > kGlancesMax) return;
      if ((mask & ~first.mask) != 0) continue;
      if (++asked > limits::kLintCandidatesMax || found.size() > limits::kLintCandidatesMax) return;
      const auto& same = same_node_.at(rules_.rules[other].condition);
      if (rules_.rules[other].condition == rules_.rules[rule].condition || !Implied(rule, other)) continue;
      found.insert(found.end(), same.begin(), same.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                   same.size(), limits::kLintCandidatesMax)));
    }
  };
  add(unconditional_);
  for (const Key key : LookUpKeys(first)) {
    const auto filed = filed_.find(key);
    if (filed != filed_.end()) add(filed->second);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool ImplicationIndex::Implied(RuleIndex rule, RuleIndex other) const {
  if (rules_.rules[rule].condition == rules_.rules[other].condition) return true;
  return conditions_.Implies(CasesOf(rule), CasesOf(other));
}

}  // namespace sluice::rules
