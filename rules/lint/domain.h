// What one value can be, as far as a part of a condition or the schema says: an interval, a set, and for texts
// prefixes, parts and reference lists.
//
// Plain values; thread-safe to read.   Ownership: texts belong to the rule set or its sources. All questions are
// answered soundly and incompletely: "empty" and "implies" are true only if they are so, and false when in doubt.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::rules {

__extension__ using Wide = __int128;

/// How values are ordered: whole numbers (bool, int, uint, duration in ns, timestamp in ns, money in minor units),
/// doubles, texts by bytes.
enum class Scale : std::uint8_t { kNumber, kReal, kText };

struct Scalar {
  Wide number = 0;
  double real = 0;
  std::string_view text = {};
};

/// -1, 0 or 1.
int Compare(Scale scale, const Scalar& a, const Scalar& b);

/// A reference list that a text is in, or of which an entry begins it.
struct ListTest {
  std::uint32_t list = 0;
  bool by_prefix = false;

  friend bool operator==(const ListTest&, const ListTest&) = default;
};

struct Domain {
  Scale scale = Scale::kNumber;
  bool nan = false;     // kReal: it can be NaN
  bool finite = false;  // it is one of `values`; the other members have been applied to them
  bool has_low = false, has_high = false;
  bool low_open = false, high_open = false;  // kNumber: never
  bool no_upper = false, no_lower = false;   // kText: without A-Z, without a-z
  std::uint32_t bytes_max = std::numeric_limits<std::uint32_t>::max();  // kText
  Scalar low, high;
  std::vector<Scalar> values;    // ascending
  std::vector<Scalar> excluded;  // ascending
  std::string_view prefix;
  std::vector<std::string_view> not_prefixes, parts, not_parts;
  std::vector<ListTest> in, not_in;

  bool IsEmpty() const { return finite && values.empty() && !nan; }
};

Domain AnyOf(Scale scale);
Domain OneOf(Scale scale, std::vector<Scalar> values);  // any order
Domain NumberBetween(Wide low, Wide high);              // both inside

/// Whether `value` is in `domain`.
bool Admits(const Domain& domain, const Scalar& value, const ruleset::RuleSet& rule_set);
/// Whether some text of `domain` begins with `prefix`.
bool AdmitsPrefix(const Domain& domain, std::string_view prefix);
/// `*a` becomes what is in both, or empty if it is clear that nothing is. They have one scale.
void Intersect(Domain* a, const Domain& b, const ruleset::RuleSet& rule_set);
/// Whether all of `a` is in `b`.
bool Implies(const Domain& a, const Domain& b, const ruleset::RuleSet& rule_set);

}  // namespace sluice::rules
