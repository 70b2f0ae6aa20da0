// The verbs that talk to the control socket of a running process, a file each or two: reload.cc, changes.cc, status.cc,
// top.cc.
#pragma once

#include "tools/sluice/verb.h"

namespace sluice::tools {

/// reload, rollback, approve, list, status, top.
void AddControlVerbs(CLI::App* app, Run* run);
/// Of `sluice rules`.
void AddRulesDisable(CLI::App* rules, Run* run);

void AddReload(CLI::App* app, Run* run);
void AddRollback(CLI::App* app, Run* run);
void AddApprove(CLI::App* app, Run* run);
void AddList(CLI::App* app, Run* run);
void AddStatus(CLI::App* app, Run* run);
void AddTop(CLI::App* app, Run* run);

}  // namespace sluice::tools
