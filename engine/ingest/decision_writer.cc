#include "engine/ingest/decision_writer.h"

#include <string>
#include <utility>

#include "engine/ingest/decision_formatters.h"

namespace sluice::ingest {

namespace {

constexpr std::size_t kBlockBytes = 1u << 18;  // handed on at once: few system calls, little memory

class DecisionWriter : public pipeline::DecisionSink {
 public:
  DecisionWriter(DecisionFormat format, ruleset::RuleSetPtr rule_set, base::ByteSink* out)
      : format_(format), rule_set_(std::move(rule_set)), out_(out) {
    if (format == DecisionFormat::kCsv) pending_ = CsvHeader();
  }

  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    switch (format_) {
      case DecisionFormat::kCsv: return MakeCsvFormatter(*rule_set_);
      case DecisionFormat::kFlatbuffers: return MakeFlatbuffersFormatter(*rule_set_);
      case DecisionFormat::kNdjson: break;
    }
    return MakeNdjsonFormatter(*rule_set_);
  }

  Status Write(std::string_view bytes) override {
    pending_ += bytes;
    return pending_.size() < kBlockBytes ? Status::Ok() : Flush();
  }

  Status Finish() override { return pending_.empty() ? Status::Ok() : Flush(); }

 private:
  Status Flush() {
    Status status =
        out_->Write({reinterpret_cast<const std::uint8_t*>(pending_.data()), pending_.size()});
    pending_.clear();
    return status;
  }

  const DecisionFormat format_;
  const ruleset::RuleSetPtr rule_set_;
  base::ByteSink* out_;
  std::string pending_;
};

}  // namespace

std::optional<DecisionFormat> ParseDecisionFormat(std::string_view name) {
  if (name == "ndjson") return DecisionFormat::kNdjson;
  if (name == "csv") return DecisionFormat::kCsv;
  if (name == "flatbuffers") return DecisionFormat::kFlatbuffers;
  return std::nullopt;
}

std::unique_ptr<pipeline::DecisionSink> MakeDecisionSink(DecisionFormat format,
                                                         ruleset::RuleSetPtr rule_set,
                                                         base::ByteSink* out) {
  return std::make_unique<DecisionWriter>(format, std::move(rule_set), out);
}

}  // namespace sluice::ingest
