#include "rules/emit/book_schema.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/wire/schema_loader.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using parcel::Catalog;
using parcel::Field;
using parcel::FieldPath;
using parcel::ValueType;

/// Every path that ends in a scalar, vectors left out: candidates for "did you mean".
void CollectPaths(const Catalog& catalog, std::uint32_t record, const std::string& before,
                  std::vector<std::string>* paths) {
  for (const Field& field : catalog.records[record].fields) {
    if (field.hidden) continue;
    const std::string path = before + field.name;
    if (field.type == ValueType::kRecord) CollectPaths(catalog, field.record, path + ".", paths);
    if (parcel::IsScalar(field.type) && !field.label) paths->push_back(path);
  }
}

struct NamedValue {
  std::string_view name;
  std::int64_t value;
};

/// Checks the fields that book.yaml names and gives them columns.
class SystemFields {
 public:
  SystemFields(const Book& book, ruleset::RuleSet* rule_set, DiagnosticList* diagnostics)
      : config_(book.config), rule_set_(*rule_set), diagnostics_(diagnostics) {}

  void Add() {
    ruleset::SystemColumns& system = rule_set_.system;
    system.id = AddField(config_.id, "id", ValueType::kString);
    system.received = AddField(config_.received, "received", ValueType::kTimestamp);
    system.office = AddField(config_.office, "office", ValueType::kString);
    system.phase = AddField(config_.phase, "phase", ValueType::kInt);
    system.direction = AddField(config_.direction, "direction", ValueType::kInt);
    system.draw_id = AddField(config_.draw_id, "draw_id", ValueType::kString);
    CheckEnum(config_.phase, {{"declared", 0}, {"scanned", 1}});
    CheckEnum(config_.direction, {{"import", 0}, {"export", 1}});
  }

 private:
  parcel::ColumnIndex AddField(const FieldName& name, std::string_view role, ValueType type) {
    if (name.path.empty()) return ruleset::kNone;
    const Catalog& catalog = rule_set_.catalog;
    const auto path = parcel::FindPath(catalog, name.path);
    if (!path || path->empty()) {
      std::vector<std::string> known;
      CollectPaths(catalog, catalog.root, "", &known);
      diagnostics_->Error(
          name.node->place(), "unknown-field",
          "record " + catalog.root_record().name + " has no field '" + name.path + "'",
          DidYouMean(name.path, known));
      return ruleset::kNone;
    }
    const Field& field = parcel::FieldAt(catalog, catalog.root, *path);
    if (field.type != type || field.label) {
      diagnostics_->Error(
          name.node->place(), "field-type",
          "the field for `" + std::string(role) + "` must be of type " +
              parcel::ValueTypeName(type) + ", but '" + name.path + "' is " +
              (field.label ? "a label"
                           : std::string("of type ") + parcel::ValueTypeName(field.type)));
      return ruleset::kNone;
    }
    return rule_set_.columns.AddColumn(catalog, parcel::kParcelDomain, *path);
  }

  /// An enum must mean what the engine means by the same numbers.
  void CheckEnum(const FieldName& name, std::initializer_list<NamedValue> wanted) {
    const auto path = parcel::FindPath(rule_set_.catalog, name.path);
    if (name.path.empty() || !path || path->empty()) return;
    const Field& field = parcel::FieldAt(rule_set_.catalog, rule_set_.catalog.root, *path);
    if (field.enumeration == parcel::kNoIndex) return;
    for (const parcel::EnumValue& value : rule_set_.catalog.enums[field.enumeration].values) {
      for (const NamedValue& meant : wanted) {
        if (value.name != meant.name || value.value == meant.value) continue;
        diagnostics_->Error(name.node->place(), "enum-value",
                            "'" + value.name + "' must have the value " +
                                std::to_string(meant.value) + " in enum " +
                                rule_set_.catalog.enums[field.enumeration].name);
      }
    }
  }

  const BookConfig& config_;
  ruleset::RuleSet& rule_set_;
  DiagnosticList* diagnostics_;
};

/// Gives every field with required_at a column and an entry in RuleSet::required.
class RequiredFields {
 public:
  explicit RequiredFields(ruleset::RuleSet* rule_set) : rule_set_(*rule_set) {}

  void Add() { AddRecord(parcel::kParcelDomain, rule_set_.catalog.root, {}, ""); }

 private:
  void AddRecord(parcel::DomainIndex domain, std::uint32_t record, const FieldPath& before,
                 const std::string& name) {
    const auto& fields = rule_set_.catalog.records[record].fields;
    for (std::uint32_t i = 0; i < fields.size(); ++i) {
      if (fields[i].hidden) continue;
      FieldPath path = before;
      path.push_back(i);
      const std::string path_name = name + fields[i].name;
      if (fields[i].type == ValueType::kList) {
        AddVector(domain, fields[i], path, path_name);
        continue;
      }
      if (fields[i].required_phases != 0) AddField(domain, fields[i], path, path_name);
      if (fields[i].type == ValueType::kRecord)
        AddRecord(domain, fields[i].record, path, path_name + ".");
    }
  }

  void AddVector(parcel::DomainIndex domain, const Field& field, const FieldPath& path,
                 const std::string& name) {
    if (domain != parcel::kParcelDomain || field.element_type != ValueType::kRecord) return;
    if (!HasRequired(field.record)) return;
    const auto elements = rule_set_.columns.AddDomain(rule_set_.catalog, domain, path);
    AddRecord(elements, field.record, {}, name + ".");
  }

  bool HasRequired(std::uint32_t record) const {
    for (const Field& field : rule_set_.catalog.records[record].fields) {
      if (field.hidden) continue;
      if (field.required_phases != 0 && field.type != ValueType::kList) return true;
      if (field.type == ValueType::kRecord && HasRequired(field.record)) return true;
    }
    return false;
  }

  void AddField(parcel::DomainIndex domain, const Field& field, const FieldPath& path,
                const std::string& name) {
    if (field.presence == parcel::Presence::kAlways) return;
    const auto column = rule_set_.columns.AddColumn(rule_set_.catalog, domain, path);
    rule_set_.required.push_back({column, field.required_phases, rule_set_.texts.Add(name)});
  }

  ruleset::RuleSet& rule_set_;
};

}  // namespace

std::optional<Catalog> LoadBookSchema(const Book& book, SourceSet* sources,
                                      DiagnosticList* diagnostics) {
  const BookConfig& config = book.config;
  if (config.schema_file.empty() && config.root.empty()) return wire::DefaultCatalog();
  std::string text = wire::DefaultSchemaText();
  std::string path = wire::kDefaultSchemaName;
  const YamlNode* node = config.schema_node != nullptr ? config.schema_node : config.root_node;
  if (!config.schema_file.empty()) {
    path = (std::filesystem::path(book.folder) / config.schema_file).generic_string();
    const auto file = sources->Load(path, limits::kYamlFileBytesMax);
    if (!file.ok()) {
      diagnostics->Error(node->place(), "schema", file.status().message());
      return std::nullopt;
    }
    text = std::string((*file)->text());
  }
  auto catalog = wire::LoadSchema(text, path, {book.folder}, config.root);
  if (!catalog.ok()) {
    diagnostics->Error(node->place(), "schema",
                       "the schema cannot be read: " + catalog.status().message());
    return std::nullopt;
  }
  return *std::move(catalog);
}

void AddSystemColumns(const Book& book, ruleset::RuleSet* rule_set, DiagnosticList* diagnostics) {
  SystemFields(book, rule_set, diagnostics).Add();
  RequiredFields(rule_set).Add();
}

}  // namespace sluice::rules
