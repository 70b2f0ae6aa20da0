// The stage that writes settled batches into the audit log and the journal: a thread of its own, since the disk makes
// it wait. It runs beside delivery (async), or before it (group: a decision is delivered when it is on disk).
//
//   settled batches ─→ records into the journal, commit ─→ entries and decisions into the audit log, commit
//
// Everything that is settled when it looks goes into one commit. When the disk refuses, nothing more is acknowledged:
// batches stay where they are, slots run out, producers are refused, and trouble() says why; from time to time the
// writers try to go on in a new segment (log_writer.h), and when they can, the stream does.
//
// Thread-safety: trouble() any thread; the rest belongs to control.   Ownership: Core outlives its thread.
// Errors: Start, as the writers'.   Allocation on the thread: none, but for messages of errors and records longer than
// any before.
#pragma once

#include <sluice/engine.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/live/core.h"
#include "engine/log/log_writer.h"

namespace sluice::live {

struct LogWriters {
  std::unique_ptr<log::LogWriter> audit;
  std::unique_ptr<log::LogWriter> journal;  // null: no journal
};

class LogStage {
 public:
  LogStage(Core* core, LogWriters writers);
  ~LogStage() { Stop(); }
  LogStage(const LogStage&) = delete;
  LogStage& operator=(const LogStage&) = delete;

  /// `options`: of the engine, as JSON, for the log's configuration.
  Status Start(const std::string& zone_data_version, const std::string& options);
  /// When everything is logged: ends the thread and closes the logs. A log in trouble is left as it is.
  void Stop();
  /// Why nothing is logged now; empty: all is well.
  std::string trouble() const;

 private:
  void Run();
  bool Step();
  Status Write(std::uint64_t begin, std::uint64_t end);
  Status AppendGeneration(const LiveBatch& batch, log::LogWriter* writer);
  Status AppendParcels(const LiveBatch& batch);
  Status AppendRecords(const LiveBatch& batch);
  Status AppendDeliveries();
  void Recover(const Status& why);

  Core& core_;
  LogWriters writers_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
  std::vector<std::uint8_t> records_;  // of a batch, one after the other
  std::vector<std::size_t> record_ends_;
  bool has_delivery_ = false;
  DeliveryNote delivery_;  // taken off the queue, not yet in the log
  mutable std::mutex trouble_mutex_;
  std::string trouble_;
};

}  // namespace sluice::live
