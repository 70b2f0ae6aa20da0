// Reads one YAML file into YamlNodes over yaml-cpp's event interface, and gets typed values out of
// them.
//
// Thread-safety: reading is a pure function; a document may be used by many threads at once, and locks what it
// remembers of places.   Ownership: a YamlDocument owns its nodes and refers to its SourceFile, which must outlive it.
// Errors: diagnostics with their place. Refused: anchors and aliases, merge keys, tags, duplicate
// keys, keys that are not scalars, more than one document, control characters, invalid UTF-8;
// kYamlFileBytesMax, kYamlNodesMax, kYamlDepthMax hold.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"
#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

class YamlDocument {
 public:
  ~YamlDocument();
  YamlDocument(const YamlDocument&) = delete;
  YamlDocument& operator=(const YamlDocument&) = delete;

  /// Null when the file has no content.
  const YamlNode* root() const { return root_; }
  const SourceFile& file() const { return *file_; }
  std::size_t node_count() const;

 private:
  friend class YamlBuilder;
  friend class YamlNode;
  /// From where the scalar begins, the byte that gave byte `value_offset` of its value.
  std::size_t RawOffset(const YamlNode& scalar, std::size_t value_offset) const;
  struct Storage;
  explicit YamlDocument(const SourceFile& file);
  const SourceFile* file_;
  const YamlNode* root_ = nullptr;
  std::unique_ptr<Storage> storage_;
};

/// Null when the file cannot be read as YAML; then `diagnostics` says why. Duplicate keys and the
/// like are reported but leave the document usable (the first of two equal keys counts), so that
/// more can be found in one go.
std::unique_ptr<YamlDocument> ReadYaml(const SourceFile& file, DiagnosticList* diagnostics);

// Typed getters. Each reports a diagnostic of code "yaml-type" or "yaml-range" and returns nullopt
// when the node is not what it should be. `what` names the value in the message, such as "score".
std::optional<std::string> GetString(const YamlNode& node, std::string_view what,
                                     DiagnosticList* diagnostics);
/// A text of 1 to kNameBytesMax bytes; code "bad-name" where it is another.
std::optional<std::string> GetName(const YamlNode& node, std::string_view what,
                                   DiagnosticList* diagnostics);
/// The same of a text that is read already, at `place`.
bool CheckName(std::string_view name, std::string_view what, const Place& place,
               DiagnosticList* diagnostics);
/// true or false, unquoted.
std::optional<bool> GetBool(const YamlNode& node, std::string_view what,
                            DiagnosticList* diagnostics);
/// Decimal, `_` not allowed, unquoted, within [min, max].
std::optional<std::int64_t> GetInt(const YamlNode& node, std::string_view what,
                                   DiagnosticList* diagnostics,
                                   std::int64_t min = std::numeric_limits<std::int64_t>::min(),
                                   std::int64_t max = std::numeric_limits<std::int64_t>::max());
/// A sequence of scalars; one scalar alone counts as a list of one.
std::optional<std::vector<std::string>> GetStringList(const YamlNode& node, std::string_view what,
                                                      DiagnosticList* diagnostics);
/// False, with a "yaml-type" error, when the node is not a map (sequence).
bool ExpectMap(const YamlNode& node, std::string_view what, DiagnosticList* diagnostics);
bool ExpectSequence(const YamlNode& node, std::string_view what, DiagnosticList* diagnostics);
/// Reports each key of a map that is not among `allowed` (code "unknown-key", with did-you-mean).
bool CheckKeys(const YamlNode& map, std::string_view what, std::span<const std::string_view> allowed,
               DiagnosticList* diagnostics);
/// The value under `key`, or null with a "missing-key" error at the map.
const YamlNode* RequireKey(const YamlNode& map, std::string_view what, std::string_view key,
                           DiagnosticList* diagnostics);

}  // namespace sluice::rules
