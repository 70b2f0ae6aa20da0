#include "tools/sluice/backtest_report.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

namespace sluice::tools {

namespace {

constexpr std::size_t kRowsShown = 20;  // of rules, offices and moves, to people; JSON has all

std::string Percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.2f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string Change(std::uint64_t before, std::uint64_t after) {
  if (before == after) return "";
  return after > before ? fmt::format("+{}", after - before) : fmt::format("-{}", before - after);
}

void Shorten(TextTable* table) {
  if (table->rows.size() <= kRowsShown) return;
  table->more = fmt::format("… and {} more; --format json has them", table->rows.size() - kRowsShown);
  table->rows.resize(kRowsShown);
}

/// One name, and what is counted under it on each side.
struct Counted {
  std::string name;
  std::uint64_t a = 0, b = 0;
};

/// Names of A in its order, then those that B alone has.
class CountedList {
 public:
  Counted* At(const std::string& name) {
    const auto [found, is_new] = index_.emplace(name, rows_.size());
    if (is_new) rows_.push_back({name});
    return &rows_[found->second];
  }
  const std::vector<Counted>& rows() const { return rows_; }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<Counted> rows_;
};

std::vector<std::size_t> LanesBySeverity(const ruleset::RuleSet& rule_set) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rule_set.lanes.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
    return rule_set.lanes[x].severity < rule_set.lanes[y].severity;
  });
  return order;
}

CountedList LaneCounts(const Backtest& backtest) {
  CountedList lanes;
  const ruleset::RuleSet& a = backtest.a.rule_set;
  for (const std::size_t lane : LanesBySeverity(a)) lanes.At(a.lanes[lane].name)->a = backtest.a.summary.lanes[lane];
  if (!backtest.b) return lanes;
  const ruleset::RuleSet& b = backtest.b->rule_set;
  for (const std::size_t lane : LanesBySeverity(b)) lanes.At(b.lanes[lane].name)->b = backtest.b->summary.lanes[lane];
  return lanes;
}

TextTable SharesTable(const Backtest& backtest, std::string title, std::string name, const CountedList& counts) {
  TextTable table{std::move(title), std::move(name), {"parcels", "%"}, "", {}, ""};
  const std::uint64_t a = backtest.a.summary.decided;
  if (!backtest.b) {
    for (const Counted& row : counts.rows()) {
      table.rows.push_back({row.name, std::to_string(row.a), Percent(row.a, a)});
    }
    return table;
  }
  const std::uint64_t b = backtest.b->summary.decided;
  table.head = {"A", "%", "B", "%", "change"};
  for (const Counted& row : counts.rows()) {
    table.rows.push_back({row.name, std::to_string(row.a), Percent(row.a, a), std::to_string(row.b),
                          Percent(row.b, b), Change(row.a, row.b)});
  }
  return table;
}

CountedList OutcomeCounts(const Backtest& backtest) {
  CountedList outcomes;
  for (std::size_t i = 0; i < ruleset::kOutcomeCount; ++i) {
    const std::uint64_t a = backtest.a.summary.outcomes[i];
    const std::uint64_t b = backtest.b ? backtest.b->summary.outcomes[i] : 0;
    if (a + b > 0) *outcomes.At(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i))) = {
        ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)), a, b};
  }
  return outcomes;
}

std::string HitsText(const RuleHits& hits) {
  if (!hits.there) return "-";
  return std::to_string(hits.hits) + (hits.shadow ? " shadow" : "");
}

