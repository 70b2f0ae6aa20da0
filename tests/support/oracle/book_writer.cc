// Prints a BookModel as the files of a rule book.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/support/oracle/book_model.h"

namespace sluice::oracle {

namespace {

constexpr const char* kOutcomes[] = {"unreadable", "incomplete", "conflict", "rule_error",
                                     "parked",     "overflow",   "internal"};

std::string Quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Names(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) text += (text.size() > 1 ? ", " : "") + Quote(name);
  return text + "]";
}

std::string CsvCell(const std::optional<std::string>& cell) {
  if (!cell) return "";
  std::string quoted = "\"";
  for (const char c : *cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string HeaderCell(const ColumnModel& column) {
  switch (column.role) {
    case ColumnRole::kValidFrom: return "valid:from:date";
    case ColumnRole::kValidUntil: return "valid:until:date";
    case ColumnRole::kNote: return column.name + ":note";
    default: break;
  }
  static constexpr const char* kRoles[] = {"key", "prefix", "from", "to", "value"};
  std::string text = column.name + ":" + kRoles[static_cast<int>(column.role)];
  if (column.type != "string") text += ":" + column.type;
  return column.type == "money" ? text + "(" + column.currency + ")" : text;
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string BookText(const BookModel& book) {
  std::string text = "book: generated\n";
  if (!book.schema_text.empty()) text += "schema: schema.fbs\n";
  text += "fields: { id: " + book.id_field + ", received: " + book.received_field;
  const auto field = [&text](const char* key, const std::string& path) {
    if (!path.empty()) text += std::string(", ") + key + ": " + path;
  };
  field("office", book.office_field);
  field("phase", book.phase_field);
  field("direction", book.direction_field);
  field("draw_id", book.draw_id_field);
  text += " }\nzone: " + book.zone + "\nlanes:\n";
  for (const LaneModel& lane : book.lanes) {
    text += "  - { name: " + lane.name + ", severity: " + std::to_string(lane.severity) +
            ", releases: " + (lane.releases ? "true" : "false") + " }\n";
  }
  text += "default_lane: " + book.default_lane + "\noutcomes:\n";
  for (std::size_t i = 0; i < book.outcome_lanes.size(); ++i) {
    text += std::string("  ") + kOutcomes[i] + ": " + book.outcome_lanes[i] + "\n";
  }
  if (!book.score_lanes.empty()) text += "score_lanes:\n";
  for (const auto& [from, lane] : book.score_lanes) {
    text += "  - { from: " + std::to_string(from) + ", lane: " + lane + " }\n";
  }
  if (!book.controls.empty()) text += "controls: " + Names(book.controls) + "\n";
  if (!book.base_currency.empty()) {
    text += "rates: { base: " + book.base_currency + ", table: rates }\n";
  }
  return text;
}

std::string RatesText(const BookModel& book) {
  std::string text = "currency:key,rate:value,valid:from:date\n";
  for (const RateModel& rate : book.rates) {
    char decimal[40];
    std::snprintf(decimal, sizeof decimal, "%lld.%09lld",
                  static_cast<long long>(rate.nano_units / 1'000'000'000),
                  static_cast<long long>(rate.nano_units % 1'000'000'000));
    text += rate.currency + "," + decimal + "," + rate.from + "\n";
  }
  return text;
}

std::string TableText(const TableModel& table) {
  std::string text;
  for (const ColumnModel& column : table.columns) {
    text += (text.empty() ? "" : ",") + HeaderCell(column);
  }
  text += "\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + CsvCell(row[i]);
    text += "\n";
  }
  return text;
}

std::string ThenText(const RuleModel& rule) {
  std::string text;
  const auto add = [&text](const char* key, const std::string& value) {
    text += (text.empty() ? "" : ", ") + std::string(key) + ": " + value;
  };
  if (!rule.lane.empty()) add("lane", rule.lane);
  if (!rule.split.empty()) {
    std::string shares;
    for (const auto& [lane, ppm] : rule.split) {
      shares += (shares.empty() ? "" : ", ") + lane + ": " + std::to_string(ppm);
    }
    add("split", "{ " + shares + " }");
  }
  if (!rule.score.empty()) add("score", Quote(rule.score));
  if (!rule.reason.empty()) add("reason", Quote(rule.reason));
  if (!rule.probability.empty()) {
    const bool percent = rule.probability.ends_with("%");
    add("probability", percent ? Quote(rule.probability) : rule.probability);
  }
  if (rule.controls.size() == 1) add("control", Quote(rule.controls[0]));
  if (rule.controls.size() > 1) add("control", Names(rule.controls));
  if (!rule.waives.empty()) add("waive", Names(rule.waives));
  return text;
}

}  // namespace

std::string RuleFileName(std::size_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, 5 - std::min<std::size_t>(5, digits.size()), '0');
  return "rules/r" + digits + ".yaml";
}

std::string RuleText(const RuleModel& rule) {
  std::string text = "rules:\n  - id: " + rule.id + "\n";
  const auto line = [&text](const std::string& key, const std::string& value) {
    text += "    " + key + ": " + value + "\n";
  };
  line("when", Quote(rule.when));
  const std::string then = ThenText(rule);
  if (!then.empty()) line("then", "{ " + then + " }");
  if (!rule.tags.empty()) line("tags", Names(rule.tags));
  if (!rule.directions.empty()) line("direction", Names(rule.directions));
  if (!rule.phases.empty()) line("phase", Names(rule.phases));
  if (!rule.offices.empty()) line("offices", Names(rule.offices));
  std::string valid;
  if (!rule.valid_from.empty()) valid = "from: " + rule.valid_from;
  if (!rule.valid_until.empty())
    valid += (valid.empty() ? "" : ", ") + ("until: " + rule.valid_until);
  if (!valid.empty()) line("valid", "{ " + valid + " }");
  if (rule.shadow) line("mode", "shadow");
  if (rule.must_inspect) line("must_inspect", "true");
  if (rule.mandatory) line("mandatory", "true");
  if (rule.absent_is_error) line("absent", "error");
  if (!rule.each.empty()) line("each", "tables." + rule.each);
  if (!rule.note.empty()) line("note", Quote(rule.note));
  return text;
}

void WriteBook(const BookModel& book, const std::string& folder) {
  std::filesystem::remove_all(folder);
  const std::filesystem::path root(folder);
  WriteFile(root / "book.yaml", BookText(book));
  if (!book.schema_text.empty()) WriteFile(root / "schema.fbs", book.schema_text);
  if (!book.base_currency.empty()) WriteFile(root / "tables/rates.csv", RatesText(book));
  for (const ListModel& list : book.lists) {
    std::string text = list.of_ints ? "key:int\n" : "key\n";
    for (const std::string& entry : list.entries) text += CsvCell(entry) + "\n";
    WriteFile(root / ("lists/" + list.name + ".csv"), text);
  }
  for (const TableModel& table : book.tables) {
    WriteFile(root / ("tables/" + table.name + ".csv"), TableText(table));
  }
  for (std::size_t i = 0; i < book.rules.size(); ++i) {
    WriteFile(root / RuleFileName(i), RuleText(book.rules[i]));
  }
}

}  // namespace sluice::oracle
