// The engine in C.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>

#include "engine/abi/guard.h"
#include "engine/abi/handles.h"
#include "engine/abi/waits.h"

using namespace sluice::abi;  // NOLINT: the functions below are C
using sluice::Engine;
using sluice::EngineOptions;
using sluice::Status;
using sluice::StatusCode;

namespace {

constexpr auto kStopWait = std::chrono::seconds(10);

Status NotOneOf(const char* member, std::int64_t value) {
  return {StatusCode::kInvalidArgument, std::string(member) + " has no value " + std::to_string(value)};
}

/// 0 leaves the default.
template <typename T, typename U>
void SetUnlessZero(U given, T* option) {
  if (given != 0) *option = static_cast<T>(given);
}

Status LogOptionsOf(const sluice_engine_options& given, sluice::LogOptions* options) {
  options->directory = OrEmpty(given.log_directory);
  switch (given.log_durability) {
    case SLUICE_DURABILITY_DEFAULT: break;
    case SLUICE_DURABILITY_ASYNC: options->durability = sluice::Durability::kAsync; break;
    case SLUICE_DURABILITY_GROUP: options->durability = sluice::Durability::kGroup; break;
    default: return NotOneOf("log_durability", given.log_durability);
  }
  options->journal = given.log_journal != 0;
  options->journal_key_file = OrEmpty(given.log_journal_key_file);
  SetUnlessZero(given.log_segment_bytes, &options->segment_bytes);
  SetUnlessZero(given.log_keep_bytes, &options->keep_bytes);
  if (given.log_site != nullptr) options->site = given.log_site;
  return Status::Ok();
}

Status OptionsOf(const sluice_engine_options& given, EngineOptions* options) {
  switch (given.idle) {
    case SLUICE_IDLE_DEFAULT: break;
    case SLUICE_IDLE_SPIN: options->idle = sluice::Idle::kSpin; break;
    case SLUICE_IDLE_YIELD: options->idle = sluice::Idle::kYield; break;
    case SLUICE_IDLE_PARK: options->idle = sluice::Idle::kPark; break;
    default: return NotOneOf("idle", given.idle);
  }
  options->agents = given.agents;
  if (given.cpus != nullptr) options->cpus.assign(given.cpus, given.cpus + given.cpu_count);
  SetUnlessZero(given.batch_rows_max, &options->batch_rows_max);
  SetUnlessZero(given.producers_max, &options->producers_max);
  SetUnlessZero(given.producer_ring_bytes, &options->producer_ring_bytes);
  SetUnlessZero(given.producer_ring_records, &options->producer_ring_records);
  options->epoch_key_file = OrEmpty(given.epoch_key_file);
  return LogOptionsOf(given, &options->log);
}

/// A text for a caller's array: ends with NUL, cut where it is longer.
template <std::size_t kSize>
void CopyText(std::string_view text, char (&array)[kSize]) {
  const std::size_t size = std::min(text.size(), kSize - 1);
  std::memcpy(array, text.data(), size);
  array[size] = '\0';
}

sluice_generation GenerationInC(const sluice::GenerationInfo& info) {
  sluice_generation c = {};
  c.number = info.number;
  c.passed = info.passed ? 1 : 0;
  CopyText(info.rule_set_hash, c.rule_set_hash);
  return c;
}

sluice_engine_status StatusInC(const sluice::EngineStatus& status) {
  sluice_engine_status c = {};
  c.accepted = status.accepted;
  c.refused = status.refused;
  c.decided = status.decided;
  c.delivered = status.delivered;
  c.duplicates = status.duplicates;
  c.late = status.late;
  c.batches = status.batches;
  c.detached_consumers = status.detached_consumers;
  c.waiting = status.waiting;
  c.generation = status.generation;
  c.accepting = status.accepting ? 1 : 0;
  return c;
}

}  // namespace

int64_t sluice_steady_now_ns(void) { return sluice::SteadyNowNs(); }

