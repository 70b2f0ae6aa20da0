// Random records as trees, and streams of submissions with duplicates, conflicts, scans and damage.
//
// The same Chance gives the same records. Not thread-safe.
#pragma once

#include <vector>

#include "tests/differential/chance.h"
#include "tests/differential/world.h"
#include "tests/support/oracle/oracle.h"

namespace sluice::differential {

class RecordGenerator {
 public:
  RecordGenerator(const Schema& schema, Chance* chance)
      : schema_(schema), chance_(*chance), encoder_(schema.catalog) {}

  std::vector<oracle::Submission> Stream(std::size_t count);

 private:
  oracle::RecordTree Tree(std::uint32_t record, int depth);
  void AddScalar(const parcel::Record& record, const parcel::Field& field,
                 oracle::RecordTree* tree);
  void AddVector(const parcel::Field& field, int depth, oracle::RecordTree* tree);
  oracle::Value Scalar(const parcel::Field& field, parcel::ValueType type, parcel::WireKind wire);
  oracle::Value Whole(const parcel::Field& field, parcel::WireKind wire);
  oracle::Value Time(const parcel::Field& field, parcel::WireKind wire);
  oracle::Value Text(const parcel::Field& field);
  void SetSystemFields(std::size_t place, std::size_t count, oracle::RecordTree* tree);
  void SpoilSometimes(oracle::Submission* submission);

  const Schema& schema_;
  Chance& chance_;
  oracle::TreeEncoder encoder_;
  std::size_t presence_percent_ = 70;
  std::size_t many_items_one_in_ = 60;
};

}  // namespace sluice::differential
