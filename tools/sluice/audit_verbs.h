// The commands below `sluice audit`, a file each: audit_NAME.cc; and what they share.
#pragma once

#include <string>

#include "engine/log/log_reader.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

void AddAuditVerify(CLI::App* audit, Run* run);
void AddAuditCat(CLI::App* audit, Run* run);
void AddAuditReplay(CLI::App* audit, Run* run);

/// Which log a command reads.
struct AuditSource {
  std::string directory;
  bool journal = false;

  log::LogKind kind() const { return journal ? log::LogKind::kJournal : log::LogKind::kAudit; }
};
void AddAuditSource(CLI::App* verb, AuditSource* source);

/// kExitFindings for what is damaged, kExitBadArguments for what cannot be opened or read.
ExitCode AuditExitCode(const Status& status);

}  // namespace sluice::tools
