#include "engine/live/replay.h"

#include <sluice/decision.h>

#include <algorithm>
#include <deque>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/draw/draw.h"
#include "engine/live/core.h"
#include "engine/live/journal_records.h"
#include "engine/live/log_setup.h"
#include "engine/log/log_reader.h"

namespace sluice::live {

namespace {

constexpr std::size_t kIdOffset = 32;  // of the parcel id among canonical bytes (engine/decide/FORMAT.md)
constexpr std::size_t kRingBytes = std::size_t{64} << 20;
constexpr std::uint64_t kProgressEvery = 20'000;

/// The time at which each parcel was accepted, as the log has it.
class LoggedClock final : public Clock {
 public:
  base::Timestamp Now() override { return now; }
  base::Timestamp now;
};

/// Canonical bytes as they stand in the log: without the parcel id.
std::vector<std::uint8_t> WithoutId(log::Bytes canonical) {
  Decision decision;
  SLUICE_CHECK(ParseDecision(canonical, &decision).ok());
  std::vector<std::uint8_t> bytes(canonical.begin(), canonical.begin() + kIdOffset);
  bytes.resize(kIdOffset + sizeof(std::uint32_t));  // a text of no bytes
  const std::size_t rest = kIdOffset + sizeof(std::uint32_t) + decision.parcel_id.size();
  bytes.insert(bytes.end(), canonical.begin() + static_cast<std::ptrdiff_t>(rest), canonical.end());
  return bytes;
}

std::string DifferenceText(log::Bytes decided, log::Bytes logged) {
  Decision ours;
  Decision theirs;
  if (!ParseDecision(logged, &theirs).ok()) return "the logged decision cannot be read";
  SLUICE_CHECK(ParseDecision(decided, &ours).ok());
  std::string text = "the decision differs: lane " + std::string(ours.lane) + ", score " + std::to_string(ours.score);
  text += ", " + std::to_string(ours.matched.count()) + " rules; logged lane " + std::string(theirs.lane);
  return text + ", score " + std::to_string(theirs.score) + ", " + std::to_string(theirs.matched.count()) + " rules";
}

class Replayer {
 public:
  Replayer(const ReplayOptions& options, draw::EpochKey key, const log::LogHasher* hasher, JournalRecords* journal)
      : options_(options), key_(std::move(key)), journal_(*journal), core_(CoreOptionsFor(hasher), &clock_, 0) {
    producer_ = core_.OpenProducer();
  }

  Status Read(log::LogReader* audit) {
    log::Frame frame;
    while (true) {
      const Result<bool> next = audit->Next(&frame);
      if (!next.ok()) return next.status();
      if (!*next) return audit->Finish();
      Status status = Status::Ok();
      if (frame.kind == log::FrameKind::kGeneration) status = Begin(*log::ReadGeneration(frame.payload));
      if (frame.kind == log::FrameKind::kIngest) ingested_.assign(frame.payload.begin(), frame.payload.end());
      if (frame.kind == log::FrameKind::kDecision) status = Decide(*log::ReadDecisions(frame.payload));
      if (!status.ok()) return status;
    }
  }

  ReplayReport report() const { return report_; }

 private:
  static CoreOptions CoreOptionsFor(const log::LogHasher* hasher) {
    CoreOptions options;
    options.slots = 2;
    options.producers_max = 1;
    options.producer_ring_bytes = kRingBytes;
    options.has_log = true;  // batches wait for Pump to compare them
    options.hasher = hasher;
    return options;
  }

  // Each segment repeats the generation in force: that one has begun.
  Status Begin(const log::GenerationRecord& record) {
    if (generation_ != nullptr && generation_->number() == record.generation) return Status::Ok();
    const ruleset::RuleSetPtr rules = options_.rule_set_of(record.rule_set);
    if (rules == nullptr) {
      return {StatusCode::kNotFound, "generation " + std::to_string(record.generation) + " had rule set " +
                                         base::Hex(record.rule_set) + ", of which there is no bundle"};
    }
    if (Status status = core_.AddNames(*rules); !status.ok()) return status;
    auto next = std::make_unique<Generation>(rules, key_, record.generation, core_.hash_seed(),
                                             Generation::Sizes{1, 2}, core_.lanes(), core_.controls(),
                                             Generation::Cause{});
    SLUICE_CHECK(core_.TryBegin(next.get()).has_value());
    Pump();
    generation_ = std::move(next);
    ++report_.generations;
    return Status::Ok();
  }

  Status Decide(log::DecisionsView decisions) {
    const log::IngestView ingest = *log::ReadIngest(ingested_);
    if (report_.first_sequence == 0) StartAt(ingest.first_sequence);
    for (std::uint32_t i = 0; i < ingest.count; ++i) {
      const log::ParcelEntry entry = ingest.entry(i);
      const auto logged = decisions.Next();
      if (!logged) return {StatusCode::kCorrupt, "the log's decisions are not as many as its parcels"};
      if (Status status = Submit(ingest.first_sequence + i, entry, *logged); !status.ok()) return status;
    }
    Pump();
    if (options_.progress && report_.parcels - told_ >= kProgressEvery) {
      told_ = report_.parcels;
      options_.progress(ingest.first_sequence);
    }
    return Status::Ok();
  }

