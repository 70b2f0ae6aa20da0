// The data plane of the live engine: batches in flight, the stages that they pass, and who may run which.
//
//   accept ─→ decode ─→ identify ─→ decide ─→ settle ─→ deliver
//                                                 └──→ log (log_stage.h)   before deliver, where it is to be durable
//   in order  any       in order    any       in order  in order
//
// Agents are alike. Each takes, again and again, the latest stage that it can do something for (Step): a stage in order
// by its baton, one of the others by claiming the next batch. One agent alone does all for a parcel without handing it
// over; many share the work of a full stream. Nobody waits for anybody: who finds a baton taken does something else.
//
// Batch b is in slot b % slots. Where each stage in order stands is a counter of batches; a batch may be accepted when
// the one that had its slot is through. Nothing is allocated or locked here after construction.
//
// Thread-safety: Step(i) by agent i; what is said to be of control, by one thread at a time; const functions by any.
// Ownership: generations belong to the caller, who frees one when Passed(the batch that began the next).
#pragma once

#include <sluice/decision.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/lockfree/queue.hpp>

#include "engine/live/baton.h"
#include "engine/live/clock.h"
#include "engine/live/live_batch.h"
#include "engine/live/lookup_table.h"
#include "engine/live/rings.h"
#include "engine/live/wait_point.h"
#include "engine/log/log_hasher.h"
#include "engine/observe/histogram.h"
#include "engine/pipeline/duplicates.h"
#include "engine/pipeline/ordered_stages.h"

namespace sluice::live {

/// Two numbers of the first 16 bytes of a hash, as this machine has them.
template <typename Hash>
base::Hash128 FirstHalf(const Hash& hash) {
  base::Hash128 half;
  static_assert(sizeof hash >= sizeof half);
  std::memcpy(&half, hash.data(), sizeof half);
  return half;
}

struct CoreOptions {
  std::size_t agents = 1;
  std::size_t slots = 4;  // batches in flight
  std::size_t batch_rows_max = limits::kBatchRowsMax;
  std::size_t producers_max = 16;
  std::size_t producer_ring_bytes = std::size_t{8} << 20;
  std::size_t producer_ring_records = 16384;
  bool has_log = false;
  bool deliver_logged = false;  // only what Logged() says is in the log is delivered
  const log::LogHasher* hasher = nullptr;  // of ids and records, where there is a log
};

/// Counted by the stages in order; read by anyone.
struct CoreCounters {
  observe::Counter decided, delivered, duplicates, late, batches, detached;
  std::array<observe::Counter, kLaneNamesMax> lanes;
  std::array<observe::Counter, ruleset::kOutcomeCount> outcomes;
  observe::Histogram latency;
};

class Core {
 public:
  Core(const CoreOptions& options, Clock* clock, std::uint64_t hash_seed);

  // --- The agents ---
  /// Does one piece of work, if there is one.
  bool Step(std::size_t agent);
  bool HasWork() const;
  WaitPoint& work() { return work_; }

  // --- Control ---
  /// Cuts an empty batch with which `next` is in force. Null where a stage or all slots are busy: try again. The
  /// first call, before there are agents, always succeeds. Returns the batch's number.
  std::optional<std::uint64_t> TryBegin(Generation* next);
  /// All batches up to this one are through: nothing of them is used any more.
  bool Passed(std::uint64_t batch) const { return Freed() > batch; }
  /// Of a rule set that will be in force. kInvalidArgument: names too many.
  Status AddNames(const ruleset::RuleSet& rules);
  ProducerRing* OpenProducer();  // null: as many as may be are open
  /// Between two deliveries. False: there are limits::kConsumersMax.
  bool AddConsumer(std::unique_ptr<ConsumerRing> consumer);
  void RemoveConsumer(ConsumerRing* consumer);
  /// Submissions from now on are refused; those on their way are waited for.
  void StopAccepting();
  bool Drained() const;
  /// What a log says of a parcel, in sequence order, before there are agents. kInvalidArgument: too many names.
  Status Recall(const log::ParcelEntry& entry, const Decision& decision);
  NameTable& lanes() { return lanes_; }
  NameTable& controls() { return controls_; }

  // --- Producers and consumers ---
  bool accepting() const { return accepting_.load(std::memory_order_seq_cst); }
  /// After a record was written to a producer's ring.
  void Wake() { work_.Notify(); }
  /// After `consumer` has taken decisions.
  void MadeRoom(ConsumerRing* consumer);
  /// Of a lane that came with a decision.
  const std::string& LaneName(NameId lane) const { return lanes_.Name(lane); }

  // --- The log's thread ---
  std::uint64_t settled() const { return settled_.load(std::memory_order_acquire); }
  std::uint64_t logged() const { return logged_.load(std::memory_order_relaxed); }
  /// A batch that is settled and not yet logged.
  const LiveBatch& Settled(std::uint64_t number) const { return BatchAt(number); }
  /// All batches below `end` are in the log.
  void Logged(std::uint64_t end);
  bool TakeDeliveryNote(DeliveryNote* note) { return notes_.pop(*note); }
  bool HasDeliveryNotes() const { return !notes_.empty(); }
  bool HasLogWork() const { return logged() < settled() || HasDeliveryNotes(); }
  WaitPoint& log_work() { return log_work_; }

