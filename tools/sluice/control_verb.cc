#include "tools/sluice/control_verb.h"

#include <optional>

#include <fmt/core.h>

#include "engine/base/time_text.h"
#include "tools/sluice/control_verbs.h"

namespace sluice::tools {

using control::Json;

namespace {

std::optional<base::Timestamp> UntilOf(const std::string& text) {
  if (const auto time = base::ParseTimestamp(text)) return time;
  const auto duration = base::ParseDuration(text);
  if (!duration || *duration <= 0) return std::nullopt;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto now_seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return base::Timestamp{now_seconds + (*duration + base::kNsPerSecond - 1) / base::kNsPerSecond, 0};
}

void PrintNotes(const Json& result) {
  if (!result.contains("notes")) return;
  for (const Json& note : result["notes"]) fmt::print(stderr, "sluice: {}\n", note.get<std::string>());
}

int PrintResult(const Json& result) {
  PrintNotes(result);
  if (result.contains("queued")) {
    fmt::print("taken; 'sluice status' says what becomes of it\n");
    return kExitOk;
  }
  if (result.contains("waits_for_approval")) {
    fmt::print("rule set {} waits for another user: sluice approve {}\n", result.value("rule_set", ""),
               result.value("rule_set", "").substr(0, 16));
    return kExitFindings;
  }
  fmt::print("generation {} is in force after {:.1f} ms: {}, rule set {}\n", result.value("generation", 0u),
             result.value("milliseconds", 0.0), result.value("name", ""), result.value("rule_set", "").substr(0, 16));
  if (!result.value("passed", true)) {
    fmt::print(stderr, "sluice: parcels under the generation before are still under way: {}\n",
               result.value("waits_for", ""));
  }
  return kExitOk;
}

}  // namespace

void AddControlVerbs(CLI::App* app, Run* run) {
  AddReload(app, run);
  AddRollback(app, run);
  AddApprove(app, run);
  AddList(app, run);
  AddStatus(app, run);
  AddTop(app, run);
}

void AddSocket(CLI::App* verb, ControlVerb* options) {
  verb->add_option("--socket", options->socket, "Control socket of the running process")
      ->envname("SLUICE_SOCKET")
      ->required();
}

void AddCommandOptions(CLI::App* verb, ControlVerb* options) {
  AddSocket(verb, options);
  CLI::Option* const wait =
      verb->add_flag("--wait", options->wait, "Until it is in force, or refused (this is so without the flag, too)");
  verb->add_flag("--no-wait", options->no_wait, "Not at all")->excludes(wait);
  verb->add_flag("--json", options->json, "The answer as one JSON object");
}

int FailReply(const control::Reply& reply) {
  if (reply.error == "findings" || reply.error == "superseded") return Fail(kExitFindings, reply.message);
  return Fail(reply.error == "rules" ? kExitRulesBroken : kExitBadArguments, reply.message);
}

int RunCommand(const ControlVerb& options, Json request) {
  auto client = control::ControlClient::Connect(options.socket);
  if (!client.ok()) return Fail(client.status());
  if (options.no_wait) request["wait"] = false;
  const auto reply = client->Ask(std::move(request), kAnswerWait);
  if (!reply.ok()) return Fail(reply.status());
  if (!reply->error.empty()) return FailReply(*reply);
  if (!options.json) return PrintResult(reply->result);
  fmt::print("{}\n", reply->result.dump(2, ' ', false, Json::error_handler_t::replace));
  return reply->result.contains("waits_for_approval") ? kExitFindings : kExitOk;
}

CLI::Validator UntilTime() {
  const auto check = [](const std::string& text) -> std::string {
    if (UntilOf(text)) return {};
    return fmt::format("'{}' is neither a time like 2026-03-11T08:00:00Z nor a duration like 90m", text);
  };
  return {check, "", "UntilTime"};
}

std::string UntilText(const std::string& until) {
  return base::TimestampText(UntilOf(until).value_or(base::Timestamp()));
}

}  // namespace sluice::tools