sluice_code sluice_engine_start(const sluice_rule_set* rules, const sluice_engine_options* options,
                                sluice_engine** engine, sluice_error* error) {
  if (engine != nullptr) *engine = nullptr;
  return Guarded(error, [&]() -> Status {
    if (engine == nullptr) return {StatusCode::kInvalidArgument, "engine is NULL"};
    if (!Is(rules)) return NoHandle("rules");
    sluice_engine_options known;
    if (Status status = Receive(options, &known); !status.ok()) return status;
    EngineOptions wanted;
    if (Status status = OptionsOf(known, &wanted); !status.ok()) return status;
    auto started = Engine::Start(rules->rules, wanted);
    if (!started.ok()) return started.status();
    *engine = new sluice_engine(*std::move(started));
    return Status::Ok();
  });
}

sluice_code sluice_engine_publish(sluice_engine* engine, const sluice_rule_set* rules,
                                  const sluice_publish_options* options, sluice_generation* generation,
                                  sluice_error* error) {
  return Guarded(error, [&]() -> Status {
    if (generation != nullptr && !Clear(generation)) return {StatusCode::kInvalidArgument, "generation has no size"};
    if (!Is(engine)) return NoHandle("engine");
    if (!Is(rules)) return NoHandle("rules");
    sluice_publish_options known;
    if (Status status = Receive(options, &known); !status.ok()) return status;
    sluice::PublishOptions wanted;
    if (known.cause != nullptr) wanted.cause = known.cause;
    if (known.who != nullptr) wanted.who = known.who;
    if (known.wait_ms != 0) wanted.wait = WaitOfMs(known.wait_ms);
    const auto published = engine->engine->Publish(rules->rules, wanted);
    if (!published.ok()) return published.status();
    if (generation != nullptr) Fill(GenerationInC(*published), generation);
    return Status::Ok();
  });
}

sluice_code sluice_engine_get_rules(const sluice_engine* engine, sluice_rule_set** rules) {
  if (rules != nullptr) *rules = nullptr;
  return Guarded(nullptr, [&]() -> Status {
    if (rules == nullptr || !Is(engine)) return NoHandle("rules or engine");
    *rules = new sluice_rule_set(engine->engine->rules());
    return Status::Ok();
  });
}

sluice_code sluice_engine_get_status(const sluice_engine* engine, sluice_engine_status* status) {
  return Guarded(nullptr, [&]() -> Status {
    if (!Clear(status) || !Is(engine)) return NoHandle("status or engine");
    Fill(StatusInC(engine->engine->status()), status);
    return Status::Ok();
  });
}

sluice_code sluice_engine_lookup(sluice_engine* engine, const char* parcel_id, size_t parcel_id_bytes,
                                 int64_t deadline_ns, sluice_delivery* delivery) {
  return Guarded(nullptr, [&]() -> Status {
    if (!Clear(delivery) || !Is(engine) || parcel_id == nullptr) return NoHandle("engine, delivery or parcel id");
    // Before the clock began, or ten years on: no difference from before it passed, or for ever.
    const std::int64_t latest_ns = sluice::SteadyNowNs() + std::chrono::nanoseconds(kLongestWait).count();
    const auto found = engine->engine->Lookup({parcel_id, parcel_id_bytes},
                                              std::clamp(deadline_ns, std::int64_t{0}, latest_ns));
    sluice_delivery c = {};
    c.sequence = found.sequence;
    c.decided = found.decided ? 1 : 0;
    c.revision = found.revision;
    c.generation = found.generation;
    c.score = found.score;
    CopyText(found.lane, c.lane);
    Fill(c, delivery);
    return Status::Ok();
  });
}

sluice_code sluice_engine_drain(sluice_engine* engine, int64_t wait_ms, sluice_error* error) {
  return Guarded(error, [&] { return Is(engine) ? engine->engine->Drain(WaitOfMs(wait_ms)) : NoHandle("engine"); });
}

sluice_code sluice_engine_stop(sluice_engine* engine, int64_t wait_ms, sluice_error* error) {
  return Guarded(error, [&] { return Is(engine) ? engine->engine->Stop(WaitOfMs(wait_ms)) : NoHandle("engine"); });
}

void sluice_engine_free(sluice_engine* engine) {
  Guarded(nullptr, [&] {
    const Status stopped = Is(engine) ? engine->engine->Stop(kStopWait) : Status::Ok();
    Free(engine);
    return stopped;
  });
}
