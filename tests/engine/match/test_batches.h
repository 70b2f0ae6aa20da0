// Batches for tests of matching: random, and set by hand.
#pragma once

#include <array>
#include <random>
#include <string_view>

#include "engine/parcel/batch.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {

inline constexpr base::CurrencyCode kCny = 0x434E59;
inline constexpr base::CurrencyCode kUsd = 0x555344;
inline constexpr std::array<std::string_view, 6> kWords = {"", "alpha", "Beta", "alphabet", "CN", "gamma ray"};

/// Appends rows of `domain` to the batch: `counts` has one a parent row. Parents first.
inline void SetRows(parcel::Batch* batch, parcel::DomainIndex domain, const std::vector<std::uint32_t>& counts) {
  parcel::DomainRows& rows = batch->domains[domain];
  rows.count = 0;
  for (std::uint32_t parent = 0; parent < counts.size(); ++parent) {
    rows.first[parent] = rows.count;
    for (std::uint32_t i = 0; i < counts[parent]; ++i) rows.parent[rows.count++] = parent;
  }
  rows.first[counts.size()] = rows.count;
}

class RandomBatch {
 public:
  explicit RandomBatch(std::uint32_t seed) : random_(seed) {}

  std::uint32_t Below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  void Fill(const parcel::ColumnPlan& plan, std::uint32_t rows, std::uint32_t items_max, parcel::Batch* batch) {
    batch->Clear();
    batch->domains[kParcels].count = rows;
    SetRows(batch, kItems, Counts(rows, items_max));
    SetRows(batch, kTags, Counts(rows, 3));
    SetRows(batch, kParts, Counts(batch->domains[kItems].count, 3));
    for (std::uint32_t row = 0; row < rows; ++row) {
      batch->facts[row] = {row + 1, {1'700'000'000 + row, 0}, 0, parcel::Phase::kDeclared, parcel::ReadError::kNone};
    }
    for (parcel::ColumnIndex c = 0; c < plan.columns.size(); ++c) {
      const std::uint32_t count = batch->domains[plan.columns[c].domain].count;
      for (std::uint32_t row = 0; row < count; ++row) FillCell(c == kTag ? 0 : 3, row, &batch->columns[c]);
    }
  }

 private:
  std::vector<std::uint32_t> Counts(std::uint32_t parents, std::uint32_t most) {
    std::vector<std::uint32_t> counts(parents);
    for (std::uint32_t& count : counts) count = Below(most + 1);
    return counts;
  }

  // Few distinct values, so that equal ones meet; extremes among them. Absent: `absent` times in ten.
  void FillCell(std::uint32_t absent, std::uint32_t row, parcel::Column* column) {
    constexpr std::int64_t kInts[] = {0, 1, 2, 3, -1, std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::min(), 1000};
    constexpr double kDoubles[] = {0.0, 1.0, 2.5, -1.5, 1e300, 9007199254740993.0,
                                   std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()};
    const bool present = Below(10) >= absent;
    if (present) parcel::SetBit(column->present, row);
    const std::uint32_t pick = Below(8);
    switch (column->type) {
      case ValueType::kBool: column->ints[row] = present ? pick % 2 : 0; break;
      case ValueType::kInt:
      case ValueType::kDuration: column->ints[row] = present ? kInts[pick] : 0; break;
      case ValueType::kUint: column->uints[row] = present ? static_cast<std::uint64_t>(kInts[pick]) : 0; break;
      case ValueType::kDouble: column->doubles[row] = present ? kDoubles[pick] : 0; break;
      case ValueType::kString: column->texts[row] = present ? kWords[pick % 6] : std::string_view(); break;
      case ValueType::kTimestamp:
        column->times[row] = present ? base::Timestamp{1'700'000'000 + pick, 0} : base::Timestamp();
        break;
      default:
        column->moneys[row] = present ? base::Money{kInts[pick], pick < 5 ? kCny : kUsd} : base::Money();
        break;
    }
  }

  std::mt19937 random_;
};

}  // namespace sluice::testing
