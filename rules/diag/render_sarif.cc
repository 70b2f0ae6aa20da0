#include <algorithm>
#include <vector>

#include "rules/diag/render.h"

namespace sluice::rules {
namespace {

// A path as a relative URI reference (RFC 3986): what is no unreserved character or '/' is escaped.
std::string UriOf(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 0xF]};
    }
  }
  return out;
}

std::string Location(const Place& place) {
  std::string out = "{\"physicalLocation\": {\"artifactLocation\": {\"uri\": " + JsonQuote(UriOf(place.file)) + "}";
  if (place.line > 0) {
    out += ", \"region\": {\"startLine\": " + std::to_string(place.line);
    if (place.column > 0) out += ", \"startColumn\": " + std::to_string(place.column);
    if (place.column > 0 && place.end_line >= place.line && place.end_column > 0) {
      out += ", \"endLine\": " + std::to_string(place.end_line) +
             ", \"endColumn\": " + std::to_string(place.end_column);
    }
    out += '}';
  }
  return out + "}";
}

std::string_view Level(Severity severity) {
  return severity == Severity::kInfo ? "note" : SeverityName(severity);
}

std::string Text(std::string_view text) { return "{\"text\": " + JsonQuote(text) + "}"; }

std::string Result(const Diagnostic& item, std::size_t rule) {
  std::string message = item.message;
  if (!item.hint.empty()) message += ". Hint: " + item.hint;
  std::string out = "{\"ruleId\": " + JsonQuote(item.code) + ", \"ruleIndex\": " + std::to_string(rule) +
                    ", \"level\": " + JsonQuote(Level(item.severity)) + ", \"message\": " + Text(message);
  if (!item.place.file.empty()) out += ", \"locations\": [" + Location(item.place) + "}]";
  for (std::size_t i = 0; i < item.notes.size(); ++i) {
    out += i == 0 ? ", \"relatedLocations\": [" : ", ";
    out += Location(item.notes[i].place) + ", \"message\": " + Text(item.notes[i].message) + "}";
  }
  if (!item.notes.empty()) out += ']';
  return out + "}";
}

std::string Rule(std::string_view code, std::span<const CodeInfo> codes) {
  std::string out = "{\"id\": " + JsonQuote(code);
  const auto info = std::find_if(codes.begin(), codes.end(), [&](const CodeInfo& c) { return c.code == code; });
  if (info != codes.end()) out += ", \"shortDescription\": " + Text(info->title);
  if (info != codes.end() && !info->page.empty()) out += ", \"helpUri\": " + JsonQuote(UriOf(info->page));
  return out + "}";
}

}  // namespace

std::string RenderSarif(const DiagnosticList& list, std::span<const CodeInfo> codes) {
  std::vector<std::string_view> rules;
  std::string results;
  for (const Diagnostic& item : list.items()) {
    const auto known = std::find(rules.begin(), rules.end(), item.code);
    const auto rule = static_cast<std::size_t>(known - rules.begin());
    if (known == rules.end()) rules.push_back(item.code);
    results += (results.empty() ? "\n      " : ",\n      ") + Result(item, rule);
  }
  std::string out =
      "{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n  \"version\": \"2.1.0\",\n"
      "  \"runs\": [{\n    \"tool\": {\"driver\": {\"name\": \"sluice\", \"rules\": [";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    out += (i == 0 ? "\n      " : ",\n      ") + Rule(rules[i], codes);
  }
  return out + "]}},\n    \"columnKind\": \"unicodeCodePoints\",\n    \"results\": [" + results + "]\n  }]\n}\n";
}

}  // namespace sluice::rules
