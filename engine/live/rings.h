// The rings at the two ends of the engine: records in, decisions out.
//
// Thread-safety: of each ring, one thread at the host's end and one at the engine's at a time; atomics are for all.
// Ownership: the engine owns them; a Producer or Consumer names one.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/live/message_ring.h"
#include "engine/live/name_table.h"
#include "engine/live/wait_point.h"
#include "engine/log/frame.h"
#include "engine/observe/counter.h"
#include "engine/parcel/batch.h"

namespace sluice::live {

enum class RingState : int { kFree, kOpen, kClosing };

/// What travels with a record.
struct RecordHead {
  std::uint64_t tag = 0;
  std::int64_t submitted_ns = 0;  // steady clock: from when its latency counts
  std::int64_t deadline_ns = 0;   // steady clock; 0: none
  parcel::ReadError error = parcel::ReadError::kNone;  // kTooLong: the bytes are not there
};
using RecordRing = MessageRing<RecordHead>;

struct ProducerRing {
  ProducerRing(std::uint32_t its_number, std::size_t records, std::size_t bytes)
      : number(its_number), ring(records, bytes) {}

  const std::uint32_t number;
  RecordRing ring;
  std::atomic<RingState> state = RingState::kOpen;
  std::atomic<bool> in_submit = false;  // so that stopping can wait for the last one
  observe::Counter accepted;            // the producer's
  observe::Counter refused;             // likewise
  observe::Counter delivered;           // the engine's; with `accepted`: whether all are through
};

/// What travels with a decision's canonical bytes.
struct DecisionHead {
  std::uint64_t tag = 0;
  std::int64_t now_ns = 0;
  std::uint32_t producer = 0;
  NameId delivered_lane = 0;
  bool late = false;
};
using DecisionRing = MessageRing<DecisionHead>;

/// What was delivered when a deadline had passed; on its way into the log.
struct DeliveryNote {
  std::uint64_t sequence = 0;  // 0: nothing had been decided
  std::uint32_t revision = 0;
  std::uint32_t waited_us = 0;
  NameId lane = 0;
  log::IdHash id_hash = {};
};

/// Lanes of all generations, by NameId.
inline constexpr std::size_t kLaneNamesMax = 255;

struct ConsumerRing {
  ConsumerRing(std::size_t decisions, std::size_t bytes) : ring(decisions, bytes) {}

  DecisionRing ring;
  std::array<bool, kLaneNamesMax> wants{};  // by lane; set before the engine sees the ring
  bool wants_all = false;                   // lanes of later generations, too
  bool may_detach = false;
  std::atomic<bool> detached = false;
  std::atomic<std::uint64_t> detached_at = 0;  // sequence of the first decision that it did not get
  std::atomic<bool> engine_waits = false;      // for room
  WaitPoint decisions_ready;

  bool Wants(NameId lane) const { return wants_all || wants[lane]; }
};

}  // namespace sluice::live
