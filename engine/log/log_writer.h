// The writer of a log: frames in memory, then on disk in order, in segments (FORMAT.md). 
//
// How a log thread uses it: append all that waits, Commit once, then acknowledge up to acknowledged_sequence(). When a
// call fails, the writer is in a failed state: it acknowledges nothing more, keeps what is not durable in memory and
// takes nothing new, until Recover brings all of it into a new segment. Pages that the disk refused are never tried
// again.
//
// Thread-safety: one thread, but for acknowledged_sequence() and failed(), which any thread may ask.
// Ownership: copies what it is given.   Memory: all of it from the start; appending and committing take none, but for
// the messages of errors and, when a segment is begun, some names.
// Errors: kIo where the disk refuses, kCorrupt where the log that is there cannot be gone on with, kInvalidArgument for
// options and for sequences out of order.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/log/background_sync.h"
#include "engine/log/disk.h"
#include "engine/log/frame.h"
#include "engine/log/log_point.h"
#include "engine/log/journal.h"
#include "engine/log/kept_segments.h"
#include "engine/log/segment.h"
#include "engine/log/segment_maker.h"
#include "engine/log/segment_output.h"

namespace sluice::log {

/// Of the system's clock.
base::Timestamp SystemNow();

enum class Durability : std::uint8_t {
  kAsync,  // acknowledged when the system has the bytes: outlives the process, not the machine's power
  kGroup,  // acknowledged when they are on the medium; one wait for all that was appended before Commit
};

struct LogOptions {
  std::string directory;  // made where it is not there; its parent must be
  LogKind kind = LogKind::kAudit;
  std::string site;       // at most limits::kLogSiteBytesMax; in the headers
  Durability durability = Durability::kGroup;
  std::uint32_t async_sync_ms = 1000;  // with kAsync and aside: how often what was written is brought to the medium
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;  // about: whole units fit
  bool prewrite = true;   // segments are filled with zeros ahead
  bool aside = true;      // by a thread of its own, which removes old ones, too; else within the calls
  Retention retention;
  base::Timestamp (*clock)() = &SystemNow;  // of what the log says of itself
  const DayKeys* keys = nullptr;  // of a journal; alive as long as the writer
  bool plain = false;             // of a journal: records are written as they are, without a key
  std::size_t buffer_bytes = std::size_t{16} << 20;  // at least limits::kLogBufferBytesMin
};

/// Consecutive parcels of one generation, with their decisions.
struct LoggedBatch {
  std::uint64_t first_sequence = 0;
  std::uint32_t generation = 0;
  std::span<const ParcelEntry> parcels;
  Bytes decisions;                               // canonical bytes, one after the other; parcel ids are left out
  std::span<const std::size_t> decision_ends;    // where each ends; as many as parcels
};

/// Consecutive records as they were accepted.
struct LoggedRecords {
  std::uint64_t first_sequence = 0;
  base::Timestamp now;                           // of the first: the day of the key
  Bytes records;                                 // one after the other
  std::span<const std::size_t> record_ends;
};

/// What was found when a log was opened.
struct FoundLog {
  bool existed = false;
  LogPoint end;            // what goes on from here
  bool closed = false;     // its writer had closed it
  bool torn = false;       // a unit was begun and not ended; it does not count
  std::string torn_place;  // "FILE, byte N"
};

class LogWriter {
 public:
  /// Goes on where the log in the directory ends, in a new segment, or begins one. The configuration and the
  /// generation in force must be appended before the first batch.
  static Result<std::unique_ptr<LogWriter>> Open(const LogOptions& options, Disk* disk = &RealDisk());
  /// Without Close: leaves the log as a crash would.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  const FoundLog& found() const { return found_; }

  // Each is taken whole or refused. Of a batch, what was taken already (by sequence) is passed over, so that a caller
  // may try again with the same batch after Recover.
  Status AppendConfiguration(const Configuration& what);
  Status AppendGeneration(const GenerationRecord& what);
  Status AppendBatch(const LoggedBatch& batch);
  Status AppendDelivery(const DeliveryRecord& what);
  /// Of a journal alone. kNotFound where the day has no key: nothing was taken, and the writer has not failed.
  Status AppendRecords(const LoggedRecords& records);

  /// Everything appended is handed to the system.
  Status Flush();
  /// Everything flushed is on the medium.
  Status Sync();
  /// What durability asks for: Flush, or both.
  Status Commit();
  /// Ends the log in order. Nothing is appended after it.
  Status Close();

  /// Everything up to this sequence is as durable as the options say. Never less than before.
  std::uint64_t acknowledged_sequence() const { return acknowledged_.load(std::memory_order_acquire); }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  /// Why; Ok while it has not failed.
  const Status& failure() const { return failure_; }
  /// Brings what is in memory and not durable into a new segment, and says there what had happened. While the disk
  /// still refuses, the writer stays failed.
  Status Recover();

  const LogPoint& appended() const { return appended_; }
  const LogPoint& written() const { return written_; }
  const LogPoint& durable() const { return durable_; }

 private:
  LogWriter(const LogOptions& options, Disk* disk);

  Status Resume();
  Status SyncFound(std::uint32_t segment);
  Status Begin(SegmentCause cause);
  IncidentRecord Incident(SegmentCause cause, const LogPoint& before, const base::Timestamp& now) const;
  Result<std::unique_ptr<DiskFile>> MakeSegment(const SegmentHeader& header, std::string* path);
  void PutPreamble(SegmentCause cause, const IncidentRecord& incident);
  Status Rotate();
  Status Retain();
  Status MakeRoom(std::size_t bytes);
  Status Fail(Status why);
  Status TakeSynced(const std::optional<BackgroundSync::Done>& done);
  void SyncAside();

  std::size_t BeginFrame(FrameKind kind);
  void EndFrame(std::size_t frame);
  void EndUnit(std::size_t unit);
  Status CheckFirst(std::uint64_t first_sequence) const;
  void AppendPart(const LoggedBatch& batch, std::size_t first, std::size_t count);
  void AppendPart(const LoggedRecords& records, const base::Key256* key, std::size_t first, std::size_t count);
  void PutDecision(Bytes canonical);
  template <typename T>
  Status AppendOne(FrameKind kind, const T& what);
  void Relink();

  const LogOptions options_;
  Disk* const disk_;
  FoundLog found_;
  LogId log_id_{};
  SegmentOutput output_;
  std::int64_t segment_created_s_ = 0;
  Hash256 link_base_{};            // what the next link goes on from
  base::Blake2b hash_;

  std::vector<std::uint8_t> pending_;  // frames not yet durable, or with kAsync not yet written
  std::size_t flushed_ = 0;            // of them, written
  std::size_t preamble_bytes_ = 0;     // of them at the front, what the segment begins with
  std::vector<std::uint8_t> configuration_;  // payloads in force, repeated in each segment
  std::vector<std::uint8_t> generation_;

  std::unique_ptr<DiskFile> lock_;
  SegmentMaker maker_;
  KeptSegments kept_;
  std::unique_ptr<BackgroundSync> sync_;  // with kAsync and aside; before output_ is gone, it is
  std::chrono::steady_clock::time_point synced_at_;

  LogPoint appended_, written_, durable_;
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<bool> failed_{false};
  bool closed_ = false;
  Status failure_;
};

}  // namespace sluice::log
