// sluice rules: what is done with rule books and bundles.
#include "tools/sluice/control_verbs.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

void AddRulesVerbs(CLI::App* app, Run* run) {
  CLI::App* rules = app->add_subcommand("rules", "Checks, tests, compiles, shows and compares rule books");
  rules->require_subcommand(1);
  AddRulesCheck(rules, run);
  AddRulesCompile(rules, run);
  AddRulesDiff(rules, run);
  AddRulesDisable(rules, run);
  AddRulesFmt(rules, run);
  AddRulesInspect(rules, run);
  AddRulesSchema(rules, run);
  AddRulesTest(rules, run);
}

}  // namespace sluice::tools
