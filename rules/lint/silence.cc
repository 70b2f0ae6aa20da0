// Silences: `lint:` of a rule and of the book.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "rules/diag/suggest.h"
#include "rules/lint/codes.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

/// Which rule a place belongs to: the one whose text it stands in, or the one whose profile has the table.
class SpecFinder {
 public:
  explicit SpecFinder(const LintPass& pass) {
    const auto& specs = pass.book.specs.rules;
    for (std::uint32_t i = 0; i < specs.size(); ++i) {
      const Place place = specs[i].node->place();
      by_line_[place.file][place.line] = i;
    }
    for (const CheckedRule& tree : pass.trees) {
      if (specs[tree.spec].each_node == nullptr || tree.rule_count == 0) continue;
      const std::uint32_t table = pass.rules.rules[tree.first_rule].profile_table;
      by_table_.emplace(pass.book.tables[table].file->path(), tree.spec);
    }
  }

  std::uint32_t Find(const Place& place) const {
    const auto table = by_table_.find(place.file);
    if (table != by_table_.end()) return table->second;
    const auto file = by_line_.find(place.file);
    if (file == by_line_.end()) return kNoSpec;
    const auto after = file->second.upper_bound(place.line);
    return after == file->second.begin() ? kNoSpec : std::prev(after)->second;
  }

 private:
  std::unordered_map<std::string, std::map<std::uint32_t, std::uint32_t>> by_line_;
  std::unordered_map<std::string, std::uint32_t> by_table_;
};

bool IsSilenced(const std::vector<Silence>& silences, const Diagnostic& found, std::vector<bool>* used) {
  bool silenced = false;
  for (std::size_t i = 0; i < silences.size(); ++i) {
    if (silences[i].code != found.code) continue;
    (*used)[i] = silenced = true;
  }
  return silenced;
}

void FindUnused(const std::vector<Silence>& silences, const std::vector<bool>& used, LintPass* pass) {
  for (std::size_t i = 0; i < silences.size(); ++i) {
    if (used[i]) continue;
    const std::string& code = silences[i].code;
    std::vector<std::string_view> codes;
    for (const LintCode& known : LintCodes()) codes.push_back(known.code);
    const bool known = FindLintCode(code) != nullptr;
    pass->Find("unused-silence", silences[i].node->place(),
               known ? "there is no finding '" + code + "' to silence here" : "no finding has the code '" + code + "'",
               known ? "take the code out of `allow`" : DidYouMean(code, codes), kNoSpec);
  }
}

}  // namespace

DiagnosticList WithoutSilenced(LintPass* pass) {
  std::vector<Finding> all = std::move(pass->findings);
  pass->findings.clear();
  if (!pass->compiled.diagnostics.empty()) {
    const SpecFinder specs(*pass);
    for (const Diagnostic& found : pass->compiled.diagnostics.items()) all.push_back({found, specs.Find(found.place)});
  }

  const auto& of_book = pass->book.config.silences;
  std::vector<bool> book_used(of_book.size());
  std::unordered_map<std::uint32_t, std::vector<bool>> used;
  DiagnosticList kept;
  for (Finding& finding : all) {
    bool silenced = IsSilenced(of_book, finding.diagnostic, &book_used);
    if (finding.spec != kNoSpec) {
      const auto& of_rule = pass->book.specs.rules[finding.spec].silences;
      auto& used_here = used[finding.spec];
      used_here.resize(of_rule.size());
      silenced = IsSilenced(of_rule, finding.diagnostic, &used_here) || silenced;
    }
    if (!silenced) kept.Add(std::move(finding.diagnostic));
  }
  FindUnused(of_book, book_used, pass);
  for (std::uint32_t i = 0; i < pass->book.specs.rules.size(); ++i) {
    const auto& of_rule = pass->book.specs.rules[i].silences;
    if (of_rule.empty()) continue;
    used[i].resize(of_rule.size());
    FindUnused(of_rule, used[i], pass);
  }
  for (Finding& finding : pass->findings) kept.Add(std::move(finding.diagnostic));
  kept.Sort();
  return kept;
}

}  // namespace sluice::rules
