#include "rules/book/book_reader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/base/file.h"
#include "engine/base/limits.h"
#include "rules/book/config_reader.h"
#include "rules/book/list_reader.h"
#include "rules/book/rate_reader.h"
#include "rules/book/rule_reader.h"
#include "rules/book/table_reader.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

namespace fs = std::filesystem;

template <typename Iterator>
Status Collect(const fs::path& folder, const std::string& extension,
               std::vector<std::string>* paths) {
  std::error_code error;
  for (Iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->path().extension() != extension || at->is_directory(ignored)) continue;
    // A link to nowhere must not drop its rules without a word; a pipe would never end.
    if (!at->is_regular_file(ignored)) {
      return {StatusCode::kIo,
              at->path().generic_string() + ": is no file that can be read (a broken link?)"};
    }
    paths->push_back(at->path().generic_string());
  }
  if (error)
    return {StatusCode::kIo,
            "cannot read the folder " + folder.generic_string() + ": " + error.message()};
  return Status::Ok();
}

class BookReader {
 public:
  BookReader(const std::string& folder, SourceSet* sources, DiagnosticList* diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {
    book_.folder = folder;
  }

  Result<Book> Read() {
    for (const auto step :
         {&BookReader::ReadConfigFile, &BookReader::ReadReferences, &BookReader::ReadRules}) {
      if (Status status = (this->*step)(); !status.ok()) return status;
    }
    RefuseAggregates();
    WarnOfNoRules();
    return std::move(book_);
  }

 private:
  Result<const SourceFile*> LoadYaml(const std::string& path) {
    return sources_->Load(path, limits::kYamlFileBytesMax);
  }
  std::string PathOf(const std::string& relative) const {
    return (fs::path(book_.folder) / relative).generic_string();
  }

  Status ReadConfigFile() {
    std::error_code error;
    if (!fs::is_directory(book_.folder, error)) {
      return {StatusCode::kNotFound, "there is no rule book folder '" + book_.folder + "'"};
    }
    const auto file = LoadYaml(PathOf("book.yaml"));
    if (!file.ok()) return file.status();
    book_file_ = *file;
    auto document = ReadYaml(**file, diagnostics_);
    if (document != nullptr && document->root() != nullptr) {
      book_.config = ReadConfig(*document->root(), &book_.specs.controls, diagnostics_);
      LoadMapping(*document->root());
    } else {
      if (document != nullptr)
        diagnostics_->Error((*file)->At(0), "missing-key", "book.yaml is empty");
      book_.config.zone = {.name = "UTC",
                           .from_seconds = {std::numeric_limits<std::int64_t>::min()},
                           .offset_seconds = {0}};
    }
    if (document != nullptr) book_.documents.push_back(std::move(document));
    return Status::Ok();
  }

  // Whether its columns are right, who reads the export says; that it is there is the book's
  // business.
  void LoadMapping(const YamlNode& root) {
    const YamlNode* node = root.Find("mapping");
    if (node == nullptr || book_.config.mapping_file.empty()) return;
    const std::string path = PathOf(book_.config.mapping_file);
    const auto bytes = base::ReadWholeFile(path, limits::kMappingBytesMax);
    if (bytes.ok()) {
      book_.config.mapping.assign(bytes->begin(), bytes->end());
    } else if (bytes.status().code() == StatusCode::kNotFound) {
      diagnostics_->Error(node->place(), "no-mapping", "there is no file " + path);
    } else {
      diagnostics_->Error(node->place(), "no-mapping", bytes.status().message());
    }
  }

  Status ReadRules() {
    const auto paths = FindFiles(book_.folder, "rules", ".yaml", true);
    if (!paths.ok()) return paths.status();
    RuleReader reader(book_.config, &book_.specs, diagnostics_);
    for (const std::string& path : *paths) {
      const auto file = LoadYaml(path);
      if (!file.ok()) return file.status();
      auto document = ReadYaml(**file, diagnostics_);
      if (document == nullptr) continue;
      if (document->root() != nullptr) reader.ReadFile(*document->root());
      book_.documents.push_back(std::move(document));
    }
    reader.Finish();
    return WarnOfOtherYaml();
  }

  void WarnOfNoRules() {
    if (book_.specs.rules.empty() && !diagnostics_->HasErrors()) {
      diagnostics_->Warning(book_file_->At(0), "no-rules",
                            "the book has no rules: every parcel gets the default lane",
                            "rules are read from rules/*.yaml, folders within it included");
    }
  }

  Status WarnOfOtherYaml() {
    const auto paths = FindFiles(book_.folder, "rules", ".yml", true);
    if (!paths.ok()) return paths.status();
    for (const std::string& path : *paths) {
      diagnostics_->Warning({.file = path, .line = 1, .column = 1, .end_line = 1, .end_column = 1},
                            "file-ignored", "the file is not read: files of rules end in .yaml");
    }
    return Status::Ok();
  }

  bool AreFew(std::size_t count, std::size_t most, const std::string& what) {
    if (count <= most) return true;
    diagnostics_->Error(book_file_->At(0), "too-many-" + what,
                        "the book has " + std::to_string(count) + " " + what + "; at most " +
                            std::to_string(most) + " are possible");
    return false;
  }

  Status ReadReferences() {
    const auto lists = FindFiles(book_.folder, "lists", ".csv", false);
    if (!lists.ok()) return lists.status();
    if (!AreFew(lists->size(), limits::kListsMax, "lists")) return Status::Ok();
    for (const std::string& path : *lists) {
      const auto file = sources_->Load(path, limits::kListFileBytesMax);
      if (!file.ok()) return file.status();
      book_.lists.push_back(ReadList(NameOf(path, **file), **file, diagnostics_));
    }
    const auto tables = FindFiles(book_.folder, "tables", ".csv", false);
    if (!tables.ok()) return tables.status();
    if (!AreFew(tables->size(), limits::kTablesMax, "tables")) return Status::Ok();
    bool rates_found = false;
    for (const std::string& path : *tables) {
      const auto file = sources_->Load(path, limits::kListFileBytesMax);
      if (!file.ok()) return file.status();
      const std::string name = NameOf(path, **file);
      if (!book_.config.rate_table.empty() && name == book_.config.rate_table) {
        rates_found = true;
        book_.rates =
            ReadRates(book_.config.base_currency, **file, book_.config.zone, diagnostics_);
      } else {
        book_.tables.push_back(ReadTable(name, **file, book_.config.zone, diagnostics_));
      }
    }
    if (!rates_found && !book_.config.rate_table.empty()) ReportMissingRates();
    return Status::Ok();
  }

  void ReportMissingRates() {
    std::vector<std::string> names;
    for (const BookTable& table : book_.tables) names.push_back(table.table.name);
    diagnostics_->Error(book_.config.rate_table_node->place(), "unknown-table",
                        "there is no file tables/" + book_.config.rate_table + ".csv",
                        DidYouMean(book_.config.rate_table, names));
  }

  /// The name rules call a list or table by: the file's, which must be an identifier.
  std::string NameOf(const std::string& path, const SourceFile& file) {
    std::string name = fs::path(path).stem().string();
    const bool ok = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_';
                    });
    if (!ok) {
      diagnostics_->Error(file.At(0), "bad-name", "rules cannot name '" + name + "'",
                          "name the file with letters, digits and '_', not beginning with a digit");
    }
    return name;
  }

  void RefuseAggregates() {
    const std::string path = PathOf("aggregates.yaml");
    std::error_code error;
    if (!fs::exists(path, error)) return;
    diagnostics_->Error({.file = path, .line = 1, .column = 1, .end_line = 1, .end_column = 1},
                        "unsupported-aggregate", "aggregates are not built yet",
                        "take the file out of the book, and the rules that read agg");
  }

  Book book_;
  const SourceFile* book_file_ = nullptr;
  SourceSet* sources_;
  DiagnosticList* diagnostics_;
};

}  // namespace

Result<std::vector<std::string>> FindFiles(const std::string& folder, const std::string& part,
                                           const std::string& extension, bool recursive) {
  std::vector<std::string> paths;
  const fs::path root = fs::path(folder) / part;
  std::error_code error;
  if (!fs::exists(root, error)) return paths;
  Status status = recursive ? Collect<fs::recursive_directory_iterator>(root, extension, &paths)
                            : Collect<fs::directory_iterator>(root, extension, &paths);
  if (!status.ok()) return status;
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<Book> ReadBook(const std::string& folder, SourceSet* sources, DiagnosticList* diagnostics) {
  return BookReader(folder, sources, diagnostics).Read();
}

}  // namespace sluice::rules
