// Random records of any catalogue: each field present or not, numbers over their whole range, texts
// of any script.
//
// The same generator state gives the same record.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/parcel/catalog.h"
#include "engine/wire/record_builder.h"

namespace sluice::test_support {

class RandomRecord {
 public:
  explicit RandomRecord(const parcel::Catalog& catalog);

  /// Valid until the next call. Each field is present with a probability of `presence_percent` of
  /// 100.
  std::span<const std::uint8_t> Next(std::mt19937_64& random, unsigned presence_percent);

 private:
  struct Entry {
    wire::RecordBuilder::Handle handle;
    bool is_currency;
    std::vector<Entry> elements;  // of a vector
  };

  std::vector<Entry> Entries(std::uint32_t record, const std::string& prefix,
                             wire::RecordBuilder::Handle vector);
  void Fill(const std::vector<Entry>& entries, wire::RecordBuilder::Node node,
            std::mt19937_64& random, unsigned presence_percent);
  void Set(const Entry& entry, wire::RecordBuilder::Node node, std::mt19937_64& random,
           unsigned presence_percent);

  const parcel::Catalog& catalog_;
  wire::RecordBuilder builder_;
  std::vector<Entry> root_;
};

}  // namespace sluice::test_support
