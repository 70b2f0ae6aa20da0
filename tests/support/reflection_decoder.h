// A slow, obvious decoder on FlatBuffers' own reflection: what engine/wire's decoder is compared
// with.
//
// It goes by names from the schema's root for every single value and knows nothing of decode plans.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/parcel/batch.h"
#include "engine/parcel/catalog.h"
#include "engine/parcel/column_plan.h"

namespace sluice::test_support {

/// The values of one column below one record, in row order, as text; nothing for an absent one.
using ColumnTexts = std::vector<std::optional<std::string>>;

class ReflectionDecoder {
 public:
  explicit ReflectionDecoder(const std::string& fbs_text);

  /// FlatBuffers' own opinion of whether the bytes are a sound record.
  bool Verify(std::span<const std::uint8_t> record) const;
  /// One a column of the plan; `record` must be sound.
  std::vector<ColumnTexts> Decode(const parcel::Catalog& catalog, const parcel::ColumnPlan& plan,
                                  std::span<const std::uint8_t> record) const;

 private:
  std::string binary_schema_;
};

/// The same form, of what stands in a batch's rows [first, last) of the column's domain.
ColumnTexts BatchTexts(const parcel::Column& column, std::size_t first, std::size_t last);

/// A plan of every column and every domain that the catalogue has.
parcel::ColumnPlan PlanOfEverything(const parcel::Catalog& catalog);

}  // namespace sluice::test_support
