// The records of a journal, by sequence.
//
// Thread-safety: one thread.   Ownership: a record lasts until the next call.
// Errors: as the reader's; a day whose key is not there is no error: its records are not there either.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <memory>
#include <string>

#include "engine/log/journal.h"
#include "engine/log/log_reader.h"

namespace sluice::live {

class JournalRecords {
 public:
  /// `key_file`: of the days' keys; empty: the journal is plain.
  static Result<JournalRecords> Open(const std::string& directory, const std::string& key_file);

  /// Null: the journal does not have it. Sequences are asked for in ascending order.
  Result<const log::Bytes*> Find(std::uint64_t sequence);

 private:
  JournalRecords(std::unique_ptr<log::LogReader> reader, std::unique_ptr<log::DayKeys> keys)
      : reader_(std::move(reader)), keys_(std::move(keys)) {}
  Result<bool> NextFrame();

  std::unique_ptr<log::LogReader> reader_;
  std::unique_ptr<log::DayKeys> keys_;
  log::OpenedRecords opened_;
  log::Bytes record_;
};

}  // namespace sluice::live
