// What `sluice backtest` says of one rule set, or of two side by side: tables for people, an object for programs.
//
// Thread-safety: pure functions.   Errors: none.
#pragma once

#include <string>

#include "tools/sluice/side_by_side.h"
#include "tools/sluice/text_table.h"

namespace sluice::tools {

struct BacktestSide {
  std::string path;  // as it was given
  const ruleset::RuleSet& rule_set;
  const pipeline::ScreenSummary& summary;
};

struct Backtest {
  BacktestSide a;
  std::optional<BacktestSide> b;
  std::optional<LaneChanges> changes;  // with b
  std::vector<std::string> files;
  std::string label;                   // empty: none
};

/// Hits of a rule on one side: live ones that stand, or those in shadow where the rule is in shadow.
struct RuleHits {
  bool there = false;  // the side has the rule
  bool shadow = false;
  std::uint64_t hits = 0;
  std::uint64_t positive = 0;  // of them, by the label
};
struct RuleRow {
  std::string id, title;
  RuleHits a, b;
};

/// Rules with hits on any side: those whose hits differ most first, then those that hit most.
std::vector<RuleRow> RuleRows(const Backtest& backtest);

/// Whether the two sides decided the files differently: a parcel changed lane, or a rule's hits differ.
bool Differs(const Backtest& backtest);

std::string BacktestJson(const Backtest& backtest);
/// `table`: PrettyTable or MarkdownTable.
std::string BacktestText(const Backtest& backtest, std::string (*table)(const TextTable&));

}  // namespace sluice::tools
