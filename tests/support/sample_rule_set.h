// A small rule set made by hand that has something in every part: for tests of bundles, Verify and whatever reads
// rule sets. Sound as it comes; not finished.
//
// Record: Parcel { id, received, direction, office, currency, value (money), sender { name }, items { hs_code,
// quantity, price, weight }, marks: [string] }, with a flattened struct of hot scalars in the items.
#pragma once

#include <string_view>
#include <vector>

#include "engine/ruleset/rule_set.h"

namespace sluice::testing {

/// Makes nodes; operands must be there before what uses them.
class NodeMaker {
 public:
  explicit NodeMaker(ruleset::Program* program);

  ruleset::NodeIndex Add(ruleset::Op op, ruleset::TypeId type, std::uint32_t a = 0, std::uint32_t b = 0,
                         std::uint32_t c = 0);
  ruleset::NodeIndex Bool(ruleset::Op op, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0);
  /// And, Or, list and map literals; table look-ups give their table as `a`.
  ruleset::NodeIndex AddList(ruleset::Op op, ruleset::TypeId type, std::vector<ruleset::NodeIndex> operands,
                             std::uint32_t a = 0);
  ruleset::NodeIndex Text(std::string_view text);
  ruleset::NodeIndex Int(std::int64_t number);
  ruleset::NodeIndex Double(double number);
  ruleset::NodeIndex Money(const base::Money& money);
  ruleset::TypeId Type(const ruleset::TypeInfo& type);

 private:
  ruleset::Program* program_;
};

/// Columns of the sample, in the order of its plan.
enum SampleColumn : std::uint32_t {
  kIdColumn, kReceivedColumn, kDirectionColumn, kOfficeColumn, kValueColumn, kSenderColumn, kSenderNameColumn,
  kHsCodeColumn, kQuantityColumn, kPriceColumn, kMarkColumn,
};
inline constexpr parcel::DomainIndex kItemDomain = 1;
inline constexpr parcel::DomainIndex kMarkDomain = 2;

parcel::Catalog SampleCatalog();
ruleset::RuleSet SampleRuleSet();
/// The sample with `count` rules more, each with nodes and texts of its own, for measurements.
ruleset::RuleSet LargeRuleSet(std::size_t count);

}  // namespace sluice::testing