  /// What was decided before is not in the log (any more).
  void StartAt(std::uint64_t sequence) {
    report_.first_sequence = sequence;
    Decision before;
    before.sequence = sequence - 1;
    SLUICE_CHECK(core_.Recall(log::ParcelEntry{}, before).ok());
  }

  Status Submit(std::uint64_t sequence, const log::ParcelEntry& entry, const log::DecisionView& logged) {
    const Result<const log::Bytes*> record = journal_.Find(sequence);
    if (!record.ok()) return record.status();
    ++report_.parcels;
    if (*record == nullptr) return PassOver(sequence, entry, logged);
    RecordHead head;
    head.tag = sequence;
    const auto error = static_cast<parcel::ReadError>(entry.read_error);
    if (error == parcel::ReadError::kTooLong && (*record)->empty()) head.error = error;
    clock_.now = {entry.now_seconds, entry.now_nanos};
    while (!producer_->ring.Write(head, **record)) Pump();
    producer_->accepted.Add(1);
    expected_.push_back({sequence, entry, logged.hashed, {logged.bytes.begin(), logged.bytes.end()}});
    return Status::Ok();
  }

  /// The record is gone; what became of it still holds for those that repeat it.
  Status PassOver(std::uint64_t sequence, const log::ParcelEntry& entry, const log::DecisionView& logged) {
    Pump();
    ++report_.without_record;
    Decision decision;
    if (!logged.hashed && !ParseDecision(logged.bytes, &decision).ok()) {
      return {StatusCode::kCorrupt, "the log's decision " + std::to_string(sequence) + " cannot be read"};
    }
    decision.sequence = sequence;
    return core_.Recall(entry, decision);
  }

  /// Runs all that waits, and compares it.
  void Pump() {
    do {
      while (core_.Step(0)) {
      }
      for (std::uint64_t number = core_.logged(); number < core_.settled(); ++number) {
        const LiveBatch& batch = core_.Settled(number);
        for (std::size_t i = 0; i < batch.count; ++i) Compare(batch, i);
      }
      core_.Logged(core_.settled());
    } while (core_.HasWork());
  }

  void Compare(const LiveBatch& batch, std::size_t parcel) {
    const Expected expected = std::move(expected_.front());
    expected_.pop_front();
    const log::ParcelEntry& entry = batch.entries[parcel];
    if (entry.record_hash != expected.entry.record_hash || entry.id_hash != expected.entry.id_hash) {
      return Differs(expected.sequence, "the record in the journal is not the one that was logged");
    }
    const std::vector<std::uint8_t> decided = WithoutId(batch.CanonicalOf(parcel));
    const base::Hash256 hash = base::Blake2b256(decided);
    const bool equal = expected.hashed ? std::ranges::equal(hash, expected.bytes) : decided == expected.bytes;
    if (equal) {
      ++report_.equal;
    } else {
      Differs(expected.sequence, DifferenceText(decided, expected.bytes));
    }
  }

  void Differs(std::uint64_t sequence, std::string what) {
    if (++report_.difference_count > limits::kReplayDifferencesKept) return;
    report_.differences.push_back({sequence, std::move(what)});
  }

  struct Expected {
    std::uint64_t sequence = 0;
    log::ParcelEntry entry;
    bool hashed = false;
    std::vector<std::uint8_t> bytes;
  };

  const ReplayOptions& options_;
  const draw::EpochKey key_;
  JournalRecords& journal_;
  LoggedClock clock_;
  Core core_;
  ProducerRing* producer_ = nullptr;
  std::unique_ptr<Generation> generation_;
  std::vector<std::uint8_t> ingested_;  // the unit's ingest frame
  std::deque<Expected> expected_;       // of records on their way
  std::uint64_t told_ = 0;
  ReplayReport report_;
};

}  // namespace

Result<ReplayReport> Replay(const ReplayOptions& options) {
  Result<draw::EpochKey> epoch_key = options.epoch_key_file.empty() ? Result<draw::EpochKey>(draw::TestEpochKey())
                                                                    : draw::ReadEpochKey(options.epoch_key_file);
  if (!epoch_key.ok()) return epoch_key.status();
  auto audit = log::LogReader::Open(options.directory, log::LogKind::kAudit);
  if (!audit.ok()) return audit.status();
  auto journal = JournalRecords::Open(options.directory, options.journal_key_file);
  if (!journal.ok()) return journal.status();
  LogOptions log;
  log.directory = options.directory;
  log.key_file = options.key_file;
  const Result<base::Key256> site_key = ReadSiteKey(SiteKeyPath(log));
  if (!site_key.ok()) return site_key.status();
  const log::LogHasher hasher(*site_key);
  Replayer replayer(options, *std::move(epoch_key), &hasher, &*journal);
  if (Status status = replayer.Read(audit->get()); !status.ok()) return status;
  return replayer.report();
}

}  // namespace sluice::live
