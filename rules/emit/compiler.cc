#include "rules/emit/compiler.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/ruleset/verify.h"
#include "engine/text/text_version.h"
#include "rules/book/list_reader.h"
#include "rules/book/book_reader.h"
#include "rules/book/table_reader.h"
#include "rules/emit/book_schema.h"
#include "rules/emit/rule_compiler.h"
#include "rules/emit/silences.h"
#include "rules/emit/zones.h"

namespace sluice::rules {
namespace {

/// What expressions may name: shapes of the book's lists and tables.
Environment MakeEnvironment(const Book& book, const parcel::Catalog& catalog,
                            const ZoneProvider& zones) {
  Environment environment;
  environment.catalog = &catalog;
  environment.zones = &zones;
  environment.base_currency = book.config.base_currency;
  if (!book.config.office.path.empty())
    environment.office = parcel::FindPath(catalog, book.config.office.path);
  for (const ruleset::ReferenceList& list : book.lists)
    environment.lists.push_back({list.name, list.type});
  for (const BookTable& table : book.tables) {
    TableShape& shape = environment.tables.emplace_back();
    shape.name = table.table.name;
    shape.has_columns = table.has_header;
    for (const ruleset::TableKey& key : table.table.keys)
      shape.keys.push_back({key.name, key.kind, key.type});
    for (const ruleset::TableValueColumn& value : table.table.values) {
      shape.values.push_back({value.name, value.type, value.currency});
    }
  }
  return environment;
}

/// Tables that some expression looks up.
std::set<std::uint32_t> LookedUpTables(const ruleset::Program& program) {
  std::set<std::uint32_t> tables;
  for (const ruleset::Node& node : program.nodes) {
    if (node.op == ruleset::Op::kTableRow || node.op == ruleset::Op::kTableHas)
      tables.insert(node.a);
  }
  return tables;
}

/// Lists that some expression searches texts by: with containsAny, with similarTo.
std::set<std::uint32_t> SearchedLists(const ruleset::Program& program, ruleset::Op op) {
  std::set<std::uint32_t> lists;
  for (const ruleset::Node& node : program.nodes) {
    if (node.op == op) lists.insert(node.b);
  }
  return lists;
}

/// Moves what needs no compiling from the book to the rule set.
void MoveBook(Book* book, ruleset::RuleSet* rule_set) {
  BookConfig& config = book->config;
  rule_set->name = config.name;
  rule_set->mapping = std::move(config.mapping);
  rule_set->lanes = std::move(config.lanes);
  rule_set->default_lane = config.default_lane;
  rule_set->outcome_lanes = config.outcome_lanes;
  rule_set->score_lanes = std::move(config.score_lanes);
  rule_set->tags = book->specs.tags.names();
  rule_set->controls = book->specs.controls.names();
  rule_set->office_sets = std::move(book->specs.office_sets);
  rule_set->split_shares = std::move(book->specs.split_shares);
  rule_set->lists = std::move(book->lists);
  for (BookTable& table : book->tables) rule_set->tables.push_back(std::move(table.table));
  rule_set->rates = std::move(book->rates);
}

class BookCompiler {
 public:
  BookCompiler(Book book, KeepTrees keep, CompiledBook* result)
      : book_(std::move(book)), keep_(keep), result_(*result) {}

