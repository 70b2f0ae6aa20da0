// The live engine: parcels in from many producers, decisions out to consumers of lanes, rules exchanged meanwhile.
//
//   producers ─rings→ sequence ─→ decode ─→ identify ─→ match, judge ─→ settle ─→ log, deliver ─rings→ consumers
//                     in order    parallel  in order    parallel        in order
//
// Promises: every accepted submission is decided exactly once, under exactly one generation; what is not accepted is
// told to the caller at once; decisions do not depend on threads, batches or timing.
// Thread-safety: Engine, all functions, any thread. A Producer or Consumer, one thread at a time.
// Ownership: the engine outlives its producers and consumers. Nothing here throws or prints.
// Data plane (Submit, Poll, the agents): no allocation after start, no locks.
#pragma once

#include <sluice/decision.h>
#include <sluice/export.h>
#include <sluice/rule_set.h>
#include <sluice/status.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice {

class Engine;

namespace live {
class Core;
struct ProducerRing;
struct ConsumerRing;
}  // namespace live

/// What an agent does when nothing waits. Spinning answers soonest and takes a core each; parking takes none and
/// wakes in some tens of microseconds.
enum class Idle : int { kSpin, kYield, kPark };

/// What becomes of a consumer whose ring is full.
enum class WhenFull : int {
  kBlock,   // the engine waits, and at last refuses submissions
  kDetach,  // the consumer gets no more; what it missed it reads from the log. Needs a log.
};

enum class Durability : int {
  kAsync,  // decisions are delivered at once; the log is written behind them
  kGroup,  // a decision is delivered when it is on disk
};

struct LogOptions {
  std::string directory;  // made where it is not there; empty: no log
  Durability durability = Durability::kAsync;
  std::string key_file;   // hashes ids and records in the log; made where it is not there; empty: DIRECTORY/site.key
  bool journal = false;   // the records, too: for replay
  std::string journal_key_file;  // encrypts the journal; empty: it is plain
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
  std::uint64_t keep_bytes = 0;  // oldest segments beyond are deleted; 0: all are kept
  std::string site = "default";  // names the log
};

struct EngineOptions {
  int agents = 0;                         // threads that decide, 1 to 64; 0: cores less one, at least 1
  std::size_t batch_rows_max = 512;       // parcels that are decided together, 1 to 512
  Idle idle = Idle::kPark;
  std::vector<int> cpus;                  // agent i is pinned to cpus[i % size]; empty: to none
  std::size_t producers_max = 16;         // open at once, 1 to 1024
  std::size_t producer_ring_bytes = std::size_t{8} << 20;  // of records that wait, each producer
  std::size_t producer_ring_records = 16384;
  std::string epoch_key_file;             // of the draws; empty: the built-in test key
  std::uint32_t generation_after = 0;     // the first generation has a higher number, or the next after the log's
  LogOptions log;
};

/// One parcel handed to the engine.
struct Submission {
  std::span<const std::uint8_t> record = {};  // copied before Submit returns
  std::uint64_t tag = 0;                 // comes back with the decision
  std::int64_t deadline_ns = 0;          // steady clock, for the decision to be delivered; 0: none
  std::int64_t intended_ns = 0;          // steady clock, from when latency counts; 0: now
};

enum class Admission : int {
  kAccepted,  // will be decided
  kFull,      // refused: the ring is full; try again
  kStopped,   // refused: the engine takes no more
};

/// A way in. Closed when destroyed; what it had accepted is decided all the same.
class SLUICE_EXPORT Producer {
 public:
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  /// Never blocks. A record longer than can be read is accepted, and decided as unreadable.
  Admission Submit(const Submission& submission);
  /// Tries for up to `wait`.
  Admission SubmitWithin(const Submission& submission, std::chrono::nanoseconds wait);

  std::uint32_t number() const;
  std::uint64_t accepted() const;
  std::uint64_t refused() const;

 private:
  friend class Engine;
  Producer(live::Core* core, live::ProducerRing* ring);
  Admission TrySubmit(const Submission& submission);
  live::Core* core_;
  live::ProducerRing* ring_;
  std::uint64_t accepted_before_;  // by others who had the ring
  std::uint64_t refused_before_;
};

struct ConsumerOptions {
  std::vector<std::string> lanes = {};  // names; empty: all. A lane may have many consumers.
  WhenFull when_full = WhenFull::kBlock;
  std::size_t ring_bytes = std::size_t{8} << 20;
  std::size_t ring_decisions = 16384;
};

/// A way out: the decisions of its lanes, in sequence order, from when it was opened.
class SLUICE_EXPORT Consumer {
 public:
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  using Visit = void (*)(void* context, const Decision& decision);
  /// Hands over up to `decisions_max` decisions that are ready; returns how many. A decision is valid during its visit.
  std::size_t Poll(std::size_t decisions_max, Visit visit, void* context);
  template <typename F>
  std::size_t Poll(std::size_t decisions_max, F&& visit) {
    using Callable = std::remove_reference_t<F>;
    const Visit call = [](void* f, const Decision& decision) { (*static_cast<Callable*>(f))(decision); };
    return Poll(decisions_max, call, const_cast<void*>(static_cast<const void*>(std::addressof(visit))));
  }
  /// Waits until a decision is ready, the consumer is detached, or the time has passed. True: one is ready.
  bool Wait(std::chrono::nanoseconds wait);

