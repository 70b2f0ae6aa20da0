#include "engine/base/utf8.h"
#include "rules/diag/render.h"

namespace sluice::rules {
namespace {

void AppendEscape(char32_t value, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (value) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    default: break;
  }
  *out += "\\u00";
  *out += kHex[(value >> 4) & 0xF];
  *out += kHex[value & 0xF];
}

void AppendText(std::string_view key, std::string_view value, std::string* out) {
  *out += '"';
  *out += key;
  *out += "\": " + JsonQuote(value);
}

void AppendPlace(const Place& place, std::string* out) {
  AppendText("file", place.file, out);
  *out += ", \"line\": " + std::to_string(place.line);
  *out += ", \"column\": " + std::to_string(place.column);
  *out += ", \"end_line\": " + std::to_string(place.end_line);
  *out += ", \"end_column\": " + std::to_string(place.end_column);
}

void AppendNotes(const std::vector<DiagnosticNote>& notes, std::string* out) {
  *out += "\"notes\": [";
  for (std::size_t i = 0; i < notes.size(); ++i) {
    *out += i == 0 ? "{" : ", {";
    AppendText("message", notes[i].message, out);
    *out += ", ";
    AppendPlace(notes[i].place, out);
    *out += '}';
  }
  *out += ']';
}

}  // namespace

std::string JsonQuote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::DecodeUtf8(text, at);
    if (point.value < 0x20 || point.value == '"' || point.value == '\\' || point.value == 0x7F) {
      AppendEscape(point.value, &out);
    } else {
      base::AppendUtf8(point.value, &out);
    }
    at += point.size;
  }
  return out + '"';
}

std::string RenderJson(const DiagnosticList& list) {
  std::string out = "[";
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    const Diagnostic& item = list.items()[i];
    out += i == 0 ? "\n  {" : ",\n  {";
    AppendText("severity", SeverityName(item.severity), &out);
    out += ", ";
    AppendText("code", item.code, &out);
    out += ", ";
    AppendText("message", item.message, &out);
    out += ", ";
    AppendPlace(item.place, &out);
    out += ", ";
    AppendText("hint", item.hint, &out);
    out += ", ";
    AppendNotes(item.notes, &out);
    out += '}';
  }
  return out + "\n]\n";
}

}  // namespace sluice::rules
