#include "engine/live/core.h"

#include <algorithm>
#include <thread>

#include "engine/base/check.h"
#include "engine/live/chaos.h"

namespace sluice::live {

namespace {

constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelaxed = std::memory_order_relaxed;

const char* StageWork(Stage stage) {
  switch (stage) {
    case Stage::kFree: return "idle";
    case Stage::kAccepted: return "accepting";
    case Stage::kDecoded: return "decoding";
    case Stage::kIdentified: return "identifying";
    case Stage::kDecided: return "deciding";
    case Stage::kSettled: return "settling or delivering";
  }
  return "?";
}

}  // namespace

Core::Core(const CoreOptions& options, Clock* clock, std::uint64_t hash_seed)
    : options_(options),
      clock_(clock),
      hash_seed_(hash_seed),
      sequencer_(base::Timestamp{}),
      duplicates_(sequencer_.slot_count()),
      notes_(limits::kDeliveryNotesMax),
      lanes_(kLaneNamesMax),
      controls_(limits::kControlsMax),
      lookup_(limits::kLookupParcelsMax),
      doing_(options.agents + 1) {
  for (std::size_t i = 0; i < options.slots; ++i) batches_.push_back(std::make_unique<LiveBatch>());
  producers_.resize(options.producers_max);
  consumers_.reserve(limits::kConsumersMax);
}

bool Core::Step(std::size_t agent) {
  // What is nearest to its lane first: it frees slots, and a lone parcel goes through in one sweep.
  return Deliver(agent) || Settle(agent) || Decide(agent) || Identify(agent) || Decode(agent) || Accept(agent);
}

bool Core::HasWork() const {
  const std::uint64_t settled = settled_.load(kAcquire);
  const std::uint64_t identified = identified_.load(kAcquire);
  const std::uint64_t accepted = accepted_.load(kAcquire);
  if (delivered_.load(kAcquire) < Deliverable() && !blocked_.load(std::memory_order_seq_cst)) return true;
  if (settled < identified && BatchAt(settled).stage.load(kAcquire) == Stage::kDecided) return true;
  if (decide_claimed_.load(kAcquire) < identified) return true;
  if (identified < accepted && BatchAt(identified).stage.load(kAcquire) == Stage::kDecoded) return true;
  if (decode_claimed_.load(kAcquire) < accepted) return true;
  return HasSlot() && HasRecords();
}

bool Core::HasRecords() const {
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (producers_[i]->ring.HasMessages()) return true;
  }
  return false;
}

bool Core::Claim(Count* next, const Count& before, std::uint64_t* number) {
  *number = next->load(kAcquire);
  GiveWayNowAndThen();
  while (*number < before.load(kAcquire)) {
    if (next->compare_exchange_weak(*number, *number + 1, std::memory_order_acq_rel, kAcquire)) return true;
  }
  return false;
}

void Core::Say(std::size_t agent, Stage stage, std::uint64_t batch) {
  doing_[agent].batch.store(batch, kRelaxed);
  doing_[agent].stage.store(stage, kRelaxed);
}

// Control holds a baton for a moment only, and stages do not wait while they hold one.
void Core::TakeBaton(Baton* baton) {
  while (!baton->TryTake(static_cast<int>(options_.agents))) std::this_thread::yield();
}

std::optional<std::uint64_t> Core::TryBegin(Generation* next) {
  if (!accepting_baton_.TryTake(static_cast<int>(options_.agents))) return std::nullopt;
  std::optional<std::uint64_t> number;
  if (HasSlot()) {
    number = accepted_.load(kRelaxed);
    LiveBatch& batch = BatchAt(*number);
    current_ = next;
    batch.count = 0;
    batch.begins_generation = true;
    safe_lane_.store(next->safe_lane(), kRelaxed);
    Launch(&batch);
  }
  accepting_baton_.Give();
  work_.NotifyAll();
  return number;
}

Status Core::AddNames(const ruleset::RuleSet& rules) {
  for (const ruleset::Lane& lane : rules.lanes) {
    if (!lanes_.Add(lane.name)) {
      return {StatusCode::kInvalidArgument, "lane \"" + lane.name + "\" is one too many: an engine knows at most " +
                                                std::to_string(kLaneNamesMax) + " from start to stop"};
    }
  }
  for (const std::string& control : rules.controls) {
    if (!controls_.Add(control)) {
      return {StatusCode::kInvalidArgument, "desk \"" + control + "\" is one too many: an engine knows at most " +
                                                std::to_string(limits::kControlsMax) + " from start to stop"};
    }
  }
  return Status::Ok();
}

ProducerRing* Core::OpenProducer() {
  const std::uint32_t count = producer_count_.load(kRelaxed);
  for (std::uint32_t i = 0; i < count; ++i) {
    ProducerRing& ring = *producers_[i];
    // Closed, and all that came through it is through: the next may have it.
    if (ring.state.load(kAcquire) == RingState::kClosing && ring.accepted.value() == ring.delivered.value()) {
      ring.state.store(RingState::kOpen, kRelaxed);
      return &ring;
    }
  }
  if (count == producers_.size()) return nullptr;
  producers_[count] =
      std::make_unique<ProducerRing>(count, options_.producer_ring_records, options_.producer_ring_bytes);
  producer_count_.store(count + 1, std::memory_order_release);
  return producers_[count].get();
}

