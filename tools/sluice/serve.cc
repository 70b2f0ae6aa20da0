// sluice serve: a host for the engine: framed parcels over a socket, decisions back.
#include <charconv>
#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sluice/control.h>
#include <sluice/engine.h>

#include "tools/serve/server.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/serve_verbs.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

struct ServeArguments {
  std::string rules;
  std::string listen;
  std::string metrics;
  std::string durability = "async";
  EngineOptions engine;
  serve::ServerOptions server;
  ControlOptions control;
  std::vector<std::string> allowed;
  int idle_seconds = serve::kIdleSecondsDefault;
  int stall_seconds = serve::kStallSecondsDefault;
  int drain_seconds = serve::kDrainSecondsDefault;
};

void Say(const std::string& text) { fmt::print(stderr, "sluice: {}\n", text); }

// Of this thread and all that it starts: they come by the file instead.
Result<int> SignalsAsFile() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int fd = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return Status(StatusCode::kIo, "signals cannot be read as a file");
  return fd;
}

Status TakeAddresses(ServeArguments* arguments) {
  const auto listen = serve::ParseAddress(arguments->listen);
  if (!listen.ok()) return listen.status();
  arguments->server.listen = *listen;
  if (arguments->metrics.empty()) return Status::Ok();
  const auto metrics = serve::ParseAddress(arguments->metrics);
  if (!metrics.ok()) return metrics.status();
  arguments->server.http = *metrics;
  return Status::Ok();
}

Status CheckLogOptions(const LogOptions& log, bool durability_given) {
  if (!log.directory.empty() || !(log.journal || !log.key_file.empty() || durability_given)) return Status::Ok();
  return {StatusCode::kInvalidArgument,
          "--durability, --journal and --log-key are about a log; --log DIRECTORY names it"};
}

// "operate:gid=500" into its grant.
Status TakeAllowed(ServeArguments* arguments) {
  for (const std::string& text : arguments->allowed) {
    const std::size_t colon = text.find(':');
    const std::string role = text.substr(0, colon);
    ControlGrant* grant = role == "read"      ? &arguments->control.read
                          : role == "operate" ? &arguments->control.operate
                          : role == "approve" ? &arguments->control.approve
                                              : nullptr;
    const std::string who = colon == text.npos ? "" : text.substr(colon + 1);
    std::uint32_t number = 0;
    const char* const end = who.data() + who.size();
    const bool known = who.starts_with("uid=") || who.starts_with("gid=");
    const auto read = std::from_chars(who.data() + (known ? 4 : 0), end, number);
    if (grant == nullptr || !known || read.ec != std::errc() || read.ptr != end) {
      return {StatusCode::kInvalidArgument, "'" + text + "': write read, operate or approve, and :uid=N or :gid=N"};
    }
    (who.starts_with("uid=") ? grant->uids : grant->gids).push_back(number);
  }
  return Status::Ok();
}

Status CheckControlOptions(const ControlOptions& control, bool allowed) {
  if (!control.socket.empty() || !(allowed || control.two_person || !control.store.empty())) return Status::Ok();
  return {StatusCode::kInvalidArgument,
          "--store, --allow and --two-person are about a control socket; --control PATH names it"};
}

// What was in force when the process ended goes before --rules, which is read again upon SIGHUP.
int RulesToStartWith(ServeArguments* arguments, LoadedRules* rules) {
  if (!arguments->control.store.empty()) {
    const auto stored = ReadStoredRules(arguments->control.store);
    if (stored.ok()) {
      arguments->engine.generation_after = stored->generation;
      rules->rule_set = stored->rules.data();
      Say(fmt::format("{}: goes on with generation {}; --rules is read upon SIGHUP", arguments->control.store,
                      stored->generation));
      return kExitOk;
    }
    if (stored.status().code() != StatusCode::kNotFound) return Fail(stored.status());
  }
  return LoadRules(arguments->rules, {}, rules);
}

// In a thread of its own, beside the parcels.
Result<std::string> Reload(Engine* engine, Control* control, const std::string& path) {
  const auto refusal = [&](const std::string& why) {
    return Status(StatusCode::kUnavailable,
                  fmt::format("SIGHUP: {}; generation {} stays in force", why, engine->status().generation));
  };
  LoadedRules rules;
  if (LoadRules(path, {}, &rules) != kExitOk) return refusal("the rules cannot be used");
  const RuleSet next(rules.rule_set);
  const auto info =
      control != nullptr ? control->Reload(next, "SIGHUP") : engine->Publish(next, {"SIGHUP", "sluice serve"});
  if (!info.ok()) return refusal(info.status().message());
  return fmt::format("SIGHUP: generation {} is in force: {}, rule set {}", info->number, info->rule_set_name,
                     info->rule_set_hash.substr(0, 16));
}

