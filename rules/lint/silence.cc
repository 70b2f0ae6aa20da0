// Silences: `lint:` of a rule and of the book.
#include <string>
#include <vector>

#include "rules/diag/suggest.h"
#include "rules/emit/silences.h"
#include "rules/lint/codes.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

void FindUnused(const std::vector<Silence>& silences, LintPass* pass) {
  for (const Silence& silence : silences) {
    if (silence.used) continue;
    const std::string& code = silence.code;
    std::vector<std::string_view> codes;
    for (const LintCode& known : LintCodes()) codes.push_back(known.code);
    const bool known = FindLintCode(code) != nullptr;
    pass->Find("unused-silence", silence.node->place(),
               known ? "there is no finding '" + code + "' to silence here" : "no finding has the code '" + code + "'",
               known ? "take the code out of `allow`" : DidYouMean(code, codes), kNoSpec);
  }
}

}  // namespace

DiagnosticList WithoutSilenced(LintPass* pass) {
  std::vector<Finding> all = std::move(pass->findings);
  pass->findings.clear();
  // What the compiler's findings used is marked already.
  std::vector<Silence> of_book = pass->book.config.silences;
  std::vector<std::vector<Silence>> of_rules;
  for (const RuleSpec& rule : pass->book.specs.rules) of_rules.push_back(rule.silences);

  DiagnosticList kept;
  for (const Diagnostic& found : pass->compiled.diagnostics.items()) kept.Add(found);
  for (Finding& finding : all) {
    bool silenced = IsSilenced(&of_book, finding.diagnostic);
    if (finding.spec != kNoSpec) silenced = IsSilenced(&of_rules[finding.spec], finding.diagnostic) || silenced;
    if (!silenced) kept.Add(std::move(finding.diagnostic));
  }
  FindUnused(of_book, pass);
  for (const std::vector<Silence>& of_rule : of_rules) FindUnused(of_rule, pass);
  for (Finding& finding : pass->findings) kept.Add(std::move(finding.diagnostic));
  kept.Sort();
  return kept;
}

}  // namespace sluice::rules
