// Decisions as FlatBuffers: names are looked up here, bytes are made by engine/wire.
#include "engine/ingest/decision_formatters.h"
#include "engine/wire/decision_encoder.h"

namespace sluice::ingest {

namespace {

using decide::Decision;
using ruleset::RuleSet;

class FlatbuffersFormatter : public pipeline::DecisionFormatter {
 public:
  explicit FlatbuffersFormatter(const RuleSet& rule_set) : rule_set_(rule_set) {
    encoded_.rule_set = rule_set.hash;
  }

  void Append(const Decision& decision, std::string* bytes) override {
    FillScalars(decision);
    FillLists(decision);
    encoder_.Append(encoded_, bytes);
  }

 private:
  void FillScalars(const Decision& decision) {
    encoded_.sequence = decision.sequence;
    encoded_.parcel_id = decision.parcel_id;
    encoded_.revision = decision.revision;
    encoded_.cause = CauseName(decision.cause);
    encoded_.phase = PhaseName(decision.phase);
    encoded_.now_ms = decision.now.seconds * 1000 + decision.now.nanos / 1'000'000;
    encoded_.generation = decision.generation;
    encoded_.lane = rule_set_.lanes[decision.lane].name;
    encoded_.score = decision.score;
    encoded_.must_inspect = decision.must_inspect;
    encoded_.duplicate_of = decision.duplicate_of;
    const bool readable = decision.read_error == parcel::ReadError::kNone;
    encoded_.read_error = readable ? "" : ReadErrorName(decision.read_error);
    encoded_.test_key = decision.test_key;
  }

  void FillLists(const Decision& decision) {
    encoded_.controls.clear();
    ForEachControl(rule_set_, decision, [&](auto name) { encoded_.controls.push_back(name); });
    encoded_.outcomes.clear();
    ForEachOutcome(decision, [&](auto name) { encoded_.outcomes.push_back(name); });
    FillMatches(decision.matched, &encoded_.matched);
    FillRules(decision.suppressed, &encoded_.suppressed);
    FillRules(decision.absent, &encoded_.absent);
    FillRules(decision.errors, &encoded_.errors);
    FillMatches(decision.shadow, &encoded_.shadow);
    encoded_.draws.clear();
    for (const decide::Draw& draw : decision.draws) {
      encoded_.draws.push_back(
          {RuleId(rule_set_, draw.rule), draw.ticket, draw.threshold, draw.selected});
    }
    encoded_.missing.clear();
    for (const std::uint32_t i : decision.missing) {
      encoded_.missing.push_back(rule_set_.Text(rule_set_.required[i].name));
    }
  }

  void FillMatches(const std::vector<ruleset::Hit>& hits, std::vector<wire::EncodedMatch>* out) {
    out->clear();
    for (const ruleset::Hit& hit : hits) {
      out->push_back({RuleId(rule_set_, hit.rule), Reason(rule_set_, hit.rule), hit.score});
    }
  }
  void FillRules(const std::vector<ruleset::RuleIndex>& rules, std::vector<std::string_view>* out) {
    out->clear();
    for (const ruleset::RuleIndex rule : rules) out->push_back(RuleId(rule_set_, rule));
  }

  const RuleSet& rule_set_;
  wire::EncodedDecision encoded_;
  wire::DecisionEncoder encoder_;
};

}  // namespace

std::unique_ptr<pipeline::DecisionFormatter> MakeFlatbuffersFormatter(const RuleSet& rule_set) {
  return std::make_unique<FlatbuffersFormatter>(rule_set);
}

}  // namespace sluice::ingest
