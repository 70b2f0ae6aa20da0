#include "rules/syntax/yaml_layout.h"

#include <algorithm>
#include <utility>

#include "engine/base/utf8.h"
#include "rules/syntax/yaml_format.h"

namespace sluice::rules {
namespace {

constexpr std::size_t kStep = 2;           // columns a level
constexpr std::size_t kLinesAbove = 1000;  // searched for what a comment belongs to

bool IsBlankText(std::string_view text) { return text.find_first_not_of(" \t") == text.npos; }

}  // namespace

YamlLayout::YamlLayout(std::string_view text, const YamlNode* root) : text_(text) {
  FindLines();
  if (root != nullptr && IsBlockCollection(*root)) {
    root->is_map() ? WalkMap(*root, 0) : WalkSequence(*root, 0);
  }
  // What is put in before a token comes before what the token becomes.
  std::sort(edits_.begin(), edits_.end(),
            [](const Edit& a, const Edit& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
}

void YamlLayout::FindLines() {
  for (std::size_t at = 0; at < text_.size();) {
    Line line;
    line.begin = at;
    line.end = std::min(text_.find('\n', at), text_.size());
    const std::string_view content = text_.substr(at, line.end - at);
    line.indent = std::min(content.find_first_not_of(' '), content.size());
    line.target = line.indent;
    if (!IsBlankText(content)) line.kind = content[line.indent] == '#' ? LineKind::kComment : LineKind::kStructure;
    lines_.push_back(line);
    at = line.end + 1;
  }
}

std::size_t YamlLayout::LineAt(std::size_t offset) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset,
                                      [](std::size_t at, const Line& line) { return at < line.begin; });
  return static_cast<std::size_t>(after - lines_.begin()) - 1;
}

bool YamlLayout::BeginsLine(std::size_t offset) const {
  const Line& line = lines_[LineAt(offset)];
  return line.begin + line.indent == offset;
}

bool YamlLayout::IsFlow(const YamlNode& node) const {
  return (node.is_map() || node.is_sequence()) && (text_[node.offset()] == '{' || text_[node.offset()] == '[');
}

bool YamlLayout::IsBlockCollection(const YamlNode& node) const {
  return (node.is_map() || node.is_sequence()) && !IsFlow(node);
}

// Of scalars but block scalars, and of flow collections.
std::size_t YamlLayout::EndOf(const YamlNode& node) const {
  if (node.is_null()) return node.offset();
  if (node.is_scalar()) {
    const std::size_t end = node.ScalarOffset(node.text().size());
    const bool quoted = node.style() == YamlStyle::kSingleQuoted || node.style() == YamlStyle::kDoubleQuoted;
    return quoted ? std::min(text_.find(text_[node.offset()], end), text_.size() - 1) + 1 : end;
  }
  std::size_t at = node.offset() + 1;
  for (const YamlNode& child : node.children()) {
    const bool has_value = child.value() != nullptr && !child.value()->is_null();
    at = node.is_map() && !has_value ? KeyEnd(child) : EndOf(has_value ? *child.value() : child);
  }
  const char closer = text_[node.offset()] == '{' ? '}' : ']';
  while (at < text_.size() && text_[at] != closer) at = text_[at] == '#' ? text_.find('\n', at) : at + 1;
  return std::min(at, text_.size() - 1) + 1;
}

std::size_t YamlLayout::KeyEnd(const YamlNode& key) const {
  return key.is_null() ? std::min(text_.find(':', key.offset()), text_.size()) : EndOf(key);
}

// --- the walk --------------------------------------------------------------------------------------------

void YamlLayout::Place(std::size_t offset, std::size_t column) {
  Line& line = lines_[LineAt(offset)];
  if (!BeginsLine(offset)) {
    line.inner.emplace_back(ColumnOf(offset), column);
    return;
  }
  line.kind = LineKind::kStructure;
  line.target = column;
}

void YamlLayout::SetGap(std::size_t begin, std::size_t end, std::string_view text) {
  if (text_.substr(begin, end - begin) != text) edits_.push_back({begin, end, std::string(text)});
}

std::size_t YamlLayout::ValueColumn(const YamlNode& key) const {
  const YamlNode* value = key.value();
  if (value == nullptr || value->is_null() || LineAt(value->offset()) != LineAt(key.offset())) return 0;
  return base::CountCodePoints(text_.substr(key.offset(), value->offset() - key.offset()));
}

// Values of neighbouring keys that stand below each other were put there by a person.
void YamlLayout::WalkMap(const YamlNode& map, std::size_t column) {
  std::size_t before = 0;  // column of the value before
  std::size_t own = map.size() == 0 ? 0 : ValueColumn(*map.children().begin());
  for (auto at = map.children().begin(), end = map.children().end(); at != end;) {
    const YamlNode& key = *at;
    ++at;
    const std::size_t after = at == end ? 0 : ValueColumn(*at);
    Place(key.offset(), column);
    const std::size_t colon = text_.find(':', KeyEnd(key));
    if (colon == text_.npos) return;
    WalkValue(*key.value(), colon + 1, column, own != 0 && (own == before || own == after));
    if (key.text() == "when") Condition(key, column);
    before = std::exchange(own, after);
  }
}

void YamlLayout::WalkSequence(const YamlNode& sequence, std::size_t column) {
  std::size_t dash = sequence.offset();
  const std::size_t source_column = ColumnOf(dash);
  bool is_first = true;
  for (const YamlNode& item : sequence.children()) {
    // Deeper lines belong to the item before; a comment begins with no dash.
    for (std::size_t line = LineAt(dash) + 1; !is_first; ++line) {
      if (line >= lines_.size()) return;
      dash = lines_[line].begin + source_column;
      if (lines_[line].indent == source_column && dash < lines_[line].end && text_[dash] == '-') break;
    }
    is_first = false;
    Place(dash, column);
    WalkValue(item, dash + 1, column, false);
  }
}

void YamlLayout::WalkValue(const YamlNode& value, std::size_t gap_begin, std::size_t column, bool in_column) {
  if (value.is_null()) return;
  const std::size_t begin = value.offset();
  if (LineAt(begin) == LineAt(gap_begin) && !in_column) SetGap(gap_begin, begin, " ");
  if (IsBlockCollection(value)) {
    value.is_map() ? WalkMap(value, column + kStep) : WalkSequence(value, column + kStep);
    return;
  }
  if (value.is_scalar() && (value.style() == YamlStyle::kLiteral || value.style() == YamlStyle::kFolded)) {
    BlockScalar(value, lines_[LineAt(gap_begin)].indent, column);
    return;
  }
  if (BeginsLine(begin)) Place(begin, column + kStep);
  const bool quoted = value.is_scalar() && value.style() != YamlStyle::kPlain;
  Continue(begin, EndOf(value), column + 1, quoted ? LineKind::kQuoted : LineKind::kContinued);
  value.is_scalar() ? Quotes(value) : WalkFlow(value);
}

// The lines that a token goes on with keep their distance to its first one.
void YamlLayout::Continue(std::size_t begin, std::size_t end, std::size_t least, LineKind kind) {
  const std::size_t last = LineAt(std::max(end, begin + 1) - 1);
  for (std::size_t i = LineAt(begin) + 1; i <= last; ++i) {
    lines_[i].kind = kind;
    lines_[i].anchor = begin;
    lines_[i].least = least;
  }
}

// `source_indent`: of the line of its key or dash. A block with an indentation of its own ("|2") keeps that.
void YamlLayout::BlockScalar(const YamlNode& node, std::size_t source_indent, std::size_t column) {
  const std::size_t first = LineAt(node.offset());
  const std::string_view header = text_.substr(node.offset(), lines_[first].end - node.offset());
  const bool keeps = header.substr(0, 3).find('+') != header.npos;
  const std::size_t digit = header.substr(0, 3).find_first_of("123456789");
  std::size_t base = 0;
  std::size_t target = column + kStep;
  if (digit != header.npos) {
    const auto own = static_cast<std::size_t>(header[digit] - '0');
    base = KeyColumn(node, source_indent) + own;
    target = column + own;
  }
  std::size_t last = first;
  for (std::size_t i = first + 1; i < lines_.size(); ++i) {
    const bool blank = IsBlankText(text_.substr(lines_[i].begin, lines_[i].end - lines_[i].begin));
    if (!blank && base == 0) base = lines_[i].indent;
    if (!blank && (lines_[i].indent < base || lines_[i].indent <= source_indent)) break;
    if (!blank || keeps) last = i;
  }
  for (std::size_t i = first + 1; i <= last; ++i) {
    lines_[i].kind = LineKind::kContent;
    lines_[i].target = lines_[i].indent > base ? target + lines_[i].indent - base : target;
    if (lines_[i].begin + lines_[i].indent == lines_[i].end && lines_[i].indent <= base) lines_[i].target = 0;
    lines_[i].deeper = lines_[i].indent > base;
  }
}

// The column that an explicit indentation counts from: of the innermost key or dash on the line.
std::size_t YamlLayout::KeyColumn(const YamlNode& node, std::size_t source_indent) const {
  const Line& line = lines_[LineAt(node.offset())];
  return line.inner.empty() ? source_indent : line.inner.back().first;
}

// 'text' becomes "text" where neither needs an escape.
void YamlLayout::Quotes(const YamlNode& node) {
  if (!node.is_scalar() || node.style() != YamlStyle::kSingleQuoted) return;
  const std::size_t end = EndOf(node);
  const std::string_view inner = text_.substr(node.offset() + 1, end - node.offset() - 2);
  if (inner != node.text() || inner.find_first_of("\"\\'\t\n") != inner.npos) return;
  SetGap(node.offset(), node.offset() + 1, "\"");
  SetGap(end - 1, end, "\"");
}

void YamlLayout::WalkFlow(const YamlNode& node) {
  const bool is_map = node.is_map();
  const auto plain_gap = [&](std::size_t begin, std::size_t end) {
    return begin <= end && text_.substr(begin, end - begin).find_first_not_of(" ,") == text_.npos;
  };
  std::size_t at = node.offset() + 1;
  bool is_first = true;
  for (const YamlNode& child : node.children()) {
    const std::size_t begin = child.offset();
    if (plain_gap(at, begin) && is_first && is_map) SetGap(at, begin, " ");
    if (plain_gap(at, begin) && !is_first) FlowGap(at, begin);
    is_first = false;
    if (is_map) Quotes(child);
    const YamlNode* part = is_map ? child.value() : &child;
    at = is_map ? KeyEnd(child) : EndOf(child);
    if (part->is_null()) continue;
    if (is_map && text_.substr(at, 1) == ":" && part->offset() == at + 1) SetGap(at + 1, at + 1, " ");
    at = EndOf(*part);
    part->is_scalar() ? Quotes(*part) : WalkFlow(*part);
  }
  const std::size_t closer = EndOf(node) - 1;
  const bool open_end = text_.substr(at, closer - at).find_first_not_of(' ') != text_.npos;
  if (is_map && !is_first && !open_end) SetGap(at, closer, " ");
}

// Between two entries: no blank before the comma, one or more behind it.
void YamlLayout::FlowGap(std::size_t begin, std::size_t end) {
  const std::size_t comma = text_.find(',', begin);
  if (comma >= end) return;
  SetGap(begin, comma, "");
  if (comma + 1 == end) SetGap(end, end, " ");
}

// A condition of one long line is folded; in one that is folded already, long lines are broken.
void YamlLayout::Condition(const YamlNode& key, std::size_t column) {
  const YamlNode& value = *key.value();
  if (!value.is_scalar()) return;
  const std::size_t line = LineAt(value.offset());
  if (value.style() == YamlStyle::kFolded) {
    for (std::size_t i = line + 1; i < lines_.size() && lines_[i].kind == LineKind::kContent; ++i) {
      lines_[i].folds = !lines_[i].deeper;
    }
    return;
  }
  const bool whole_line = value.style() == YamlStyle::kPlain && EndOf(value) == lines_[line].end;
  if (!whole_line || LineAt(key.offset()) != line || value.text().find('\n') != std::string_view::npos) return;
  const std::size_t columns = base::CountCodePoints(text_.substr(key.offset(), EndOf(value) - key.offset()));
  if (column + columns <= kFormatColumnsMax) return;
  std::string folded = ">-";
  AppendFolded(std::string(column + kStep, ' ') + std::string(value.text()), column + kStep, "\n", &folded);
  edits_.push_back({value.offset(), EndOf(value), std::move(folded)});
}

// --- writing ---------------------------------------------------------------------------------------------

// Appends `line` in as many lines as it takes, each after `lead`.
void YamlLayout::AppendFolded(std::string line, std::size_t indent, std::string_view lead, std::string* out) {
  while (base::CountCodePoints(line) > kFormatColumnsMax) {
    const std::size_t at = FindConditionBreak(std::string_view(line).substr(indent), kFormatColumnsMax - indent);
    if (at == std::string_view::npos) break;
    *out += lead;
    *out += line.substr(0, indent + at);
    if (lead.empty()) *out += '\n';
    line = std::string(indent, ' ') + line.substr(indent + at + 1);
  }
  *out += lead;
  *out += line;
}

// The column of a comment says what it belongs to: the line after it, or a collection that is still open before it.
// `before`: the structure lines above; only the last of them are looked at.
std::size_t YamlLayout::CommentTarget(const Line& comment, std::span<const std::size_t> before,
                                      const Line* next) const {
  if (next != nullptr && next->indent == comment.indent) return next->target;
  const std::size_t last = before.size() - std::min(before.size(), kLinesAbove);
  for (std::size_t i = before.size(); i-- > last;) {
    const Line& line = lines_[before[i]];
    if (line.indent == comment.indent) return line.target;
    for (const auto& [source, target] : line.inner) {
      if (source == comment.indent) return target;
    }
    if (line.indent < comment.indent) break;
  }
  if (next != nullptr) return next->target;
  return comment.indent == 0 ? 0 : kStep;
}

void YamlLayout::PlaceComments() {
  std::vector<std::size_t> structure;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].kind == LineKind::kStructure) structure.push_back(i);
  }
  std::size_t above = 0;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].kind == LineKind::kStructure) ++above;
    if (lines_[i].kind != LineKind::kComment) continue;
    const Line* next = above < structure.size() ? &lines_[structure[above]] : nullptr;
    lines_[i].target = CommentTarget(lines_[i], std::span(structure).first(above), next);
  }
}

