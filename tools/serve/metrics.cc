#include "tools/serve/metrics.h"

#include <cstdio>
#include <utility>

namespace sluice::serve {
namespace {

constexpr double kUsPerSecond = 1e6;

// Backslash, quote and line feed have a meaning in a label's value.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

class Text {
 public:
  void Begin(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void Add(const std::string& value, const std::string& label = {}, const std::string& of = {}) {
    text_ += name_;
    if (!label.empty()) text_ += "{" + label + "=\"" + Escaped(of) + "\"}";
    text_ += " " + value + "\n";
  }
  void Counter(const char* name, const char* help, std::uint64_t value) {
    Begin(name, "counter", help);
    Add(std::to_string(value));
  }
  void Gauge(const char* name, const char* help, std::uint64_t value) {
    Begin(name, "gauge", help);
    Add(std::to_string(value));
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void AddEngine(const EngineStatus& status, Text* text) {
  text->Counter("sluice_accepted_total", "Submissions taken.", status.accepted);
  text->Counter("sluice_refused_total", "Submissions refused, and their callers told.", status.refused);
  text->Counter("sluice_decided_total", "Parcels decided.", status.decided);
  text->Counter("sluice_delivered_total", "Decisions delivered.", status.delivered);
  text->Counter("sluice_duplicates_total", "Parcels that had been decided before.", status.duplicates);
  text->Counter("sluice_late_total", "Decisions delivered after their deadline, as the safe lane.", status.late);
  text->Counter("sluice_batches_total", "Batches.", status.batches);
  text->Gauge("sluice_waiting", "Parcels accepted and not yet delivered.", status.waiting);
  text->Gauge("sluice_generation", "Number of the generation in force.", status.generation);
  text->Gauge("sluice_generations_in_memory", "Two while parcels under the one before are under way.",
              static_cast<std::uint64_t>(status.generations_in_memory));
  text->Gauge("sluice_accepting", "1 while submissions are taken.", status.accepting ? 1 : 0);
  text->Begin("sluice_lane_decisions_total", "counter", "Decisions by lane.");
  for (const auto& [lane, count] : status.lanes) text->Add(std::to_string(count), "lane", lane);
  text->Begin("sluice_outcomes_total", "counter", "Decisions by what the system itself says of a parcel.");
  for (const auto& [outcome, count] : status.outcomes) text->Add(std::to_string(count), "outcome", outcome);
  text->Begin("sluice_rule_set_info", "gauge", "The rule set in force, by its hash.");
  text->Add("1", "rule_set", status.rule_set_hash);
}

void AddLatency(const LatencyQuantiles& latency, Text* text) {
  text->Begin("sluice_latency_seconds", "gauge", "From submission to delivery, since the engine started.");
  const std::pair<const char*, double> quantiles[] = {{"0.5", latency.p50_us},
                                                      {"0.99", latency.p99_us},
                                                      {"0.999", latency.p999_us},
                                                      {"0.9999", latency.p9999_us},
                                                      {"1", latency.max_us}};
  for (const auto& [quantile, us] : quantiles) {
    char seconds[32];
    std::snprintf(seconds, sizeof(seconds), "%.9g", us / kUsPerSecond);
    text->Add(seconds, "quantile", quantile);
  }
}

void AddHost(const HostCounters& host, Text* text) {
  text->Gauge("sluice_serve_clients", "Clients that are connected.", host.clients);
  text->Counter("sluice_serve_clients_total", "Clients that have connected.", host.clients_ever);
  text->Counter("sluice_serve_clients_cut_total", "Clients that broke the protocol, were idle, or did not read.",
                host.clients_cut);
  text->Counter("sluice_serve_clients_over_total", "Clients that were one too many.", host.clients_over);
  text->Counter("sluice_serve_accepted_total", "Parcels of clients that were accepted.", host.accepted);
  text->Counter("sluice_serve_decided_total", "Of those, the decided.", host.decided);
  text->Counter("sluice_serve_refused_total", "Parcels that were refused, and their clients told.", host.refused);
  text->Counter("sluice_serve_undelivered_total", "Decisions whose clients had gone, or did not read.",
                host.undelivered);
  text->Counter("sluice_serve_reloads_total", "Reloads on SIGHUP that came into force.", host.reloads);
  text->Counter("sluice_serve_reloads_failed_total", "Reloads on SIGHUP that changed nothing.", host.reloads_failed);
}

}  // namespace

std::string MetricsText(const EngineStatus& status, const HostCounters& host) {
  Text text;
  AddEngine(status, &text);
  AddLatency(status.latency, &text);
  AddHost(host, &text);
  return text.Take();
}

}  // namespace sluice::serve
