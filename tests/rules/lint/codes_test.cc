// The pages of the codes: each code has one, and what it shows is so.
#include "rules/lint/codes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "engine/base/time_text.h"
#include "rules/diag/render.h"
#include "rules/lint/linter.h"
#include "tests/rules/emit/book_folder.h"

namespace sluice::rules {
namespace {

using ::testing::Contains;
using ::testing::Not;

const std::filesystem::path kPages = std::filesystem::path(SLUICE_SOURCE_DIR) / "rules/lint/codes";

std::string ReadPage(std::string_view code) {
  std::ifstream file(kPages / (std::string(code) + ".md"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The files of the fenced blocks under a heading: "```yaml rules/a.yaml".
std::map<std::string, std::string> FilesOf(const std::string& page, const std::string& heading) {
  std::map<std::string, std::string> files;
  std::istringstream lines(page);
  std::string line, section, file;
  while (std::getline(lines, line)) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (line.starts_with("```")) {
      const std::size_t space = line.find(' ');
      file = space == std::string::npos ? "" : line.substr(space + 1);
    } else if (!file.empty() && section == heading) {
      files[file] += line + "\n";
    }
  }
  return files;
}

std::vector<std::string> CodesFound(const std::map<std::string, std::string>& files, std::string* text) {
  const BookFolder folder;
  folder.Write("book.yaml", std::string(kSmallConfig) + "rates: { base: CNY, table: rates }\n");
  folder.Write("tables/rates.csv", "currency:key,rate:value,valid:from:date\nCNY,1,2020-01-01\n");
  for (const auto& [name, content] : files) {
    if (name == "book.yaml") std::filesystem::remove(std::filesystem::path(folder.path()) / "tables/rates.csv");
  }
  for (const auto& [name, content] : files) folder.Write(name, content);
  const auto book = CompileBook(folder.path(), KeepTrees::kYes);
  if (!book.ok()) return {book.status().message()};
  *text = RenderPretty(book->diagnostics, *book->sources);
  if (book->rule_set == nullptr) return {"does not compile"};
  const Sample unmeasured;
  const DiagnosticList found =
      Lint(*book, {.now = *base::ParseTimestamp("2026-03-11T08:00:00Z"), .sample = &unmeasured});
  *text = RenderPretty(found, *book->sources);
  std::vector<std::string> codes;
  for (const Diagnostic& item : found.items()) codes.push_back(item.code);
  return codes;
}

class CodePageTest : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> AllCodes() {
  std::vector<std::string> codes;
  for (const LintCode& code : LintCodes()) codes.emplace_back(code.code);
  return codes;
}

TEST_P(CodePageTest, TheExampleIsFoundAndTheMendedOneIsNot) {
  const std::string& code = GetParam();
  const std::string page = ReadPage(code);
  ASSERT_TRUE(page.starts_with("# " + code + "\n")) << "no page " << code << ".md";
  EXPECT_THAT(page, ::testing::HasSubstr("Severity: " + std::string(SeverityName(FindLintCode(code)->severity))));
  std::string text;
  EXPECT_THAT(CodesFound(FilesOf(page, "Example"), &text), Contains(code)) << text;
  const auto mended = CodesFound(FilesOf(page, "Mended"), &text);
  EXPECT_THAT(mended, Not(Contains(code))) << text;
  EXPECT_THAT(mended, Not(Contains("does not compile"))) << text;
}

INSTANTIATE_TEST_SUITE_P(All, CodePageTest, ::testing::ValuesIn(AllCodes()),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(CodePagesTest, EachPageIsOfACode) {
  for (const auto& entry : std::filesystem::directory_iterator(kPages)) {
    EXPECT_NE(FindLintCode(entry.path().stem().string()), nullptr) << entry.path();
  }
}

TEST(CodePagesTest, EachWarningOfTheCompilerHasACode) {
  std::set<std::string> unknown;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(SLUICE_SOURCE_DIR) /
                                                                         "rules")) {
    if (entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path());
    std::stringstream stream;
    stream << file.rdbuf();
    const std::string text = stream.str();
    for (std::size_t at = text.find("Warning("); at != std::string::npos; at = text.find("Warning(", at + 1)) {
      // The code is the first text literal of the call that is no key of a place.
      std::size_t begin = text.find('"', at);
      while (text.substr(0, begin).ends_with("Key(") || text.substr(0, begin).ends_with("Find(")) {
        begin = text.find('"', text.find('"', begin + 1) + 1);
      }
      const std::string code = text.substr(begin + 1, text.find('"', begin + 1) - begin - 1);
      if (text.find(';', at) > begin && FindLintCode(code) == nullptr) unknown.insert(code);
    }
  }
  EXPECT_TRUE(unknown.empty()) << ::testing::PrintToString(unknown);
}

}  // namespace
}  // namespace sluice::rules
