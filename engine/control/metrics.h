// What an engine says of itself as the text that Prometheus reads; whoever has more to say goes on writing.
//
// Thread-safety: plain values.   Source of the text's form: prometheus.io/docs/instrumenting/exposition_formats,
// version 0.0.4. Counters begin with the engine.
#pragma once

#include <sluice/engine.h>

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::control {

class MetricsWriter {
 public:
  /// A family of metrics; `type` is "counter" or "gauge". Add gives its values, each with at most one label.
  void Begin(const char* name, const char* type, const char* help);
  void Add(const std::string& value, const std::string& label = {}, const std::string& of = {});
  /// Families of one value.
  void Counter(const char* name, const char* help, std::uint64_t value);
  void Gauge(const char* name, const char* help, std::uint64_t value);
  std::string Take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void WriteMetrics(const EngineStatus& status, MetricsWriter* writer);

}  // namespace sluice::control