  // --- Anyone ---
  /// Notes for the log what was delivered in place of a decision. False: no room now. Without a log: true.
  bool Note(const DeliveryNote& note);
  /// A delivery that the log could not be told of.
  void CountUnlogged() { unlogged_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t unlogged() const { return unlogged_.load(std::memory_order_relaxed); }
  /// As which a parcel id is known here.
  base::Hash128 HashOfId(std::string_view id) const;
  const CoreCounters& counters() const { return counters_; }
  const LookupTable& lookup() const { return lookup_; }
  WaitPoint& decided() { return decided_; }
  std::uint64_t hash_seed() const { return hash_seed_; }
  NameId safe_lane() const { return safe_lane_.load(std::memory_order_relaxed); }
  std::uint64_t accepted_records() const;
  std::uint64_t refused_records() const;
  std::size_t open_producers() const;
  std::size_t open_consumers() const { return consumers_.size(); }  // of control
  /// Which agents and consumers hold up batch `batch`, for people. Of control.
  std::string WhoIsBusy(std::uint64_t batch) const;

 private:
  using Count = std::atomic<std::uint64_t>;  // of batches, from 0

  bool Accept(std::size_t agent);
  bool Decode(std::size_t agent);
  bool Identify(std::size_t agent);
  bool Decide(std::size_t agent);
  bool Settle(std::size_t agent);
  bool Deliver(std::size_t agent);

  LiveBatch& BatchAt(std::uint64_t number) { return *batches_[number % batches_.size()]; }
  const LiveBatch& BatchAt(std::uint64_t number) const { return *batches_[number % batches_.size()]; }
  /// Claims the next batch for a parallel stage if `before` says that it is ready.
  bool Claim(Count* next, const Count& before, std::uint64_t* number);
  /// Batches whose slots nobody uses any more.
  std::uint64_t Freed() const {
    const std::uint64_t delivered = delivered_.load(std::memory_order_acquire);
    return options_.has_log ? std::min(delivered, logged_.load(std::memory_order_acquire)) : delivered;
  }
  /// Batches that may be delivered.
  std::uint64_t Deliverable() const {
    return options_.deliver_logged ? logged_.load(std::memory_order_acquire) : settled();
  }
  bool HasSlot() const { return accepted_.load(std::memory_order_relaxed) < Freed() + batches_.size(); }
  bool HasRecords() const;

  void TakeRecords(LiveBatch* batch);
  void MakeEntries(LiveBatch* batch) const;
  std::size_t TakeFrom(std::uint32_t producer, std::size_t records_max, LiveBatch* batch);
  void Launch(LiveBatch* batch);
  void SettleParcel(LiveBatch* batch, std::size_t parcel);
  void RewriteWithDuplicates(LiveBatch* batch);
  bool DeliverParcel(const LiveBatch& batch, std::size_t parcel, std::int64_t steady_ns);
  bool Give(ConsumerRing* consumer, const DecisionHead& head, std::uint64_t sequence,
            std::span<const std::uint8_t> canonical);
  void Finish(LiveBatch* batch);
  void TakeBaton(Baton* baton);
  void Say(std::size_t agent, Stage stage, std::uint64_t batch);

  const CoreOptions options_;
  Clock* const clock_;
  const std::uint64_t hash_seed_;
  std::vector<std::unique_ptr<LiveBatch>> batches_;
  WaitPoint work_;
  WaitPoint decided_;  // who waits for a decision by parcel id
  std::atomic<bool> accepting_ = true;

  // Counts of batches that are through each stage; of the parallel ones, that are claimed.
  alignas(64) Count accepted_ = 0;
  alignas(64) Count decode_claimed_ = 0;
  alignas(64) Count identified_ = 0;
  alignas(64) Count decide_claimed_ = 0;
  alignas(64) Count settled_ = 0;
  alignas(64) Count delivered_ = 0;
  alignas(64) Count logged_ = 0;

  // Of the accepting stage.
  Baton accepting_baton_;
  Generation* current_ = nullptr;
  base::Timestamp now_;
  std::uint32_t turn_ = 0;  // producer that is asked first
  // Of the identifying stage.
  Baton identifying_baton_;
  pipeline::Sequencer sequencer_;
  // Of the settling stage.
  Baton settling_baton_;
  pipeline::Duplicates duplicates_;
  decide::Decision duplicate_;
  // Of the delivering stage.
  Baton delivering_baton_;
  std::size_t next_parcel_ = 0;    // of the batch that is being delivered
  std::size_t next_consumer_ = 0;  // of that parcel
  std::uint64_t noted_ = 0;        // sequence of the last late parcel that the log was told of
  std::atomic<bool> blocked_ = false;   // by a consumer without room

  std::vector<std::unique_ptr<ProducerRing>> producers_;
  std::atomic<std::uint32_t> producer_count_ = 0;
  std::vector<std::unique_ptr<ConsumerRing>> consumers_;  // of the delivering stage, and of control with its baton

  boost::lockfree::queue<DeliveryNote, boost::lockfree::fixed_sized<true>> notes_;
  WaitPoint log_work_;
  std::atomic<std::uint64_t> unlogged_ = 0;

  NameTable lanes_;
  NameTable controls_;
  std::atomic<NameId> safe_lane_ = 0;
  LookupTable lookup_;
  CoreCounters counters_;
  struct alignas(64) Doing {
    std::atomic<Stage> stage = Stage::kFree;
    std::atomic<std::uint64_t> batch = 0;
  };
  std::vector<Doing> doing_;  // by agent
};

}  // namespace sluice::live
