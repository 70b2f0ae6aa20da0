#include "engine/control/metrics.h"

#include <cstdio>

namespace sluice::control {
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

void WriteLatency(const LatencyQuantiles& latency, MetricsWriter* writer) {
  writer->Begin("sluice_latency_seconds", "gauge", "From submission to delivery, since the engine started.");
  const std::pair<const char*, double> quantiles[] = {{"0.5", latency.p50_us},
                                                      {"0.99", latency.p99_us},
                                                      {"0.999", latency.p999_us},
                                                      {"0.9999", latency.p9999_us},
                                                      {"1", latency.max_us}};
  for (const auto& [quantile, us] : quantiles) {
    char seconds[32];
    std::snprintf(seconds, sizeof(seconds), "%.9g", us / kUsPerSecond);
    writer->Add(seconds, "quantile", quantile);
  }
}

}  // namespace

void MetricsWriter::Begin(const char* name, const char* type, const char* help) {
  name_ = name;
  text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void MetricsWriter::Add(const std::string& value, const std::string& label, const std::string& of) {
  text_ += name_;
  if (!label.empty()) text_ += "{" + label + "=\"" + Escaped(of) + "\"}";
  text_ += " " + value + "\n";
}

void MetricsWriter::Counter(const char* name, const char* help, std::uint64_t value) {
  Begin(name, "counter", help);
  Add(std::to_string(value));
}

void MetricsWriter::Gauge(const char* name, const char* help, std::uint64_t value) {
  Begin(name, "gauge", help);
  Add(std::to_string(value));
}

void WriteMetrics(const EngineStatus& status, MetricsWriter* writer) {
  writer->Counter("sluice_accepted_total", "Submissions taken.", status.accepted);
  writer->Counter("sluice_refused_total", "Submissions refused, and their callers told.", status.refused);
  writer->Counter("sluice_decided_total", "Parcels decided.", status.decided);
  writer->Counter("sluice_delivered_total", "Decisions delivered.", status.delivered);
  writer->Counter("sluice_duplicates_total", "Parcels that had been decided before.", status.duplicates);
  writer->Counter("sluice_late_total", "Decisions delivered after their deadline, as the safe lane.", status.late);
  writer->Counter("sluice_batches_total", "Batches.", status.batches);
  writer->Counter("sluice_detached_consumers_total", "Consumers that did not take their decisions.",
                  status.detached_consumers);
  writer->Gauge("sluice_waiting", "Parcels accepted and not yet delivered.", status.waiting);
  writer->Gauge("sluice_generation", "Number of the generation in force.", status.generation);
  writer->Gauge("sluice_generations_in_memory", "Two while parcels under the one before are under way.",
                static_cast<std::uint64_t>(status.generations_in_memory));
  writer->Gauge("sluice_accepting", "1 while submissions are taken.", status.accepting ? 1 : 0);
  writer->Begin("sluice_lane_decisions_total", "counter", "Decisions by lane.");
  for (const auto& [lane, count] : status.lanes) writer->Add(std::to_string(count), "lane", lane);
  writer->Begin("sluice_outcomes_total", "counter", "Decisions by what the system itself says of a parcel.");
  for (const auto& [outcome, count] : status.outcomes) writer->Add(std::to_string(count), "outcome", outcome);
  writer->Begin("sluice_rule_set_info", "gauge", "The rule set in force, by its hash.");
  writer->Add("1", "rule_set", status.rule_set_hash);
  WriteLatency(status.latency, writer);
}

}  // namespace sluice::control
