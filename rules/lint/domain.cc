#include "rules/lint/domain.h"

#include <algorithm>

namespace sluice::rules {
namespace {

using ruleset::RuleSet;

constexpr Wide kEnumeratedMax = 64;  // integers that an interval holds when it becomes a set

template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

bool HasPart(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool ListHas(const ListTest& test, Scale scale, const Scalar& value, const RuleSet& rule_set) {
  const ruleset::ReferenceList& list = rule_set.lists[test.list];
  if (scale == Scale::kNumber) return list.Contains(static_cast<std::int64_t>(value.number));
  return test.by_prefix ? list.HasPrefixOf(value.text) : list.Contains(value.text);
}

bool WithinBounds(const Domain& domain, const Scalar& value) {
  if (domain.has_low) {
    const int order = Compare(domain.scale, value, domain.low);
    if (order < 0 || (order == 0 && domain.low_open)) return false;
  }
  if (!domain.has_high) return true;
  const int order = Compare(domain.scale, value, domain.high);
  return order < 0 || (order == 0 && !domain.high_open);
}

bool IsAmong(Scale scale, const std::vector<Scalar>& values, const Scalar& value) {
  const auto less = [scale](const Scalar& a, const Scalar& b) { return Compare(scale, a, b) < 0; };
  return std::binary_search(values.begin(), values.end(), value, less);
}

bool HasCase(std::string_view text, char first, char last) {
  return std::any_of(text.begin(), text.end(), [=](char c) { return c >= first && c <= last; });
}

/// Whether a text that has `part` breaks what `domain` says of length and letters.
bool CannotHold(const Domain& domain, std::string_view part) {
  return part.size() > domain.bytes_max || (domain.no_upper && HasCase(part, 'A', 'Z')) ||
         (domain.no_lower && HasCase(part, 'a', 'z'));
}

bool AdmitsText(const Domain& domain, std::string_view text) {
  if (CannotHold(domain, text) || !text.starts_with(domain.prefix)) return false;
  const auto begins = [&](std::string_view prefix) { return text.starts_with(prefix); };
  const auto has = [&](std::string_view part) { return HasPart(text, part); };
  return std::none_of(domain.not_prefixes.begin(), domain.not_prefixes.end(), begins) &&
         std::all_of(domain.parts.begin(), domain.parts.end(), has) &&
         std::none_of(domain.not_parts.begin(), domain.not_parts.end(), has);
}

/// Whether texts with the domain's prefix and parts cannot be.
bool IsImpossibleText(const Domain& domain) {
  if (CannotHold(domain, domain.prefix)) return true;
  for (const std::string_view other : domain.not_prefixes) {
    if (domain.prefix.starts_with(other)) return true;
  }
  for (const std::string_view part : domain.parts) {
    if (CannotHold(domain, part)) return true;
    for (const std::string_view other : domain.not_parts) {
      if (HasPart(part, other)) return true;
    }
  }
  return std::any_of(domain.not_parts.begin(), domain.not_parts.end(),
                     [&](std::string_view other) { return HasPart(domain.prefix, other); });
}

bool IsImpossible(const Domain& domain) {
  for (const ListTest& test : domain.in) {
    if (std::find(domain.not_in.begin(), domain.not_in.end(), test) != domain.not_in.end()) return true;
  }
  if (domain.scale == Scale::kText && IsImpossibleText(domain)) return true;
  if (!domain.has_low || !domain.has_high) return false;
  const int order = Compare(domain.scale, domain.low, domain.high);
  return order > 0 || (order == 0 && (domain.low_open || domain.high_open));
}

void KeepAdmitted(Domain* domain, const Domain& filter, const RuleSet& rule_set) {
  std::erase_if(domain->values, [&](const Scalar& value) { return !Admits(filter, value, rule_set); });
}

/// A short interval of integers becomes a set.
void Enumerate(Domain* domain, const RuleSet& rule_set) {
  if (domain->scale != Scale::kNumber || domain->finite || !domain->has_low || !domain->has_high) return;
  if (domain->high.number - domain->low.number >= kEnumeratedMax) return;
  Domain set = OneOf(Scale::kNumber, {});
  for (Wide i = domain->low.number; i <= domain->high.number; ++i) set.values.push_back({.number = i});
  KeepAdmitted(&set, *domain, rule_set);
  *domain = std::move(set);
}

template <typename T>
void AddAll(std::vector<T>* to, const std::vector<T>& from) {
  for (const T& one : from) {
    if (std::find(to->begin(), to->end(), one) == to->end()) to->push_back(one);
  }
}

void IntersectBounds(Domain* a, const Domain& b) {
  if (b.has_low) {
    const int order = a->has_low ? Compare(a->scale, b.low, a->low) : 1;
    if (order > 0) a->low = b.low;
    a->low_open = order > 0 ? b.low_open : order < 0 ? a->low_open : a->low_open || b.low_open;
    a->has_low = true;
  }
  if (b.has_high) {
    const int order = a->has_high ? Compare(a->scale, b.high, a->high) : -1;
    if (order < 0) a->high = b.high;
    a->high_open = order < 0 ? b.high_open : order > 0 ? a->high_open : a->high_open || b.high_open;
    a->has_high = true;
  }
}

/// False when no text has both prefixes.
bool IntersectTexts(Domain* a, const Domain& b) {
  if (!a->prefix.starts_with(b.prefix) && !b.prefix.starts_with(a->prefix)) return false;
  if (b.prefix.size() > a->prefix.size()) a->prefix = b.prefix;
  AddAll(&a->not_prefixes, b.not_prefixes);
  AddAll(&a->parts, b.parts);
  AddAll(&a->not_parts, b.not_parts);
  a->bytes_max = std::min(a->bytes_max, b.bytes_max);
  a->no_upper = a->no_upper || b.no_upper;
  a->no_lower = a->no_lower || b.no_lower;
  return true;
}

bool BoundsImply(const Domain& a, const Domain& b) {
  if (b.has_low) {
    if (!a.has_low) return false;
    const int order = Compare(a.scale, a.low, b.low);
    if (order < 0 || (order == 0 && b.low_open && !a.low_open)) return false;
  }
  if (!b.has_high) return true;
  if (!a.has_high) return false;
  const int order = Compare(a.scale, a.high, b.high);
  return order < 0 || (order == 0 && (!b.high_open || a.high_open));
}

bool RulesOutPrefix(const Domain& a, std::string_view prefix) {
  if (!a.prefix.starts_with(prefix) && !prefix.starts_with(a.prefix)) return true;
  return std::any_of(a.not_prefixes.begin(), a.not_prefixes.end(),
                     [&](std::string_view other) { return prefix.starts_with(other); });
}

bool TextsImply(const Domain& a, const Domain& b) {
  if (!a.prefix.starts_with(b.prefix) || a.bytes_max > b.bytes_max) return false;
  if ((b.no_upper && !a.no_upper) || (b.no_lower && !a.no_lower)) return false;
  for (const std::string_view prefix : b.not_prefixes) {
    if (!RulesOutPrefix(a, prefix)) return false;
  }
  for (const std::string_view part : b.parts) {
    const bool has = HasPart(a.prefix, part) || std::any_of(a.parts.begin(), a.parts.end(), [&](std::string_view own) {
                       return HasPart(own, part);
                     });
    if (!has) return false;
  }
  return std::all_of(b.not_parts.begin(), b.not_parts.end(), [&](std::string_view part) {
    return std::any_of(a.not_parts.begin(), a.not_parts.end(),
                       [&](std::string_view own) { return HasPart(part, own); });
  });
}

bool ListsImply(const Domain& a, const Domain& b, const RuleSet& rule_set) {
  for (const ListTest& test : b.in) {
    const bool known = std::find(a.in.begin(), a.in.end(), test) != a.in.end() ||
                       (test.by_prefix && !a.prefix.empty() && rule_set.lists[test.list].HasPrefixOf(a.prefix));
    if (!known) return false;
  }
  return std::all_of(b.not_in.begin(), b.not_in.end(), [&](const ListTest& test) {
    return std::find(a.not_in.begin(), a.not_in.end(), test) != a.not_in.end();
  });
}

}  // namespace

int Compare(Scale scale, const Scalar& a, const Scalar& b) {
  switch (scale) {
    case Scale::kNumber: return Order(a.number, b.number);
    case Scale::kReal: return Order(a.real, b.real);
    case Scale::kText: return Order(a.text, b.text);
  }
  return 0;
}

Domain AnyOf(Scale scale) {
  Domain domain;
  domain.scale = scale;
  domain.nan = scale == Scale::kReal;
  return domain;
}

Domain OneOf(Scale scale, std::vector<Scalar> values) {
  Domain domain;
  domain.scale = scale;
  domain.finite = true;
  domain.values = std::move(values);
  std::sort(domain.values.begin(), domain.values.end(),
            [scale](const Scalar& a, const Scalar& b) { return Compare(scale, a, b) < 0; });
  return domain;
}

Domain NumberBetween(Wide low, Wide high) {
  Domain domain;
  domain.has_low = domain.has_high = true;
  domain.low.number = low;
  domain.high.number = high;
  return domain;
}

bool Admits(const Domain& domain, const Scalar& value, const RuleSet& rule_set) {
  if (domain.finite) return IsAmong(domain.scale, domain.values, value);
  if (!WithinBounds(domain, value) || IsAmong(domain.scale, domain.excluded, value)) return false;
  if (domain.scale == Scale::kText && !AdmitsText(domain, value.text)) return false;
  const auto has = [&](const ListTest& test) { return ListHas(test, domain.scale, value, rule_set); };
  return std::all_of(domain.in.begin(), domain.in.end(), has) &&
         std::none_of(domain.not_in.begin(), domain.not_in.end(), has);
}

bool AdmitsPrefix(const Domain& domain, std::string_view prefix) {
  if (domain.finite) {
    const auto at = std::lower_bound(domain.values.begin(), domain.values.end(), prefix,
                                     [](const Scalar& value, std::string_view text) { return value.text < text; });
    return at != domain.values.end() && at->text.starts_with(prefix);
  }
  return !CannotHold(domain, prefix) && !RulesOutPrefix(domain, prefix);
}

void Intersect(Domain* a, const Domain& b, const RuleSet& rule_set) {
  const bool nan = a->nan && b.nan;
  if (a->finite || b.finite) {
    const Domain filter = a->finite ? b : *a;
    if (!a->finite) *a = b;
    KeepAdmitted(a, filter, rule_set);
    a->nan = nan;
    return;
  }
  a->nan = nan;
  IntersectBounds(a, b);
  AddAll(&a->in, b.in);
  AddAll(&a->not_in, b.not_in);
  for (const Scalar& value : b.excluded) {
    if (!IsAmong(a->scale, a->excluded, value)) a->excluded.push_back(value);
    std::sort(a->excluded.begin(), a->excluded.end(),
              [a](const Scalar& x, const Scalar& y) { return Compare(a->scale, x, y) < 0; });
  }
  const bool possible = (a->scale != Scale::kText || IntersectTexts(a, b)) && !IsImpossible(*a);
  if (possible) {
    Enumerate(a, rule_set);
    return;
  }
  *a = OneOf(a->scale, {});
  a->nan = nan;
}

bool Implies(const Domain& a, const Domain& b, const RuleSet& rule_set) {
  if (a.nan && !b.nan) return false;
  if (a.finite) {
    return std::all_of(a.values.begin(), a.values.end(),
                       [&](const Scalar& value) { return Admits(b, value, rule_set); });
  }
  if (b.finite || !BoundsImply(a, b) || !ListsImply(a, b, rule_set)) return false;
  if (a.scale == Scale::kText && !TextsImply(a, b)) return false;
  return std::none_of(b.excluded.begin(), b.excluded.end(),
                      [&](const Scalar& value) { return Admits(a, value, rule_set); });
}

}  // namespace sluice::rules