  bool detached() const;
  /// Of a detached consumer: it got every decision of its lanes below this sequence.
  std::uint64_t detached_at() const;

 private:
  friend class Engine;
  Consumer(Engine* engine, live::Core* core, live::ConsumerRing* ring);
  Engine* engine_;
  live::Core* core_;
  live::ConsumerRing* ring_;
};

struct PublishOptions {
  std::string cause = "publish";  // goes into the log, at most 256 bytes
  std::string who = {};           // likewise
  /// For all parcels under the generation before to be through. Zero: not waited for.
  std::chrono::milliseconds wait = std::chrono::milliseconds(2000);
};

struct GenerationInfo {
  std::uint32_t number = 0;
  std::string rule_set_hash;
  std::string rule_set_name;
  bool passed = false;  // all parcels under the generation before are through
  std::string waits_for;  // else: who still uses it
};

struct RuleHits {
  std::string rule;
  std::uint64_t matched = 0;
  std::uint64_t errors = 0;
};

/// Microseconds from submission (or Submission::intended_ns) to delivery; each quantile within 1/16 of itself.
struct LatencyQuantiles {
  double p50_us = 0, p99_us = 0, p999_us = 0, p9999_us = 0, max_us = 0;
};

struct EngineStatus {
  std::uint64_t accepted = 0;   // submissions taken; all are decided when the engine has drained
  std::uint64_t refused = 0;    // submissions that were refused, and their callers told
  std::uint64_t decided = 0;
  std::uint64_t delivered = 0;  // through the last stage, whether or not a consumer has the lane
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;       // delivered after their deadline, as the safe lane
  std::uint64_t unlogged_deliveries = 0;  // answers of Lookup that a log in trouble could not be told of
  std::uint64_t batches = 0;
  std::uint64_t detached_consumers = 0;
  std::vector<std::pair<std::string, std::uint64_t>> lanes;     // decisions by lane
  std::vector<std::pair<std::string, std::uint64_t>> outcomes;  // by outcome
  std::vector<RuleHits> rules;  // of the generation in force, since it is
  LatencyQuantiles latency;     // since start
  std::uint32_t generation = 0;
  std::string rule_set_hash;
  std::string rule_set_name;
  int generations_in_memory = 0;
  std::uint64_t waiting = 0;    // accepted, not yet delivered
  int agents = 0;
  int producers = 0;
  int consumers = 0;
  bool accepting = true;
  std::string trouble;          // why nothing is accepted; empty: nothing is wrong
  std::string log_state;        // "none", "async", "group", or what stopped it
};

/// What is said of a parcel at a moment.
struct Delivery {
  bool decided = false;  // else the deadline passed first: the lane is the safe lane
  std::string lane;
  std::uint64_t sequence = 0;  // 0 where it is not decided
  std::uint32_t revision = 0;
  std::uint32_t generation = 0;
  std::uint32_t score = 0;
};

class SLUICE_EXPORT Engine {
 public:
  /// Starts agents under `rules` as the first generation, or the next after those in the log. Errors:
  /// kInvalidArgument (options), those of the key files and the log, kLimitExceeded (memory, threads).
  static Result<std::unique_ptr<Engine>> Start(const RuleSet& rules, const EngineOptions& options);
  /// Stops as Stop does, waiting at most ten seconds.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// kLimitExceeded: producers_max are open. kUnavailable: the engine has stopped.
  Result<std::unique_ptr<Producer>> OpenProducer();
  /// kInvalidArgument: no such lane, or kDetach without a log. kLimitExceeded: too many consumers.
  Result<std::unique_ptr<Consumer>> OpenConsumer(const ConsumerOptions& options = {});

  /// Puts `rules` in force at the next batch boundary, as a new generation. Errors change nothing: kInvalidArgument
  /// (a lane or desk too many), kUnavailable (an older generation is still in use; who uses it is said).
  Result<GenerationInfo> Publish(const RuleSet& rules, const PublishOptions& options = {});
  RuleSet rules() const;

  /// The newest decision on a parcel. Waits for one until `deadline_ns` (steady clock); when that passes, the answer
  /// is the safe lane (that of outcome overflow), and the log has it as delivered.
  Delivery Lookup(std::string_view parcel_id, std::int64_t deadline_ns);

  EngineStatus status() const;
  /// Waits until all that was accepted is delivered. kTimedOut: says what waits for whom.
  Status Drain(std::chrono::milliseconds wait);
  /// Takes no more, drains, ends all threads. kTimedOut: some accepted parcels were not delivered; how many is said.
  Status Stop(std::chrono::milliseconds wait);

 private:
  friend class Consumer;
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  void Close(live::ConsumerRing* ring);
  std::unique_ptr<Impl> impl_;
};

/// The steady clock of deadlines, nanoseconds.
SLUICE_EXPORT std::int64_t SteadyNowNs();

}  // namespace sluice
