// What the host says of itself and its engine, as Prometheus reads it.
//
// Thread-safety: free function.   Source of the text's form: prometheus.io/docs/instrumenting/exposition_formats,
// version 0.0.4. Counters begin with the process.
#pragma once

#include <sluice/engine.h>

#include <cstdint>
#include <string>

namespace sluice::serve {

struct HostCounters {
  std::uint64_t clients = 0;        // connected now
  std::uint64_t clients_ever = 0;
  std::uint64_t clients_cut = 0;    // that broke the protocol, were idle, or did not read
  std::uint64_t clients_over = 0;   // one too many
  std::uint64_t accepted = 0;       // parcels
  std::uint64_t decided = 0;
  std::uint64_t refused = 0;
  std::uint64_t undelivered = 0;    // decisions for clients that had gone, or did not read; they are in the log
  std::uint64_t reloads = 0;
  std::uint64_t reloads_failed = 0;
};

std::string MetricsText(const EngineStatus& status, const HostCounters& host);

}  // namespace sluice::serve
