// Decides again what a log says was decided, from the journal's records, and compares byte for byte.
//
// The audit log says at which time and under which generation each parcel was accepted; the journal has its record. The
// stages are the engine's own, run by one agent in the caller's thread.
// Thread-safety: one thread.   Ownership: the caller's; RuleSetOf may be called once a generation.
// Errors: as the readers' (kCorrupt, kIo, kNotFound); kNotFound where a generation's rule set or a record is not there.
// A decision that differs is no error: it is reported.
#pragma once

#include <sluice/engine.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::live {

struct ReplayOptions {
  std::string directory;         // of audit log and journal
  std::string key_file;          // the site's key; empty: DIRECTORY/site.key
  std::string journal_key_file;  // empty: the journal is plain
  std::string epoch_key_file;    // empty: the built-in test key
  /// The rule set with this hash; null: there is none.
  std::function<ruleset::RuleSetPtr(const base::Hash256& hash)> rule_set_of;
  std::function<void(std::uint64_t sequence)> progress = {};  // now and then
};

struct ReplayDifference {
  std::uint64_t sequence = 0;
  std::string what;  // "the record is not the one that was logged", "the decision differs: lane pass, logged inspect"
};

struct ReplayReport {
  std::uint64_t parcels = 0;
  std::uint64_t equal = 0;
  std::uint64_t without_record = 0;  // the journal does not have them (any more): not decided again
  std::uint64_t first_sequence = 0;  // above 1: what was decided of parcels before it is not known
  std::uint32_t generations = 0;
  std::uint64_t difference_count = 0;
  std::vector<ReplayDifference> differences;  // the first limits::kReplayDifferencesKept
};

Result<ReplayReport> Replay(const ReplayOptions& options);

}  // namespace sluice::live
