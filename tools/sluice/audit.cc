// sluice audit: what is done with the logs of a live engine.
#include "tools/sluice/audit_verbs.h"

namespace sluice::tools {

void AddAuditVerbs(CLI::App* app, Run* run) {
  CLI::App* audit = app->add_subcommand("audit", "Verifies, shows and replays the audit log and the journal");
  audit->require_subcommand(1);
  AddAuditCat(audit, run);
  AddAuditReplay(audit, run);
  AddAuditVerify(audit, run);
}

void AddAuditSource(CLI::App* verb, AuditSource* source) {
  verb->add_option("DIR", source->directory, "Directory of the log")->required();
  verb->add_flag("--journal", source->journal, "The journal in it, not the audit log");
}

ExitCode AuditExitCode(const Status& status) {
  if (status.ok()) return kExitOk;
  return status.code() == StatusCode::kCorrupt ? kExitFindings : kExitBadArguments;
}

}  // namespace sluice::tools
