// A segment's bytes (FORMAT.md, "Blocks" and "Segment header"): blocks of 512 bytes, each with its CRC-32C, the first
// of them the header. The frames lie in the payload of the other blocks, one after the other.
//
// Thread-safety: pure functions and plain values.   Ownership: nothing is kept.
// Errors: DecodeHeader says what is wrong.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/base/blake2b.h"
#include "engine/base/time.h"

namespace sluice::log {

using base::Hash256;

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kBlockBytes = 512;  // what a disk writes whole or not at all
inline constexpr std::size_t kBlockHeadBytes = 12;
inline constexpr std::size_t kBlockPayloadBytes = kBlockBytes - kBlockHeadBytes;

enum class LogKind : std::uint8_t { kAudit, kJournal };
const char* LogKindName(LogKind kind);  // "audit"; names of its files begin with it

using LogId = std::array<std::uint8_t, 16>;

/// How the segment before this one ended.
enum class SegmentCause : std::uint8_t {
  kFirst,     // there is none
  kRotated,   // it was full
  kReopened,  // another process wrote it, and closed it or not
  kFailed,    // the disk refused it: what was not durable follows here once more
};
const char* SegmentCauseName(SegmentCause cause);

/// Positions count the payload bytes of a segment's blocks after the header; what they bound is a whole unit.
struct SegmentHeader {
  LogKind kind = LogKind::kAudit;
  LogId log_id{};
  std::uint32_t number = 1;
  SegmentCause cause = SegmentCause::kFirst;
  base::Timestamp created;
  std::uint64_t first_sequence = 1;
  std::uint32_t generation = 0;  // in force at its start; 0: none yet
  Hash256 rule_set{};
  Hash256 chain{};                       // last link before it; zeros in the first segment
  std::uint32_t previous_end = 0;      // what counts of the segment before ends here
  std::uint32_t previous_durable = 0;  // and was on the medium up to here: none of that may be missing
  std::string site;
};

/// The header's payload; the chain of the segment begins with its hash.
std::vector<std::uint8_t> HeaderPayload(const SegmentHeader& header);
/// Of a segment's first block. The message names no file.
Result<SegmentHeader> DecodeHeader(std::span<const std::uint8_t, kBlockBytes> block, LogKind kind);
/// BLAKE2b-256 of the last link before and the header's payload.
Hash256 ChainStart(const SegmentHeader& header, const Hash256& before);

/// From which the CRC of a segment's blocks begins, so that a block in a wrong place has a wrong one.
std::uint32_t BlockSeed(const LogId& log_id, std::uint32_t number);

struct BlockHead {
  std::uint32_t durable = 0;  // position up to which the segment was on the medium when the block was written
  std::uint16_t used = 0;     // payload bytes; the rest is zero
};
enum class BlockState : std::uint8_t { kValid, kUnwritten, kDamaged };

/// Fills in the head of a block whose payload is in place (zeros after `head.used` bytes). `index`: from 0, that of the
/// header.
void SealBlock(const BlockHead& head, std::uint32_t seed, std::uint32_t index,
               std::span<std::uint8_t, kBlockBytes> block);
/// kUnwritten: all zeros.
BlockState ReadBlock(std::span<const std::uint8_t, kBlockBytes> block, std::uint32_t seed, std::uint32_t index,
                     BlockHead* head);

/// Where in the file the payload byte of a position is.
inline constexpr std::uint64_t FileOffset(std::uint64_t position) {
  return (1 + position / kBlockPayloadBytes) * kBlockBytes + kBlockHeadBytes + position % kBlockPayloadBytes;
}

/// Of a segment's file with so much payload.
inline constexpr std::uint64_t SegmentFileBytes(std::uint64_t payload_bytes) {
  return (1 + (payload_bytes + kBlockPayloadBytes - 1) / kBlockPayloadBytes) * kBlockBytes;
}

std::string SegmentName(LogKind kind, std::uint32_t number);  // "audit-0000000001.log"
/// The number in such a name; 0 for any other name.
std::uint32_t SegmentNumber(LogKind kind, const std::string& name);

}  // namespace sluice::log
