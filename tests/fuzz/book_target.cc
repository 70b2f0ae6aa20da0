// Any bytes as the files of a rule book (scratch.h says how one input holds several): read, checked, compiled, its
// cases read, and if it compiles, bundled and evaluated.
#include <string_view>

#include "engine/base/check.h"
#include "engine/ruleset/bundle.h"
#include "rules/diag/render.h"
#include "rules/emit/book_tests.h"
#include "rules/emit/compiler.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

namespace sluice::fuzz {
namespace {

constexpr std::size_t kRecords = 6;

void Render(const rules::DiagnosticList& diagnostics, const rules::SourceSet& sources) {
  SLUICE_CHECK(rules::RenderPretty(diagnostics, sources).empty() == diagnostics.empty());
  SLUICE_CHECK(rules::RenderJson(diagnostics).size() >= 2);
}

void TryTests(const std::string& folder, const ruleset::RuleSetPtr& rule_set) {
  const auto tests = rules::ReadBookTests(folder, *rule_set);
  if (!tests.ok()) return;
  Render(tests->diagnostics, *tests->sources);
  std::vector<Bytes> records;
  for (const rules::BookTest& test : tests->tests) records.push_back(test.record);
  ScreenAll(rule_set, records);
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  using namespace sluice::fuzz;
  const std::string folder = WriteBook({reinterpret_cast<const char*>(data), size});
  const auto book = rules::CompileBook(folder);
  if (!book.ok()) return 0;
  Render(book->diagnostics, *book->sources);
  SLUICE_CHECK((book->rule_set == nullptr) == book->diagnostics.HasErrors());
  for (const rules::Diagnostic& found : book->diagnostics.items()) SLUICE_CHECK(found.code != "internal");
  if (book->rule_set == nullptr) return 0;
  const auto bundled = ruleset::DecodeBundle(ruleset::EncodeBundle(*book->rule_set));
  SLUICE_CHECK(bundled.ok());
  SLUICE_CHECK((*bundled)->hash == book->rule_set->hash);
  ScreenAll(*bundled, SampleRecords(book->rule_set->catalog, kRecords));
  TryTests(folder, *bundled);
  return 0;
}
