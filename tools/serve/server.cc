#include "tools/serve/server.h"

#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "engine/base/check.h"
#include "engine/parcel/types.h"

namespace sluice::serve {
namespace {

constexpr std::size_t kDecisionsAtOnce = 4096;  // then clients have their turn
constexpr std::size_t kRecordOverheadBytes = 64;  // of a record in the ring, at most
constexpr std::size_t kOverMax = 16;              // clients too many that are told so
constexpr auto kTick = std::chrono::milliseconds(100);
constexpr int kSleepMs = 100;
constexpr int kRingFullMs = 1;
constexpr std::chrono::nanoseconds kShortestWait = std::chrono::microseconds(50);
constexpr std::chrono::nanoseconds kLongestWait = std::chrono::milliseconds(1);

std::string Seconds(std::chrono::seconds seconds) { return std::to_string(seconds.count()) + " seconds"; }

}  // namespace

Server::Server(Engine* engine, const ServerOptions& options)
    : engine_(engine), options_(options), now_(Clock::now()), ticked_(now_) {}

Result<std::unique_ptr<Server>> Server::Open(Engine* engine, const ServerOptions& options) {
  std::unique_ptr<Server> server(new Server(engine, options));
  auto producer = engine->OpenProducer();
  if (!producer.ok()) return producer.status();
  server->producer_ = *std::move(producer);
  ConsumerOptions consumer_options;
  consumer_options.ring_bytes = kRingBytes;
  consumer_options.ring_decisions = kRingRecords;
  auto consumer = engine->OpenConsumer(consumer_options);
  if (!consumer.ok()) return consumer.status();
  server->consumer_ = *std::move(consumer);
  if (Status status = server->Listen(); !status.ok()) return status;
  return server;
}

Server::~Server() {
  CloseListener();
  if (reloading_.valid()) reloading_.wait();
}

Status Server::Listen() {
  const Result<int> listener = serve::Listen(options_.listen);
  if (!listener.ok()) return listener.status();
  listener_ = *listener;
  if (options_.listen.path.empty()) options_.listen.port = PortOf(listener_);
  if (!options_.http) return Status::Ok();
  const Result<int> http = serve::Listen(*options_.http);
  if (!http.ok()) return http.status();
  if (options_.http->path.empty()) options_.http->port = PortOf(*http);
  http_ = std::make_unique<HttpPort>(*http, [this](std::string_view path) { return Page(path); });
  return Status::Ok();
}

void Server::CloseListener() {
  if (listener_ < 0) return;
  ::close(listener_);
  if (!options_.listen.path.empty()) ::unlink(options_.listen.path.c_str());
  listener_ = -1;
}

void Server::Run(int signals) {
  std::chrono::nanoseconds wait = kShortestWait;
  while (!(draining_ && (clients_.empty() || now_ >= drain_until_))) {
    const bool busy = Turn(signals, !under_way_.empty() ? 0 : ring_full_ ? kRingFullMs : kSleepMs);
    if (busy || under_way_.empty()) {
      wait = kShortestWait;
    } else if (!consumer_->Wait(wait)) {
      wait = std::min(2 * wait, kLongestWait);
    }
  }
  CloseListener();
}

// Once around: who is ready, what they sent, what was decided, what they get. True: something was done.
bool Server::Turn(int signals, int wait_ms) {
  waiting_.assign({{signals, POLLIN, 0}, {listener_, static_cast<short>(listener_ < 0 ? 0 : POLLIN), 0}});
  waiting_ids_.clear();
  for (const auto& [id, client] : clients_) {
    const bool reads = client->state == ClientState::kLeaving || MayTake(*client);
    const int events = (reads && !client->input_ended() ? POLLIN : 0) | (client->out.empty() ? 0 : POLLOUT);
    waiting_.push_back({client->fd(), static_cast<short>(events), 0});
    waiting_ids_.push_back(id);
  }
  if (http_) http_->Watch(&waiting_);
  const int ready = ::poll(waiting_.data(), waiting_.size(), wait_ms);
  now_ = Clock::now();
  ring_full_ = false;
  bool busy = ready > 0;
  if (busy) {
    if (waiting_[0].revents != 0) OnSignals(signals);
    for (std::size_t i = 0; i < waiting_ids_.size(); ++i) {
      if (waiting_[i + 2].revents == 0) continue;
      OnReady(waiting_ids_[i], clients_.at(waiting_ids_[i]).get(), waiting_[i + 2].revents);
    }
    if (http_) http_->Serve(std::span(waiting_).subspan(2 + waiting_ids_.size()));
    if (waiting_[1].revents != 0 && listener_ >= 0) Accept();
  }
  busy = TakeAllFrames() || busy;
  busy = Deliver() || busy;
  if (now_ - ticked_ >= kTick) Tick();
  SendAll();
  ForgetGone();
  return busy;
}

void Server::OnSignals(int signals) {
  signalfd_siginfo info{};
  while (::read(signals, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    if (info.ssi_signo == SIGHUP) {
      Reload();
    } else if (draining_) {
      drain_until_ = now_;
    } else {
      BeginDrain();
    }
  }
}

void Server::Accept() {
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  if (clients_.size() >= options_.clients_max + kOverMax) {
    ++counters_.clients_over;
    ::close(fd);
    return;
  }
  Admit(fd);
}

void Server::Admit(int fd) {
  auto client = std::make_unique<Client>(fd, now_);
  ++counters_.clients_ever;
  if (clients_.size() >= options_.clients_max) {
    ++counters_.clients_over;
    client->Cut(Farewell::kFull, "there are " + std::to_string(options_.clients_max) + " clients already", now_);
  }
  clients_[++last_id_] = std::move(client);
}

void Server::OnReady(ClientId id, Client* client, short events) {
  const bool reads = client->state == ClientState::kLeaving || MayTake(*client);
  const bool reading = reads && !client->input_ended();
  if (reading && (events & (POLLIN | POLLHUP | POLLERR)) != 0) client->Receive(now_);
  if (!reading && (events & (POLLHUP | POLLERR)) != 0) client->state = ClientState::kGone;
  if (client->state == ClientState::kLeaving && client->input_ended() && client->out.empty()) {
    client->state = ClientState::kGone;
  }
  if (client->TakesFrames()) TakeFrames(id, client);
}

// A client's answers stay well below what would have it cut off, and all records under way fit into the ring.
bool Server::MayTake(const Client& client) const {
  return client.TakesFrames() && client.under_way < options_.client_frames_max &&
         client.out.size() < options_.client_output_bytes_max / 2 && under_way_.size() < kUnderWayFramesMax &&
         under_way_bytes_ < kUnderWayBytesMax && !ring_full_;
}

// In turn: where the engine is the bottleneck, each client gets its share of it.
bool Server::TakeAllFrames() {
  const std::uint64_t before = counters_.accepted + counters_.refused;
  auto from = clients_.upper_bound(first_in_turn_);
  for (std::size_t i = 0; i < clients_.size(); ++i, ++from) {
    if (from == clients_.end()) from = clients_.begin();
    if (i == 0) first_in_turn_ = from->first;
    TakeFrames(from->first, from->second.get());
  }
  return counters_.accepted + counters_.refused != before;
}

void Server::TakeFrames(ClientId id, Client* client) {
  while (MayTake(*client)) {
    Frame frame;
    std::string flaw;
    const Parsed parsed = ParseFrame(client->input(), kClientFrameBytesMax, &frame, &flaw);
    if (parsed == Parsed::kBad) return BreakOff(client, flaw);
    if (parsed == Parsed::kMore) {
      if (!client->input_ended()) return;
      if (client->input().empty()) return client->End(Farewell::kEnd, "");
      return BreakOff(client, "the stream ends within a frame");
    }
    OnFrame(id, client, frame);
    if (!ring_full_) client->Taken(frame.bytes);
  }
}

// After what it broke nothing can be told apart; what was accepted before is decided, and it is told.
void Server::BreakOff(Client* client, const std::string& flaw) {
  ++counters_.clients_cut;
  client->End(Farewell::kProtocol, flaw);
}

void Server::OnFrame(ClientId id, Client* client, const Frame& frame) {
  if (client->state == ClientState::kGreeting) return OnHello(client, frame);
  if (frame.kind == FrameKind::kParcel) return OnParcel(id, client, frame);
  if (frame.kind == FrameKind::kEnd && frame.payload.empty()) return client->End(Farewell::kEnd, "");
  BreakOff(client, "a frame of kind " + std::to_string(static_cast<int>(frame.kind)) +
                       " is not one that a client sends now");
}

void Server::OnHello(Client* client, const Frame& frame) {
  Hello hello;
  if (!ReadHello(frame, &hello)) return BreakOff(client, "a client begins with a hello");
  if (hello.version != kProtocolVersion) {
    return BreakOff(client, "version " + std::to_string(hello.version) + " is asked for; this is " +
                                std::to_string(kProtocolVersion));
  }
  AppendHello({kProtocolVersion, static_cast<std::uint32_t>(options_.client_frames_max), limits::kRecordBytesMax},
              client->out.bytes());
  client->state = ClientState::kOpen;
}

void Server::OnParcel(ClientId id, Client* client, const Frame& frame) {
  ParcelFrame parcel;
  if (!ReadParcel(frame, &parcel)) return BreakOff(client, "a frame of a parcel is too short");
  if (parcel.input_kind != static_cast<std::uint32_t>(parcel::InputKind::kParcel)) {
    return Refuse(client, frame.tag, Refusal::kUnsupported,
                  "inputs of kind " + std::to_string(parcel.input_kind) + " are not taken; parcels alone are");
  }
  Submission submission;
  submission.record = parcel.record;
  submission.tag = counters_.accepted;
  if (parcel.deadline_us != 0) submission.deadline_ns = SteadyNowNs() + std::int64_t{1000} * parcel.deadline_us;
  const Admission admission = producer_->Submit(submission);
  if (admission == Admission::kAccepted) {
    under_way_.push_back({id, frame.tag, parcel.record.size() + kRecordOverheadBytes});
    under_way_bytes_ += under_way_.back().bytes;
    ++client->under_way;
    ++client->accepted;
    ++counters_.accepted;
    return;
  }
  // What is under way fits into the ring, but for records that were decided and the journal has not got yet.
  ring_full_ = admission == Admission::kFull;
  if (ring_full_) return;
  const std::string trouble = engine_->status().trouble;
  Refuse(client, frame.tag, Refusal::kStopped, trouble.empty() ? "the engine takes no more" : trouble);
}

void Server::Refuse(Client* client, std::uint64_t tag, Refusal code, const std::string& text) {
  ++client->refused;
  ++counters_.refused;
  AppendRefused(tag, {code, text}, client->out.bytes());
}

bool Server::Deliver() {
  return consumer_->Poll(kDecisionsAtOnce, [this](const Decision& decision) { OnDecision(decision); }) > 0;
}

void Server::OnDecision(const Decision& decision) {
  if (decision.producer != producer_->number()) return;
  SLUICE_CHECK(!under_way_.empty() && decision.tag == counters_.decided);
  const UnderWay parcel = under_way_.front();
  under_way_.pop_front();
  under_way_bytes_ -= parcel.bytes;
  ++counters_.decided;
  const auto found = clients_.find(parcel.client);
  if (found != clients_.end()) --found->second->under_way;
  if (found == clients_.end() || found->second->state >= ClientState::kLeaving) {
    ++counters_.undelivered;
    return;
  }
  Client* client = found->second.get();
  AppendDecision(parcel.tag,
                 {decision.now_ns, decision.late ? decision.delivered_lane : std::string_view(), decision.canonical},
                 client->out.bytes());
  ++client->decided;
  if (client->out.size() <= options_.client_output_bytes_max) return;
  CutOff(client, Farewell::kNotReading,
         "more than " + std::to_string(options_.client_output_bytes_max) +
             " bytes of answers are not read; the log has the decisions");
}

void Server::SendAll() {
  for (const auto& [id, client] : clients_) {
    if (client->state == ClientState::kEnding && client->under_way == 0) client->SayBye(now_);
    if (client->state != ClientState::kGone) client->Send(now_);
  }
}

void Server::Tick() {
  ticked_ = now_;
  for (const auto& [id, client] : clients_) LookAfter(client.get());
  if (!reloading_.valid() || reloading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  const Result<std::string> outcome = reloading_.get();
  ++(outcome.ok() ? counters_.reloads : counters_.reloads_failed);
  options_.say(outcome.ok() ? *outcome : outcome.status().message());
  if (std::exchange(reload_again_, false)) Reload();
}

// Who takes longer than it may.
void Server::LookAfter(Client* client) {
  if (client->state == ClientState::kLeaving) {
    if (now_ - client->begun() > kLingerWait) client->state = ClientState::kGone;
    return;
  }
  const auto quiet = now_ - client->last_byte();
  if (client->state == ClientState::kGreeting && now_ - client->begun() > kHelloWait) {
    CutOff(client, Farewell::kIdle, "no hello came within " + Seconds(kHelloWait));
  } else if (!client->out.empty() && quiet > options_.stall) {
    CutOff(client, Farewell::kNotReading,
           "answers were not read for " + Seconds(options_.stall) + "; the log has the decisions");
  } else if (client->out.empty() && client->under_way == 0 && quiet > options_.idle) {
    CutOff(client, Farewell::kIdle, "nothing came for " + Seconds(options_.idle));
  }
}

void Server::CutOff(Client* client, Farewell why, const std::string& text) {
  ++counters_.clients_cut;
  counters_.undelivered += client->Cut(why, text, now_);
}

void Server::ForgetGone() {
  std::erase_if(clients_, [](const auto& entry) { return entry.second->state == ClientState::kGone; });
  counters_.clients = clients_.size();
}

void Server::BeginDrain() {
  draining_ = true;
  drain_until_ = now_ + options_.drain;
  CloseListener();
  for (const auto& [id, client] : clients_) client->End(Farewell::kStopping, "the host stops");
}

void Server::Reload() {
  if (reloading_.valid()) {
    reload_again_ = true;
    return;
  }
  reloading_ = std::async(std::launch::async, options_.reload);
}

HttpAnswer Server::Page(std::string_view path) const {
  if (path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8", MetricsText(engine_->status(), counters_)};
  }
  if (path != "/healthz") return {404, HttpAnswer{}.type, "there are /metrics and /healthz\n"};
  if (draining_) return {503, HttpAnswer{}.type, "stopping\n"};
  const EngineStatus status = engine_->status();
  if (status.accepting && status.trouble.empty()) return {200, HttpAnswer{}.type, "ok\n"};
  return {503, HttpAnswer{}.type, (status.trouble.empty() ? "takes no parcels" : status.trouble) + "\n"};
}

}  // namespace sluice::serve
