// sluice rules fmt: one layout for the YAML files of rule books.
#include <fmt/core.h>

#include <filesystem>

#include "engine/base/file.h"
#include "engine/base/limits.h"
#include "rules/book/book_reader.h"
#include "rules/diag/render.h"
#include "rules/syntax/yaml_format.h"
#include "tools/sluice/line_diff.h"
#include "tools/sluice/rules_verbs.h"

namespace sluice::tools {

namespace {

struct FmtOptions {
  std::vector<std::string> books;
  bool check = false;
  bool diff = false;
};

// The YAML files of a book: at its top, its rules, its tests.
Result<std::vector<std::string>> FilesOf(const std::string& book) {
  if (!std::filesystem::is_directory(book)) {
    if (book.ends_with(".yaml") && std::filesystem::is_regular_file(book)) return std::vector<std::string>{book};
    return Status(StatusCode::kNotFound, book + ": there is no rule book folder, and no .yaml file, of that name");
  }
  std::vector<std::string> files;
  for (const auto& [part, recursive] : {std::pair("", false), std::pair("rules", true), std::pair("tests", false)}) {
    const Result<std::vector<std::string>> found = rules::FindFiles(book, part, ".yaml", recursive);
    if (!found.ok()) return found.status();
    files.insert(files.end(), found->begin(), found->end());
  }
  if (files.empty()) return Status(StatusCode::kNotFound, book + ": no .yaml file is in it");
  return files;
}

class Formatter {
 public:
  explicit Formatter(const FmtOptions& options) : options_(options) {}

  int Format(const std::string& path) {
    const Result<const rules::SourceFile*> file = sources_.Load(path, limits::kYamlFileBytesMax);
    if (!file.ok()) return Fail(kExitBadArguments, file.status().message());
    rules::DiagnosticList found;
    const std::optional<std::string> formatted = rules::FormatYaml(**file, &found);
    if (!formatted) {
      fmt::print(stderr, "{}", rules::RenderPretty(found, sources_));
      broken_ = true;
      return kExitOk;
    }
    ++files_;
    if (*formatted == (*file)->text()) return kExitOk;
    ++changed_;
    if (options_.diff) fmt::print("{}", UnifiedDiff(path, (*file)->text(), *formatted));
    if (options_.check && !options_.diff) fmt::print("{}\n", path);
    if (options_.check || options_.diff) return kExitOk;
    const std::vector<std::uint8_t> bytes(formatted->begin(), formatted->end());
    const Status status = base::ReplaceFile(path, bytes);
    return status.ok() ? static_cast<int>(kExitOk) : Fail(kExitBadArguments, status.message());
  }

  int Finish() const {
    const char* what = options_.check || options_.diff ? "would change" : "changed";
    fmt::print(stderr, "sluice: {}, {} {}\n", Count(files_, "file"), changed_, what);
    if (broken_) return kExitRulesBroken;
    return changed_ > 0 && (options_.check || options_.diff) ? kExitFindings : kExitOk;
  }

 private:
  const FmtOptions& options_;
  rules::SourceSet sources_;
  std::size_t files_ = 0;
  std::size_t changed_ = 0;
  bool broken_ = false;
};

int Fmt(const FmtOptions& options) {
  Formatter formatter(options);
  for (const std::string& book : options.books) {
    const Result<std::vector<std::string>> files = FilesOf(book);
    if (!files.ok()) return Fail(kExitBadArguments, files.status().message());
    for (const std::string& file : *files) {
      if (const int code = formatter.Format(file); code != kExitOk) return code;
    }
  }
  return formatter.Finish();
}

}  // namespace

void AddRulesFmt(CLI::App* parent, Run* run) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App* verb = parent->add_subcommand("fmt", "Lays out the YAML files of books in one way");
  verb->add_option("BOOK", options->books, "Folders of rule books, or single .yaml files")->required();
  verb->add_flag("--check", options->check, "Change nothing, name the files that would change");
  verb->add_flag("--diff", options->diff, "Change nothing, show what would change");
  verb->footer(
      "Line ends, blanks, blank lines, indentation, quotes, and conditions wider than 120 columns. Comments, the\n"
      "order of keys, lines that are broken by hand and values that stand in a column stay; no value changes.\n\n"
      "Examples:\n  sluice rules fmt rules/packs/cbec_import\n"
      "  sluice rules fmt --check rules/packs/cbec_import rules/packs/kcs\n"
      "  sluice rules fmt --diff draft/rules/limits.yaml\n\n"
      "Exit codes: 0 ok; 1 files would change, with --check or --diff; 2 a file is no YAML that books may use;\n"
      "3 no such book, or a file cannot be written.");
  verb->callback([=] { *run = [=] { return Fmt(*options); }; });
}

}  // namespace sluice::tools
