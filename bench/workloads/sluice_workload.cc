// sluice_workload NAME FOLDER: writes a named workload out (export.h), and says on standard error what it is like.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "bench/workloads/export.h"
#include "bench/workloads/named.h"
#include "bench/workloads/profile.h"

namespace sluice::bench {
namespace {

struct Options {
  std::string name, folder;
  std::uint32_t rules = 10'000, parcels = 20'480, matches = 1'000;
};

int Fail(const std::string& message) {
  std::fprintf(stderr, "sluice_workload: %s\n", message.c_str());
  return 3;
}

int Write(const Options& options) {
  NamedWorkload chosen{};
  for (const NamedWorkload& named : NamedWorkloads()) {
    if (options.name == named.name) chosen = named;
  }
  if (chosen.name == nullptr) return Fail("no workload is named " + options.name);
  Status status;
  if (auto* flat = std::get_if<FlatKnobs>(&chosen.knobs)) {
    flat->rules = options.rules;
    flat->parcels = options.parcels;
    status = ExportFlat(MakeFlatModel(*flat), options.matches, options.folder);
  } else {
    auto& parcels = std::get<ParcelKnobs>(chosen.knobs);
    parcels.profiles = options.rules;
    parcels.parcels = options.parcels;
    status = ExportParcels(MakeParcelModel(parcels), options.folder);
  }
  if (!status.ok()) return Fail(status.message());
  std::fputs(DescribeTraffic(MakeWorkload(chosen)).c_str(), stderr);
  return 0;
}

}  // namespace
}  // namespace sluice::bench

int main(int argc, char** argv) {
  sluice::bench::Options options;
  CLI::App app("Writes one of the fixed workloads to a folder");
  app.add_option("NAME", options.name, "flat-40, heavy, unselective, large-in, parcel-2-items, …")->required();
  app.add_option("FOLDER", options.folder, "where to; made if it is not there")->required();
  app.add_option("--rules", options.rules, "rules, or profiles beside the shipped book")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--parcels", options.parcels, "parcels")->check(CLI::Range(1, 10'000'000));
  app.add_option("--matches", options.matches, "parcels whose matches are listed, found by trying each rule");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 3;
  }
  return sluice::bench::Write(options);
}
