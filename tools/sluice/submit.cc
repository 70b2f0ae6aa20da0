// sluice submit: parcels of files to `sluice serve`, and what it decides.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sluice/decision.h>

#include "engine/base/byte_stream.h"
#include "engine/base/time_text.h"
#include "engine/ruleset/rule_set.h"
#include "engine/wire/parcels_file.h"
#include "tools/serve/address.h"
#include "tools/serve/frame.h"
#include "tools/sluice/serve_verbs.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t kAheadBytes = 256u << 10;  // made ready to be sent
constexpr std::size_t kReadBytes = 256u << 10;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

struct SubmitArguments {
  std::vector<std::string> inputs;
  std::string to;
  std::string format = "table";
  std::uint32_t deadline_us = 0;
};

// The records of all files, one after the other.
class Records {
 public:
  explicit Records(std::vector<std::string> paths) : paths_(paths.begin(), paths.end()) {}

  /// False: no more. What cannot be read is an empty record, and decided as unreadable.
  Result<bool> Next(std::span<const std::uint8_t>* record) {
    while (next_ == block_.frames.size()) {
      if (reader_ == nullptr) {
        if (paths_.empty()) return false;
        if (Status status = Open(); !status.ok()) return status;
      }
      next_ = 0;
      block_.frames.clear();
      const Result<bool> more = reader_->Next(block_);
      if (!more.ok()) return Named(more.status());
      if (*more) continue;
      block_.frames.clear();
      reader_.reset();
    }
    const wire::ParcelsFrame& frame = block_.frames[next_++];
    *record = frame.error == parcel::ReadError::kNone ? frame.record : std::span<const std::uint8_t>();
    return true;
  }

 private:
  Status Named(const Status& status) const { return {status.code(), path_ + ": " + status.message()}; }

  Status Open() {
    path_ = paths_.front();
    paths_.pop_front();
    file_ = std::make_unique<base::FileSource>();
    if (Status status = file_->Open(path_); !status.ok()) return status;
    reader_ = std::make_unique<wire::ParcelsReader>(*file_);
    if (Status status = reader_->Open(); !status.ok()) return Named(status);
    return Status::Ok();
  }

  std::deque<std::string> paths_;
  std::string path_;
  std::unique_ptr<base::FileSource> file_;
  std::unique_ptr<wire::ParcelsReader> reader_;
  wire::ParcelsBlock block_;
  std::size_t next_ = 0;
};

ordered_json Texts(TextList list) {
  ordered_json texts = ordered_json::array();
  for (std::string_view text; list.Next(&text);) texts.push_back(text);
  return texts;
}

ordered_json Rules(ScoredRules list) {
  ordered_json rules = ordered_json::array();
  std::string_view rule;
  for (std::uint32_t score = 0; list.Next(&rule, &score);) rules.push_back({{"rule", rule}, {"score", score}});
  return rules;
}

std::string DecisionLine(const Decision& decision, const serve::DecisionFrame& frame) {
  const base::Timestamp now{frame.now_ns / kNsPerSecond, static_cast<std::int32_t>(frame.now_ns % kNsPerSecond)};
  ordered_json json = {{"sequence", decision.sequence}, {"parcel_id", decision.parcel_id},
                       {"revision", decision.revision}, {"generation", decision.generation},
                       {"now", base::TimestampText(now)}, {"lane", decision.lane}};
  if (!frame.late_lane.empty()) json["late_lane"] = frame.late_lane;
  json["score"] = decision.score;
  json["controls"] = Texts(decision.controls);
  json["outcomes"] = ordered_json::array();
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    if ((decision.outcomes >> i & 1) != 0) {
      json["outcomes"].push_back(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)));
    }
  }
  json["matched"] = Rules(decision.matched);
  json["suppressed"] = Texts(decision.suppressed);
  json["errors"] = Texts(decision.errors);
  json["shadow"] = Rules(decision.shadow);
  if (decision.missing.count() > 0) json["missing"] = Texts(decision.missing);
  if (decision.duplicate_of != 0) json["duplicate_of"] = decision.duplicate_of;
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// A conversation: as many parcels on their way as the host takes, until it says bye.
class Submitter {
 public:
  Submitter(const SubmitArguments& arguments, int socket)
      : arguments_(arguments), socket_(socket), records_(arguments.inputs) {
    serve::AppendHello({}, &out_);
  }

  Status Run() {
    while (!bye_) {
      if (Status status = MakeReady(); !status.ok()) return status;
      pollfd waiting{socket_, static_cast<short>(out_.size() > sent_ ? POLLIN | POLLOUT : POLLIN), 0};
      if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return Lost("the connection broke");
      if (waiting.revents != 0 && out_.size() > sent_) Send();
      if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      if (Status status = Receive(); !status.ok()) return status;
    }
    return Status::Ok();
  }

  int Report() const {
    if (arguments_.format == "table") {
      fmt::print("{:<16}{:>12}\n", "lane", "parcels");
      for (const auto& [lane, count] : lanes_) fmt::print("{:<16}{:>12}\n", lane, count);
    }
    const std::uint64_t answered = decided_ + refused_;
    fmt::print(stderr, "sluice: {} sent: {} decided, {} late, {} refused, {} not answered\n",
               Count(submitted_, "parcel"), decided_, late_, refused_, submitted_ - answered);
    if (!refusal_.empty()) fmt::print(stderr, "sluice: refused, the first: {}\n", refusal_);
    if (all_read_ && decided_ == submitted_) return kExitOk;
    return Fail(kExitFindings, bye_text_.empty() ? "not every parcel was decided" : "the host said: " + bye_text_);
  }