void SayReady(const Engine& engine, const serve::Server& server) {
  const EngineStatus status = engine.status();
  const std::string address = serve::AddressText(server.address());
  ordered_json ready = {{"listen", address}};
  if (server.http_address()) ready["metrics"] = serve::AddressText(*server.http_address());
  ready["generation"] = status.generation;
  ready["rule_set"] = status.rule_set_hash;
  fmt::print("{}\n", ready.dump());
  std::fflush(stdout);
  Say(fmt::format("{} listens; generation {}: {}, rule set {}", address, status.generation, status.rule_set_name,
                  status.rule_set_hash.substr(0, 16)));
}

int Serve(ServeArguments arguments) {
  if (Status status = TakeAddresses(&arguments); !status.ok()) return Fail(status);
  const Result<int> signals = SignalsAsFile();
  if (!signals.ok()) return Fail(signals.status());
  LoadedRules rules;
  if (const int code = RulesToStartWith(&arguments, &rules); code != kExitOk) return code;
  arguments.engine.log.durability = arguments.durability == "group" ? Durability::kGroup : Durability::kAsync;
  arguments.engine.producer_ring_bytes = serve::kRingBytes;
  arguments.engine.producer_ring_records = serve::kRingRecords;
  auto engine = Engine::Start(RuleSet(rules.rule_set), arguments.engine);
  if (!engine.ok()) return Fail(engine.status());
  rules = {};
  std::unique_ptr<Control> control;
  if (!arguments.control.socket.empty()) {
    auto opened = Control::Open(engine->get(), arguments.control);
    if (!opened.ok()) return Fail(opened.status());
    control = *std::move(opened);
  }

  arguments.server.idle = std::chrono::seconds(arguments.idle_seconds);
  arguments.server.stall = std::chrono::seconds(arguments.stall_seconds);
  arguments.server.drain = std::chrono::seconds(arguments.drain_seconds);
  arguments.server.reload = [&] { return Reload(engine->get(), control.get(), arguments.rules); };
  arguments.server.say = Say;
  auto server = serve::Server::Open(engine->get(), arguments.server);
  if (!server.ok()) return Fail(server.status());
  SayReady(**engine, **server);
  (*server)->Run(*signals);

  const serve::HostCounters counts = (*server)->counters();
  // Who is not read any more must not hold up the engine's end.
  server->reset();
  control.reset();
  const Status stopped = (*engine)->Stop(std::chrono::seconds(arguments.drain_seconds));
  ::close(*signals);
  // What clients were not there for any more, the engine has decided all the same.
  const std::uint64_t left = counts.accepted - counts.decided;
  const ordered_json summary = {{"accepted", counts.accepted},
                                {"decided", stopped.ok() ? counts.accepted : counts.decided},
                                {"refused", counts.refused},
                                {"undelivered", counts.undelivered + left}};
  fmt::print("{}\n", summary.dump());
  if (!stopped.ok()) return Fail(kExitFindings, stopped.message());
  Say("stopped; all that was accepted is decided");
  return kExitOk;
}

void AddLogOptions(CLI::App* verb, ServeArguments* arguments) {
  LogOptions* log = &arguments->engine.log;
  verb->add_option("--log", log->directory, "Keep an audit log in this directory; what is in it is gone on from");
  verb->add_option("--durability", arguments->durability,
                   "async: decisions go out at once; group: when they are on disk")
      ->check(CLI::IsMember({"async", "group"}));
  verb->add_flag("--journal", log->journal, "Keep the records, too, for audit replay");
  verb->add_option("--journal-key", log->journal_key_file,
                   "Keys that encrypt the journal, a line a day: 2026-03-14 KEY (64 hex digits)");
  verb->add_option("--log-key", log->key_file, "Hashes ids and records in the log; else DIRECTORY/site.key");
  verb->add_option("--log-keep-bytes", log->keep_bytes, "Delete the oldest segments beyond; 0: keep all");
  verb->add_option("--site", log->site, "Names the log");
}

