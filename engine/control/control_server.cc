#include "engine/control/control_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <new>
#include <utility>

#include "engine/control/limits.h"
#include "engine/control/metrics.h"
#include "engine/control/status_json.h"

namespace sluice::control {
namespace {

constexpr unsigned kOwnMode = 0600;
constexpr unsigned kAnyMode = 0666;  // whoever may reach the folder may connect, and is asked for its rights

LoopLimits LimitsOfLoop() {
  LoopLimits limits;
  limits.clients_max = limits::kControlClientsMax;
  limits.input_bytes_max = limits::kControlLineBytesMax;
  limits.output_bytes_max = limits::kControlReplyBytesMax;
  limits.message = std::chrono::seconds(limits::kControlLineSecondsMax);
  limits.idle = std::chrono::seconds(limits::kControlIdleSecondsMax);
  limits.full = ErrorLine(nullptr, "unavailable", "there are " + std::to_string(limits.clients_max) +
                                                      " clients already; try again");
  return limits;
}

std::string LineTooLong() {
  return ErrorLine(nullptr, "limit", "a line has at most " + std::to_string(limits::kControlLineBytesMax) + " bytes");
}

Status CheckOptions(const Engine* engine, const ControlOptions& options) {
  if (engine == nullptr) return {StatusCode::kInvalidArgument, "a control socket needs an engine"};
  if (options.publish_wait.count() >= 1 && options.publish_wait.count() <= limits::kPublishWaitMsMax) {
    return Status::Ok();
  }
  return {StatusCode::kInvalidArgument,
          "publish_wait must be 1 to " + std::to_string(limits::kPublishWaitMsMax) + " milliseconds"};
}

}  // namespace

Result<Request> ParseAllowed(std::string_view line, Role role, Json* id) {
  auto request = ParseRequest(line, id);
  if (!request.ok() || role >= RoleFor(request->kind)) return request;
  return Status(StatusCode::kPermissionDenied, std::string(RequestName(request->kind)) + " needs the role " +
                                                   RoleName(RoleFor(request->kind)));
}

ControlServer::ControlServer(Engine* engine, const ControlOptions& options, PeerFunction peer_of)
    : engine_(engine), options_(options), rights_(Rights::Of(options)), peer_of_(std::move(peer_of)) {}

Result<std::unique_ptr<ControlServer>> ControlServer::Start(Engine* engine, const ControlOptions& options,
                                                            PeerFunction peer_of) {
  if (Status status = CheckOptions(engine, options); !status.ok()) return status;
  std::unique_ptr<ControlServer> server(new ControlServer(engine, options, std::move(peer_of)));
  auto commander = Commander::Start(engine, options);
  if (!commander.ok()) return commander.status();
  server->commander_ = *std::move(commander);
  if (Status status = server->Listen(); !status.ok()) return status;
  return server;
}

Status ControlServer::Listen() {
  const auto listener = ListenUnix(options_.socket, rights_.OthersMayConnect() ? kAnyMode : kOwnMode);
  if (!listener.ok()) return listener.status();
  loop_ = std::make_unique<SocketLoop>(std::vector<int>{*listener}, LimitsOfLoop(), this);
  struct stat facts {};
  if (::stat(options_.socket.c_str(), &facts) == 0) {
    device_ = facts.st_dev;
    inode_ = facts.st_ino;
  }
  return loop_->Start();
}

ControlServer::~ControlServer() {
  struct stat facts {};
  const bool ours = inode_ != 0 && ::stat(options_.socket.c_str(), &facts) == 0 && facts.st_dev == device_ &&
                    facts.st_ino == inode_;
  if (ours) ::unlink(options_.socket.c_str());
  if (loop_ != nullptr) loop_->Stop();  // nobody gives commands any more
  commander_.reset();                   // its last replies go nowhere
}

void ControlServer::OnOpen(ClientId client, int fd) {
  auto peer = peer_of_(fd);
  if (!peer.ok()) {
    loop_->Send(client, ErrorLine(nullptr, "denied", peer.status().message()));
    return loop_->Finish(client);
  }
  if (rights_.RoleOf(*peer) == Role::kNone) {
    loop_->Send(client, ErrorLine(nullptr, "denied", PeerText(*peer) + " has no rights here"));
    return loop_->Finish(client);
  }
  peers_.emplace(client, *std::move(peer));
}

void ControlServer::OnClose(ClientId client) { peers_.erase(client); }

std::optional<std::size_t> ControlServer::OnBytes(ClientId client, std::string_view bytes) {
  if (!peers_.contains(client)) return bytes.size();  // it has been refused
  std::size_t taken = 0;
  for (std::size_t end; (end = bytes.find('\n', taken)) != bytes.npos; taken = end + 1) {
    OnLine(client, bytes.substr(taken, end - taken));
  }
  if (bytes.size() - taken < limits::kControlLineBytesMax) return taken;
  loop_->Send(client, LineTooLong());
  loop_->Finish(client);
  peers_.erase(client);
  return bytes.size();
}

void ControlServer::OnLine(ClientId client, std::string_view line) {
  Json id;
  const Peer& peer = peers_.at(client);
  if (line.size() > limits::kControlLineBytesMax) return loop_->Send(client, LineTooLong());
  auto request = ParseAllowed(line, rights_.RoleOf(peer), &id);
  if (!request.ok()) {
    const std::string who = request.status().code() == StatusCode::kPermissionDenied ? PeerText(peer) + ": " : "";
    return loop_->Send(client, ErrorLine(id, ErrorName(request.status().code()), who + request.status().message()));
  }
  if (IsCommand(request->kind)) return Command(client, *std::move(request));
  Answer(client, *request);
}

void ControlServer::Answer(ClientId client, const Request& request) {
  Json result;
  if (request.kind == RequestKind::kGenerations) {
    result = {{"generations", commander_->GenerationsJson()}};
  } else if (request.kind == RequestKind::kMetrics) {
    MetricsWriter writer;
    WriteMetrics(engine_->status(), &writer);
    result = {{"text", writer.Take()}};
  } else {
    result = {{"protocol", kProtocolVersion}, {"engine", StatusJson(engine_->status(), request.rules)},
              {"control", commander_->StatusJson()}};
  }
  loop_->Send(client, ReplyLine(request.id, result));
}

// Who does not wait is told that it is under way; what became of it is in `status`.
void ControlServer::Command(ClientId client, Request request) {
  const bool wait = request.wait;
  const Json id = request.id;
  const auto done = [this, client, id, wait](const Outcome& outcome) {
    if (!wait) return;
    loop_->Send(client, outcome.error.empty() ? ReplyLine(id, outcome.result)
                                              : ErrorLine(id, outcome.error, outcome.message));
  };
  commander_->Submit({std::move(request), peers_.at(client), done, nullptr});
  if (!wait) loop_->Send(client, ReplyLine(id, {{"queued", true}}));
}

}  // namespace sluice::control

