#include "tests/support/oracle/oracle.h"

#include <algorithm>

#include "engine/base/check.h"
#include "rules/syntax/cel_parser.h"
#include "tests/support/oracle/lookup.h"

namespace sluice::oracle {

namespace {

constexpr std::uint64_t kScoreMost = 10'000;

bool IsRow(const std::string& text) { return text.starts_with("row."); }

template <typename T>
bool Contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// The text of the first key; nothing where an interval comes first.
std::optional<std::string> KeyText(const TableModel& table, std::size_t row) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnRole role = table.columns[i].role;
    if (role == ColumnRole::kFrom) return std::nullopt;
    if (role == ColumnRole::kKey || role == ColumnRole::kPrefix)
      return table.rows[row][i].value_or("*");
  }
  return std::nullopt;
}

std::string RowId(const RuleModel& model, const TableModel& table, std::size_t row) {
  const auto key = KeyText(table, row);
  bool unique = key && key->find('#') == std::string::npos;
  for (std::size_t other = 0; other < table.rows.size(); ++other) {
    unique = unique && (other == row || KeyText(table, other) != key);
  }
  return model.id + "/" + key.value_or("") + (unique ? "" : "#" + std::to_string(row + 1));
}

}  // namespace

Oracle::Oracle(const BookModel& book, const parcel::Catalog& catalog, const base::Key256& key)
    : book_(book), catalog_(catalog), key_(key) {
  for (const RuleModel& model : book.rules) AddRule(model);
}

void Oracle::AddRule(const RuleModel& model) {
  const auto parse = [this](const std::string& text) -> const rules::Ast* {
    if (text.empty()) return nullptr;
    rules::CelParse parsed = rules::ParseCel(text);
    SLUICE_CHECK(parsed.ok());
    asts_.push_back(std::make_unique<rules::Ast>(std::move(parsed.ast)));
    return asts_.back().get();
  };
  Rule rule{&model,
            model.id,
            {},
            parse(model.when),
            parse(model.score),
            model.lane,
            model.probability,
            model.controls};
  if (model.each.empty()) {
    rules_.push_back(std::move(rule));
    return;
  }
  for (const TableModel& table : book_.tables) {
    if (table.name != model.each) continue;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      Rule made = rule;
      made.row = {&table, row};
      made.id = RowId(model, table, row);
      made.lane = FromRow(model.lane, made.row);
      made.probability = FromRow(model.probability, made.row);
      if (!made.controls.empty() && IsRow(made.controls[0])) {
        const std::string control = FromRow(made.controls[0], made.row);
        made.controls.clear();
        if (!control.empty()) made.controls.push_back(control);
      }
      rules_.push_back(std::move(made));
    }
  }
}

std::string Oracle::FromRow(const std::string& text, const RowRef& row) const {
  if (!IsRow(text)) return text;
  const auto cell = ReadCell(*row.table, row.row, text.substr(4), book_.zone);
  if (!cell) return "";
  if (cell->Is<std::int64_t>()) return std::to_string(cell->As<std::int64_t>());
  return cell->As<std::string>();
}

Expected Oracle::Decide(const Submission& submission) {
  Expected decision;
  decision.sequence = ++sequence_;
  decision.read_error = submission.read_error;
  const RecordTree& tree = submission.tree;
  std::optional<Value> phase;
  if (decision.read_error == "none") {
    const auto received = ReadPath(catalog_, tree, book_.received_field);
    if (received) now_ = std::max(now_, received->As<base::Timestamp>());
    if (!book_.phase_field.empty()) phase = ReadPath(catalog_, tree, book_.phase_field);
    const std::int64_t number = phase ? phase->As<std::int64_t>() : 0;
    if (number != 0 && number != 1) decision.read_error = "bad_phase";
    decision.scanned = number == 1;
  }
  decision.now = now_;
  if (decision.read_error != "none") {
    decision.outcomes.insert("unreadable");
    decision.lane = book_.outcome_lanes[0];
    return decision;
  }
  const auto id = ReadPath(catalog_, tree, book_.id_field);
  if (id) decision.parcel_id = id->As<std::string>();
  Identify(submission, &decision);
  if (decision.duplicate_of != 0) return decision;
  FindMissing(tree, catalog_.root, "", false, &decision);
  if (!decision.missing.empty()) decision.outcomes.insert("incomplete");
  std::vector<Match> matches;
  for (const Rule& rule : rules_) {
    if (Applies(rule, tree, decision)) Evaluate(rule, tree, &decision, &matches);
  }
  Settle(matches, tree, &decision);
  if (!decision.parcel_id.empty())
    identities_[decision.parcel_id].decisions[decision.scanned] = decision;
  return decision;
}

