// Records: a first byte 0xFF is followed by a .parcels file or record as it is, another one by edits (edits.h) of a
// sound one. The decoder must read what FlatBuffers' own reflection reads, and every decision must come out.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "engine/base/check.h"
#include "engine/wire/decoder.h"
#include "engine/wire/parcels_file.h"
#include "engine/wire/schema_loader.h"
#include "tests/fuzz/edits.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"
#include "tests/support/reflection_decoder.h"

namespace sluice::fuzz {
namespace {

constexpr std::string_view kParcelsMagic = "SLUICEP1";
constexpr std::uint8_t kAsItIs = 0xFF;
constexpr std::size_t kRecords = 8;

class MemorySink : public base::ByteSink {
 public:
  Status Write(std::span<const std::uint8_t> bytes) override {
    written.insert(written.end(), bytes.begin(), bytes.end());
    return Status::Ok();
  }
  Bytes written;
};

Bytes ParcelsFileOf(const std::vector<Bytes>& records) {
  MemorySink sink;
  wire::ParcelsWriter writer(sink);
  SLUICE_CHECK(writer.Begin({.root_name = "Parcel", .fingerprint = wire::CatalogFingerprint(World()->catalog)}).ok());
  for (const Bytes& record : records) SLUICE_CHECK(writer.Append(record).ok());
  SLUICE_CHECK(writer.Finish().ok());
  return sink.written;
}

// Records, and at the end a file of them.
const Bytes& Base(std::size_t which) {
  static const std::vector<Bytes> bases = [] {
    std::vector<Bytes> all = SampleRecords(World()->catalog, kRecords);
    all.push_back(ParcelsFileOf(all));
    return all;
  }();
  return bases[which % bases.size()];
}

class RecordReader {
 public:
  // Bytes that FlatBuffers calls sound are read to the same values, or refused for what they say.
  void Compare(std::span<const std::uint8_t> record) {
    batch_.Clear();
    const wire::DecodeResult result = decoder_.Append(record, batch_);
    SLUICE_CHECK(result != wire::DecodeResult::kBatchFull);
    SLUICE_CHECK(batch_.row_count() == 1);
    if (result == wire::DecodeResult::kUnreadable) {
      SLUICE_CHECK(batch_.facts[0].read_error != parcel::ReadError::kNone);
      return;
    }
    if (!reflection_.Verify(record)) return;  // it is unsound where the plan does not read
    const auto expected = reflection_.Decode(catalog_, plan_, record);
    for (parcel::ColumnIndex c = 0; c < plan_.columns.size(); ++c) {
      const std::size_t rows = batch_.domains[plan_.columns[c].domain].count;
      ExpectEqual(c, test_support::BatchTexts(batch_.columns[c], 0, rows), expected[c]);
    }
  }

 private:
  void ExpectEqual(parcel::ColumnIndex column, const test_support::ColumnTexts& actual,
                   const test_support::ColumnTexts& expected) const {
    if (actual == expected) return;
    const parcel::ColumnSpec& spec = plan_.columns[column];
    const std::string path =
        parcel::PathText(catalog_, parcel::DomainRecord(catalog_, plan_, spec.domain), spec.path);
    std::fprintf(stderr, "%s: %zu rows, expected %zu\n", path.c_str(), actual.size(), expected.size());
    for (std::size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
      std::fprintf(stderr, "row %zu: %s, expected %s\n", i, actual[i].value_or("absent").c_str(),
                   expected[i].value_or("absent").c_str());
    }
    std::abort();
  }

  const parcel::Catalog& catalog_ = wire::DefaultCatalog();
  parcel::ColumnPlan plan_ = test_support::PlanOfEverything(catalog_);
  wire::DecodePlan decode_plan_{catalog_, plan_};
  wire::Decoder decoder_{decode_plan_};
  parcel::Batch batch_{plan_};
  test_support::ReflectionDecoder reflection_{wire::DefaultSchemaText()};
};

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  if (size == 0) return 0;
  const std::span rest(data + 1, size - 1);
  const Bytes bytes = data[0] == kAsItIs ? Bytes(rest.begin(), rest.end()) : Edited(Base(data[0]), rest);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kParcelsMagic)) {
    ScreenFile(WriteScratch("input.parcels", text), std::nullopt, World());
    return 0;
  }
  static RecordReader reader;
  reader.Compare(bytes);
  ScreenAll(World(), {bytes});
  return 0;
}
