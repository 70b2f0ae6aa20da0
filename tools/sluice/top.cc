// sluice top: a running process as it goes.
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <thread>

#include <fmt/core.h>

#include "tools/sluice/control_verb.h"
#include "tools/sluice/control_verbs.h"
#include "tools/sluice/status_text.h"

namespace sluice::tools {

using control::Json;

namespace {

constexpr std::uint64_t kRulesShown = 10;
constexpr char kHome[] = "\033[H";
constexpr char kToLineEnd[] = "\033[K";
constexpr char kToScreenEnd[] = "\033[J";

struct TopOptions : ControlVerb {
  bool once = false;
  double interval_seconds = 1;
};

volatile sig_atomic_t interrupted = 0;

int Look(control::ControlClient* client, Json* status) {
  const auto reply = client->Ask({{"request", "status"}, {"rules", kRulesShown}}, kAnswerWait);
  if (!reply.ok()) return Fail(reply.status());
  if (!reply->error.empty()) return FailReply(*reply);
  *status = reply->result;
  const auto generations = client->Ask({{"request", "generations"}}, kAnswerWait);
  if (generations.ok()) (*status)["generations"] = generations->result.value("generations", Json::array());
  return kExitOk;
}

// Written over what was there, line by line, so that nothing flickers; no more than the terminal has lines.
std::string Screen(const std::string& text) {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1;
  const std::size_t lines_max = known ? size.ws_row - 1u : text.size();
  std::string screen = kHome;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size() && lines < lines_max; ++lines) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    screen += text.substr(at, end - at) + kToLineEnd + "\n";
    at = end + 1;
  }
  return screen + kToScreenEnd;
}

int Top(const TopOptions& options) {
  auto client = control::ControlClient::Connect(options.socket);
  if (!client.ok()) return Fail(client.status());
  signal(SIGINT, [](int) { interrupted = 1; });
  const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(options.interval_seconds));
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  Json before;
  auto before_at = std::chrono::steady_clock::now();
  for (int round = 0; interrupted == 0; ++round) {
    Json status;
    if (const int code = Look(&*client, &status); code != kExitOk) return code;
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - before_at).count();
    const bool last = options.once && round == 1;  // rates need two looks
    if (!options.once || last) {
      const std::string text = TopText(status, before, seconds);
      fmt::print("{}", terminal && !last ? Screen(text) : text + (last ? "" : "\n"));
      if (std::fflush(stdout) != 0) return kExitBadArguments;
    }
    if (last) break;
    before = std::move(status);
    before_at = now;
    std::this_thread::sleep_for(pause);
  }
  return kExitOk;
}

}  // namespace

void AddTop(CLI::App* app, Run* run) {
  auto options = std::make_shared<TopOptions>();
  CLI::App* verb = app->add_subcommand("top", "Shows a running process as it goes: rates, lanes, rules, generations");
  AddSocket(verb, options.get());
  verb->add_flag("--once", options->once, "One look, with rates over one interval; for a pipe or a file");
  verb->add_option("--interval", options->interval_seconds, "Seconds between two looks")
      ->check(CLI::Range(0.1, 3600.0));
  verb->footer("Ends with Ctrl-C.\n\nExamples:\n  sluice top --socket /run/sluice.sock\n"
               "  sluice top --once --socket /run/sluice.sock\n\n"
               "Exit codes: 0 ended; 3 no such socket, no rights, or the process has ended.");
  verb->callback([=] { *run = [=] { return Top(*options); }; });
}

}  // namespace sluice::tools
