// sluice status: how a running process is.
#include <fmt/core.h>

#include "tools/sluice/control_verb.h"
#include "tools/sluice/control_verbs.h"
#include "tools/sluice/status_text.h"

namespace sluice::tools {

namespace {

struct StatusOptions : ControlVerb {
  std::uint64_t rules = 20;
};

int ShowStatus(const StatusOptions& options) {
  auto client = control::ControlClient::Connect(options.socket);
  if (!client.ok()) return Fail(client.status());
  const auto reply = client->Ask({{"request", "status"}, {"rules", options.rules}}, kAnswerWait);
  if (!reply.ok()) return Fail(reply.status());
  if (!reply->error.empty()) return FailReply(*reply);
  const auto generations = client->Ask({{"request", "generations"}}, kAnswerWait);
  if (!generations.ok()) return Fail(generations.status());
  if (!generations->error.empty()) return FailReply(*generations);
  control::Json status = reply->result;
  status["generations"] = generations->result.value("generations", control::Json::array());
  const std::string text = options.json ? status.dump(2, ' ', false, control::Json::error_handler_t::replace) + "\n"
                                        : StatusText(status);
  fmt::print("{}", text);
  const bool well = status["engine"].value("accepting", false) && status["engine"].value("trouble", "").empty();
  return well ? kExitOk : kExitFindings;
}

}  // namespace

void AddStatus(CLI::App* app, Run* run) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* verb = app->add_subcommand("status", "Shows how a running process is, and which rules are in force");
  AddSocket(verb, options.get());
  verb->add_flag("--json", options->json, "As one JSON object");
  verb->add_option("--rules", options->rules, "So many rules, those that matched most")->check(WholeNumber(0, 1000));
  verb->footer("Examples:\n  sluice status --socket /run/sluice.sock\n"
               "  SLUICE_SOCKET=/run/sluice.sock sluice status --json\n\n"
               "Exit codes: 0 it takes parcels; 1 it does not, and says why; 3 no such socket, no rights.");
  verb->callback([=] { *run = [=] { return ShowStatus(*options); }; });
}

}  // namespace sluice::tools