/// Revision, conflict, and the decision that a duplicate repeats.
void Oracle::Identify(const Submission& submission, Expected* decision) {
  if (decision->parcel_id.empty()) return;
  Identity& identity = identities_[decision->parcel_id];
  const bool scanned = decision->scanned;
  const auto earlier = identity.records.find(scanned);
  if (earlier != identity.records.end() && earlier->second == submission.bytes) {
    const Expected& first = identity.decisions.at(scanned);
    decision->duplicate_of = first.sequence;
    decision->lane = first.lane;
    decision->controls = first.controls;
    decision->score = first.score;
    decision->outcomes = first.outcomes;
    decision->revision = first.revision;
    decision->must_inspect = first.must_inspect;
    return;
  }
  const bool is_new = identity.newest == 0;
  const bool is_first_scan = scanned && earlier == identity.records.end();
  decision->revision = ++identity.newest;
  identity.records[scanned] = submission.bytes;
  if (!is_new && !is_first_scan) decision->outcomes.insert("conflict");
}

bool Oracle::Applies(const Rule& rule, const RecordTree& tree, const Expected& decision) const {
  const RuleModel& model = *rule.model;
  if (model.directions.size() == 1) {
    const auto direction = ReadPath(catalog_, tree, book_.direction_field);
    const std::int64_t wanted = model.directions[0] == "export" ? 1 : 0;
    if (!direction || direction->As<std::int64_t>() != wanted) return false;
  }
  if (!model.phases.empty() &&
      !Contains<std::string>(model.phases, decision.scanned ? "scanned" : "declared")) {
    return false;
  }
  if (!model.offices.empty()) {
    const auto office = ReadPath(catalog_, tree, book_.office_field);
    if (!office || !Contains(model.offices, office->As<std::string>())) return false;
  }
  if (!model.valid_from.empty() && decision.now < DayStart(book_.zone, model.valid_from, 0))
    return false;
  return model.valid_until.empty() || decision.now < DayStart(book_.zone, model.valid_until, 1);
}

void Oracle::Evaluate(const Rule& rule, const RecordTree& tree, Expected* decision,
                      std::vector<Match>* matches) {
  const Situation situation{&tree, decision->now, rule.row};
  const Result result =
      Evaluator(book_, catalog_, *rule.condition, situation, &errors_).Condition();
  if (result.ok()) {
    if (result.value().As<bool>()) matches->push_back({&rule, ScoreOf(rule, situation, decision)});
    return;
  }
  ++final_errors_[static_cast<std::size_t>(result.error())];
  if (result.error() == ErrorKind::kAbsent && !rule.model->absent_is_error) {
    decision->absent.push_back(rule.id);
    return;
  }
  decision->errors.push_back(rule.id);
  if (!rule.model->shadow) decision->outcomes.insert("rule_error");
}

std::uint64_t Oracle::ScoreOf(const Rule& rule, const Situation& situation, Expected* decision) {
  if (rule.score == nullptr) return 0;
  const auto score = Evaluator(book_, catalog_, *rule.score, situation, &errors_).Score();
  if (!score) return 0;
  if (score->ok()) {
    return static_cast<std::uint64_t>(
        std::clamp<std::int64_t>(score->value().As<std::int64_t>(), 0, kScoreMost));
  }
  ++final_errors_[static_cast<std::size_t>(score->error())];
  if (score->error() == ErrorKind::kAbsent) return 0;
  decision->errors.push_back(rule.id);
  if (!rule.model->shadow) decision->outcomes.insert("rule_error");
  return 0;
}

/// Required fields of the record and of the records in it; of vectors, one level deep.
void Oracle::FindMissing(const RecordTree& tree, std::uint32_t record, const std::string& prefix,
                         bool in_vector, Expected* decision) const {
  for (const parcel::Field& field : catalog_.records[record].fields) {
    if (field.hidden) continue;
    const std::string path = prefix + field.name;
    const unsigned phase = decision->scanned ? 2 : 1;
    const bool required = (field.required_phases & phase) != 0;
    if (field.type == parcel::ValueType::kList) {
      if (in_vector || field.element_type != parcel::ValueType::kRecord) continue;
      const auto found = tree.record_vectors.find(field.name);
      if (found == tree.record_vectors.end()) continue;
      for (const RecordTree& element : found->second) {
        FindMissing(element, field.record, path + ".", true, decision);
      }
      continue;
    }
    if (required && !ReadField(catalog_, tree, field.name).ok()) decision->missing.insert(path);
    if (field.type != parcel::ValueType::kRecord) continue;
    const auto inner = tree.records.find(field.name);
    if (inner != tree.records.end()) {
      FindMissing(inner->second, field.record, path + ".", in_vector, decision);
    } else {
      FindAllMissing(field.record, path + ".", decision);
    }
  }
}

void Oracle::FindAllMissing(std::uint32_t record, const std::string& prefix,
                            Expected* decision) const {
  const unsigned phase = decision->scanned ? 2 : 1;
  for (const parcel::Field& field : catalog_.records[record].fields) {
    if (field.hidden || field.type == parcel::ValueType::kList) continue;
    const bool can_lack = field.presence != parcel::Presence::kAlways;
    if ((field.required_phases & phase) != 0 && can_lack)
      decision->missing.insert(prefix + field.name);
    if (field.type == parcel::ValueType::kRecord)
      FindAllMissing(field.record, prefix + field.name + ".", decision);
  }
}

}  // namespace sluice::oracle
