// Bundles: a first byte 0xFF is followed by one as it is, another one by edits (edits.h) of the world's bundle or of
// one that has something in every part. Each is read as it is and with its hashes made right, so that what is behind
// the hashes is met, too. What Verify lets through is evaluated.
#include <algorithm>
#include <cstring>

#include "engine/base/blake2b.h"
#include "engine/base/check.h"
#include "engine/ruleset/bundle.h"
#include "tests/fuzz/edits.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"
#include "tests/support/sample_rule_set.h"

namespace sluice::fuzz {
namespace {

constexpr std::size_t kHeaderBytes = 56;
constexpr std::size_t kTableBytesAt = 16;
constexpr std::size_t kTableHashAt = 24;
constexpr std::size_t kEntryHashAt = 16;  // within an entry: behind its offset and size
constexpr std::size_t kEntryNameAt = 48;
constexpr std::size_t kRecords = 6;
constexpr std::uint8_t kAsItIs = 0xFF;

std::uint64_t NumberAt(const Bytes& bytes, std::size_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

// Sections follow each other behind the table whatever their entries say; the last one takes the rest. False: there
// is no table to speak of.
bool MakeHashesRight(Bytes* bundle) {
  if (bundle->size() < kHeaderBytes + 8) return false;
  const std::uint64_t table_bytes = NumberAt(*bundle, kTableBytesAt);
  if (table_bytes > bundle->size() - kHeaderBytes) return false;
  const std::size_t table_end = kHeaderBytes + static_cast<std::size_t>(table_bytes);
  std::uint64_t section = table_end;
  std::size_t at = kHeaderBytes + 8;
  for (std::uint64_t left = NumberAt(*bundle, kHeaderBytes); left > 0 && at + kEntryNameAt + 8 <= table_end; --left) {
    const std::uint64_t rest = bundle->size() - section;
    const std::uint64_t bytes = left == 1 ? rest : std::min(NumberAt(*bundle, at + 8), rest);
    std::memcpy(bundle->data() + at, &section, sizeof(section));
    std::memcpy(bundle->data() + at + 8, &bytes, sizeof(bytes));
    const auto hash = base::Blake2b256(std::span(*bundle).subspan(section, bytes));
    std::copy(hash.begin(), hash.end(), bundle->begin() + static_cast<std::ptrdiff_t>(at + kEntryHashAt));
    section += bytes;
    const std::uint64_t name_bytes = NumberAt(*bundle, at + kEntryNameAt);
    if (name_bytes > table_end - at) break;
    at += kEntryNameAt + 8 + static_cast<std::size_t>(name_bytes);
  }
  base::Blake2b table;
  table.Update(std::span(*bundle).first(kTableHashAt));
  table.Update(std::span(*bundle).subspan(kHeaderBytes, table_end - kHeaderBytes));
  const base::Hash256 hash = table.Digest();
  std::copy(hash.begin(), hash.end(), bundle->begin() + kTableHashAt);
  return true;
}

void Try(const Bytes& bundle) {
  const auto rule_set = ruleset::DecodeBundle(bundle);
  (void)ruleset::InspectBundle(bundle);
  if (!rule_set.ok()) {
    SLUICE_CHECK(!rule_set.status().message().empty());
    return;
  }
  const Bytes again = ruleset::EncodeBundle(**rule_set);
  const auto same = ruleset::DecodeBundle(again);
  SLUICE_CHECK(same.ok());
  SLUICE_CHECK((*same)->hash == (*rule_set)->hash);
  static const std::vector<Bytes> records = SampleRecords(World()->catalog, kRecords);
  static const std::vector<Bytes> others = SampleRecords(testing::SampleCatalog(), kRecords);
  ScreenAll(*rule_set, records);
  ScreenAll(*rule_set, others);
}

const Bytes& Base(std::size_t which) {
  static const Bytes world = ruleset::EncodeBundle(*World());
  static const Bytes sample = ruleset::EncodeBundle(testing::SampleRuleSet());
  return which % 2 == 0 ? world : sample;
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  if (size == 0) return 0;
  const std::span rest(data + 1, size - 1);
  Bytes bundle = data[0] == kAsItIs ? Bytes(rest.begin(), rest.end()) : Edited(Base(data[0]), rest);
  Try(bundle);
  if (MakeHashesRight(&bundle)) Try(bundle);
  return 0;
}