namespace sluice {

class Control::Impl {
 public:
  explicit Impl(std::unique_ptr<control::ControlServer> server) : server_(std::move(server)) {}
  control::ControlServer& server() { return *server_; }

 private:
  std::unique_ptr<control::ControlServer> server_;
};

Control::Control(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Control::~Control() = default;

Result<std::unique_ptr<Control>> Control::Open(Engine* engine, const ControlOptions& options) {
  try {
    auto server = control::ControlServer::Start(engine, options);
    if (!server.ok()) return server.status();
    return std::unique_ptr<Control>(new Control(std::make_unique<Impl>(*std::move(server))));
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kLimitExceeded, "out of memory while the control socket is opened");
  }
}

Result<GenerationInfo> Control::Reload(const RuleSet& rules, const std::string& cause) {
  control::Request request;
  request.kind = control::RequestKind::kReload;
  request.reason = cause;
  std::promise<control::Outcome> done;
  const control::Peer self{::geteuid(), {::getegid()}};
  impl_->server().commander().Submit(
      {std::move(request), self, [&](const control::Outcome& outcome) { done.set_value(outcome); }, rules.data()});
  const control::Outcome outcome = done.get_future().get();
  if (!outcome.error.empty()) return Status(control::StatusCodeOf(outcome.error), outcome.message);
  if (!outcome.result.contains("generation")) return Status(StatusCode::kUnavailable, "waits for a second user");
  GenerationInfo info;
  info.number = outcome.result["generation"];
  info.rule_set_hash = outcome.result["rule_set"];
  info.rule_set_name = outcome.result["name"];
  info.passed = outcome.result["passed"];
  info.waits_for = outcome.result["waits_for"];
  return info;
}

}  // namespace sluice
