// sluice_peers RULES ROUNDS [MATCHES.csv]: the engine and its C++ peers over flat-40, in turn, one thread.
//
// Each peer's matches of every parcel are compared with those of the workload's neutral form before anything is timed;
// a difference ends the run with 1. Prints a line of JSON a peer: nanoseconds a parcel of each round. MATCHES.csv gets
// the neutral form's matches, "parcel,rule", for peers of other languages.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

constexpr std::uint32_t kParcels = 20'480;

std::vector<Found> NeutralMatches(const FlatModel& model) {
  std::vector<Found> found;
  for (std::uint32_t parcel = 0; parcel < model.parcels.size(); ++parcel) {
    for (std::uint32_t rule = 0; rule < model.rules.size(); ++rule) {
      if (bench::Holds(model.rules[rule], model.parcels[parcel])) found.push_back({parcel, rule});
    }
  }
  return found;
}

bool WriteMatches(const std::vector<Found>& found, const char* path) {
  std::FILE* file = std::fopen(path, "w");
  if (file == nullptr) return false;
  for (const Found& one : found) std::fprintf(file, "%u,%u\n", one.parcel, one.rule);
  return std::fclose(file) == 0;
}

struct Entrant {
  std::unique_ptr<Peer> peer;
  double build_ns = 0;
  std::vector<double> rounds;
};

std::vector<Entrant> MakeEntrants(const FlatModel& model) {
  std::vector<Entrant> entrants;
  for (const auto make : {EngineMatch, EngineFromTexts, OneKeyIndex, OneKeyIndexWithRanges, OneKeyIndexFromTexts,
                          ColumnarBlocks, ScanRarestFirst, ScanAsWritten}) {
    const double start = ThreadNanoseconds();
    entrants.push_back({make(model), 0, {}});
    entrants.back().build_ns = ThreadNanoseconds() - start;
  }
  return entrants;
}

int Compare(std::uint32_t rules, int rounds, const char* matches_path) {
  const FlatModel model = bench::MakeFlatModel({.rules = rules, .parcels = kParcels});
  const std::vector<Found> expected = NeutralMatches(model);
  if (matches_path != nullptr && !WriteMatches(expected, matches_path)) {
    std::fprintf(stderr, "sluice_peers: %s: cannot be written\n", matches_path);
    return 3;
  }
  std::vector<Entrant> entrants = MakeEntrants(model);
  for (const Entrant& entrant : entrants) {
    entrant.peer->Run();
    std::vector<Found> found = entrant.peer->Matches();
    std::ranges::sort(found);
    if (found != expected) {
      std::fprintf(stderr, "sluice_peers: %s found %zu matches, others than the %zu that are right\n",
                   entrant.peer->name(), found.size(), expected.size());
      return 1;
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (Entrant& entrant : entrants) entrant.rounds.push_back(entrant.peer->Run() / kParcels);
  }
  for (const Entrant& entrant : entrants) {
    std::printf("{\"peer\": \"%s\", \"rules\": %u, \"parcels\": %u, \"matches\": %zu, \"build_s\": %.3f, \"ns\": [",
                entrant.peer->name(), rules, kParcels, expected.size(), entrant.build_ns * 1e-9);
    for (std::size_t i = 0; i < entrant.rounds.size(); ++i) std::printf("%s%.1f", i > 0 ? ", " : "", entrant.rounds[i]);
    std::printf("]}\n");
  }
  return 0;
}

}  // namespace
}  // namespace sluice::peers

int main(int argc, char** argv) {
  const int rules = argc > 1 ? std::atoi(argv[1]) : 0, rounds = argc > 2 ? std::atoi(argv[2]) : 0;
  if (argc > 4 || rules < 1 || rounds < 1) {
    std::fprintf(stderr, "usage: sluice_peers RULES ROUNDS [MATCHES.csv]\n");
    return 3;
  }
  return sluice::peers::Compare(static_cast<std::uint32_t>(rules), rounds, argc > 3 ? argv[3] : nullptr);
}
