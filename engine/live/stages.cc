// The stages of Core.
#include <algorithm>

#include "engine/base/check.h"
#include "engine/decide/judge.h"
#include "engine/live/core.h"
#include "engine/live/steady.h"

namespace sluice::live {

using pipeline::Head;
using pipeline::Verdict;
using state::Sighting;

namespace {

constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kRelease = std::memory_order_release;

}  // namespace

bool Core::Accept(std::size_t agent) {
  if (!HasSlot() || !HasRecords() || !accepting_baton_.TryTake(static_cast<int>(agent))) return false;
  bool accepted = false;
  if (HasSlot()) {
    const std::uint64_t number = accepted_.load(kRelaxed);
    Say(agent, Stage::kAccepted, number);
    LiveBatch& batch = BatchAt(number);
    batch.count = 0;
    batch.begins_generation = false;
    TakeRecords(&batch);
    accepted = batch.count != 0;
    if (accepted) Launch(&batch);
    Say(agent, Stage::kFree, 0);
  }
  accepting_baton_.Give();
  // More than one batch waits: whoever sleeps can help.
  if (accepted && HasRecords()) work_.Notify();
  return accepted;
}

// Producers in turn, each its share first, then whoever has more.
void Core::TakeRecords(LiveBatch* batch) {
  const std::uint32_t count = producer_count_.load(kAcquire);
  const std::size_t share = std::max<std::size_t>(1, options_.batch_rows_max / count);
  for (const std::size_t most : {share, options_.batch_rows_max}) {
    for (std::uint32_t i = 0; i < count && batch->count < options_.batch_rows_max; ++i) {
      TakeFrom((turn_ + i) % count, std::min(most, options_.batch_rows_max - batch->count), batch);
    }
  }
  turn_ = (turn_ + 1) % count;
}

std::size_t Core::TakeFrom(std::uint32_t producer, std::size_t records_max, LiveBatch* batch) {
  const std::size_t taken = producers_[producer]->ring.Read(&batch->messages[batch->count], records_max);
  std::fill_n(batch->producers.begin() + static_cast<std::ptrdiff_t>(batch->count), taken, producer);
  batch->count += taken;
  return taken;
}

void Core::Launch(LiveBatch* batch) {
  const std::uint64_t number = accepted_.load(kRelaxed);
  now_ = std::max(now_, clock_->Now());
  batch->now = now_;
  batch->generation = current_;
  batch->slot = &current_->slot(number % batches_.size());
  batch->stage.store(Stage::kAccepted, kRelease);
  accepted_.store(number + 1, kRelease);
}

bool Core::Decode(std::size_t agent) {
  std::uint64_t number = 0;
  if (!Claim(&decode_claimed_, accepted_, &number)) return false;
  Say(agent, Stage::kDecoded, number);
  LiveBatch& batch = BatchAt(number);
  pipeline::RecordBlock& block = batch.slot->blocks.front();
  block.Clear();
  for (std::size_t i = 0; i < batch.count; ++i) {
    block.records.push_back({batch.messages[i].bytes, batch.messages[i].head.error});
  }
  batch.generation->worker(agent).Decode(batch.slot);
  if (options_.hasher != nullptr) MakeEntries(&batch);
  batch.stage.store(Stage::kDecoded, kRelease);
  Say(agent, Stage::kFree, 0);
  return true;
}

// Where there is a log, parcels are known by what it says of them, so that they are known again when it is read.
void Core::MakeEntries(LiveBatch* batch) const {
  batch->entries.clear();
  for (std::size_t i = 0; i < batch->count; ++i) {
    Head& head = batch->slot->readings.front().heads[i];
    log::ParcelEntry& entry = batch->entries.emplace_back();
    entry.input_kind = static_cast<std::uint8_t>(parcel::InputKind::kParcel);
    entry.read_error = static_cast<std::uint8_t>(head.fields.error);
    entry.now_seconds = batch->now.seconds;
    entry.now_nanos = batch->now.nanos;
    entry.record_hash = options_.hasher->OfRecord(batch->messages[i].bytes);
    if (!head.has_slot) continue;
    entry.id_hash = options_.hasher->OfId(head.fields.id);
    head.id_hash = FirstHalf(entry.id_hash);
    head.record_hash = FirstHalf(entry.record_hash);
  }
}

bool Core::Identify(std::size_t agent) {
  const auto ready = [this] {
    const std::uint64_t number = identified_.load(kAcquire);
    return number < accepted_.load(kAcquire) && BatchAt(number).stage.load(kAcquire) == Stage::kDecoded;
  };
  if (!ready() || !identifying_baton_.TryTake(static_cast<int>(agent))) return false;
  bool done = false;
  if (ready()) {
    const std::uint64_t number = identified_.load(kRelaxed);
    Say(agent, Stage::kIdentified, number);
    LiveBatch& batch = BatchAt(number);
    SLUICE_CHECK(batch.heads().size() == batch.count);
    sequencer_.SequenceAt(batch.now, &batch.slot->readings.front().heads);
    batch.stage.store(Stage::kIdentified, kRelease);
    identified_.store(number + 1, kRelease);
    Say(agent, Stage::kFree, 0);
    done = true;
  }
  identifying_baton_.Give();
  return done;
}

bool Core::Decide(std::size_t agent) {
  std::uint64_t number = 0;
  if (!Claim(&decide_claimed_, identified_, &number)) return false;
  Say(agent, Stage::kDecided, number);
  LiveBatch& batch = BatchAt(number);
  batch.generation->worker(agent).Decide(batch.slot);
  batch.stage.store(Stage::kDecided, kRelease);
  Say(agent, Stage::kFree, 0);
  return true;
}

bool Core::Settle(std::size_t agent) {
  const auto ready = [this] {
    const std::uint64_t number = settled_.load(kAcquire);
    return number < identified_.load(kAcquire) && BatchAt(number).stage.load(kAcquire) == Stage::kDecided;
  };
  if (!ready() || !settling_baton_.TryTake(static_cast<int>(agent))) return false;
  bool done = false;
  if (ready()) {
    const std::uint64_t number = settled_.load(kRelaxed);
    Say(agent, Stage::kSettled, number);
    LiveBatch& batch = BatchAt(number);
    const pipeline::DecidedBatch& decided = batch.slot->sides.front();
    batch.canonical = decided.canonical;
    batch.canonical_ends = decided.canonical_ends;
    bool duplicates = false;
    for (std::size_t i = 0; i < batch.count; ++i) {
      SettleParcel(&batch, i);
      duplicates |= batch.heads()[i].identity.sighting == Sighting::kDuplicate;
    }
    if (duplicates) RewriteWithDuplicates(&batch);
    counters_.decided.Add(batch.count);
    if (batch.count != 0) counters_.batches.Add(1);
    batch.stage.store(Stage::kSettled, kRelease);
    settled_.store(number + 1, kRelease);
    if (options_.has_log) log_work_.Notify();
    Say(agent, Stage::kFree, 0);
    done = true;
  }
  settling_baton_.Give();
  return done;
}

// Verdicts get the engine's numbers of lanes and desks, so that they hold under any generation.
void Core::SettleParcel(LiveBatch* batch, std::size_t parcel) {
  const Head& head = batch->heads()[parcel];
  Verdict& verdict = batch->slot->sides.front().verdicts[parcel];
  if (head.identity.sighting == Sighting::kDuplicate) {
    verdict = duplicates_.VerdictOf(head);
    counters_.duplicates.Add(1);
    counters_.lanes[verdict.lane].Add(1);
    return;
  }
  verdict.lane = static_cast<ruleset::LaneIndex>(batch->generation->LaneId(verdict.lane));
  verdict.controls = batch->generation->ControlIds(verdict.controls);
  counters_.lanes[verdict.lane].Add(1);
  for (std::size_t i = 0; i < counters_.outcomes.size(); ++i) {
    if ((verdict.outcomes >> i & 1) != 0) counters_.outcomes[i].Add(1);
  }
  if (head.has_slot && head.fields.error == parcel::ReadError::kNone) duplicates_.Remember(head, verdict);
}

// The canonical bytes again, duplicates' own between the others'.
void Core::RewriteWithDuplicates(LiveBatch* batch) {
  batch->bytes.clear();
  batch->ends.clear();
  for (std::size_t i = 0; i < batch->count; ++i) {
    const Head& head = batch->heads()[i];
    if (head.identity.sighting == Sighting::kDuplicate) {
      duplicates_.Repeat(batch->generation->plan(), head, &duplicate_);
      const decide::DecisionNames names{lanes_.Name(duplicate_.lane), controls_.names()};
      decide::AppendCanonical(*batch->generation->rule_set(), names, duplicate_, &batch->bytes);
    } else {
      const auto bytes = batch->CanonicalOf(i);
      batch->bytes.insert(batch->bytes.end(), bytes.begin(), bytes.end());
    }
    batch->ends.push_back(batch->bytes.size());
  }
  batch->canonical = batch->bytes;
  batch->canonical_ends = batch->ends;
}

bool Core::Deliver(std::size_t agent) {
  const auto ready = [this] {
    return delivered_.load(kAcquire) < Deliverable() && !blocked_.load(std::memory_order_seq_cst);
  };
  if (!ready() || !delivering_baton_.TryTake(static_cast<int>(agent))) return false;
  bool done = false;
  if (ready()) {
    const std::uint64_t number = delivered_.load(kRelaxed);
    Say(agent, Stage::kSettled, number);
    LiveBatch& batch = BatchAt(number);
    const std::int64_t steady_ns = SteadyNs();
    const std::size_t begin = next_parcel_;
    while (next_parcel_ < batch.count && DeliverParcel(batch, next_parcel_, steady_ns)) ++next_parcel_;
    done = next_parcel_ == batch.count;
    if (done) Finish(&batch);
    if (next_parcel_ != begin) {
      decided_.NotifyAll();
      for (const auto& consumer : consumers_) consumer->decisions_ready.Notify();
    }
    if (done) {
      next_parcel_ = 0;
      delivered_.store(number + 1, kRelease);
    }
    Say(agent, Stage::kFree, 0);
  }
  delivering_baton_.Give();
  return done;
}

bool Core::DeliverParcel(const LiveBatch& batch, std::size_t parcel, std::int64_t steady_ns) {
  const Head& head = batch.heads()[parcel];
  const Verdict& verdict = batch.slot->sides.front().verdicts[parcel];
  const RecordHead& record = batch.messages[parcel].head;
  const bool late = record.deadline_ns != 0 && steady_ns > record.deadline_ns;
  const NameId delivered_lane = late ? batch.generation->safe_lane() : verdict.lane;
  const DecisionHead decision{record.tag, NsOf(head.now), batch.producers[parcel], delivered_lane, late};
  if (late && noted_ != head.sequence) {
    const std::int64_t waited_us = (steady_ns - record.submitted_ns) / 1000;
    const auto waited = static_cast<std::uint32_t>(std::clamp<std::int64_t>(waited_us, 0, 0xFFFFFFFF));
    const log::IdHash id_hash = batch.entries.empty() ? log::IdHash{} : batch.entries[parcel].id_hash;
    if (!Note({head.sequence, head.identity.revision, waited, delivered_lane, id_hash})) return false;
    noted_ = head.sequence;
  }
  for (; next_consumer_ < consumers_.size(); ++next_consumer_) {
    ConsumerRing* consumer = consumers_[next_consumer_].get();
    if (!consumer->Wants(verdict.lane) || consumer->detached.load(kRelaxed)) continue;
    if (!Give(consumer, decision, head.sequence, batch.CanonicalOf(parcel))) return false;
  }
  next_consumer_ = 0;
  if (late) counters_.late.Add(1);
  if (head.has_slot) {
    lookup_.Put(head.id_hash, {head.sequence, head.identity.revision, batch.generation->number(), verdict.score,
                               verdict.lane});
  }
  return true;
}

bool Core::Give(ConsumerRing* consumer, const DecisionHead& head, std::uint64_t sequence,
                std::span<const std::uint8_t> canonical) {
  if (consumer->ring.Write(head, canonical)) return true;
  if (consumer->may_detach) {
    consumer->detached_at.store(sequence, kRelaxed);
    consumer->detached.store(true, kRelease);
    consumer->decisions_ready.NotifyAll();
    counters_.detached.Add(1);
    return true;
  }
  // Who makes room looks at these after having made it; so room is looked for once more after setting them.
  blocked_.store(true, std::memory_order_seq_cst);
  consumer->engine_waits.store(true, std::memory_order_seq_cst);
  if (!consumer->ring.Write(head, canonical)) return false;
  consumer->engine_waits.store(false, kRelaxed);
  blocked_.store(false, kRelaxed);
  return true;
}

void Core::Finish(LiveBatch* batch) {
  const std::int64_t steady_ns = SteadyNs();
  for (std::size_t i = 0; i < batch->count; ++i) {
    ProducerRing& producer = *producers_[batch->producers[i]];
    producer.ring.Release(batch->messages[i].end);
    producer.delivered.Add(1);
    counters_.latency.Add(steady_ns - batch->messages[i].head.submitted_ns);
  }
  counters_.delivered.Add(batch->count);
}

}  // namespace sluice::live