 private:
  Status MakeReady() {
    if (sent_ == out_.size()) {
      out_.clear();
      sent_ = 0;
    }
    while (!all_read_ && submitted_ - decided_ - refused_ < window_ && out_.size() - sent_ < kAheadBytes) {
      serve::ParcelFrame parcel;
      parcel.deadline_us = arguments_.deadline_us;
      const Result<bool> more = records_.Next(&parcel.record);
      if (!more.ok()) return more.status();
      if (!*more) {
        all_read_ = true;
        serve::AppendEnd(&out_);
        break;
      }
      serve::AppendParcel(++submitted_, parcel, &out_);
    }
    return Status::Ok();
  }

  // A host that takes no more still has something to say: that is read.
  void Send() {
    const ssize_t put = ::send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (put > 0) sent_ += static_cast<std::size_t>(put);
    if (put < 0 && errno != EAGAIN && errno != EINTR) sent_ = out_.size();
  }

  Status Receive() {
    const std::size_t had = in_.size();
    in_.resize(had + kReadBytes);
    const ssize_t got = ::recv(socket_, in_.data() + had, kReadBytes, 0);
    in_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Status::Ok();
    if (got <= 0) return Lost("the connection ended without a bye");
    std::size_t taken = 0;
    while (!bye_) {
      serve::Frame frame;
      std::string flaw;
      const auto parsed = serve::ParseFrame(std::span(in_).subspan(taken), serve::kServerFrameBytesMax, &frame, &flaw);
      if (parsed == serve::Parsed::kBad) return Lost("no host of Sluice: " + flaw);
      if (parsed == serve::Parsed::kMore) break;
      if (!OnFrame(frame)) return Lost("an answer that has no meaning");
      taken += frame.bytes;
    }
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(taken));
    return Status::Ok();
  }

  bool OnFrame(const serve::Frame& frame) {
    serve::Hello hello;
    serve::RefusedFrame refused;
    serve::ByeFrame bye;
    if (serve::ReadHello(frame, &hello)) {
      window_ = hello.frames_max;
      return hello.version == serve::kProtocolVersion;
    }
    if (serve::ReadRefused(frame, &refused)) {
      if (refused_++ == 0) refusal_ = refused.text;
      return true;
    }
    if (serve::ReadBye(frame, &bye)) {
      bye_ = true;
      bye_text_ = bye.text;
      return true;
    }
    return OnDecision(frame);
  }

  bool OnDecision(const serve::Frame& frame) {
    serve::DecisionFrame answer;
    Decision decision;
    if (!serve::ReadDecision(frame, &answer) || !ParseDecision(answer.canonical, &decision).ok()) return false;
    if (frame.tag <= last_tag_ || frame.tag > submitted_) return false;  // in order, each once
    last_tag_ = frame.tag;
    ++decided_;
    if (!answer.late_lane.empty()) ++late_;
    ++lanes_[std::string(answer.late_lane.empty() ? decision.lane : answer.late_lane)];
    if (arguments_.format == "ndjson") fmt::print("{}\n", DecisionLine(decision, answer));
    return true;
  }

  Status Lost(const std::string& why) const {
    return {StatusCode::kIo, fmt::format("{}: {}; of {} sent {} were decided, {} refused", arguments_.to, why,
                                         Count(submitted_, "parcel"), decided_, refused_)};
  }

  const SubmitArguments& arguments_;
  const int socket_;
  Records records_;
  std::string out_;
  std::size_t sent_ = 0;
  std::vector<std::uint8_t> in_;
  std::uint64_t window_ = 0;  // parcels without an answer; what the host's hello says
  bool all_read_ = false;
  bool bye_ = false;
  std::string bye_text_;
  std::string refusal_;
  std::uint64_t submitted_ = 0, decided_ = 0, refused_ = 0, late_ = 0, last_tag_ = 0;
  std::map<std::string, std::uint64_t> lanes_;
};

int Submit(const SubmitArguments& arguments) {
  const auto address = serve::ParseAddress(arguments.to);
  if (!address.ok()) return Fail(address.status());
  const Result<int> socket = serve::Connect(*address);
  if (!socket.ok()) return Fail(socket.status());
  Submitter submitter(arguments, *socket);
  const Status status = submitter.Run();
  ::close(*socket);
  return status.ok() ? submitter.Report() : Fail(status);
}

}  // namespace

void AddSubmit(CLI::App* app, Run* run) {
  auto arguments = std::make_shared<SubmitArguments>();
  CLI::App* verb = app->add_subcommand("submit", "Sends parcels of files to 'sluice serve', and shows its decisions");
  verb->add_option("FILE", arguments->inputs, "Files of parcels, in this order: .parcels (-: standard input)")
      ->required();
  verb->add_option("--to", arguments->to, "Where the host listens: unix:PATH or tcp:127.0.0.1:PORT")->required();
  verb->add_option("--format", arguments->format, "table of lanes, or ndjson: a decision a line")
      ->check(CLI::IsMember({"table", "ndjson"}));
  verb->add_option("--deadline-us", arguments->deadline_us,
                   "For each decision to be delivered, from when the host reads the parcel; 0: none")
      ->check(WholeNumber(0, 0xFFFFFFFFu));
  verb->footer(
      "As many parcels are on their way as the host takes of one client.\n\n"
      "Examples:\n"
      "  sluice submit day.parcels --to unix:/run/sluice/parcels.sock\n"
      "  sluice generate --parcels 1000 --seed 1 -o - | sluice submit - --to tcp:127.0.0.1:7411 --format ndjson\n\n"
      "Exit codes: 0 every parcel was decided; 1 some were refused or not answered; 3 bad arguments, input or address\n"
      "that cannot be opened, a connection that broke.");
  verb->callback([=] { *run = [=] { return Submit(*arguments); }; });
}

}  // namespace sluice::tools