  void Compile() {
    DiagnosticList* diagnostics = &result_.diagnostics;
    auto catalog = LoadBookSchema(book_, result_.sources.get(), diagnostics);
    if (!catalog) return;
    auto rule_set = std::make_shared<ruleset::RuleSet>();
    rule_set->catalog = *std::move(catalog);
    AddSystemColumns(book_, rule_set.get(), diagnostics);
    const SystemZones zones;
    Environment environment = MakeEnvironment(book_, rule_set->catalog, zones);
    std::vector<CheckedRule> trees;
    const bool keeps = keep_ == KeepTrees::kYes;
    {
      RuleCompiler rules(&book_, &environment, rule_set.get(), keeps ? &trees : nullptr,
                         diagnostics);
      rule_set->zone = rules.lowering().AddZone(book_.config.zone);
      rules.CompileAll();
    }
    for (const std::uint32_t table : LookedUpTables(rule_set->program)) {
      CheckLookupTable(book_.tables[table], diagnostics);
    }
    CheckSearchedLists(*rule_set);
    *diagnostics = WithoutSilenced(std::move(*diagnostics), &book_);
    if (diagnostics->HasErrors()) return;
    if (ruleset::UsesTextSearch(rule_set->program)) rule_set->program.text_version = text::TextVersion();
    MoveBook(&book_, rule_set.get());
    if (Status status = ruleset::Verify(*rule_set); !status.ok()) {
      diagnostics->Error({.file = book_.folder}, "internal",
                         "the compiled rule set is not sound: " + status.message(),
                         "this is a fault of the compiler");
      return;
    }
    rule_set->Finish();
    result_.rule_set = std::move(rule_set);
    if (keeps) {
      result_.trees = std::make_unique<CheckedBook>();
      result_.trees->book = std::move(book_);
      result_.trees->rules = std::move(trees);
    }
  }

 private:
  void CheckSearchedLists(const ruleset::RuleSet& rule_set) {
    const auto file_of = [&](const ruleset::ReferenceList& list) {
      const std::filesystem::path path = std::filesystem::path(book_.folder) / "lists" / (list.name + ".csv");
      return result_.sources->Find(path.generic_string());
    };
    std::size_t all_bytes = 0;
    std::pair<std::size_t, std::uint32_t> longest;  // its bytes, and its index
    for (const std::uint32_t list : SearchedLists(rule_set.program, ruleset::Op::kContainsAny)) {
      const std::size_t bytes = CheckLiterals(book_.lists[list], file_of(book_.lists[list]), &result_.diagnostics);
      all_bytes += bytes;
      longest = std::max(longest, {bytes, list});
    }
    if (all_bytes > limits::kAllLiteralBytesMax) {
      const SourceFile* file = file_of(book_.lists[longest.second]);
      TellLiteralsAreTooMany(all_bytes, longest.first, file == nullptr ? Place{} : file->At(0));
    }
    for (const std::uint32_t list : SearchedLists(rule_set.program, ruleset::Op::kSimilarTo)) {
      CheckNames(book_.lists[list], file_of(book_.lists[list]), &result_.diagnostics);
    }
  }

  void TellLiteralsAreTooMany(std::size_t all_bytes, std::size_t longest_bytes, const Place& longest) {
    result_.diagnostics.Error(
        longest, "list-too-long",
        "the lists that rules take for containsAny have " + std::to_string(all_bytes) +
            " bytes of entries, folded, where " + std::to_string(limits::kAllLiteralBytesMax) +
            " is the most; this one has " + std::to_string(longest_bytes),
        "take out entries, or search for their common parts");
  }

  Book book_;
  KeepTrees keep_;
  CompiledBook& result_;
};

Result<CompiledBook> Compile(const std::string& folder, KeepTrees keep) {
  CompiledBook result;
  result.folder = folder;
  result.sources = std::make_unique<SourceSet>();
  auto book = ReadBook(folder, result.sources.get(), &result.diagnostics);
  if (!book.ok()) return book.status();
  if (!book->config.mapping_file.empty()) {
    result.mapping_path =
        (std::filesystem::path(folder) / book->config.mapping_file).generic_string();
  }
  BookCompiler(*std::move(book), keep, &result).Compile();
  result.diagnostics.Sort();
  return result;
}

}  // namespace

Result<CompiledBook> CompileBook(const std::string& folder, KeepTrees keep) {
  try {
    return Compile(folder, keep);
  } catch (const std::exception& error) {  // std::filesystem and memory, which have no other way
    return Status(StatusCode::kIo, "cannot compile " + folder + ": " + error.what());
  }
}

}  // namespace sluice::rules
