#include "tools/serve/frame.h"

#include <bit>
#include <cstring>

#include "engine/base/check.h"

namespace sluice::serve {
namespace {

static_assert(std::endian::native == std::endian::little, "frames are little-endian, and copied as they are");

constexpr std::string_view kMagic = "SLUICE\r\n";  // 8 bytes; a text protocol's client is told apart at once
constexpr std::size_t kHelloBytes = 24;
constexpr std::size_t kDecisionHeadBytes = 12;
constexpr std::size_t kRefusedHeadBytes = 4;
constexpr std::size_t kByeHeadBytes = 32;

template <typename T>
T NumberAt(std::span<const std::uint8_t> bytes, std::size_t at) {
  T number;
  SLUICE_CHECK(at + sizeof(T) <= bytes.size());
  std::memcpy(&number, bytes.data() + at, sizeof(T));
  return number;
}

template <typename T>
void Add(T number, std::string* out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &number, sizeof(T));
  out->append(bytes, sizeof(T));
}

void Add(std::span<const std::uint8_t> bytes, std::string* out) {
  out->append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void AddHead(FrameKind kind, std::uint64_t tag, std::size_t payload_bytes, std::string* out) {
  Add(static_cast<std::uint32_t>(kFrameHeadBytes + payload_bytes), out);
  Add(static_cast<std::uint32_t>(kind), out);
  Add(tag, out);
}

}  // namespace

Parsed ParseFrame(std::span<const std::uint8_t> bytes, std::size_t frame_bytes_max, Frame* frame, std::string* flaw) {
  if (bytes.size() < sizeof(std::uint32_t)) return Parsed::kMore;
  const std::size_t length = NumberAt<std::uint32_t>(bytes, 0);
  if (length < kFrameHeadBytes || length > frame_bytes_max) {
    *flaw = "a frame of " + std::to_string(length) + " bytes; it has " + std::to_string(kFrameHeadBytes) + " to " +
            std::to_string(frame_bytes_max);
    return Parsed::kBad;
  }
  if (bytes.size() < 2 * sizeof(std::uint32_t)) return Parsed::kMore;
  // The three bytes behind the kind are zero, so that they can mean something later.
  const auto kind = NumberAt<std::uint32_t>(bytes, 4);
  if (kind < static_cast<std::uint32_t>(FrameKind::kHello) || kind > static_cast<std::uint32_t>(FrameKind::kBye)) {
    *flaw = "a frame of the unknown kind " + std::to_string(kind);
    return Parsed::kBad;
  }
  if (bytes.size() < length) return Parsed::kMore;
  *frame = {static_cast<FrameKind>(kind), NumberAt<std::uint64_t>(bytes, 8),
            bytes.subspan(kFrameHeadBytes, length - kFrameHeadBytes), length};
  return Parsed::kFrame;
}

bool ReadHello(const Frame& frame, Hello* hello) {
  if (frame.kind != FrameKind::kHello || frame.payload.size() != kHelloBytes) return false;
  if (TextOf(frame.payload.first(kMagic.size())) != kMagic) return false;
  *hello = {NumberAt<std::uint32_t>(frame.payload, 8), NumberAt<std::uint32_t>(frame.payload, 12),
            NumberAt<std::uint32_t>(frame.payload, 16)};
  return NumberAt<std::uint32_t>(frame.payload, 20) == 0;
}

bool ReadParcel(const Frame& frame, ParcelFrame* parcel) {
  if (frame.kind != FrameKind::kParcel || frame.payload.size() < kParcelHeadBytes) return false;
  *parcel = {NumberAt<std::uint32_t>(frame.payload, 0), NumberAt<std::uint32_t>(frame.payload, 4),
             frame.payload.subspan(kParcelHeadBytes)};
  return true;
}

bool ReadDecision(const Frame& frame, DecisionFrame* decision) {
  if (frame.kind != FrameKind::kDecision || frame.payload.size() < kDecisionHeadBytes) return false;
  const std::size_t lane_bytes = NumberAt<std::uint32_t>(frame.payload, 8);
  if (lane_bytes > frame.payload.size() - kDecisionHeadBytes) return false;
  *decision = {NumberAt<std::int64_t>(frame.payload, 0),
               TextOf(frame.payload.subspan(kDecisionHeadBytes, lane_bytes)),
               frame.payload.subspan(kDecisionHeadBytes + lane_bytes)};
  return true;
}

bool ReadRefused(const Frame& frame, RefusedFrame* refused) {
  if (frame.kind != FrameKind::kRefused || frame.payload.size() < kRefusedHeadBytes) return false;
  *refused = {static_cast<Refusal>(NumberAt<std::uint32_t>(frame.payload, 0)),
              TextOf(frame.payload.subspan(kRefusedHeadBytes))};
  return true;
}

bool ReadBye(const Frame& frame, ByeFrame* bye) {
  if (frame.kind != FrameKind::kBye || frame.payload.size() < kByeHeadBytes) return false;
  *bye = {static_cast<Farewell>(NumberAt<std::uint32_t>(frame.payload, 0)), NumberAt<std::uint64_t>(frame.payload, 8),
          NumberAt<std::uint64_t>(frame.payload, 16), NumberAt<std::uint64_t>(frame.payload, 24),
          TextOf(frame.payload.subspan(kByeHeadBytes))};
  return NumberAt<std::uint32_t>(frame.payload, 4) == 0;
}

void AppendHello(const Hello& hello, std::string* out) {
  AddHead(FrameKind::kHello, 0, kHelloBytes, out);
  *out += kMagic;
  Add(hello.version, out);
  Add(hello.frames_max, out);
  Add(hello.record_bytes_max, out);
  Add(std::uint32_t{0}, out);
}

void AppendParcel(std::uint64_t tag, const ParcelFrame& parcel, std::string* out) {
  AddHead(FrameKind::kParcel, tag, kParcelHeadBytes + parcel.record.size(), out);
  Add(parcel.deadline_us, out);
  Add(parcel.input_kind, out);
  Add(parcel.record, out);
}

void AppendEnd(std::string* out) { AddHead(FrameKind::kEnd, 0, 0, out); }

void AppendDecision(std::uint64_t tag, const DecisionFrame& decision, std::string* out) {
  AddHead(FrameKind::kDecision, tag, kDecisionHeadBytes + decision.late_lane.size() + decision.canonical.size(), out);
  Add(decision.now_ns, out);
  Add(static_cast<std::uint32_t>(decision.late_lane.size()), out);
  *out += decision.late_lane;
  Add(decision.canonical, out);
}

void AppendRefused(std::uint64_t tag, const RefusedFrame& refused, std::string* out) {
  AddHead(FrameKind::kRefused, tag, kRefusedHeadBytes + refused.text.size(), out);
  Add(static_cast<std::uint32_t>(refused.code), out);
  *out += refused.text;
}

void AppendBye(const ByeFrame& bye, std::string* out) {
  AddHead(FrameKind::kBye, 0, kByeHeadBytes + bye.text.size(), out);
  Add(static_cast<std::uint32_t>(bye.code), out);
  Add(std::uint32_t{0}, out);
  Add(bye.accepted, out);
  Add(bye.decided, out);
  Add(bye.refused, out);
  *out += bye.text;
}

}  // namespace sluice::serve
