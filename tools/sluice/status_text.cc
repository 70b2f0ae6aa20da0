#include "tools/sluice/status_text.h"

#include <algorithm>

#include <fmt/core.h>

namespace sluice::tools {

using control::Json;

namespace {

constexpr std::size_t kHashShown = 16;

const Json& At(const Json& json, const char* name) {
  static const Json nothing;
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found == json.end() ? nothing : *found;
}

std::string Text(const Json& json, const char* name) {
  const Json& value = At(json, name);
  return value.is_string() ? value.get<std::string>() : "";
}

double Number(const Json& json, const char* name) {
  const Json& value = At(json, name);
  return value.is_number() ? value.get<double>() : 0;
}

std::uint64_t Count(const Json& json, const char* name) { return static_cast<std::uint64_t>(Number(json, name)); }

std::string Rate(const Json& now, const Json& before, const char* name, double seconds) {
  if (before.is_null() || seconds <= 0) return "";
  return fmt::format("{:.0f}/s", std::max(0.0, Number(now, name) - Number(before, name)) / seconds);
}

std::string Micros(double us) {
  return us >= 1000 ? fmt::format("{:.1f} ms", us / 1000) : fmt::format("{:.1f} µs", us);
}

std::string InForceText(const Json& engine) {
  const std::string trouble = Text(engine, "trouble");
  return fmt::format("generation {}, {}, rule set {}\n{}; log: {}; {} in memory\n", Count(engine, "generation"),
                     Text(engine, "name"), Text(engine, "rule_set").substr(0, kHashShown),
                     trouble.empty() ? "takes parcels" : "TAKES NO PARCELS: " + trouble, Text(engine, "log"),
                     Count(engine, "generations_in_memory") == 1 ? "one generation" : "two generations");
}

std::string FlowText(const Json& engine, const Json& before, double seconds) {
  std::string text = fmt::format("\n{:<12}{:>14} {:>12}\n", "parcels", "", before.is_null() ? "" : "now");
  for (const char* name : {"accepted", "refused", "decided", "delivered", "duplicates", "late"}) {
    text += fmt::format("{:<12}{:>14} {:>12}\n", name, Count(engine, name), Rate(engine, before, name, seconds));
  }
  const Json& latency = At(engine, "latency_us");
  text += fmt::format("\nwaiting {}; {} agents, {} producers, {} consumers ({} detached), {} batches\n",
                      Count(engine, "waiting"), Count(engine, "agents"), Count(engine, "producers"),
                      Count(engine, "consumers"), Count(engine, "detached_consumers"), Count(engine, "batches"));
  return text + fmt::format("latency p50 {}, p99 {}, p99.9 {}, p99.99 {}, max {}\n", Micros(Number(latency, "p50")),
                            Micros(Number(latency, "p99")), Micros(Number(latency, "p99.9")),
                            Micros(Number(latency, "p99.99")), Micros(Number(latency, "max")));
}

std::string CountsText(const char* title, const Json& counts, const Json& before, double seconds, bool all) {
  std::string text;
  if (!counts.is_object()) return text;
  for (const auto& [name, count] : counts.items()) {
    if (!all && (!count.is_number() || count.get<double>() == 0)) continue;
    if (text.empty()) text = fmt::format("\n{}\n", title);
    text += fmt::format("{:<12}{:>14} {:>12}\n", name, Count(counts, name.c_str()),
                        Rate(counts, before, name.c_str(), seconds));
  }
  return text;
}

std::string RulesText(const Json& rules) {
  std::string text;
  if (!rules.is_array()) return text;
  for (const Json& rule : rules) {
    if (text.empty()) text = fmt::format("\n{:<30}{:>10} {:>12}\n", "rules, of this generation", "matched", "errors");
    text += fmt::format("{:<30}{:>10} {:>12}\n", Text(rule, "rule"), Count(rule, "matched"), Count(rule, "errors"));
  }
  return text;
}

std::string ChangesText(const Json& changes) {
  std::string text;
  if (!changes.is_array()) return text;
  for (const Json& change : changes) {
    if (text.empty()) text = "\nchanges in force\n";
    const std::string what = change.contains("rule") ? "rule " + Text(change, "rule") + " disabled"
                                                     : "list " + Text(change, "list") + " has " + Text(change, "key");
    const std::string reason = Text(change, "reason");
    text += fmt::format("{} until {} by {}{}\n", what, Text(change, "until"), Text(change, "who"),
                        reason.empty() ? "" : ": " + reason);
  }
  return text;
}

std::string ControlText(const Json& control) {
  std::string text = ChangesText(At(control, "changes"));
  const Json& pending = At(control, "pending");
  if (pending.is_object()) {
    text += fmt::format("\nwaits for approval: {} by {}, rule set {}\n", Text(pending, "cause"), Text(pending, "who"),
                        Text(pending, "rule_set").substr(0, kHashShown));
  }
  const std::string running = Text(control, "running");
  if (!running.empty()) text += fmt::format("\nunder way: {}; {} wait\n", running, Count(control, "queued"));
  return text;
}

std::string LastText(const Json& last) {
  std::string text;
  if (!last.is_array()) return text;
  for (const Json& command : last) {
    if (text.empty()) text = "\nlast commands\n";
    std::string result = "refused: " + Text(command, "error");
    if (command.contains("generation")) result = fmt::format("generation {}", Count(command, "generation"));
    if (command.contains("waits_for_approval")) result = "waits for approval";
    text += fmt::format("{} {} by {}: {}\n", Text(command, "at"), Text(command, "request"), Text(command, "who"),
                        result);
  }
  return text;
}

std::string GenerationsText(const Json& generations) {
  std::string text;
  if (!generations.is_array()) return text;
  for (auto at = generations.rbegin(); at != generations.rend(); ++at) {
    if (text.empty()) text = fmt::format("\n{:>10} {:<17} {:<24}  cause\n", "generation", "rule set", "since");
    text += fmt::format("{:>10} {:<17} {:<24}  {} ({})\n", Count(*at, "generation"),
                        Text(*at, "rule_set").substr(0, kHashShown), Text(*at, "since"), Text(*at, "cause"),
                        Text(*at, "who"));
  }
  return text;
}

}  // namespace

std::string StatusText(const Json& status) {
  const Json& engine = At(status, "engine");
  return InForceText(engine) + FlowText(engine, nullptr, 0) +
         CountsText("lanes", At(engine, "lanes"), nullptr, 0, true) +
         CountsText("outcomes", At(engine, "outcomes"), nullptr, 0, false) + RulesText(At(engine, "rules")) +
         ControlText(At(status, "control")) + GenerationsText(At(status, "generations")) +
         LastText(At(At(status, "control"), "last"));
}

std::string TopText(const Json& status, const Json& before, double seconds) {
  const Json& engine = At(status, "engine");
  const Json& engine_before = At(before, "engine");
  return InForceText(engine) + FlowText(engine, engine_before, seconds) +
         CountsText("lanes", At(engine, "lanes"), At(engine_before, "lanes"), seconds, true) +
         CountsText("outcomes", At(engine, "outcomes"), At(engine_before, "outcomes"), seconds, false) +
         RulesText(At(engine, "rules")) + ControlText(At(status, "control")) +
         GenerationsText(At(status, "generations"));
}

}  // namespace sluice::tools
