// The commands below `sluice rules`, a file each: rules_NAME.cc.
#pragma once

#include "tools/sluice/verb.h"

namespace sluice::tools {

void AddRulesCheck(CLI::App* rules, Run* run);
void AddRulesCompile(CLI::App* rules, Run* run);
void AddRulesTest(CLI::App* rules, Run* run);

}  // namespace sluice::tools
