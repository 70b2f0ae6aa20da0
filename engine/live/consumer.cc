// sluice::Consumer: the host's end of a ring of decisions.
#include <sluice/engine.h>

#include <algorithm>

#include "engine/base/check.h"
#include "engine/live/core.h"
#include "engine/live/steady.h"

namespace sluice {

namespace {

constexpr std::size_t kMessagesAtOnce = 64;  // room is given back after so many, or fewer

}  // namespace

Consumer::Consumer(Engine* engine, live::Core* core, live::ConsumerRing* ring)
    : engine_(engine), core_(core), ring_(ring) {}

std::size_t Consumer::Poll(std::size_t decisions_max, Visit visit, void* context) {
  live::DecisionRing::Message messages[kMessagesAtOnce];
  std::size_t visited = 0;
  while (visited < decisions_max) {
    const std::size_t count = ring_->ring.Read(messages, std::min(decisions_max - visited, kMessagesAtOnce));
    if (count == 0) break;
    for (std::size_t i = 0; i < count; ++i) {
      const live::DecisionHead& head = messages[i].head;
      Decision decision;
      SLUICE_CHECK(ParseDecision(messages[i].bytes, &decision).ok());
      decision.tag = head.tag;
      decision.producer = head.producer;
      decision.late = head.late;
      decision.delivered_lane = core_->LaneName(head.delivered_lane);
      decision.now_ns = head.now_ns;
      visit(context, decision);
    }
    ring_->ring.Release(messages[count - 1].end);
    core_->MadeRoom(ring_);
    visited += count;
  }
  return visited;
}

bool Consumer::Wait(std::chrono::nanoseconds wait) {
  const auto ready = [this] { return ring_->ring.HasMessages() || detached(); };
  const std::int64_t until_ns = live::SteadyNs() + wait.count();
  // Woken for a batch without a decision of its lanes, it goes on waiting.
  for (std::int64_t left_ns = wait.count(); left_ns > 0 && !ready(); left_ns = until_ns - live::SteadyNs()) {
    ring_->decisions_ready.Park(left_ns, ready);
  }
  return ring_->ring.HasMessages();
}

bool Consumer::detached() const { return ring_->detached.load(std::memory_order_acquire); }
std::uint64_t Consumer::detached_at() const { return ring_->detached_at.load(std::memory_order_relaxed); }

}  // namespace sluice
