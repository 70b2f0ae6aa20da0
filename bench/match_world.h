// Synthetic parcels and rules for the match benchmark: the same on every machine, and nothing read from a file.
//
// Column by column as a decoder would fill them: 400 platforms and 220 countries, frequent ones first, descriptions
// of 60 bytes, two items a parcel with one of 5,000 codes; `real` columns absent in three of ten rows.
#pragma once

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::bench {

enum WorldColumn : parcel::ColumnIndex {
  kPlatform, kDescription, kCountry, kNumber, kReal, kAmount, kItemCode, kItemNumber, kItemReal,
};
inline constexpr parcel::DomainIndex kItems = 1;
inline constexpr base::CurrencyCode kCny = 0x434E59;

class World {
 public:
  World();

  const parcel::ColumnPlan& columns() const { return columns_; }
  void FillBatch(std::uint32_t seed, std::uint32_t rows, parcel::Batch* batch) const;

  /// Rules as people write them: three of limits, equalities, words, converted money, items, and sums.
  ruleset::RuleSetPtr BookRules(std::uint32_t count) const;
  /// Rules as tables make them: platform and country, and a code among the items or a limit.
  ruleset::RuleSetPtr ProfileRules(std::uint32_t count) const;

 private:
  void FillItems(std::mt19937* random, std::uint32_t rows, parcel::Batch* batch) const;

  parcel::ColumnPlan columns_;
  std::vector<std::string> platforms_, countries_, codes_, descriptions_;
};

}  // namespace sluice::bench
