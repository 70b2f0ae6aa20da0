// The `then` of a rule; see rule_reader.h.
#include <string>

#include "engine/base/limits.h"
#include "rules/book/cell_value.h"
#include "rules/book/keys.h"
#include "rules/book/lane_reader.h"
#include "rules/book/rule_reader.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {

using ruleset::Rule;

void RuleReader::ReadThen(const YamlNode& node, RuleSpec* spec) {
  const YamlNode* then = node.Find("then");
  if (then != nullptr && ExpectMap(*then, "then", diagnostics_)) {
    CheckKeys(*then, "then", kThenKeys, diagnostics_);
    const YamlNode* lane = then->Find("lane");
    if (lane != nullptr && !TakesRowColumn(*lane, *spec, &spec->lane)) {
      spec->rule.lane = ResolveLane(*lane, config_, diagnostics_);
    }
    const YamlNode* reason = then->Find("reason");
    if (reason != nullptr && !TakesRowColumn(*reason, *spec, &spec->row_reason) &&
        GetString(*reason, "reason", diagnostics_)) {
      spec->reason = reason->text();
    }
    const YamlNode* probability = then->Find("probability");
    if (probability != nullptr && !TakesRowColumn(*probability, *spec, &spec->probability)) {
      const auto share = ReadShare(*probability, "a probability", diagnostics_);
      spec->rule.probability = share.value_or(limits::kProbabilityMax);
    }
    const YamlNode* control = then->Find("control");
    if (control != nullptr && !TakesRowColumn(*control, *spec, &spec->control))
      ReadControl(*control, &spec->rule);
    if (const YamlNode* score = then->Find("score")) ReadScore(*score, spec);
    if (const YamlNode* split = then->Find("split")) ReadSplit(*split, &spec->rule);
    if (const YamlNode* waive = then->Find("waive")) ReadWaive(*waive, &spec->rule);
    if (lane != nullptr && then->Find("split") != nullptr) {
      diagnostics_->Error(
          then->FindKey("split")->place(), "lane-and-split",
          "a rule sends its matches to one `lane` or shares them out by `split`, not both");
    }
    if (probability != nullptr && then->Find("split") != nullptr) {
      diagnostics_->Error(then->FindKey("probability")->place(), "probability-and-split",
                          "the shares of a split are its probabilities already",
                          "let the shares add up to less than 1000000");
    }
  }
  CheckEffect(node, *spec);
}

bool RuleReader::TakesRowColumn(const YamlNode& value, const RuleSpec& spec, RowColumn* column) {
  constexpr std::string_view kRow = "row.";
  if (!value.is_scalar() || !value.text().starts_with(kRow)) return false;
  if (spec.each_node == nullptr) {
    diagnostics_->Error(value.place(), "no-row", "only a profile has a row",
                        "add `each: tables.NAME` to the rule");
  }
  column->column = value.text().substr(kRow.size());
  column->node = &value;
  return true;
}

void RuleReader::ReadScore(const YamlNode& value, RuleSpec* spec) {
  if (!GetString(value, "score", diagnostics_)) return;
  const auto constant = ParseIntCell(value.text());
  if (!constant) {
    spec->score = &value;
    return;
  }
  if (*constant < 0 || *constant > static_cast<std::int64_t>(limits::kScoreMax)) {
    diagnostics_->Error(value.place(), "score-range",
                        "a score is 0 to " + std::to_string(limits::kScoreMax) + ", not " +
                            std::string(value.text()));
    return;
  }
  spec->rule.score = static_cast<std::uint32_t>(*constant);
}

void RuleReader::ReadSplit(const YamlNode& value, Rule* rule) {
  if (!ExpectMap(value, "split", diagnostics_)) return;
  std::uint64_t sum = 0;
  rule->split_first = static_cast<std::uint32_t>(specs_->split_shares.size());
  for (const YamlNode& key : value.children()) {
    const ruleset::LaneIndex lane = ResolveLane(key, config_, diagnostics_);
    const auto share = ReadShare(*key.value(), "a share", diagnostics_);
    if (lane == ruleset::kNoLane || !share) continue;
    sum += *share;
    specs_->split_shares.push_back({lane, *share});
    ++rule->split_count;
  }
  if (value.size() == 0)
    diagnostics_->Error(value.place(), "bad-split", "a split names at least one lane");
  if (sum > limits::kProbabilityMax) {
    diagnostics_->Error(
        value.place(), "bad-split",
        "the shares add up to " + std::to_string(sum) + " parts per million, more than 1000000");
  }
}

void RuleReader::ReadControl(const YamlNode& value, Rule* rule) {
  const auto names = GetStringList(value, "control", diagnostics_);
  if (!names) return;
  for (const std::string& name : *names) {
    if (config_.controls_declared && !specs_->controls.Contains(name)) {
      diagnostics_->Error(value.place(), "unknown-control",
                          "book.yaml declares no control '" + name + "'",
                          DidYouMean(name, specs_->controls.names()));
      continue;
    }
    if (!CheckName(name, "a control", value.place(), diagnostics_)) continue;
    const auto bit = specs_->controls.Bit(name);
    if (!bit) {
      diagnostics_->Error(
          value.place(), "too-many-controls",
          "a book has at most " + std::to_string(limits::kControlsMax) + " controls");
    }
    rule->controls |= bit.value_or(0);
  }
}

void RuleReader::ReadWaive(const YamlNode& value, Rule* rule) {
  const auto names = GetStringList(value, "waive", diagnostics_);
  if (!names) return;
  for (const std::string& name : *names) {
    const std::uint64_t bit = TagBit(value, name);
    rule->waives |= bit;
    if (bit != 0) waive_nodes_.emplace_back(bit, &value);
  }
}

void RuleReader::CheckEffect(const YamlNode& node, const RuleSpec& spec) {
  const Rule& rule = spec.rule;
  const YamlNode* then = node.Find("then");
  const auto has = [&](std::string_view key) {
    return then != nullptr && then->is_map() && then->Find(key) != nullptr;
  };
  const bool routes = has("lane") || has("split");
  const bool scores = spec.score != nullptr || rule.score > 0;
  if (!routes && !scores && !has("control") && !has("waive") && !rule.must_inspect) {
    diagnostics_->Warning(node.place(), "no-effect",
                          "the rule has no effect: a match is recorded, and that is all",
                          "give it a lane, a split, a score, a control or a waiver under `then`");
  }
  if (has("probability") && !routes && !has("control")) {
    diagnostics_->Warning(then->FindKey("probability")->place(), "draw-without-lane",
                          "the draw decides nothing: the rule has no lane and no control");
  }
  if (!rule.must_inspect) return;
  const bool releases = rule.lane != ruleset::kNoLane && config_.lanes[rule.lane].releases;
  if (releases) {
    diagnostics_->Error(then->Find("lane")->place(), "must-inspect-released",
                        "a rule that must inspect sends its matches to a lane that releases them");
  }
}

}  // namespace sluice::rules
