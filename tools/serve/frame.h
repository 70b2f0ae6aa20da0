// Frames between a client and `sluice serve` (FORMAT.md): how they are made, and read from bytes that nobody vouches
// for.
//
// Thread-safety: free functions.   Ownership: spans and texts of what is read point into the bytes that were given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/limits.h"

namespace sluice::serve {

inline constexpr std::uint32_t kProtocolVersion = 1;
inline constexpr std::size_t kFrameHeadBytes = 16;
inline constexpr std::size_t kParcelHeadBytes = 8;  // deadline, kind of input
/// A record of one byte more than may be is taken, and decided as unreadable; a longer frame is an error.
inline constexpr std::size_t kClientFrameBytesMax = kFrameHeadBytes + kParcelHeadBytes + limits::kRecordBytesMax + 1;
inline constexpr std::size_t kServerFrameBytesMax = std::size_t{1} << 30;

enum class FrameKind : std::uint8_t {
  kHello = 1,     // both, first
  kParcel = 2,    // client
  kEnd = 3,       // client: no more parcels
  kDecision = 4,  // server
  kRefused = 5,   // server: the parcel of this tag was not accepted
  kBye = 6,       // server, last
};

enum class Refusal : std::uint32_t { kUnsupported = 1, kStopped = 2 };

/// Why a server ends a connection.
enum class Farewell : std::uint32_t { kEnd = 0, kStopping = 1, kProtocol = 2, kIdle = 3, kNotReading = 4, kFull = 5 };

struct Frame {
  FrameKind kind = FrameKind::kHello;
  std::uint64_t tag = 0;
  std::span<const std::uint8_t> payload;
  std::size_t bytes = 0;  // of the whole frame
};

struct Hello {
  std::uint32_t version = kProtocolVersion;
  std::uint32_t frames_max = 0;        // server's: accepted and not yet answered, of one client
  std::uint32_t record_bytes_max = 0;  // server's
};

struct ParcelFrame {
  std::uint32_t deadline_us = 0;  // from when the server reads it to its delivery; 0: none
  std::uint32_t input_kind = 0;   // parcel::InputKind
  std::span<const std::uint8_t> record;
};

struct DecisionFrame {
  std::int64_t now_ns = 0;         // received time, since 1970
  std::string_view late_lane;      // act on this one: the deadline had passed; empty: it had not
  std::span<const std::uint8_t> canonical;
};

struct RefusedFrame {
  Refusal code = Refusal::kStopped;
  std::string_view text;
};

struct ByeFrame {
  Farewell code = Farewell::kEnd;
  std::uint64_t accepted = 0;  // parcels of this connection; the last ones sent may not be among them
  std::uint64_t decided = 0;   // decisions that were sent to it before this
  std::uint64_t refused = 0;
  std::string_view text;
};

enum class Parsed : int { kFrame, kMore, kBad };

/// The first frame of `bytes`. kMore: it is not whole yet. kBad: `*flaw` says why no frame can begin so.
Parsed ParseFrame(std::span<const std::uint8_t> bytes, std::size_t frame_bytes_max, Frame* frame, std::string* flaw);

/// False: the payload is none of its kind.
bool ReadHello(const Frame& frame, Hello* hello);
bool ReadParcel(const Frame& frame, ParcelFrame* parcel);
bool ReadDecision(const Frame& frame, DecisionFrame* decision);
bool ReadRefused(const Frame& frame, RefusedFrame* refused);
bool ReadBye(const Frame& frame, ByeFrame* bye);

/// Each puts a frame at the end of `out`.
void AppendHello(const Hello& hello, std::string* out);
void AppendParcel(std::uint64_t tag, const ParcelFrame& parcel, std::string* out);
void AppendEnd(std::string* out);
void AppendDecision(std::uint64_t tag, const DecisionFrame& decision, std::string* out);
void AppendRefused(std::uint64_t tag, const RefusedFrame& refused, std::string* out);
void AppendBye(const ByeFrame& bye, std::string* out);

}  // namespace sluice::serve