TextTable RulesTable(const Backtest& backtest) {
  const bool two = backtest.b.has_value();
  TextTable table{"Hits by rule", "rule", {}, "title", {}, ""};
  table.head = two ? std::vector<std::string>{"A", "B", "change"} : std::vector<std::string>{"parcels", "%"};
  if (!backtest.label.empty()) {
    table.head.push_back(two ? "A true %" : "true %");
    if (two) table.head.push_back("B true %");
  }
  for (const RuleRow& rule : RuleRows(backtest)) {
    std::vector<std::string> row = {rule.id, HitsText(rule.a)};
    row.push_back(two ? HitsText(rule.b) : Percent(rule.a.hits, backtest.a.summary.decided));
    if (two) row.push_back(Change(rule.a.hits, rule.b.hits));
    if (!backtest.label.empty()) {
      row.push_back(Percent(rule.a.positive, rule.a.hits));
      if (two) row.push_back(Percent(rule.b.positive, rule.b.hits));
    }
    row.push_back(rule.title);
    table.rows.push_back(std::move(row));
  }
  Shorten(&table);
  return table;
}

// By lane name: what of an office, or of a label, one side counts.
std::uint64_t InLane(const BacktestSide& side, const std::vector<std::uint64_t>& lanes, const std::string& name) {
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (side.rule_set.lanes[i].name == name) return lanes[i];
  }
  return 0;
}

std::uint64_t NotReleased(const BacktestSide& side, const std::vector<std::uint64_t>& lanes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) sum += side.rule_set.lanes[i].releases ? 0 : lanes[i];
  return sum;
}

const std::vector<std::uint64_t>& OfficeOf(const BacktestSide& side, const std::string& office) {
  static const std::vector<std::uint64_t> kNothing;
  const auto found = side.summary.offices.find(office);
  return found == side.summary.offices.end() ? kNothing : found->second;
}

TextTable OfficesTable(const Backtest& backtest) {
  TextTable table{"Parcels to each lane, by office", "office", {}, "", {}, ""};
  const CountedList lanes = LaneCounts(backtest);
  for (const Counted& lane : lanes.rows()) table.head.push_back(lane.name);
  std::set<std::string> names;
  for (const auto& [name, counts] : backtest.a.summary.offices) names.insert(name);
  if (backtest.b) {
    for (const auto& [name, counts] : backtest.b->summary.offices) names.insert(name);
  }
  std::vector<std::pair<std::uint64_t, std::string>> order;  // most work first
  for (const std::string& name : names) {
    std::uint64_t work = NotReleased(backtest.a, OfficeOf(backtest.a, name));
    if (backtest.b) work = std::max(work, NotReleased(*backtest.b, OfficeOf(*backtest.b, name)));
    order.emplace_back(~work, name);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [work, name] : order) {
    std::vector<std::string> row = {name.empty() ? "(none)" : name};
    for (const Counted& lane : lanes.rows()) {
      const std::uint64_t a = InLane(backtest.a, OfficeOf(backtest.a, name), lane.name);
      const std::uint64_t b = backtest.b ? InLane(*backtest.b, OfficeOf(*backtest.b, name), lane.name) : a;
      row.push_back(a == b ? std::to_string(a) : fmt::format("{} → {}", a, b));
    }
    table.rows.push_back(std::move(row));
  }
  Shorten(&table);
  return table;
}

void AddPrecision(const std::string& side, const BacktestSide& of, TextTable* table) {
  const std::vector<pipeline::LabelCounts> counts = pipeline::CountLabel(of.summary, 0);
  pipeline::LabelCounts all, stopped;
  std::vector<std::vector<std::string>> rows;
  for (const pipeline::LabelCounts& lane : counts) all.positive += lane.positive;
  const auto add = [&](const std::string& name, const pipeline::LabelCounts& lane) {
    table->rows.push_back({side + name, std::to_string(lane.count), std::to_string(lane.positive),
                           Percent(lane.positive, lane.count), Percent(lane.positive, all.positive)});
  };
  for (const std::size_t lane : LanesBySeverity(of.rule_set)) {
    add(of.rule_set.lanes[lane].name, counts[lane]);
    if (of.rule_set.lanes[lane].releases) continue;
    stopped.count += counts[lane].count;
    stopped.positive += counts[lane].positive;
  }
  add("all not released", stopped);
}

