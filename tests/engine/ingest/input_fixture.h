// A schema, files in a folder of their own, and what a source makes of them: every record decoded to texts.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time_text.h"
#include "engine/ingest/open.h"
#include "engine/parcel/batch.h"
#include "engine/wire/decoder.h"
#include "engine/wire/schema_loader.h"

namespace sluice::ingest {

inline constexpr const char* kInputSchema = R"(
attribute "timestamp";
attribute "duration";
attribute "money";
attribute "unit";
attribute "max_items";
attribute "max_bytes";
enum Way : ubyte { sea = 10, air = 40 }
table Item { code: string; price: long = null (money: "currency"); currency: string; }
table Party { name: string; }
table Parcel {
  id: string (max_bytes: 12);
  at: long = null (timestamp: "ms");
  took: long = null (duration: "s");
  weight_g: uint = null (unit: "g");
  mass_kg: double = null (unit: "kg");
  value: long = null (money: "currency");
  currency: string;
  way: Way = null;
  gift: bool = null;
  total: ulong = null;
  sender: Party;
  items: [Item] (max_items: 3);
  marks: [string] (max_items: 3);
}
root_type Parcel;
)";

class InputTest : public testing::Test {
 protected:
  InputTest() : folder_(std::filesystem::temp_directory_path() / ("sluice_ingest_" + Unique())) {
    std::filesystem::create_directories(folder_);
    auto rules = std::make_shared<ruleset::RuleSet>();
    rules->catalog = *wire::LoadSchema(kInputSchema, "input.fbs", {}, "");
    rules->program.zones.push_back({"Asia/Seoul", {INT64_MIN}, {9 * 3600}});
    rules->zone = 0;
    for (const char* name :
         {"id", "at", "took", "weight_g", "mass_kg", "value", "way", "gift", "total", "sender.name"}) {
      columns_[name] = rules->columns.AddColumn(rules->catalog, parcel::kParcelDomain,
                                                *parcel::FindPath(rules->catalog, name));
    }
    const parcel::FieldPath items = *parcel::FindPath(rules->catalog, "items");
    items_ = rules->columns.AddDomain(rules->catalog, parcel::kParcelDomain, items);
    code_ = rules->columns.AddColumn(rules->catalog, items_, {0});
    price_ = rules->columns.AddColumn(rules->catalog, items_, {1});
    rule_set_ = std::move(rules);
  }
  ~InputTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Result<std::unique_ptr<pipeline::RecordSource>> Open(const std::vector<std::string>& paths,
                                                       const std::string& mapping = "") {
    std::optional<Mapping> parsed;
    if (!mapping.empty()) parsed = *ParseMapping(mapping, "mapping.yaml");
    return OpenInputs(paths, std::move(parsed), rule_set_);
  }
  std::string OpenError(const std::string& path, const std::string& mapping = "") {
    const auto source = Open({path}, mapping);
    EXPECT_FALSE(source.ok());
    return source.status().message();
  }

  struct Read {
    std::string place;  // without the folder
    parcel::ReadError error = parcel::ReadError::kNone;
    std::string flaw;
    std::string text;   // "id=A weight_g=5": the fields that are present
  };

  std::vector<Read> ReadAll(const std::vector<std::string>& paths, const std::string& mapping = "",
                            std::size_t block_records = 2) {
    auto source = Open(paths, mapping);
    EXPECT_TRUE(source.ok()) << source.status().message();
    std::vector<Read> reads;
    if (!source.ok()) return reads;
    const auto converter = (*source)->MakeConverter();
    pipeline::RecordBlock block;
    while (true) {
      block.Clear();
      const Status status = (*source)->Read(block_records, &block);
      EXPECT_TRUE(status.ok()) << status.message();
      if (!status.ok() || block.records.empty()) return reads;
      if (converter != nullptr) converter->Convert(&block);
      for (std::uint32_t i = 0; i < block.records.size(); ++i) reads.push_back(ReadOf(**source, block, i));
    }
  }

  const std::string& folder() const { return folder_text_; }
  ruleset::RuleSetPtr rule_set_;

 private:
  static std::string Unique() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(info->name()) + "_" + std::to_string(getpid());
  }

  Read ReadOf(const pipeline::RecordSource& source, const pipeline::RecordBlock& block, std::uint32_t index) {
    const pipeline::RawRecord& record = block.records[index];
    Read read;
    read.place = std::filesystem::path(source.PlaceText(record.place)).filename();
    read.error = record.error;
    for (const pipeline::RecordFlaw& flaw : block.flaws) {
      if (flaw.record == index) read.flaw = flaw.text;
    }
    if (record.error == parcel::ReadError::kNone) read.text = TextOf(record.bytes);
    return read;
  }

  std::string TextOf(std::span<const std::uint8_t> bytes) {
    parcel::Batch batch(rule_set_->columns);
    const wire::DecodePlan plan(rule_set_->catalog, rule_set_->columns);
    wire::Decoder decoder(plan);
    EXPECT_EQ(decoder.Append(bytes, batch), wire::DecodeResult::kAppended);
    std::string text;
    for (const auto& [name, column] : columns_) {
      if (batch.columns[column].Has(0)) text += (text.empty() ? "" : " ") + name + "=" + Cell(batch.columns[column], 0);
    }
    for (std::uint32_t row = 0; row < batch.domains[items_].count; ++row) {
      text += " item:" + (batch.columns[code_].Has(row) ? Cell(batch.columns[code_], row) : "");
      if (batch.columns[price_].Has(row)) text += "@" + Cell(batch.columns[price_], row);
    }
    return text;
  }

  static std::string Cell(const parcel::Column& column, std::size_t row) {
    switch (column.type) {
      case parcel::ValueType::kString: return std::string(column.texts[row]);
      case parcel::ValueType::kTimestamp: return base::TimestampText(column.times[row]);
      case parcel::ValueType::kDuration: return base::DurationText(column.ints[row]);
      case parcel::ValueType::kMoney: return base::MoneyText(column.moneys[row]);
      case parcel::ValueType::kDouble: return std::to_string(column.doubles[row]);
      case parcel::ValueType::kUint: return std::to_string(column.uints[row]);
      default: return std::to_string(column.ints[row]);
    }
  }

  std::filesystem::path folder_;
  std::string folder_text_ = folder_.string() + "/";
  std::map<std::string, parcel::ColumnIndex> columns_;
  parcel::DomainIndex items_ = 0;
  parcel::ColumnIndex code_ = 0, price_ = 0;
};

}  // namespace sluice::ingest
