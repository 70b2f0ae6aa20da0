#include "tests/differential/book_generator.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

#include "engine/base/money.h"
#include "engine/base/time_text.h"

namespace sluice::differential {

using oracle::BookModel;
using oracle::ColumnModel;
using oracle::ColumnRole;
using oracle::RuleModel;
using oracle::TableModel;

namespace {

constexpr std::size_t kShareMost = 1'000'000;

const std::vector<std::string>& Tags() {
  static const std::vector<std::string>& tags =
      *new std::vector<std::string>{"t1", "t2", "t3", "t4"};
  return tags;
}

bool IsProfile(const TableModel& table) { return table.name.starts_with("profile"); }

}  // namespace

BookModel BookGenerator::Book() {
  book_ = {};
  book_.schema_text = schema_.text;
  book_.id_field = schema_.id;
  book_.received_field = schema_.received;
  if (!chance_.OneIn(8)) book_.office_field = schema_.office;
  if (!chance_.OneIn(8)) book_.phase_field = schema_.phase;
  if (!chance_.OneIn(8)) book_.direction_field = schema_.direction;
  if (!chance_.OneIn(3)) book_.draw_id_field = schema_.draw_id;
  book_.zone = chance_.Pick(ZonePool());
  AddLanes();
  AddLists();
  AddRates();
  AddTables();
  ExpressionGenerator expressions(schema_, book_, &chance_);
  const std::size_t rules = 5 + chance_.Below(56);
  for (std::size_t i = 0; i < rules; ++i) book_.rules.push_back(Rule(i, &expressions));
  return book_;
}

void BookGenerator::AddLanes() {
  const std::size_t count = 2 + chance_.Below(4);
  std::set<int> severities;
  while (severities.size() < count) severities.insert(static_cast<int>(chance_.Below(100)));
  std::vector<std::string> holding;
  for (const int severity : severities) {
    const bool releases = book_.lanes.empty();
    book_.lanes.push_back({"lane" + std::to_string(severity), severity, releases});
    if (!releases) holding.push_back(book_.lanes.back().name);
  }
  std::reverse(book_.lanes.begin(),
               book_.lanes.begin() + static_cast<std::ptrdiff_t>(chance_.Below(count)));
  book_.default_lane = chance_.Percent(80) ? "lane" + std::to_string(*severities.begin())
                                           : chance_.Pick(book_.lanes).name;
  for (int i = 0; i < 7; ++i) book_.outcome_lanes.push_back(chance_.Pick(holding));
  std::set<std::uint32_t> steps;
  for (std::size_t i = chance_.Below(4); i > 0; --i) {
    const auto from = static_cast<std::uint32_t>(1 + chance_.Below(400));
    if (steps.insert(from).second)
      book_.score_lanes.emplace_back(from, chance_.Pick(book_.lanes).name);
  }
  if (chance_.OneIn(2)) book_.controls = {"desk", "ipr", "lab"};
}

void BookGenerator::AddLists() {
  for (std::size_t i = chance_.Below(4); i > 0; --i) {
    oracle::ListModel list{"list" + std::to_string(i), chance_.OneIn(3), {}};
    std::set<std::string> entries;
    for (std::size_t n = chance_.Below(12); n > 0; --n) {
      const std::string text =
          list.of_ints ? std::to_string(chance_.Pick(IntPool())) : chance_.Pick(TextPool());
      if (!text.empty()) entries.insert(text);
    }
    list.entries.assign(entries.begin(), entries.end());
    book_.lists.push_back(std::move(list));
  }
}

void BookGenerator::AddRates() {
  if (chance_.OneIn(8)) return;
  // Halves among them, so that amounts fall between two minor units.
  static const std::vector<std::int64_t> kRates = {
      1'000'000'000, 7'200'000'000,  7'812'345'678,  47'619'047,
      1,             23'400'000'001, 500'000'000,    9'000'000'000'000'000'000,
      500'000'000,   1'500'000'000,  2'500'000'000,  250'000'000};
  book_.base_currency = chance_.Pick(CurrencyPool());
  std::set<std::pair<std::string, std::string>> known;
  for (std::size_t i = 2 + chance_.Below(8); i > 0; --i) {
    const std::string currency = chance_.Pick(CurrencyPool());
    const std::string from = chance_.OneIn(3) ? "" : chance_.Pick(DayPool());
    const std::int64_t rate = currency == book_.base_currency ? kRates[0] : chance_.Pick(kRates);
    if (known.insert({currency, from}).second) book_.rates.push_back({currency, rate, from});
  }
}

void BookGenerator::AddTables() {
  for (std::size_t i = chance_.Below(4); i > 0; --i) {
    book_.tables.push_back(LookUpTable("look" + std::to_string(i)));
  }
  for (std::size_t i = chance_.Below(3); i > 0; --i) {
    book_.tables.push_back(ProfileTable("profile" + std::to_string(i)));
  }
}

void BookGenerator::AddValueColumns(TableModel* table) {
  static const std::vector<std::string> kTypes = {"string", "int",       "uint", "double",
                                                  "bool",   "timestamp", "date", "duration"};
  for (std::size_t i = 1 + chance_.Below(5); i > 0; --i) {
    table->columns.push_back(
        {"v" + std::to_string(i), ColumnRole::kValue, chance_.Pick(kTypes), ""});
  }
  table->columns.push_back({"cost", ColumnRole::kValue, "money", chance_.Pick(CurrencyPool())});
}

TableModel BookGenerator::LookUpTable(const std::string& name) {
  TableModel table{name, {}, {}};
  const std::size_t keys = 1 + chance_.Below(3);
  for (std::size_t i = 0; i < keys; ++i) {
    const std::string column = "k" + std::to_string(i);
    switch (chance_.Below(6)) {
      case 0:
      case 1: table.columns.push_back({column, ColumnRole::kPrefix, "string", ""}); break;
      case 2: {
        static const std::vector<std::string> kTypes = {"int", "double", "timestamp", "date"};
        const std::string type = chance_.Pick(kTypes);
        table.columns.push_back({column, ColumnRole::kFrom, type, ""});
        table.columns.push_back({column, ColumnRole::kTo, type, ""});
        break;
      }
      default: {
        static const std::vector<std::string> kTypes = {"string", "string", "int", "bool"};
        table.columns.push_back({column, ColumnRole::kKey, chance_.Pick(kTypes), ""});
      }
    }
  }
  AddValueColumns(&table);
  if (chance_.OneIn(3)) table.columns.push_back({"valid", ColumnRole::kValidFrom, "date", ""});
  if (chance_.OneIn(3)) table.columns.push_back({"valid", ColumnRole::kValidUntil, "date", ""});
  // Sometimes so many rows of one group that it is searched in another way.
  const std::size_t rows = chance_.OneIn(5) ? 60 + chance_.Below(80) : 1 + chance_.Below(16);
  for (std::size_t i = 0; i < rows; ++i) AddRow(&table);
  return table;
}

TableModel BookGenerator::ProfileTable(const std::string& name) {
  TableModel table{name, {}, {}};
  static const std::vector<std::string> kTypes = {"string", "string", "int", "bool"};
  const bool interval_first = chance_.OneIn(8);
  if (interval_first || chance_.OneIn(8)) {
    table.columns.push_back({"band", ColumnRole::kFrom, "int", ""});
    table.columns.push_back({"band", ColumnRole::kTo, "int", ""});
  }
  const auto place = interval_first ? table.columns.end() : table.columns.begin();
  table.columns.insert(place, {"key", ColumnRole::kKey, chance_.Pick(kTypes), ""});
  if (chance_.OneIn(3)) table.columns.push_back({"pre", ColumnRole::kPrefix, "string", ""});
  AddValueColumns(&table);
  table.columns.push_back({"lane", ColumnRole::kValue, "string", ""});
  table.columns.push_back({"share", ColumnRole::kValue, chance_.OneIn(2) ? "int" : "string", ""});
  table.columns.push_back({"desk", ColumnRole::kValue, "string", ""});
  table.columns.push_back({"remark", ColumnRole::kNote, "string", ""});
  for (std::size_t i = 1 + chance_.Below(8); i > 0; --i) AddRow(&table);
  return table;
}

std::optional<std::string> BookGenerator::Cell(const ColumnModel& column) {
  static const std::vector<std::string> kShares = {"1", "250000", "999999", "1000000", "500000"};
  static const std::vector<std::string> kPercents = {"25 %", "0.25%", "100 %", "0.0001 %",
                                                     "500000"};
  static const std::vector<std::string> kDesks = {"desk", "ipr", "lab"};
  static const std::vector<std::string> kSpans = {"0", "1s", "-1s", "1h30m", "720h"};
  if (column.name == "lane") return chance_.Pick(book_.lanes).name;
  if (column.name == "share") return chance_.Pick(column.type == "int" ? kShares : kPercents);
  if (column.name == "desk") return chance_.Pick(kDesks);
  if (column.type == "int") return std::to_string(chance_.Pick(IntPool()));
  if (column.type == "uint") return std::to_string(chance_.Pick(UintPool()));
  if (column.type == "double") return CelDouble(chance_.Pick(DoublePool()));
  if (column.type == "bool") return chance_.OneIn(2) ? "true" : "false";
  if (column.type == "date") return chance_.Pick(DayPool());
  if (column.type == "timestamp") return base::TimestampText({chance_.Pick(SecondsPool()), 0});
  if (column.type == "duration") return chance_.Pick(kSpans);
  if (column.type == "money") {
    const std::string text =
        base::MoneyText({chance_.Pick(IntPool()), *base::ParseCurrency(column.currency)});
    return text.substr(0, text.find(' '));
  }
  return chance_.Pick(TextPool());
}

/// Swaps the bounds of intervals that are the wrong way round; false where one holds nothing.
bool BookGenerator::OrderIntervals(TableModel* table,
                                   std::vector<std::optional<std::string>>* row) {
  for (std::size_t i = 0; i + 1 < row->size(); ++i) {
    const ColumnModel& column = table->columns[i];
    auto& from = (*row)[i];
    auto& to = (*row)[i + 1];
    const bool validity = column.role == ColumnRole::kValidFrom &&
                          table->columns[i + 1].role == ColumnRole::kValidUntil;
    static const std::string kLowest = std::to_string(std::numeric_limits<std::int64_t>::min());
    if (column.role == ColumnRole::kFrom && to == kLowest) return false;
    if ((column.role != ColumnRole::kFrom && !validity) || !from || !to) continue;
    const auto below = [&column](const std::string& a, const std::string& b) {
      if (column.type == "int") return std::stoll(a) < std::stoll(b);
      if (column.type == "double")
        return std::strtod(a.c_str(), nullptr) < std::strtod(b.c_str(), nullptr);
      return a < b;  // days; instants of four-digit years in UTC
    };
    if (below(*to, *from)) std::swap(from, to);
    if (!validity && !below(*from, *to)) return false;
  }
  return true;
}

void BookGenerator::AddRow(TableModel* table) {
  for (;;) {
    std::vector<std::optional<std::string>> row;
    for (const ColumnModel& column : table->columns) {
      std::optional<std::string> cell = Cell(column);
      const bool is_key = column.role == ColumnRole::kKey && !IsProfile(*table);
      const std::size_t blanks = IsProfile(*table) ? 35 : 15;
      if (!is_key && chance_.Percent(blanks)) cell.reset();
      if (column.role == ColumnRole::kNote) cell = "for people, \"only\"";
      row.push_back(std::move(cell));
    }
    if (!OrderIntervals(table, &row)) continue;
    table->rows.push_back(std::move(row));
    return;
  }
}

std::vector<std::string> BookGenerator::SomeOf(const std::vector<std::string>& all) {
  std::vector<std::string> some;
  for (const std::string& one : all) {
    if (chance_.OneIn(3)) some.push_back(one);
  }
  return some;
}

void BookGenerator::AddScope(RuleModel* rule) {
  const bool has_direction = !book_.direction_field.empty();
  if (has_direction && chance_.OneIn(6))
    rule->directions = {chance_.OneIn(2) ? "import" : "export"};
  if (has_direction && chance_.OneIn(20)) rule->directions = {"import", "export"};
  if (chance_.OneIn(6)) rule->phases = {chance_.OneIn(2) ? "declared" : "scanned"};
  if (chance_.OneIn(20)) rule->phases = {"declared", "scanned"};
  if (!book_.office_field.empty() && chance_.OneIn(6)) rule->offices = SomeOf(OfficePool());
  if (chance_.OneIn(6)) rule->valid_from = chance_.Pick(DayPool());
  if (chance_.OneIn(6)) rule->valid_until = chance_.Pick(DayPool());
  if (!rule->valid_from.empty() && !rule->valid_until.empty() &&
      rule->valid_until < rule->valid_from) {
    std::swap(rule->valid_from, rule->valid_until);
  }
  rule->shadow = chance_.OneIn(8);
  rule->mandatory = chance_.OneIn(6);
  rule->must_inspect = chance_.OneIn(8);
  rule->absent_is_error = chance_.OneIn(6);
  if (chance_.OneIn(3)) rule->tags = SomeOf(Tags());
}

void BookGenerator::AddSplit(RuleModel* rule) {
  std::size_t left = chance_.OneIn(2) ? kShareMost : chance_.Below(kShareMost) + 1;
  std::vector<std::string> lanes;
  for (const auto& lane : book_.lanes) lanes.push_back(lane.name);
  for (std::size_t i = 0; i < lanes.size() && left > 0; ++i) {
    const bool takes_rest = i + 1 == lanes.size() || chance_.OneIn(3);
    const std::size_t share = takes_rest ? left : chance_.Below(left) + 1;
    rule->split.emplace_back(lanes[i], static_cast<std::uint32_t>(share));
    left -= share;
  }
}

void BookGenerator::AddThen(RuleModel* rule, ExpressionGenerator* expressions,
                            const TableModel* profile) {
  static const std::vector<std::string> kShares = {"1",      "250000",  "500000",
                                                   "999999", "1000000", "12.5 %"};
  const bool by_row = profile != nullptr;
  std::vector<std::string> holding;
  for (const auto& lane : book_.lanes) {
    if (!lane.releases) holding.push_back(lane.name);
  }
  const std::size_t routing = chance_.Below(6);
  if (routing == 0 && !rule->must_inspect) {
    AddSplit(rule);
  } else if (routing < 4) {
    rule->lane =
        by_row && chance_.OneIn(2) && !rule->must_inspect ? "row.lane" : chance_.Pick(holding);
  }
  if (rule->split.empty() && chance_.OneIn(4)) {
    rule->probability = by_row && chance_.OneIn(2) ? "row.share" : chance_.Pick(kShares);
  }
  if (chance_.OneIn(2)) rule->score = expressions->Score(profile);
  if (chance_.OneIn(2)) rule->reason = "REASON";
  if (chance_.OneIn(4)) {
    rule->controls = by_row && chance_.OneIn(2) ? std::vector<std::string>{"row.desk"}
                                                : SomeOf({"desk", "ipr", "lab"});
  }
  if (chance_.OneIn(5)) rule->waives = SomeOf(Tags());
}

RuleModel BookGenerator::Rule(std::size_t index, ExpressionGenerator* expressions) {
  RuleModel rule;
  rule.id = "R" + std::to_string(index);
  const TableModel* profile = nullptr;
  for (const TableModel& table : book_.tables) {
    if (IsProfile(table) && chance_.OneIn(8)) profile = &table;
  }
  if (profile != nullptr) rule.each = profile->name;
  rule.when = expressions->Condition(profile);
  // Rules share parts: one of an earlier rule's condition, turned round or narrowed.
  const RuleModel* earlier = book_.rules.empty() ? nullptr : &chance_.Pick(book_.rules);
  if (earlier != nullptr && earlier->each == rule.each && chance_.OneIn(5)) {
    const std::string& shared = earlier->when;
    if (shared.size() < 2000)
      rule.when = chance_.OneIn(2) ? "!(" + shared + ")" : shared + " || " + rule.when;
  }
  rule.note = chance_.OneIn(10) ? "A note: with \"quotes\" and # signs" : "";
  AddScope(&rule);
  AddThen(&rule, expressions, profile);
  return rule;
}

}  // namespace sluice::differential
