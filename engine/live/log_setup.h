// Opens what an engine's log needs: the site's key, the writers, the journal's keys.
//
// Thread-safety: one thread.   Ownership: the caller's; the keys outlive the writers.
// Errors: kIo, kCorrupt (a key file that is none, a log that cannot be gone on with), kInvalidArgument (options).
#pragma once

#include <sluice/engine.h>

#include <memory>

#include "engine/live/log_stage.h"
#include "engine/log/journal.h"
#include "engine/log/log_hasher.h"

namespace sluice::live {

/// The key under which parcel ids and records are hashed in the log: 64 hexadecimal digits in a file of the owner's,
/// which the second makes, with a random key, where there is none.
Result<base::Key256> ReadSiteKey(const std::string& path);
Result<base::Key256> ReadOrMakeSiteKey(const std::string& path);
/// LogOptions::key_file, or the file that stands for it.
std::string SiteKeyPath(const LogOptions& options);

struct LogSetup {
  std::unique_ptr<log::DayKeys> keys;  // of the journal; null: it is plain, or there is none
  LogWriters writers;
};
Result<LogSetup> OpenLog(const LogOptions& options);

/// "async" or "group".
const char* DurabilityName(Durability durability);

}  // namespace sluice::live
