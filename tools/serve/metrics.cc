#include "tools/serve/metrics.h"

#include "engine/control/metrics.h"

namespace sluice::serve {
namespace {

void AddHost(const HostCounters& host, control::MetricsWriter* text) {
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
  control::MetricsWriter text;
  control::WriteMetrics(status, &text);
  AddHost(host, &text);
  return text.Take();
}

}  // namespace sluice::serve
