#include "rules/emit/profile.h"

#include <utility>

#include "engine/base/limits.h"
#include "rules/book/cell_value.h"
#include "rules/book/lane_reader.h"
#include "rules/diag/suggest.h"
#include "rules/syntax/text_place.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {
namespace {

using parcel::ValueType;

std::optional<Value> KeyValueAt(const BookTable& table, std::size_t column, std::uint32_t row) {
  const ruleset::TableKey& key = table.table.keys[table.columns[column].index];
  if (table.blank[column][row] != 0) return std::nullopt;
  Value value;
  value.type = key.type;
  if (key.type == ValueType::kString) {
    value.text = table.table.texts[key.texts[row]];
  } else {
    value.number = key.ints[row];
  }
  return value;
}

std::optional<Value> ValueAt(const BookTable& table, const ruleset::TableValueColumn& column,
                             std::uint32_t row) {
  if (column.present[row] == 0) return std::nullopt;
  Value value;
  value.type = column.type;
  switch (column.type) {
    case ValueType::kString: value.text = table.table.texts[column.texts[row]]; break;
    case ValueType::kUint: value.unsigned_number = column.uints[row]; break;
    case ValueType::kDouble: value.real = column.doubles[row]; break;
    case ValueType::kTimestamp: value.time = column.times[row]; break;
    case ValueType::kMoney: value.money = {column.ints[row], column.currency}; break;
    default: value.number = column.ints[row]; break;
  }
  return value;
}

bool IsKeyColumn(const TableColumn& column) {
  return column.kind == ColumnKind::kKey || column.kind == ColumnKind::kPrefix;
}

}  // namespace

ProfileRow ProfileCells(const BookTable& table, std::uint32_t row) {
  ProfileRow cells;
  cells.cells.resize(table.table.keys.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (IsKeyColumn(table.columns[i]))
      cells.cells[table.columns[i].index] = KeyValueAt(table, i, row);
  }
  for (const ruleset::TableValueColumn& column : table.table.values) {
    cells.cells.push_back(ValueAt(table, column, row));
  }
  return cells;
}

Profile::Profile(const RuleSpec& spec, const BookTable& table, Book* book,
                 DiagnosticList* diagnostics)
    : spec_(spec),
      table_(table),
      book_(*book),
      diagnostics_(diagnostics),
      none_(table.columns.size()) {
  lane_ = FindColumn(spec.lane, false);
  reason_ = FindColumn(spec.row_reason, false);
  probability_ = FindColumn(spec.probability, true);
  control_ = FindColumn(spec.control, false);
  key_column_ = none_;
  for (std::size_t i = none_; i-- > 0;) {
    if (IsKeyColumn(table.columns[i]) && table.columns[i].index == 0) key_column_ = i;
  }
  if (key_column_ == none_) return;
  for (std::uint32_t row = 0; row < table.table.row_count; ++row) ++key_counts_[KeyText(row)];
}

std::size_t Profile::FindColumn(const RowColumn& column, bool number_allowed) {
  if (column.column.empty()) return none_;
  const std::size_t found = table_.FindReadable(column.column);
  if (found == none_) {
    std::vector<std::string> names;
    for (const TableColumn& other : table_.columns) names.push_back(other.name);
    diagnostics_->Error(
        column.node->place(), "unknown-column",
        "table " + table_.table.name + " has no column '" + std::string(column.column) + "'",
        DidYouMean(column.column, names));
    ok_ = false;
    return none_;
  }
  const CellType type = table_.columns[found].type;
  if (type == CellType::kString || (number_allowed && type == CellType::kInt)) return found;
  diagnostics_->Error(
      column.node->place(), "column-type",
      "column '" + std::string(column.column) + "' must hold " +
          (number_allowed ? "parts per million (int) or shares (string)" : "strings"));
  ok_ = false;
  return none_;
}

std::string Profile::KeyText(std::uint32_t row) const {
  const auto value = KeyValueAt(table_, key_column_, row);
  if (!value) return "*";
  if (value->type == ValueType::kString) return value->text;
  if (value->type == ValueType::kBool) return value->number != 0 ? "true" : "false";
  return std::to_string(value->number);
}

std::string Profile::RuleId(std::uint32_t row) const {
  std::string id = std::string(spec_.id) + "/";
  bool unique = false;
  if (key_column_ != none_) {
    const std::string key = KeyText(row);
    id += key;
    // A key with '#' of its own could look like another row's numbered one.
    unique = key_counts_.at(key) == 1 && key.find('#') == std::string::npos;
  }
  return unique ? id : id + "#" + std::to_string(row + 1);
}

void Profile::FillEffects(std::uint32_t row, ruleset::Rule* rule) {
  if (lane_ != none_ && !table_.IsBlank(lane_, row)) {
    const std::string name = table_.CellText(lane_, row);
    rule->lane = book_.config.FindLane(name);
    if (rule->lane == ruleset::kNoLane) {
      diagnostics_->Error(table_.CellPlace(lane_, row), "unknown-lane",
                          "there is no lane '" + name + "'", LaneHint(name, book_.config));
    } else if (rule->must_inspect && book_.config.lanes[rule->lane].releases) {
      diagnostics_->Error(
          table_.CellPlace(lane_, row), "must-inspect-released",
          "a rule that must inspect sends its matches to a lane that releases them");
    }
  }
  if (probability_ != none_ && !table_.IsBlank(probability_, row)) {
    const auto share = ParseShare(table_.CellText(probability_, row));
    if (share && *share > 0) {
      rule->probability = *share;
    } else {
      diagnostics_->Error(
          table_.CellPlace(probability_, row), "bad-probability",
          "a probability must be 1 to 1000000 parts per million, or above 0 % and at most 100 %");
    }
  }
  if (control_ == none_ || table_.IsBlank(control_, row)) return;
  const std::string control = table_.CellText(control_, row);
  if (!CheckName(control, "a control", table_.CellPlace(control_, row), diagnostics_)) return;
  const bool known = !book_.config.controls_declared || book_.specs.controls.Contains(control);
  const auto bit = known ? book_.specs.controls.Bit(control) : std::nullopt;
  rule->controls |= bit.value_or(0);
  if (bit) return;
  diagnostics_->Error(
      table_.CellPlace(control_, row), known ? "too-many-controls" : "unknown-control",
      known ? "a book has at most " + std::to_string(limits::kControlsMax) + " controls"
            : "book.yaml declares no control '" + control + "'");
}

std::string Profile::Reason(std::uint32_t row) const {
  return reason_ == none_ ? std::string() : table_.CellText(reason_, row);
}

void Profile::Report(const std::vector<CelError>& findings, const YamlNode& expression,
                     std::uint32_t row) {
  for (const CelError& finding : findings) {
    diagnostics_->Error(table_.RowPlace(row), finding.code, finding.message, finding.hint)
        .AddNote(TextPlace::OfScalar(expression).Resolve(finding.span),
                 "in this expression, for this row");
  }
}

void Profile::CheckSelective(const ruleset::Program& program, ruleset::NodeIndex condition, const YamlNode& when,
                             std::uint32_t row) {
  if (condition == ruleset::kNoNode) return;
  const ruleset::Node& node = program.nodes[condition];
  const bool always = node.op == ruleset::Op::kConst && program.ints[node.a] != 0;
  if (!always) return;
  diagnostics_
      ->Warning(table_.RowPlace(row), "matches-all",
                "the blank cells of this row leave nothing of the condition: it matches every parcel")
      .AddNote(when.place(), "the condition");
}

}  // namespace sluice::rules
