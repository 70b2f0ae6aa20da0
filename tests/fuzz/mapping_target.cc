// Any bytes as a mapping.yaml; one that can be read is used on a small export of each text format.
#include <string>

#include "engine/base/check.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

namespace {

constexpr const char* kCsv =
    "Declaration ID,Net Mass,Item Price,Date,Name\n"
    "A1,1.5,12.50,2026-03-11,Li Na\n"
    "A2,,NA,11/03/2026 10:00,\"a \"\"b\"\"\"\n"
    "A3,-0,9e99,2026-02-30T25:61:61Z,\n";
constexpr const char* kNdjson =
    "{\"Declaration ID\":\"A1\",\"goods\":{\"mass\":1.5,\"price\":\"12.50 EUR\"},\"Date\":\"2026-03-11\"}\n"
    "{\"Declaration ID\":7,\"goods\":null,\"Date\":99999999999}\n";

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  using namespace sluice::fuzz;
  const auto mapping = ingest::ParseMapping(std::string(reinterpret_cast<const char*>(data), size), "mapping.yaml");
  if (!mapping.ok()) {
    SLUICE_CHECK(mapping.status().message().find("mapping.yaml") != std::string::npos);
    return 0;
  }
  static const std::string csv = WriteScratch("mapped.csv", kCsv);
  static const std::string ndjson = WriteScratch("mapped.ndjson", kNdjson);
  ScreenFile(csv, *mapping, World());
  ScreenFile(ndjson, *mapping, World());
  return 0;
}
