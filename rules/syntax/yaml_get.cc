// Typed values out of YAML nodes.
#include <algorithm>
#include <charconv>
#include <span>
#include <system_error>

#include "engine/base/limits.h"
#include "rules/diag/suggest.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {
namespace {

std::string_view KindName(const YamlNode& node) {
  switch (node.kind()) {
    case YamlKind::kNull: return "nothing";
    case YamlKind::kScalar: return "a single value";
    case YamlKind::kSequence: return "a list";
    case YamlKind::kMap: return "a map";
  }
  return "";
}

void ReportType(const YamlNode& node, std::string_view what, std::string_view expected,
                std::string hint, DiagnosticList* diagnostics) {
  std::string found(KindName(node));
  if (node.is_scalar()) found = "'" + std::string(node.text().substr(0, 40)) + "'";
  diagnostics->Error(node.place(), "yaml-type",
                     std::string(what) + " must be " + std::string(expected) + ", found " + found,
                     std::move(hint));
}

}  // namespace

std::optional<std::string> GetString(const YamlNode& node, std::string_view what,
                                     DiagnosticList* diagnostics) {
  if (node.is_scalar()) return std::string(node.text());
  ReportType(node, what, "a text", "", diagnostics);
  return std::nullopt;
}

bool CheckName(std::string_view name, std::string_view what, const Place& place,
               DiagnosticList* diagnostics) {
  if (!name.empty() && name.size() <= limits::kNameBytesMax) return true;
  diagnostics->Error(place, "bad-name",
                     std::string(what) + " must have 1 to " +
                         std::to_string(limits::kNameBytesMax) + " bytes, not " +
                         std::to_string(name.size()));
  return false;
}

std::optional<std::string> GetName(const YamlNode& node, std::string_view what,
                                   DiagnosticList* diagnostics) {
  auto name = GetString(node, what, diagnostics);
  if (!name || !CheckName(*name, what, node.place(), diagnostics)) return std::nullopt;
  return name;
}

std::optional<bool> GetBool(const YamlNode& node, std::string_view what,
                            DiagnosticList* diagnostics) {
  const bool plain = node.is_scalar() && node.style() == YamlStyle::kPlain;
  if (plain && node.text() == "true") return true;
  if (plain && node.text() == "false") return false;
  ReportType(node, what, "true or false", "", diagnostics);
  return std::nullopt;
}

std::optional<std::int64_t> GetInt(const YamlNode& node, std::string_view what,
                                   DiagnosticList* diagnostics, std::int64_t min,
                                   std::int64_t max) {
  std::int64_t value = 0;
  const std::string_view text = node.text();
  const char* end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, value);
  const bool plain = node.is_scalar() && node.style() == YamlStyle::kPlain;
  const bool is_number = plain && !text.empty() && result.ptr == end;
  if (!is_number || result.ec == std::errc::invalid_argument) {
    ReportType(node, what, "a whole number", "", diagnostics);
    return std::nullopt;
  }
  if (result.ec == std::errc::result_out_of_range || value < min || value > max) {
    diagnostics->Error(node.place(), "yaml-range",
                       std::string(what) + " must be between " + std::to_string(min) + " and " +
                           std::to_string(max) + ", found " + std::string(text));
    return std::nullopt;
  }
  return value;
}

std::optional<std::vector<std::string>> GetStringList(const YamlNode& node, std::string_view what,
                                                      DiagnosticList* diagnostics) {
  std::vector<std::string> list;
  if (node.is_scalar()) {
    list.emplace_back(node.text());
    return list;
  }
  if (!node.is_sequence()) {
    ReportType(node, what, "a list of texts", "write [a, b]", diagnostics);
    return std::nullopt;
  }
  bool good = true;
  for (const YamlNode& item : node.children()) {
    std::optional<std::string> text = GetString(item, what, diagnostics);
    good = good && text.has_value();
    if (text) list.push_back(*std::move(text));
  }
  if (!good) return std::nullopt;
  return list;
}

bool ExpectMap(const YamlNode& node, std::string_view what, DiagnosticList* diagnostics) {
  if (!node.is_map()) ReportType(node, what, "a map of 'key: value'", "", diagnostics);
  return node.is_map();
}

bool ExpectSequence(const YamlNode& node, std::string_view what, DiagnosticList* diagnostics) {
  if (!node.is_sequence()) {
    ReportType(node, what, "a list", "begin each item with '- '", diagnostics);
  }
  return node.is_sequence();
}

bool CheckKeys(const YamlNode& map, std::string_view what, std::span<const std::string_view> allowed,
               DiagnosticList* diagnostics) {
  bool good = true;
  for (const YamlNode& key : map.children()) {
    if (std::find(allowed.begin(), allowed.end(), key.text()) != allowed.end()) continue;
    good = false;
    std::string hint = DidYouMean(key.text(), allowed);
    if (hint.empty()) {
      hint = "known here:";
      for (const std::string_view name : allowed) hint += " " + std::string(name);
    }
    diagnostics->Error(key.place(), "unknown-key",
                       std::string(what) + " has no key '" + std::string(key.text()) + "'",
                       std::move(hint));
  }
  return good;
}

const YamlNode* RequireKey(const YamlNode& map, std::string_view what, std::string_view key,
                           DiagnosticList* diagnostics) {
  const YamlNode* value = map.Find(key);
  if (value == nullptr) {
    diagnostics->Error(map.place(), "missing-key",
                       std::string(what) + " has no key '" + std::string(key) + "'",
                       "add \"" + std::string(key) + ": ...\"");
  }
  return value;
}

}  // namespace sluice::rules
