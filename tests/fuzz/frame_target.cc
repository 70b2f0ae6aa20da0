// Frames of `sluice serve`: any bytes as a stream, read as the host and as a client would, whole and cut anywhere.
// What is read is made again, and must be the same bytes. And the same bytes as a request of HTTP.
#include <algorithm>
#include <string>

#include "engine/base/check.h"
#include "tests/fuzz/target.h"
#include "tools/serve/frame.h"
#include "tools/serve/http_port.h"

namespace sluice::fuzz {
namespace {

using serve::Frame;
using serve::Parsed;

using Bytes = std::span<const std::uint8_t>;

std::string TextOf(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// A frame that is of its kind, made again; else nothing.
std::string MadeAgain(const Frame& frame) {
  std::string out;
  serve::ParcelFrame parcel;
  serve::DecisionFrame decision;
  serve::RefusedFrame refused;
  serve::ByeFrame bye;
  if (serve::ReadParcel(frame, &parcel)) serve::AppendParcel(frame.tag, parcel, &out);
  if (serve::ReadDecision(frame, &decision)) serve::AppendDecision(frame.tag, decision, &out);
  if (serve::ReadRefused(frame, &refused)) serve::AppendRefused(frame.tag, refused, &out);
  if (frame.tag == 0 && serve::ReadBye(frame, &bye)) serve::AppendBye(bye, &out);
  serve::Hello hello;
  if (frame.tag == 0 && serve::ReadHello(frame, &hello)) serve::AppendHello(hello, &out);
  return out;
}

// Of a frame's every prefix more is wanted, and its beginning decides what it is.
void CheckPrefixes(Bytes whole) {
  constexpr std::size_t kTried = 64;
  for (std::size_t size = 0; size < whole.size(); size += size < kTried ? 1 : whole.size() / kTried + 1) {
    Frame frame;
    std::string flaw;
    SLUICE_CHECK(serve::ParseFrame(whole.first(size), serve::kClientFrameBytesMax, &frame, &flaw) == Parsed::kMore);
  }
}

void ReadStream(Bytes stream) {
  while (true) {
    Frame frame;
    std::string flaw;
    const Parsed parsed = serve::ParseFrame(stream, serve::kClientFrameBytesMax, &frame, &flaw);
    SLUICE_CHECK((parsed == Parsed::kBad) == !flaw.empty());
    if (parsed != Parsed::kFrame) return;
    SLUICE_CHECK(frame.bytes >= serve::kFrameHeadBytes && frame.bytes <= stream.size());
    const std::string again = MadeAgain(frame);
    SLUICE_CHECK(again.empty() || again == TextOf(stream.first(frame.bytes)));
    CheckPrefixes(stream.first(frame.bytes));
    stream = stream.subspan(frame.bytes);
  }
}

void ReadHttp(Bytes bytes) {
  const std::string answer = serve::AnswerHttp(TextOf(bytes), [](std::string_view path) {
    SLUICE_CHECK(path.find('?') == std::string_view::npos);
    return serve::HttpAnswer{};
  });
  SLUICE_CHECK(answer.starts_with("HTTP/1.1 "));
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sluice::fuzz::ReadStream({data, size});
  sluice::fuzz::ReadHttp({data, size});
  return 0;
}
