#include "engine/ingest/mapping.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include "engine/base/file.h"
#include "engine/base/limits.h"

namespace sluice::ingest {

namespace {

// The first flaw stops the reading; this carries it out of the nested readers, never out of this file.
struct Flaw {
  Status status;
};

// Lines and columns from 1; an empty file has none, and its error stands at its beginning.
std::string ErrorText(const std::string& name, const YAML::Mark& mark, const std::string& what) {
  return name + ":" + std::to_string(std::max(mark.line, 0) + 1) + ":" + std::to_string(std::max(mark.column, 0) + 1) +
         ": error: " + what;
}

class MappingReader {
 public:
  explicit MappingReader(const std::string& name) : name_(name) {}

  Mapping Read(const YAML::Node& root) {
    Mapping mapping;
    CheckMap(root, kMappingKeys);
    if (const auto null = Find(root, "null")) mapping.null = Texts(*null);
    if (const auto unmapped = Find(root, "unmapped")) mapping.unmapped_is_error = IsError(*unmapped);
    const auto found = Find(root, "columns");
    if (!found) Fail(root, "needs a map 'columns'");
    const YAML::Node& columns = *found;
    CheckMap(columns, {});
    for (const auto& entry : columns) mapping.columns.push_back(Column(entry.first, entry.second));
    return mapping;
  }

 private:
  [[noreturn]] void Fail(const YAML::Node& at, const std::string& what) const {
    throw Flaw{{StatusCode::kInvalidArgument, ErrorText(name_, at.Mark(), what)}};
  }

  // A map without repeated keys, and with none but `allowed` (all, if that is empty).
  void CheckMap(const YAML::Node& node, std::span<const std::string_view> allowed) const {
    if (!node.IsMap()) Fail(node, "expected a map");
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string key = Key(entry.first);
      if (!seen.insert(key).second) Fail(entry.first, "key '" + key + "' stands twice");
      const bool known = allowed.empty() || std::find(allowed.begin(), allowed.end(), key) != allowed.end();
      if (!known) Fail(entry.first, "unknown key '" + key + "'");
    }
  }

  // A key; `null` is one of ours, though YAML takes the bare word for no value.
  std::string Key(const YAML::Node& node) const { return node.IsNull() ? "null" : Text(node); }

  std::optional<YAML::Node> Find(const YAML::Node& map, const std::string& key) const {
    for (const auto& entry : map) {
      if (Key(entry.first) == key) return entry.second;
    }
    return std::nullopt;
  }

  std::string Text(const YAML::Node& node) const {
    if (!node.IsScalar()) Fail(node, "expected a text");
    return node.Scalar();
  }

  std::vector<std::string> Texts(const YAML::Node& node) const {
    std::vector<std::string> texts;
    if (node.IsScalar()) return {node.Scalar()};
    if (!node.IsSequence()) Fail(node, "expected a list of texts");
    for (const YAML::Node& item : node) texts.push_back(Text(item));
    return texts;
  }

  bool IsError(const YAML::Node& node) const {
    const std::string word = Text(node);
    if (word != "ignore" && word != "error") Fail(node, "'unmapped' is 'ignore' or 'error'");
    return word == "error";
  }

  ColumnMapping Column(const YAML::Node& key, const YAML::Node& node) const {
    ColumnMapping column;
    column.column = Text(key);
    if (node.IsScalar()) {
      column.field = node.Scalar();
      return column;
    }
    CheckMap(node, kMappingColumnKeys);
    const auto field = Find(node, "field");
    if (!field) Fail(node, "column '" + column.column + "' needs a 'field'");
    column.field = Text(*field);
    if (const auto unit = Find(node, "unit")) column.unit = Text(*unit);
    if (const auto format = Find(node, "format")) column.format = Text(*format);
    if (const auto null = Find(node, "null")) column.null = Texts(*null);
    if (const auto note = Find(node, "currency")) {
      const std::string code = Text(*note);
      const auto currency = base::ParseCurrency(code);
      if (!currency) Fail(*note, "'" + code + "' is not an ISO 4217 currency code");
      column.currency = *currency;
    }
    return column;
  }

  const std::string& name_;
};

static_assert(limits::kMappingBytesMax == 1u << 20);
Status TooLong(const std::string& name) {
  return {StatusCode::kLimitExceeded, name + ": a mapping has at most 1 MiB"};
}

}  // namespace

const ColumnMapping* Mapping::Find(std::string_view column) const {
  for (const ColumnMapping& mapping : columns) {
    if (mapping.column == column) return &mapping;
  }
  return nullptr;
}

Result<Mapping> ParseMapping(const std::string& yaml, const std::string& name) {
  if (yaml.size() > limits::kMappingBytesMax) return TooLong(name);
  try {
    return MappingReader(name).Read(YAML::Load(yaml));
  } catch (const Flaw& flaw) {
    return flaw.status;
  } catch (const YAML::Exception& error) {
    const bool too_deep = dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr;
    return Status(StatusCode::kInvalidArgument,
                  ErrorText(name, error.mark, too_deep ? "the file is nested too deeply" : error.msg));
  }
}

Result<Mapping> ReadMapping(const std::string& path) {
  const auto bytes = base::ReadWholeFile(path, limits::kMappingBytesMax);
  if (bytes.status().code() == StatusCode::kLimitExceeded) return TooLong(path);
  if (!bytes.ok()) return bytes.status();
  return ParseMapping(std::string(bytes->begin(), bytes->end()), path);
}

}  // namespace sluice::ingest
