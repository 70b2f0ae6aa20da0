// Producers in C.
#include <chrono>
#include <optional>

#include "engine/abi/guard.h"
#include "engine/abi/handles.h"
#include "engine/abi/waits.h"

using namespace sluice::abi;  // NOLINT: the functions below are C
using sluice::Admission;
using sluice::Status;
using sluice::StatusCode;
using sluice::Submission;

namespace {

sluice_code CodeOf(Admission admission) {
  switch (admission) {
    case Admission::kAccepted: return SLUICE_OK;
    case Admission::kFull: return SLUICE_FULL;
    case Admission::kStopped: return SLUICE_STOPPED;
  }
  return SLUICE_INTERNAL;
}

/// The submission that is meant; none: the arguments are wrong, and `code` says how.
std::optional<Submission> Meant(const sluice_producer* producer, const sluice_submission* submission,
                                sluice_code* code) {
  *code = SLUICE_INVALID_ARGUMENT;
  if (!Is(producer) || submission == nullptr || !HasSize(submission)) return std::nullopt;
  sluice_submission known;
  if (!Receive(submission, &known).ok()) {
    *code = SLUICE_UNSUPPORTED;
    return std::nullopt;
  }
  if (known.record == nullptr && known.record_bytes > 0) return std::nullopt;
  return Submission{{known.record, known.record_bytes}, known.tag, known.deadline_ns, known.intended_ns};
}

}  // namespace

sluice_code sluice_producer_open(sluice_engine* engine, sluice_producer** producer, sluice_error* error) {
  if (producer != nullptr) *producer = nullptr;
  return Guarded(error, [&]() -> Status {
    if (producer == nullptr) return {StatusCode::kInvalidArgument, "producer is NULL"};
    if (!Is(engine)) return NoHandle("engine");
    auto opened = engine->engine->OpenProducer();
    if (!opened.ok()) return opened.status();
    *producer = new sluice_producer(engine->engine, *std::move(opened));
    return Status::Ok();
  });
}

sluice_code sluice_producer_submit(sluice_producer* producer, const sluice_submission* submission) {
  sluice_code code = SLUICE_OK;
  const auto meant = Meant(producer, submission, &code);
  return meant ? CodeOf(producer->producer->Submit(*meant)) : code;
}

sluice_code sluice_producer_submit_within(sluice_producer* producer, const sluice_submission* submission,
                                          int64_t wait_ns) {
  sluice_code code = SLUICE_OK;
  const auto meant = Meant(producer, submission, &code);
  return meant ? CodeOf(producer->producer->SubmitWithin(*meant, WaitOfNs(wait_ns))) : code;
}

sluice_code sluice_producer_get_info(const sluice_producer* producer, sluice_producer_info* info) {
  if (!Clear(info) || !Is(producer)) return SLUICE_INVALID_ARGUMENT;
  sluice_producer_info known = {};
  known.accepted = producer->producer->accepted();
  known.refused = producer->producer->refused();
  known.number = producer->producer->number();
  Fill(known, info);
  return SLUICE_OK;
}

void sluice_producer_free(sluice_producer* producer) { Free(producer); }