// Of a token on a structure line, once the line is indented and what stands before it is edited.
std::size_t YamlLayout::TargetColumnOf(std::size_t offset) const {
  const Line& line = lines_[LineAt(offset)];
  std::size_t column = line.target + (offset - line.begin - line.indent);
  auto edit = std::lower_bound(edits_.begin(), edits_.end(), line.begin,
                               [](const Edit& e, std::size_t at) { return e.begin < at; });
  for (; edit != edits_.end() && edit->end <= offset; ++edit) column += edit->text.size() - (edit->end - edit->begin);
  return column;
}

std::size_t YamlLayout::IndentOf(const Line& line) const {
  if (line.kind != LineKind::kContinued && line.kind != LineKind::kQuoted) return line.target;
  const std::size_t from = ColumnOf(line.anchor);
  const std::size_t to = TargetColumnOf(line.anchor);
  const std::size_t moved = line.indent + to;
  return std::max(line.least, moved > from ? moved - from : 0);
}

std::string YamlLayout::LineText(const Line& line) const {
  std::string text;
  std::size_t at = line.begin + line.indent;
  auto edit = std::lower_bound(edits_.begin(), edits_.end(), at,
                               [](const Edit& e, std::size_t from) { return e.begin < from; });
  for (; edit != edits_.end() && edit->end <= line.end; ++edit) {
    text += text_.substr(at, edit->begin - at);
    text += edit->text;
    at = edit->end;
  }
  text += text_.substr(at, line.end - at);
  const bool blanks_count = line.kind == LineKind::kQuoted || line.kind == LineKind::kContent;
  if (!blanks_count) text.resize(text.find_last_not_of(" \t") + 1);
  return text;
}

std::string YamlLayout::Write() {
  PlaceComments();
  std::string out;
  bool blank_waits = false;
  for (const Line& line : lines_) {
    if (line.kind == LineKind::kBlank) {
      blank_waits = !out.empty();
      continue;
    }
    if (blank_waits) out += '\n';
    blank_waits = false;
    const std::string text = LineText(line);
    const bool empty = text.empty() && line.kind != LineKind::kContent;
    const std::size_t indent = empty ? 0 : IndentOf(line);
    if (line.folds) {
      AppendFolded(std::string(indent, ' ') + text, indent, "", &out);
    } else {
      out += std::string(indent, ' ') + text;
    }
    out += '\n';
  }
  return out;
}

}  // namespace sluice::rules
