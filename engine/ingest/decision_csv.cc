// Decisions as CSV rows. Lists are one cell, their entries joined by ";".
#include <vector>

#include "engine/base/time_text.h"
#include "engine/ingest/decision_formatters.h"

namespace sluice::ingest {

namespace {

using decide::Decision;
using ruleset::RuleSet;

class CsvFormatter : public pipeline::DecisionFormatter {
 public:
  explicit CsvFormatter(const RuleSet& rule_set) : rule_set_(rule_set) {}

  void Append(const Decision& decision, std::string* bytes) override {
    out_ = bytes;
    AppendHead(decision);
    Cell([&] { ForEachControl(rule_set_, decision, [&](auto name) { Entry(name); }); });
    Cell([&] { ForEachOutcome(decision, [&](auto name) { Entry(name); }); });
    AppendRules(decision);
    AppendDraws(decision);
    AppendTail(decision);
    out_->back() = '\n';  // in place of the last comma
  }

 private:
  void AppendHead(const Decision& decision) {
    Number(decision.sequence);
    Text(decision.parcel_id);
    Number(decision.revision);
    Text(CauseName(decision.cause));
    Text(PhaseName(decision.phase));
    Text(base::TimestampText(decision.now));
    Number(decision.generation);
    Text(rule_set_.lanes[decision.lane].name);
    Number(decision.score);
    Text(decision.must_inspect ? "true" : "");
  }

  void AppendRules(const Decision& decision) {
    Cell([&] {
      for (const ruleset::Hit& hit : decision.matched) Entry(RuleId(rule_set_, hit.rule));
    });
    Cell([&] {
      for (const ruleset::Hit& hit : decision.matched) Entry(Reason(rule_set_, hit.rule));
    });
    Rules(decision.suppressed);
    Rules(decision.absent);
    Rules(decision.errors);
    Cell([&] {
      for (const ruleset::Hit& hit : decision.shadow) Entry(RuleId(rule_set_, hit.rule));
    });
  }

  void AppendDraws(const Decision& decision) {
    Cell([&] {
      for (const decide::Draw& draw : decision.draws) {
        Entry({});
        AppendHex(draw.ticket, out_);
        out_->push_back(' ');
        AppendHex(draw.threshold, out_);
        out_->append(draw.selected ? " yes " : " no ");
        out_->append(RuleId(rule_set_, draw.rule));
      }
    });
  }

  void AppendTail(const Decision& decision) {
    if (decision.duplicate_of != 0) {
      Number(decision.duplicate_of);
    } else {
      Text({});
    }
    const bool readable = decision.read_error == parcel::ReadError::kNone;
    Text(readable ? "" : ReadErrorName(decision.read_error));
    Cell([&] {
      for (const std::uint32_t i : decision.missing) {
        Entry(rule_set_.Text(rule_set_.required[i].name));
      }
    });
    Text(decision.test_key ? "true" : "");
  }

  /// Whatever `append` writes becomes one cell, quoted where it must be.
  template <typename Append>
  void Cell(Append append) {
    const std::size_t begin = out_->size();
    first_ = true;
    append();
    if (out_->find_first_of(",\"\r\n", begin) != std::string::npos) Quote(begin);
    out_->push_back(',');
  }
  void Quote(std::size_t begin) {
    const std::string plain = out_->substr(begin);
    out_->resize(begin);
    out_->push_back('"');
    for (const char c : plain) {
      if (c == '"') out_->push_back('"');
      out_->push_back(c);
    }
    out_->push_back('"');
  }
  void Text(std::string_view text) {
    Cell([&] { out_->append(text); });
  }
  void Number(std::unsigned_integral auto number) {
    AppendNumber(number, out_);
    out_->push_back(',');
  }
  void Entry(std::string_view text) {
    if (!first_) out_->push_back(';');
    first_ = false;
    out_->append(text);
  }
  void Rules(const std::vector<ruleset::RuleIndex>& rules) {
    Cell([&] {
      for (const ruleset::RuleIndex rule : rules) Entry(RuleId(rule_set_, rule));
    });
  }

  const RuleSet& rule_set_;
  std::string* out_ = nullptr;
  bool first_ = true;
};

}  // namespace

std::string_view CsvHeader() {
  return "sequence,parcel_id,revision,cause,phase,now,generation,lane,score,must_inspect,controls,"
         "outcomes,matched,reasons,suppressed,absent,errors,shadow,draws,duplicate_of,read_error,"
         "missing,test_key\n";
}

std::unique_ptr<pipeline::DecisionFormatter> MakeCsvFormatter(const RuleSet& rule_set) {
  return std::make_unique<CsvFormatter>(rule_set);
}

}  // namespace sluice::ingest