TextTable PrecisionTable(const Backtest& backtest) {
  TextTable table{"Precision by " + backtest.label, "lane", {"parcels", "true", "true %", "% of all true"}, "", {}, ""};
  if (backtest.label.empty()) return table;
  AddPrecision(backtest.b ? "A " : "", backtest.a, &table);
  if (backtest.b) AddPrecision("B ", *backtest.b, &table);
  return table;
}

std::string Sample(const LaneMove& move) {
  std::string text;
  for (const std::string& id : move.sample) text += (text.empty() ? "" : ", ") + (id.empty() ? "(no id)" : id);
  return text + (move.parcels > move.sample.size() ? ", …" : "");
}

std::vector<TextTable> MoveTables(const LaneChanges& changes) {
  TextTable lanes{fmt::format("{} of {} go to another lane", changes.moved, Count(changes.parcels, "parcel")),
                  "from → to", {"parcels"}, "first of them", {}, ""};
  for (const LaneMove& move : changes.lanes) {
    lanes.rows.push_back({move.from + " → " + move.to, std::to_string(move.parcels), Sample(move)});
  }
  Shorten(&lanes);
  TextTable rules{"Parcels that change lane, by rule", "rule", {"", "from → to", "parcels"}, "first of them", {}, ""};
  for (const RuleMove& rule : changes.rules) {
    rules.rows.push_back({rule.rule.empty() ? "(none)" : rule.rule, rule.what, rule.move.from + " → " + rule.move.to,
                          std::to_string(rule.move.parcels), Sample(rule.move)});
  }
  Shorten(&rules);
  if (changes.not_told > 0) {
    rules.more += fmt::format("{}{} more in groups beyond the first {}", rules.more.empty() ? "" : "; ",
                              changes.not_told, kLaneMovesMax);
  }
  return {lanes, rules};
}

std::string SideLine(const char* name, const BacktestSide& side) {
  const pipeline::ScreenSummary& summary = side.summary;
  return fmt::format("{}{}: book {}, {}, {} matches; decision digest {}\n", name, side.path, side.rule_set.name,
                     Count(side.rule_set.rules.size(), "rule"), summary.matches,
                     base::Hex(summary.decision_digest));
}

// What the run as a whole was: one paragraph.
std::string RunLines(const Backtest& backtest) {
  const pipeline::ScreenSummary& a = backtest.a.summary;
  std::string text = SideLine(backtest.b ? "A  " : "", backtest.a);
  if (backtest.b) text += SideLine("B  ", *backtest.b);
  text += fmt::format("{} in {:.2f} s: {:.0f} a second on {}; {} duplicates, {} refused\n", Count(a.parcels, "parcel"),
                      a.seconds, a.seconds > 0 ? static_cast<double>(a.parcels) / a.seconds : 0.0,
                      Count(static_cast<std::size_t>(a.threads), "thread"), a.duplicates, a.refused);
  if (a.test_key) text += "draws were made with the built-in test key; --epoch-key FILE gives the epoch's own\n";
  if (a.forgotten > 0) {
    text += fmt::format("{} identities were forgotten to stay within the limit: their duplicates would not be seen\n",
                        a.forgotten);
  }
  return text;
}

}  // namespace

std::string BacktestText(const Backtest& backtest, std::string (*table)(const TextTable&)) {
  std::string text = table(SharesTable(backtest, "Lanes", "lane", LaneCounts(backtest)));
  text += table(SharesTable(backtest, "Outcomes", "outcome", OutcomeCounts(backtest)));
  text += table(RulesTable(backtest));
  text += table(OfficesTable(backtest));
  text += table(PrecisionTable(backtest));
  if (backtest.changes) {
    if (backtest.changes->moved == 0) text += fmt::format("\nno parcel goes to another lane\n");
    for (const TextTable& moves : MoveTables(*backtest.changes)) text += table(moves);
  }
  text += "\n" + RunLines(backtest);
  return text.substr(1);  // it begins with the empty line that parts tables
}

}  // namespace sluice::tools
