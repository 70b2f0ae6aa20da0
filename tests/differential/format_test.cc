// Generated books keep their meaning under `sluice rules fmt`, and formatting twice is formatting once.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "engine/ruleset/sections.h"
#include "rules/book/book_reader.h"
#include "rules/emit/compiler.h"
#include "rules/syntax/yaml_format.h"
#include "tests/differential/book_generator.h"

namespace sluice::differential {
namespace {

constexpr std::uint64_t kRounds = 40;

using Sections = std::map<std::string, std::vector<std::uint8_t>>;

// All but where the rules stand; empty where the book does not compile.
Sections Meaning(const std::string& folder) {
  Sections sections;
  const auto book = rules::CompileBook(folder);
  if (!book.ok() || book->rule_set == nullptr) return sections;
  ruleset::EncodeSections(*book->rule_set, [&](std::string name, std::vector<std::uint8_t> bytes) {
    if (name != "sources") sections[std::move(name)] = std::move(bytes);
  });
  return sections;
}

// Blanks where YAML allows them, by the book's own seed: deeper lists, gaps, blank lines, CRLF.
std::string Disturbed(const std::string& text, Chance* chance) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' && chance->OneIn(6)) out += "   ";
    if (c == '\n' && chance->OneIn(6)) out += "\r";
    out += c;
    if (c == '\n' && chance->OneIn(12)) out += "\n\n";
  }
  return out;
}

void FormatFile(const std::string& path, Chance* chance) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto format = [&](const std::string& what) {
    rules::DiagnosticList found;
    auto formatted = rules::FormatYaml(rules::SourceFile(path, what), &found);
    EXPECT_TRUE(formatted) << path << ": " << (found.items().empty() ? "" : found.items()[0].message) << "\n" << what;
    return formatted.value_or("");
  };
  const std::string formatted = format(text);
  EXPECT_EQ(format(formatted), formatted) << path;
  const bool has_blocks = text.find(": |") != text.npos || text.find(": >") != text.npos;
  if (!has_blocks && text.find("\"\"\"") == text.npos) {
    const std::string disturbed = Disturbed(text, chance);
    EXPECT_EQ(format(format(disturbed)), format(disturbed)) << path;
  }
  std::ofstream(path, std::ios::binary) << formatted;
}

TEST(FormatTest, GeneratedBooksKeepTheirMeaning) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("sluice-format-" + std::to_string(getpid()))).string();
  std::size_t compiled = 0;
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chance chance(seed);
    const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
    oracle::WriteBook(BookGenerator(schema, &chance).Book(), folder);
    const Sections before = Meaning(folder);
    const auto files = rules::FindFiles(folder, "", ".yaml", true);
    ASSERT_TRUE(files.ok());
    for (const std::string& path : *files) FormatFile(path, &chance);
    EXPECT_EQ(Meaning(folder), before);
    compiled += before.empty() ? 0 : 1;
  }
  std::filesystem::remove_all(folder);
  EXPECT_GT(compiled, 0u);
}

}  // namespace
}  // namespace sluice::differential
