// The commands below `sluice rules`, a file each: rules_NAME.cc.
#pragma once

#include "tools/sluice/verb.h"

namespace sluice::tools {

void AddRulesCheck(CLI::App* rules, Run* run);
void AddRulesCompile(CLI::App* rules, Run* run);
void AddRulesDiff(CLI::App* rules, Run* run);
void AddRulesFmt(CLI::App* rules, Run* run);
void AddRulesInspect(CLI::App* rules, Run* run);
void AddRulesSchema(CLI::App* rules, Run* run);
void AddRulesTest(CLI::App* rules, Run* run);

}  // namespace sluice::tools
