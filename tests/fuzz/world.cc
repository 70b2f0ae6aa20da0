#include "tests/fuzz/world.h"

#include <cstdio>
#include <random>

#include "engine/base/check.h"
#include "engine/ingest/open.h"
#include "engine/pipeline/screener.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"
#include "tests/support/random_record.h"

namespace sluice::fuzz {
namespace {

constexpr std::uint32_t kRecordSeed = 20260101;
constexpr std::size_t kBlockRecords = 64;

// What reading made of one record.
struct Read {
  parcel::ReadError error = parcel::ReadError::kNone;
  Bytes bytes;
  std::string flaw;
  std::string place;
  friend bool operator==(const Read&, const Read&) = default;
};

void AppendReads(const pipeline::RecordSource& source, const pipeline::RecordBlock& block, std::vector<Read>* reads) {
  std::vector<std::string> flaws(block.records.size());
  for (const pipeline::RecordFlaw& flaw : block.flaws) flaws.at(flaw.record) = flaw.text;
  for (std::size_t i = 0; i < block.records.size(); ++i) {
    const pipeline::RawRecord& record = block.records[i];
    Read read{record.error, {}, flaws[i], source.PlaceText(record.place)};
    if (record.error == parcel::ReadError::kNone) read.bytes.assign(record.bytes.begin(), record.bytes.end());
    reads->push_back(std::move(read));
  }
}

std::optional<std::vector<Read>> ReadFile(const std::string& path, const std::optional<ingest::Mapping>& mapping,
                                          const ruleset::RuleSetPtr& rule_set, std::size_t block_records) {
  const auto source = ingest::OpenInputs({path}, mapping, rule_set);
  if (!source.ok()) {
    SLUICE_CHECK(!source.status().message().empty());
    return std::nullopt;
  }
  const auto converter = (*source)->MakeConverter();
  std::vector<Read> reads;
  pipeline::RecordBlock block;
  do {
    block.Clear();
    const Status status = (*source)->Read(block_records, &block);
    SLUICE_CHECK(status.ok());  // the file is there, and what stands in it costs records at most
    SLUICE_CHECK(block.records.size() <= block_records);
    if (converter != nullptr) converter->Convert(&block);
    AppendReads(**source, block, &reads);
  } while (!block.records.empty());
  return reads;
}

void ScreenEach(const ruleset::RuleSet& rule_set, const std::vector<Bytes>& records, pipeline::Screener* screener) {
  for (const Bytes& record : records) {
    const decide::Decision& decision = screener->Screen(record);
    SLUICE_CHECK(decision.lane < rule_set.lanes.size());
    for (const ruleset::Hit& hit : decision.matched) SLUICE_CHECK(hit.rule < rule_set.rules.size());
  }
}

}  // namespace

const ruleset::RuleSetPtr& World() {
  static const ruleset::RuleSetPtr world = [] {
    const auto book = rules::CompileBook(SLUICE_SOURCE_DIR "/tests/fuzz/world");
    SLUICE_CHECK(book.ok());
    std::fputs(rules::RenderPretty(book->diagnostics, *book->sources).c_str(), stderr);
    SLUICE_CHECK(book->rule_set != nullptr);
    return book->rule_set;
  }();
  return world;
}

std::vector<Bytes> SampleRecords(const parcel::Catalog& catalog, std::size_t count) {
  test_support::RandomRecord maker(catalog);
  std::mt19937_64 random(kRecordSeed);
  std::vector<Bytes> records;
  for (std::size_t i = 0; i < count; ++i) {
    const auto percent = static_cast<unsigned>(i * 100 / std::max<std::size_t>(count - 1, 1));
    const auto record = maker.Next(random, percent);
    records.emplace_back(record.begin(), record.end());
  }
  return records;
}

void ScreenAll(const ruleset::RuleSetPtr& rule_set, const std::vector<Bytes>& records) {
  static pipeline::Screener of_world(World(), draw::TestEpochKey());  // making one costs more than most inputs
  if (rule_set == World()) return ScreenEach(*rule_set, records, &of_world);
  pipeline::Screener screener(rule_set, draw::TestEpochKey());
  ScreenEach(*rule_set, records, &screener);
}

void ScreenFile(const std::string& path, const std::optional<ingest::Mapping>& mapping,
                const ruleset::RuleSetPtr& rule_set) {
  const auto one_by_one = ReadFile(path, mapping, rule_set, 1);
  const auto in_blocks = ReadFile(path, mapping, rule_set, kBlockRecords);
  SLUICE_CHECK(one_by_one == in_blocks);
  if (!one_by_one) return;
  std::vector<Bytes> records;
  for (const Read& read : *one_by_one) {
    if (read.error == parcel::ReadError::kNone) records.push_back(read.bytes);
  }
  ScreenAll(rule_set, records);
}

}  // namespace sluice::fuzz
