// sluice::Producer: the host's end of a ring of records.
#include <sluice/engine.h>

#include <thread>

#include "engine/base/limits.h"
#include "engine/live/core.h"
#include "engine/live/steady.h"

namespace sluice {

using live::RecordHead;

Producer::Producer(live::Core* core, live::ProducerRing* ring)
    : core_(core), ring_(ring), accepted_before_(ring->accepted.value()), refused_before_(ring->refused.value()) {}

Producer::~Producer() { ring_->state.store(live::RingState::kClosing, std::memory_order_release); }

Admission Producer::TrySubmit(const Submission& submission) {
  RecordHead head{submission.tag, submission.intended_ns, submission.deadline_ns};
  if (head.submitted_ns == 0) head.submitted_ns = live::SteadyNs();
  std::span<const std::uint8_t> bytes = submission.record;
  if (bytes.size() > std::min(limits::kRecordBytesMax, ring_->ring.message_bytes_max())) {
    head.error = parcel::ReadError::kTooLong;
    bytes = {};
  }
  // Stopping first refuses, then waits for this to be false: what was accepted is in the ring by then.
  ring_->in_submit.exchange(true, std::memory_order_seq_cst);
  Admission admission = Admission::kStopped;
  if (core_->accepting()) {
    admission = ring_->ring.Write(head, bytes) ? Admission::kAccepted : Admission::kFull;
    if (admission == Admission::kAccepted) ring_->accepted.Add(1);
  }
  ring_->in_submit.store(false, std::memory_order_release);
  if (admission == Admission::kAccepted) core_->Wake();
  return admission;
}

Admission Producer::Submit(const Submission& submission) {
  const Admission admission = TrySubmit(submission);
  if (admission != Admission::kAccepted) ring_->refused.Add(1);
  return admission;
}

Admission Producer::SubmitWithin(const Submission& submission, std::chrono::nanoseconds wait) {
  Submission timed = submission;
  if (timed.intended_ns == 0) timed.intended_ns = live::SteadyNs();
  const std::int64_t until_ns = live::SteadyNs() + wait.count();
  while (true) {
    const Admission admission = TrySubmit(timed);
    if (admission == Admission::kFull && live::SteadyNs() < until_ns) {
      std::this_thread::yield();
      continue;
    }
    if (admission != Admission::kAccepted) ring_->refused.Add(1);
    return admission;
  }
}

std::uint32_t Producer::number() const { return ring_->number; }
std::uint64_t Producer::accepted() const { return ring_->accepted.value() - accepted_before_; }
std::uint64_t Producer::refused() const { return ring_->refused.value() - refused_before_; }

}  // namespace sluice
