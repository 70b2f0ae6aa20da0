// The reference host: many clients' frames into one engine, and each its decisions back, in its order.
//
//   clients ─→ frames ─→ Producer ─→ engine ─→ Consumer of all lanes ─→ whose is it ─→ frames ─→ clients
//                           └── under way, in order: client and tag ──────────┘
//
// One thread does all of it, without locks. There is one producer, and decisions come in its order, so the oldest
// parcel under way is the one that a decision is of. Nothing is refused for want of room: clients are not read
// meanwhile. A client that does not read its decisions has a bounded buffer, then it is told and sent away.
//
// Thread-safety: one thread.   Ownership: the engine outlives it.   Errors: those of addresses and of the engine.
#pragma once

#include <sluice/engine.h>

#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/serve/address.h"
#include "tools/serve/client.h"
#include "tools/serve/http_port.h"
#include "tools/serve/limits.h"
#include "tools/serve/metrics.h"

namespace sluice::serve {

struct ServerOptions {
  Address listen;
  std::optional<Address> http;  // /metrics and /healthz
  std::size_t clients_max = kClientsDefault;
  std::size_t client_frames_max = kClientFramesDefault;
  std::size_t client_output_bytes_max = kClientOutputBytesDefault;
  std::chrono::seconds idle{kIdleSecondsDefault};
  std::chrono::seconds stall{kStallSecondsDefault};
  std::chrono::seconds drain{kDrainSecondsDefault};
  /// Upon SIGHUP, by a thread of its own; the text says what is in force now, or why nothing changed.
  std::function<Result<std::string>()> reload;
  std::function<void(const std::string&)> say;  // to people
};

class Server {
 public:
  /// Listens.
  static Result<std::unique_ptr<Server>> Open(Engine* engine, const ServerOptions& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const Address& address() const { return options_.listen; }                // with the port that it has
  const std::optional<Address>& http_address() const { return options_.http; }

  /// Until SIGTERM or SIGINT, which `signals` (a signalfd) tells of: then what was accepted is decided and its clients
  /// are told, bounded by `drain`; a second one ends at once. SIGHUP reloads.
  void Run(int signals);
  const HostCounters& counters() const { return counters_; }

 private:
  using ClientId = std::uint64_t;  // never used again
  struct UnderWay {
    ClientId client = 0;
    std::uint64_t tag = 0;
    std::size_t bytes = 0;
  };

  Server(Engine* engine, const ServerOptions& options);
  Status Listen();
  void CloseListener();

  bool Turn(int signals, int wait_ms);
  void OnSignals(int signals);
  void Accept();
  void Admit(int fd);
  void OnReady(ClientId id, Client* client, short events);
  bool MayTake(const Client& client) const;
  bool TakeAllFrames();
  void TakeFrames(ClientId id, Client* client);
  void BreakOff(Client* client, const std::string& flaw);
  void OnFrame(ClientId id, Client* client, const Frame& frame);
  void OnHello(Client* client, const Frame& frame);
  void OnParcel(ClientId id, Client* client, const Frame& frame);
  void Refuse(Client* client, std::uint64_t tag, Refusal code, const std::string& text);
  bool Deliver();
  void OnDecision(const Decision& decision);
  void SendAll();
  void Tick();
  void LookAfter(Client* client);
  void CutOff(Client* client, Farewell why, const std::string& text);
  void ForgetGone();
  void BeginDrain();
  void Reload();
  HttpAnswer Page(std::string_view path) const;

  Engine* const engine_;
  ServerOptions options_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Consumer> consumer_;
  int listener_ = -1;
  std::unique_ptr<HttpPort> http_;

  std::map<ClientId, std::unique_ptr<Client>> clients_;
  ClientId last_id_ = 0;
  ClientId first_in_turn_ = 0;  // takes first next time
  std::deque<UnderWay> under_way_;
  std::size_t under_way_bytes_ = 0;
  bool ring_full_ = false;              // the producer's: the frame stays where it is until the next turn
  std::vector<pollfd> waiting_;         // of a turn: signals, listener, clients, HTTP
  std::vector<ClientId> waiting_ids_;

  HostCounters counters_;
  Clock::time_point now_;
  Clock::time_point ticked_;
  bool draining_ = false;
  Clock::time_point drain_until_;
  std::future<Result<std::string>> reloading_;
  bool reload_again_ = false;
};

}  // namespace sluice::serve
