// Logs for tests: batches whose every byte follows from their sequence, so that what is read can be told right or
// wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engine/log/log_reader.h"
#include "engine/log/log_writer.h"

namespace sluice::log {

/// As decide/FORMAT.md begins a decision; with `id` as its parcel's.
inline std::vector<std::uint8_t> DecisionOf(std::uint64_t sequence, std::size_t rest_bytes, const std::string& id) {
  std::vector<std::uint8_t> bytes(36 + id.size());
  bytes[0] = 1;
  std::memcpy(bytes.data() + 16, &sequence, sizeof(sequence));
  bytes[32] = static_cast<std::uint8_t>(id.size());
  std::copy(id.begin(), id.end(), bytes.begin() + 36);
  for (std::size_t i = 0; i < rest_bytes; ++i) bytes.push_back(static_cast<std::uint8_t>(sequence * 7 + i));
  return bytes;
}

inline std::string IdOf(std::uint64_t sequence) { return "CB-PARCEL-" + std::to_string(sequence); }

struct SmallBatch {
  SmallBatch(std::uint64_t first, std::size_t count, std::size_t rest_bytes = 20, std::uint32_t of_generation = 1)
      : first_sequence(first), generation(of_generation), parcels(count) {
    for (std::size_t i = 0; i < count; ++i) {
      parcels[i].now_seconds = static_cast<std::int64_t>(first + i);
      std::memcpy(parcels[i].record_hash.data(), &parcels[i].now_seconds, 8);
      const auto one = DecisionOf(first + i, rest_bytes, IdOf(first + i));
      decisions.insert(decisions.end(), one.begin(), one.end());
      ends.push_back(decisions.size());
    }
  }
  LoggedBatch logged() const { return {first_sequence, generation, parcels, decisions, ends}; }

  std::uint64_t first_sequence;
  std::uint32_t generation;
  std::vector<ParcelEntry> parcels;
  std::vector<std::uint8_t> decisions;
  std::vector<std::size_t> ends;
};

inline GenerationRecord GenerationOf(std::uint32_t number) {
  GenerationRecord what;
  what.generation = number;
  what.rule_set[0] = static_cast<std::uint8_t>(number);
  what.cause = "start";
  what.who = "uid 1000";
  return what;
}

/// What every writer says first.
inline Status Introduce(LogWriter* writer) {
  if (Status status = writer->AppendConfiguration({{1, 2}, "0.1.0", "2024a", "{}"}); !status.ok()) return status;
  return writer->AppendGeneration(GenerationOf(1));
}

/// All of a log. `status` is the first error; parcels are checked against DecisionOf.
struct WholeLog {
  Status status;
  LogSummary summary;
  std::vector<std::string> frames;  // kinds, in order
};

inline WholeLog ReadWhole(const std::string& directory, Disk* disk, LogKind kind = LogKind::kAudit) {
  WholeLog whole;
  auto reader = LogReader::Open(directory, kind, {}, disk);
  if (!reader.ok()) return {reader.status(), {}, {}};
  Frame frame;
  while (true) {
    const auto more = (*reader)->Next(&frame);
    whole.status = more.status();
    if (!more.ok() || !*more) break;
    whole.frames.push_back(FrameKindName(frame.kind));
    if (frame.kind != FrameKind::kDecision) continue;
    auto decisions = *ReadDecisions(frame.payload);
    for (std::uint32_t i = 0; i < decisions.count; ++i) {
      const auto decision = *decisions.Next();
      const auto right = DecisionOf(decisions.first_sequence + i, decision.length - 36, "");
      EXPECT_TRUE(std::equal(decision.bytes.begin(), decision.bytes.end(), right.begin(), right.end()))
          << "sequence " << decisions.first_sequence + i;
    }
  }
  if (whole.status.ok()) whole.status = (*reader)->Finish();
  whole.summary = (*reader)->summary();
  return whole;
}

}  // namespace sluice::log
