// Consumers in C.
#include <string>

#include "engine/abi/decisions.h"
#include "engine/abi/guard.h"
#include "engine/abi/handles.h"
#include "engine/abi/waits.h"

using namespace sluice::abi;  // NOLINT: the functions below are C
using sluice::ConsumerOptions;
using sluice::Status;
using sluice::StatusCode;

namespace {

Status OptionsOf(const sluice_consumer_options& given, ConsumerOptions* options) {
  if (given.lanes == nullptr && given.lane_count > 0) {
    return {StatusCode::kInvalidArgument, "lane_count without lanes"};
  }
  for (std::uint64_t i = 0; i < given.lane_count; ++i) {
    if (given.lanes[i] == nullptr) {
      return {StatusCode::kInvalidArgument, "lanes[" + std::to_string(i) + "] is NULL"};
    }
    options->lanes.emplace_back(given.lanes[i]);
  }
  switch (given.when_full) {
    case SLUICE_WHEN_FULL_BLOCK: options->when_full = sluice::WhenFull::kBlock; break;
    case SLUICE_WHEN_FULL_DETACH: options->when_full = sluice::WhenFull::kDetach; break;
    default:
      return {StatusCode::kInvalidArgument, "when_full has no value " + std::to_string(given.when_full)};
  }
  if (given.ring_bytes != 0) options->ring_bytes = given.ring_bytes;
  if (given.ring_decisions != 0) options->ring_decisions = given.ring_decisions;
  return Status::Ok();
}

}  // namespace

sluice_code sluice_consumer_open(sluice_engine* engine, const sluice_consumer_options* options,
                                 sluice_consumer** consumer, sluice_error* error) {
  if (consumer != nullptr) *consumer = nullptr;
  return Guarded(error, [&]() -> Status {
    if (consumer == nullptr) return {StatusCode::kInvalidArgument, "consumer is NULL"};
    if (!Is(engine)) return NoHandle("engine");
    sluice_consumer_options known;
    if (Status status = Receive(options, &known); !status.ok()) return status;
    ConsumerOptions wanted;
    if (Status status = OptionsOf(known, &wanted); !status.ok()) return status;
    auto opened = engine->engine->OpenConsumer(wanted);
    if (!opened.ok()) return opened.status();
    *consumer = new sluice_consumer(engine->engine, *std::move(opened));
    return Status::Ok();
  });
}

sluice_code sluice_consumer_poll(sluice_consumer* consumer, size_t decisions_max, sluice_visit visit, void* context,
                                 size_t* visited) {
  if (visited != nullptr) *visited = 0;
  if (!Is(consumer) || visit == nullptr) return SLUICE_INVALID_ARGUMENT;
  const std::size_t count = consumer->consumer->Poll(decisions_max, [&](const sluice::Decision& decision) noexcept {
    const sluice_decision c = InC(decision);
    visit(context, &c);
  });
  if (visited != nullptr) *visited = count;
  return SLUICE_OK;
}

sluice_code sluice_consumer_wait(sluice_consumer* consumer, int64_t wait_ns) {
  if (!Is(consumer)) return SLUICE_INVALID_ARGUMENT;
  if (consumer->consumer->Wait(WaitOfNs(wait_ns))) return SLUICE_OK;
  return consumer->consumer->detached() ? SLUICE_DETACHED : SLUICE_TIMED_OUT;
}

sluice_code sluice_consumer_get_detached_at(const sluice_consumer* consumer, uint64_t* sequence) {
  if (sequence != nullptr) *sequence = 0;
  if (!Is(consumer) || sequence == nullptr) return SLUICE_INVALID_ARGUMENT;
  if (!consumer->consumer->detached()) return SLUICE_NOT_FOUND;
  *sequence = consumer->consumer->detached_at();
  return SLUICE_OK;
}

void sluice_consumer_free(sluice_consumer* consumer) { Free(consumer); }
