#include "engine/ingest/open.h"

#include "engine/ingest/csv_source.h"
#include "engine/ingest/json_source.h"
#include "engine/ingest/parcels_source.h"

namespace sluice::ingest {

using pipeline::RawRecord;
using pipeline::RecordBlock;
using pipeline::RecordSource;

namespace {

constexpr int kFileShift = 48;  // a place is (file index, place in that file)

// Converts blocks by the converter of the file they came from; a block never spans files.
class ChainConverter : public pipeline::RecordConverter {
 public:
  explicit ChainConverter(std::vector<std::unique_ptr<pipeline::RecordConverter>> converters)
      : converters_(std::move(converters)) {}
  void Convert(RecordBlock* block) override {
    if (block->records.empty()) return;
    auto& converter = converters_[block->records.front().place >> kFileShift];
    if (converter != nullptr) converter->Convert(block);
  }

 private:
  std::vector<std::unique_ptr<pipeline::RecordConverter>> converters_;
};

class ChainSource : public RecordSource {
 public:
  ChainSource(std::vector<std::unique_ptr<RecordSource>> sources, std::optional<Mapping> mapping,
              ruleset::RuleSetPtr rule_set)
      : mapping_(std::move(mapping)), rule_set_(std::move(rule_set)), sources_(std::move(sources)) {}

  static Result<std::unique_ptr<RecordSource>> Open(const std::vector<std::string>& paths,
                                                    std::optional<Mapping> mapping, ruleset::RuleSetPtr rule_set);

  Status Read(std::size_t records_max, RecordBlock* block) override {
    for (; current_ < sources_.size(); ++current_) {
      if (Status status = sources_[current_]->Read(records_max, block); !status.ok()) return status;
      if (block->records.empty()) continue;
      for (RawRecord& record : block->records) record.place |= current_ << kFileShift;
      return Status::Ok();
    }
    return Status::Ok();
  }

  std::unique_ptr<pipeline::RecordConverter> MakeConverter() const override {
    std::vector<std::unique_ptr<pipeline::RecordConverter>> converters;
    bool any = false;
    for (const auto& source : sources_) {
      converters.push_back(source->MakeConverter());
      any = any || converters.back() != nullptr;
    }
    if (!any) return nullptr;
    return std::make_unique<ChainConverter>(std::move(converters));
  }

  std::string PlaceText(std::uint64_t place) const override {
    return sources_[place >> kFileShift]->PlaceText(place & ((std::uint64_t{1} << kFileShift) - 1));
  }
  std::uint64_t bytes_read() const override { return Sum(&RecordSource::bytes_read); }
  std::uint64_t bytes_total() const override { return Sum(&RecordSource::bytes_total); }

 private:
  std::uint64_t Sum(std::uint64_t (RecordSource::*count)() const) const {
    std::uint64_t sum = 0;
    for (const auto& source : sources_) sum += (*source.*count)();
    return sum;
  }

  std::optional<Mapping> mapping_;  // the sources keep a pointer to it
  ruleset::RuleSetPtr rule_set_;
  std::vector<std::unique_ptr<RecordSource>> sources_;
  std::uint64_t current_ = 0;
};

Result<std::unique_ptr<RecordSource>> OpenOne(const std::string& path, const Mapping* mapping,
                                              const ruleset::RuleSetPtr& rule_set) {
  if (path.ends_with(".parcels")) return OpenParcels(path, *rule_set);
  if (path.ends_with(".csv")) return OpenCsv(path, mapping, rule_set);
  if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return OpenJson(path, mapping, rule_set);
  return Status(StatusCode::kInvalidArgument,
                path + ": the format is told by the ending: .parcels, .csv, .ndjson or .jsonl");
}

Result<std::unique_ptr<RecordSource>> ChainSource::Open(const std::vector<std::string>& paths,
                                                        std::optional<Mapping> mapping,
                                                        ruleset::RuleSetPtr rule_set) {
  auto chain =
      std::make_unique<ChainSource>(std::vector<std::unique_ptr<RecordSource>>{}, std::move(mapping), rule_set);
  for (const std::string& path : paths) {
    Result<std::unique_ptr<RecordSource>> source =
        OpenOne(path, chain->mapping_ ? &*chain->mapping_ : nullptr, rule_set);
    if (!source.ok()) return source.status();
    chain->sources_.push_back(*std::move(source));
  }
  return std::unique_ptr<RecordSource>(std::move(chain));
}

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenInputs(const std::vector<std::string>& paths, std::optional<Mapping> mapping,
                                                 ruleset::RuleSetPtr rule_set) {
  return ChainSource::Open(paths, std::move(mapping), std::move(rule_set));
}

}  // namespace sluice::ingest
