// The records in a journal's frames: a key a day, and how what was encrypted is read again (FORMAT.md, "Records").
// A day's records are gone for good when its key is.
//
// Thread-safety: DayKeys is immutable once loaded; an OpenedRecords belongs to one thread.
// Ownership: OpenedRecords owns the bytes; records point into them.
// Errors: kNotFound for a day without a key, kCorrupt for records that are not as they were encrypted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/base/blake2b.h"
#include "engine/base/time.h"
#include "engine/log/frame.h"
#include "engine/log/segment.h"

namespace sluice::log {

/// Days since 1970-01-01, in UTC.
std::int32_t DayOf(const base::Timestamp& time);

class DayKeys {
 public:
  /// A text file: a line a day, "2026-03-14 KEY", the key as 64 hexadecimal digits; blank lines, and lines that begin
  /// with #, are passed over. A day stands once.
  static Result<DayKeys> Load(const std::string& path);
  static Result<DayKeys> Parse(std::string_view text, const std::string& path);

  /// Null: there is none.
  const base::Key256* Find(std::int32_t day) const;
  std::size_t size() const { return keys_.size(); }

 private:
  struct Entry {
    std::int32_t day = 0;
    base::Key256 key{};
  };
  std::vector<Entry> keys_;  // by day, ascending
};

/// Encrypts the body at the end of `*out`, from `text` on; the payload's head is before it. FORMAT.md, "Records".
void SealRecords(const base::Key256& key, const LogId& log_id, std::size_t payload, std::vector<std::uint8_t>* out);

/// Bytes of a records frame's payload before the body.
inline constexpr std::size_t kRecordsHeadBytes = 8 + 4 + 4;
/// And between it and the text, where that is encrypted.
inline constexpr std::size_t kRecordsBoxBytes = 24 + 16;  // nonce and tag

class OpenedRecords {
 public:
  /// Records of a frame's payload. `keys` may be null where they are plain.
  Status Open(Bytes payload, const LogId& log_id, const DayKeys* keys);
  std::uint64_t first_sequence() const { return first_sequence_; }
  std::size_t count() const { return records_.size(); }
  Bytes record(std::size_t index) const { return records_[index]; }

 private:
  std::uint64_t first_sequence_ = 0;
  std::vector<std::uint8_t> text_;
  std::vector<Bytes> records_;
};

}  // namespace sluice::log
