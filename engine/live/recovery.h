// What an engine knows again when it starts where a log ends: where the stream stands, which parcels were seen, and
// what was decided of them.
//
// Thread-safety: before there are agents, one thread.   Errors: as the reader's; kCorrupt where a decision in the log
// cannot be read.   Ownership: none.
#pragma once

#include <sluice/engine.h>
#include <sluice/status.h>

#include <string>
#include <vector>

#include "engine/live/core.h"

namespace sluice::live {

/// Where a log ends.
struct RecoveredStream {
  std::uint64_t sequence = 0;    // the last
  std::uint32_t generation = 0;  // in force
  base::Hash256 rule_set{};
};

/// Reads the audit log in `directory` from its beginning and tells `core` of each parcel.
Result<RecoveredStream> Recover(const std::string& directory, Core* core);

/// Records that a crash left in the journal without a decision in the audit log: those after `sequence`, up to `last`.
/// They had been accepted, and are decided first when the engine starts again, under the same numbers.
/// kNotFound: a day's key is not there.
Result<std::vector<std::vector<std::uint8_t>>> UndecidedRecords(const LogOptions& options, std::uint64_t sequence,
                                                                std::uint64_t last);

}  // namespace sluice::live
