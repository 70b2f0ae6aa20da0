// Any bytes as an NDJSON export, on to decisions.
#include <string_view>

#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ScreenFile(WriteScratch("input.ndjson", text), std::nullopt, World());
  return 0;
}