bool Core::AddConsumer(std::unique_ptr<ConsumerRing> consumer) {
  if (consumers_.size() == limits::kConsumersMax) return false;
  TakeBaton(&delivering_baton_);
  consumers_.push_back(std::move(consumer));
  delivering_baton_.Give();
  work_.Notify();
  return true;
}

void Core::RemoveConsumer(ConsumerRing* consumer) {
  TakeBaton(&delivering_baton_);
  const auto is_it = [&](const auto& ring) { return ring.get() == consumer; };
  const auto at = std::find_if(consumers_.begin(), consumers_.end(), is_it);
  SLUICE_CHECK(at != consumers_.end());
  // Of a parcel that is half delivered, those before it have it.
  if (static_cast<std::size_t>(at - consumers_.begin()) < next_consumer_) --next_consumer_;
  consumers_.erase(at);
  blocked_.store(false, std::memory_order_seq_cst);
  delivering_baton_.Give();
  work_.Notify();
}

void Core::MadeRoom(ConsumerRing* consumer) {
  if (!consumer->engine_waits.exchange(false, std::memory_order_seq_cst)) return;
  blocked_.store(false, std::memory_order_seq_cst);
  work_.Notify();
}

void Core::Logged(std::uint64_t end) {
  logged_.store(end, std::memory_order_release);
  work_.Notify();
}

bool Core::Note(const DeliveryNote& note) {
  if (!options_.has_log) return true;
  if (!notes_.bounded_push(note)) return false;
  log_work_.Notify();
  return true;
}

base::Hash128 Core::HashOfId(std::string_view id) const {
  if (options_.hasher == nullptr) return base::HashTo128(id, hash_seed_);
  return FirstHalf(options_.hasher->OfId(id));
}

Status Core::Recall(const log::ParcelEntry& entry, const Decision& decision) {
  pipeline::Head head;
  head.sequence = decision.sequence;
  head.now = {entry.now_seconds, entry.now_nanos};
  head.fields.phase = decision.scanned ? parcel::Phase::kScanned : parcel::Phase::kDeclared;
  head.fields.error = static_cast<parcel::ReadError>(entry.read_error);
  head.id_hash = FirstHalf(entry.id_hash);
  head.record_hash = FirstHalf(entry.record_hash);
  head.has_slot = head.fields.error == parcel::ReadError::kNone && head.id_hash != base::Hash128{} &&
                  !decision.lane.empty();
  sequencer_.Recall(&head);
  now_ = std::max(now_, head.now);
  if (!head.has_slot) return Status::Ok();
  const auto lane = lanes_.Add(decision.lane);
  if (!lane) return {StatusCode::kInvalidArgument, "the log names more lanes than an engine can know"};
  pipeline::Verdict verdict{static_cast<ruleset::LaneIndex>(*lane), decision.outcomes, decision.must_inspect, false,
                            decision.score, 0};
  std::string_view name;
  for (TextList controls = decision.controls; controls.Next(&name);) {
    const auto control = controls_.Add(name);
    if (!control) return {StatusCode::kInvalidArgument, "the log names more desks than an engine can know"};
    verdict.controls |= std::uint64_t{1} << *control;
  }
  if (head.identity.sighting != state::Sighting::kDuplicate) duplicates_.Remember(head, verdict);
  lookup_.Put(head.id_hash, {head.sequence, head.identity.revision, decision.generation, verdict.score, *lane});
  return Status::Ok();
}

void Core::StopAccepting() {
  accepting_.store(false, std::memory_order_seq_cst);
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    while (producers_[i]->in_submit.load(std::memory_order_seq_cst)) std::this_thread::yield();
  }
}

bool Core::Drained() const {
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (producers_[i]->accepted.value() != producers_[i]->delivered.value()) return false;
  }
  return Freed() == accepted_.load(kAcquire) && notes_.empty();
}

std::uint64_t Core::accepted_records() const {
  std::uint64_t sum = 0;
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) sum += producers_[i]->accepted.value();
  return sum;
}

std::uint64_t Core::refused_records() const {
  std::uint64_t sum = 0;
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) sum += producers_[i]->refused.value();
  return sum;
}

std::size_t Core::open_producers() const {
  std::size_t open = 0;
  const std::uint32_t count = producer_count_.load(kAcquire);
  for (std::uint32_t i = 0; i < count; ++i) open += producers_[i]->state.load(kRelaxed) == RingState::kOpen;
  return open;
}

std::string Core::WhoIsBusy(std::uint64_t batch) const {
  std::string text;
  for (std::size_t i = 0; i < options_.agents; ++i) {
    const Stage stage = doing_[i].stage.load(kRelaxed);
    const std::uint64_t its_batch = doing_[i].batch.load(kRelaxed);
    if (stage == Stage::kFree || its_batch > batch) continue;
    text += (text.empty() ? "agent " : "; agent ") + std::to_string(i) + " is " + StageWork(stage) + " batch " +
            std::to_string(its_batch);
  }
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    if (!consumers_[i]->engine_waits.load(kRelaxed)) continue;
    text += (text.empty() ? "consumer " : "; consumer ") + std::to_string(i) + " does not take its decisions";
  }
  return text.empty() ? "no agent is at it: the machine gives them no time" : text;
}

}  // namespace sluice::live
