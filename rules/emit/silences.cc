#include "rules/emit/silences.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::rules {
namespace {

/// Which rules a finding belongs to: the one in whose text it stands, those whose profile has the table.
class RuleFinder {
 public:
  explicit RuleFinder(Book* book) {
    for (RuleSpec& spec : book->specs.rules) {
      const Place place = spec.node->place();
      by_line_[place.file][place.line] = &spec;
      if (!spec.each.empty()) by_table_[spec.each].push_back(&spec);
    }
    for (const BookTable& table : book->tables) {
      const auto rules = by_table_.find(table.table.name);
      if (rules != by_table_.end()) by_file_.emplace(table.file->path(), &rules->second);
    }
  }

  std::vector<RuleSpec*> Find(const Diagnostic& found) const {
    if (RuleSpec* rule = RuleAt(found.place)) return {rule};
    const auto rules = by_file_.find(found.place.file);
    if (rules == by_file_.end()) return {};
    for (const DiagnosticNote& note : found.notes) {
      if (RuleSpec* rule = RuleAt(note.place)) return {rule};
    }
    return *rules->second;
  }

 private:
  RuleSpec* RuleAt(const Place& place) const {
    const auto file = by_line_.find(place.file);
    if (file == by_line_.end()) return nullptr;
    const auto after = file->second.upper_bound(place.line);
    return after == file->second.begin() ? nullptr : std::prev(after)->second;
  }

  std::unordered_map<std::string, std::map<std::uint32_t, RuleSpec*>> by_line_;
  std::unordered_map<std::string_view, std::vector<RuleSpec*>> by_table_;
  std::unordered_map<std::string, const std::vector<RuleSpec*>*> by_file_;
};

bool HasSilence(const Book& book) {
  const auto& rules = book.specs.rules;
  return !book.config.silences.empty() ||
         std::any_of(rules.begin(), rules.end(), [](const RuleSpec& rule) { return !rule.silences.empty(); });
}

}  // namespace

bool IsSilenced(std::vector<Silence>* silences, const Diagnostic& found) {
  bool silenced = false;
  for (Silence& silence : *silences) {
    if (silence.code == found.code) silence.used = silenced = true;
  }
  return silenced;
}

DiagnosticList WithoutSilenced(DiagnosticList found, Book* book) {
  if (found.empty() || !HasSilence(*book)) return found;
  const RuleFinder rules(book);
  DiagnosticList kept;
  for (const Diagnostic& one : found.items()) {
    bool silenced = false;
    if (one.severity != Severity::kError) {
      silenced = IsSilenced(&book->config.silences, one);
      for (RuleSpec* rule : rules.Find(one)) silenced = IsSilenced(&rule->silences, one) || silenced;
    }
    if (!silenced) kept.Add(one);
  }
  return kept;
}

}  // namespace sluice::rules
