#include <algorithm>
#include <string>

#include "engine/base/utf8.h"
#include "rules/diag/render.h"

namespace sluice::rules {
namespace {

constexpr std::size_t kLineColumnsMax = 160;  // terminal columns shown of one source line
constexpr std::size_t kContextColumns = 60;   // kept before the caret when a line is cut
constexpr std::size_t kTabColumns = 4;        // a tab is shown as so many blanks
constexpr std::size_t kStrideBytes = 4096;    // a longer line is not looked at code point by code point

// Terminal columns of a code point: 2 for East Asian wide characters and emoji, 0 for combining
// marks; the blocks that matter of Unicode's EastAsianWidth.txt.
std::size_t Width(char32_t c) {
  const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (in(0x0300, 0x036F) || in(0x200B, 0x200F) || in(0xFE00, 0xFE0F) || c == 0xFEFF) return 0;
  const bool wide = in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) ||
                    in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF60) ||
                    in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1FAFF) || in(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

// A source line as shown, and where its code points stand in it.
struct ShownLine {
  std::string text;
  std::size_t caret_begin = 0;  // terminal columns
  std::size_t caret_end = 0;
};

std::size_t ShownWidth(char32_t value) { return value == '\t' ? kTabColumns : Width(value); }

void AppendShown(base::CodePoint point, std::string* out) {
  if (point.value == '\t') {
    out->append(kTabColumns, ' ');
  } else if (point.value < 0x20 || point.value == 0x7F) {
    base::AppendUtf8(0xFFFD, out);
  } else {
    base::AppendUtf8(point.value, out);
  }
}

// Shows a window of the line that holds [begin, end), counted in code points from 0.
ShownLine Show(std::string_view line, std::size_t begin, std::size_t end) {
  std::size_t caret = 0;  // terminal column of the caret in the whole line
  std::size_t total = 0;
  std::size_t index = 0;
  for (std::size_t at = 0; at < line.size(); ++index) {
    const base::CodePoint point = base::DecodeUtf8(line, at);
    if (index < begin) caret += ShownWidth(point.value);
    total += ShownWidth(point.value);
    at += point.size;
  }
  const bool cut = total > kLineColumnsMax;
  const std::size_t from = cut && caret > kContextColumns ? caret - kContextColumns : 0;
  const std::size_t to = cut ? from + kLineColumnsMax : total;

  ShownLine shown;
  if (from > 0) shown.text = "...";
  std::size_t column = 0;
  std::size_t width = shown.text.size();
  index = 0;
  for (std::size_t at = 0; at < line.size() && column < to; ++index) {
    const base::CodePoint point = base::DecodeUtf8(line, at);
    if (index == begin) shown.caret_begin = width;
    if (index == end) shown.caret_end = width;
    if (column >= from) {
      AppendShown(point, &shown.text);
      width += ShownWidth(point.value);
    }
    column += ShownWidth(point.value);
    at += point.size;
  }
  if (index <= begin) shown.caret_begin = width + (cut ? 0 : begin - index);
  if (index <= end) shown.caret_end = width;
  if (column < total) shown.text += "...";
  shown.caret_end = std::max(shown.caret_end, shown.caret_begin + 1);
  return shown;
}

// Byte where code point `index` of `text` begins, or its end.
std::size_t OffsetOf(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index >= kStrideBytes && at + kStrideBytes <= text.size(); at += kStrideBytes) {
    const std::string_view stride = text.substr(at, kStrideBytes);
    const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    index -= static_cast<std::size_t>(std::count_if(stride.begin(), stride.end(), is_first));
  }
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  for (; index > 0 && at < text.size(); --index) at += base::DecodeUtf8(text, at).size;
  return at;
}

// Of a line of megabytes the part around the caret, with room for what Show cuts on both sides.
std::string_view PartToShow(std::string_view line, std::size_t* begin, std::size_t* end) {
  constexpr std::size_t kRoom = 4 * kLineColumnsMax;  // code points
  if (line.size() <= kStrideBytes) return line;
  const std::size_t before = *begin - std::min(*begin, kRoom);
  line.remove_prefix(OffsetOf(line, before));
  *begin -= before;
  *end -= std::min(*end, before);
  return line.substr(0, OffsetOf(line, *begin + kRoom));
}

std::string Header(const Place& place, std::string_view severity, std::string_view message) {
  std::string text = place.file;
  if (place.line > 0) text += ':' + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ':' + std::to_string(place.column);
  if (!text.empty()) text += ": ";
  text += severity;
  text += ": ";
  text += message;
  return text;
}

std::string Excerpt(const Place& place, const SourceSet& sources) {
  const SourceFile* file = sources.Find(place.file);
  if (file == nullptr || place.line == 0 || place.line > file->line_count()) return {};
  const std::string_view line = file->Line(place.line);
  if (place.column == 0) return "  " + Show(line, 0, 0).text + "\n";
  std::size_t begin = place.column - 1;
  std::size_t end = line.size();  // beyond its last code point
  if (place.end_line <= place.line) end = place.end_column > 0 ? place.end_column - 1 : begin + 1;
  const std::string_view part = PartToShow(line, &begin, &end);
  const ShownLine shown = Show(part, begin, end);
  return "  " + shown.text + "\n  " + std::string(shown.caret_begin, ' ') + '^' +
         std::string(shown.caret_end - shown.caret_begin - 1, '~') + "\n";
}

}  // namespace

std::string RenderPretty(const DiagnosticList& list, const SourceSet& sources) {
  std::string out;
  for (const Diagnostic& item : list.items()) {
    out += Header(item.place, SeverityName(item.severity), item.message);
    if (!item.code.empty()) out += " [" + item.code + "]";
    out += '\n' + Excerpt(item.place, sources);
    if (!item.hint.empty()) out += "  hint: " + item.hint + '\n';
    for (const DiagnosticNote& note : item.notes) {
      out += Header(note.place, "note", note.message) + '\n' + Excerpt(note.place, sources);
    }
  }
  if (list.omitted_count() > 0) {
    out += "and " + std::to_string(list.omitted_count()) + " more\n";
  }
  return out;
}

}  // namespace sluice::rules