void AddControlOptions(CLI::App* verb, ServeArguments* arguments) {
  ControlOptions* control = &arguments->control;
  verb->add_option("--control", control->socket, "Socket for reload, rollback, rules disable, list add, status, top");
  verb->add_option("--store", control->store,
                   "Keep the last ten generations in this directory, and go on with the last one");
  verb->add_option("--allow", arguments->allowed,
                   "Who may do what there: read, operate or approve, :uid=N or :gid=N; none: this user, everything");
  verb->add_flag("--two-person", control->two_person, "A bundle comes into force when a second user approves of it");
}

void AddLimitOptions(CLI::App* verb, ServeArguments* arguments) {
  serve::ServerOptions* server = &arguments->server;
  const auto seconds = [&](const char* name, int* value, const char* what) {
    verb->add_option(name, *value, what)->check(WholeNumber(1, serve::kSecondsMax))->capture_default_str();
  };
  verb->add_option("--clients", server->clients_max, "Connected at once")
      ->check(WholeNumber(1, serve::kClientsMax))->capture_default_str();
  verb->add_option("--client-frames", server->client_frames_max, "Of a client, accepted and not yet decided")
      ->check(WholeNumber(1, serve::kClientFramesMax))->capture_default_str();
  verb->add_option("--client-output-bytes", server->client_output_bytes_max,
                   "Of answers that a client has not read, before it is cut off")
      ->check(WholeNumber(serve::kClientOutputBytesMin, serve::kClientOutputBytesMax))->capture_default_str();
  seconds("--idle-seconds", &arguments->idle_seconds, "Until a client of which nothing comes is cut off");
  seconds("--stall-seconds", &arguments->stall_seconds, "Until a client that does not read its answers is cut off");
  seconds("--drain-seconds", &arguments->drain_seconds, "From SIGTERM, for what was accepted to be decided and sent");
}

constexpr char kServeFooter[] =
    "tools/serve/FORMAT.md specifies the frames; 'sluice submit' speaks them. A client gets its decisions in the\n"
    "order of its parcels. SIGHUP reads --rules again: what cannot be used changes nothing and is said. SIGTERM takes\n"
    "no more parcels, decides the accepted ones, says bye and ends; a second one ends at once. --metrics answers GET\n"
    "of /metrics and /healthz. When it is ready a line of JSON says where it listens, at the end one counts.\n\n"
    "Examples:\n"
    "  sluice serve --rules cbec.bundle --listen unix:/run/sluice/parcels.sock\n"
    "  sluice serve --rules cbec.bundle --listen tcp:127.0.0.1:7411 --metrics tcp:127.0.0.1:7412\n"
    "  sluice serve --rules cbec.bundle --listen unix:parcels.sock --log log --durability group --journal\n"
    "  sluice serve --rules cbec.bundle --listen unix:parcels.sock --control control.sock --store generations\n\n"
    "Exit codes: 0 stopped, all decided; 1 stopped, and some accepted parcels were not decided in time; 2 the rules\n"
    "do not compile; 3 bad arguments, or a file or address that cannot be used.";

}  // namespace

void AddServe(CLI::App* app, Run* run) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App* verb = app->add_subcommand("serve", "Decides parcels that come over a socket, and sends decisions back");
  verb->add_option("--rules", arguments->rules, "Rule book folder or bundle")->required();
  verb->add_option("--listen", arguments->listen, "unix:PATH or tcp:127.0.0.1:PORT (0: a free one)")->required();
  verb->add_option("--metrics", arguments->metrics, "Address of /metrics and /healthz over HTTP");
  verb->add_option("--epoch-key", arguments->engine.epoch_key_file,
                   "Key of the epoch's draws (JSON); without it a test key");
  verb->add_option("--agents", arguments->engine.agents, "Threads that decide; 0: cores less one")
      ->check(WholeNumber(0, limits::kAgentsMax));
  AddLogOptions(verb, arguments.get());
  AddControlOptions(verb, arguments.get());
  AddLimitOptions(verb, arguments.get());
  verb->footer(kServeFooter);
  verb->callback([=] {
    *run = [=] {
      Status status = CheckLogOptions(arguments->engine.log, verb->count("--durability") > 0);
      if (status.ok()) status = CheckControlOptions(arguments->control, !arguments->allowed.empty());
      if (status.ok()) status = TakeAllowed(arguments.get());
      return status.ok() ? Serve(*arguments) : Fail(status);
    };
  });
}

}  // namespace sluice::tools
