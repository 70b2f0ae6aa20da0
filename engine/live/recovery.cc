#include "engine/live/recovery.h"

#include <sluice/decision.h>

#include "engine/live/journal_records.h"
#include "engine/log/log_reader.h"

namespace sluice::live {

namespace {

Status Corrupt(std::uint64_t sequence) {
  return {StatusCode::kCorrupt, "the log's decision " + std::to_string(sequence) + " cannot be read"};
}

/// Tells the core what became of the parcels of one unit.
Status RecoverBatch(const log::IngestView& ingest, log::DecisionsView decisions, Core* core) {
  for (std::uint32_t i = 0; i < ingest.count; ++i) {
    const auto bytes = decisions.Next();
    if (!bytes) return Corrupt(ingest.first_sequence + i);
    Decision decision;
    // Of a decision too long to be logged whole, only its number is known: its parcel will not be known again.
    if (!bytes->hashed && !ParseDecision(bytes->bytes, &decision).ok()) return Corrupt(ingest.first_sequence + i);
    decision.sequence = ingest.first_sequence + i;
    if (Status status = core->Recall(ingest.entry(i), decision); !status.ok()) return status;
  }
  return Status::Ok();
}

}  // namespace

Result<RecoveredStream> Recover(const std::string& directory, Core* core) {
  auto reader = log::LogReader::Open(directory, log::LogKind::kAudit);
  if (!reader.ok()) return reader.status();
  log::Frame frame;
  while (true) {
    const Result<bool> next = (*reader)->Next(&frame);
    if (!next.ok()) return next.status();
    if (!*next) break;
    if (frame.kind != log::FrameKind::kIngest) continue;
    const std::vector<std::uint8_t> kept(frame.payload.begin(), frame.payload.end());
    const auto ingest = log::ReadIngest(kept);
    if (const Result<bool> second = (*reader)->Next(&frame); !second.ok() || !*second) return second.status();
    const auto decisions = log::ReadDecisions(frame.payload);
    if (!ingest || !decisions) return Corrupt((*reader)->summary().end.sequence);
    if (Status status = RecoverBatch(*ingest, *decisions, core); !status.ok()) return status;
  }
  const log::LogPoint& end = (*reader)->summary().end;
  return RecoveredStream{end.sequence, end.generation, end.rule_set};
}

Result<std::vector<std::vector<std::uint8_t>>> UndecidedRecords(const LogOptions& options, std::uint64_t sequence,
                                                                std::uint64_t last) {
  std::vector<std::vector<std::uint8_t>> records;
  auto journal = JournalRecords::Open(options.directory, options.journal_key_file);
  if (!journal.ok()) return journal.status();
  while (++sequence <= last) {
    const Result<const log::Bytes*> record = journal->Find(sequence);
    if (!record.ok()) return record.status();
    if (*record == nullptr) {
      return Status(StatusCode::kNotFound, options.directory + ": parcel " + std::to_string(sequence) +
                                               " was accepted and not decided, and the journal's key of its day is"
                                               " not there");
    }
    records.emplace_back((*record)->begin(), (*record)->end());
  }
  return records;
}

}  // namespace sluice::live
