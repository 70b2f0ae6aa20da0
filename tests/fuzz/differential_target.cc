// Bytes as the choices that make a rule book and records (tests/differential): the engine must decide as the reference
// evaluator does.
#include <cstdio>

#include "engine/base/check.h"
#include "tests/differential/book_generator.h"
#include "tests/differential/comparison.h"
#include "tests/differential/record_generator.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"

namespace {

constexpr std::size_t kRecords = 20;

void TellAndStop(const std::string& difference) {
  std::fputs(difference.c_str(), stderr);
  std::abort();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  using namespace sluice::differential;
  Chance chance(std::span(data, size));
  const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
  oracle::BookModel book = BookGenerator(schema, &chance).Book();
  const auto stream = RecordGenerator(schema, &chance).Stream(kRecords);
  const std::string folder = fuzz::ScratchFolder() + "/differential";
  std::string failure;
  const auto rule_set = CompileWhatCompiles(&book, folder, nullptr, &failure);
  if (rule_set == nullptr) TellAndStop(ShrinkFailure(book, folder, failure));
  const auto difference = FindDifference(book, schema, rule_set, stream, false, nullptr);
  if (difference) TellAndStop(Shrink(book, schema, folder, stream, *difference));
  return 0;
}
