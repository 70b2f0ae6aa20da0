#include "rules/syntax/yaml_align.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace sluice::rules {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::size_t LeadingSpaces(std::string_view text) {
  return std::min(text.find_first_not_of(' '), text.size());
}

// The first line that is not empty.
std::string_view FirstTextLine(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \r") != line.npos) return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return text;
}

}  // namespace

// Walks through raw text while the caller walks through the value.
class ScalarAlignment::Cursor {
 public:
  Cursor(YamlStyle style, std::string_view raw, std::string_view value)
      : style_(style), raw_(raw) {
    const bool quoted = style == YamlStyle::kSingleQuoted || style == YamlStyle::kDoubleQuoted;
    if (quoted) at_ = 1;
    if (IsFlow()) return;
    at_ = std::min(raw_.find('\n'), raw_.size() - 1) + 1;  // behind the header of the block
    at_line_start_ = true;
    // Blanks that stand in the raw text and not in the value are the block's indentation.
    const std::size_t raw_blanks = LeadingSpaces(FirstTextLine(raw_.substr(at_)));
    const std::size_t value_blanks = LeadingSpaces(FirstTextLine(value));
    indent_ = raw_blanks - std::min(raw_blanks, value_blanks);
  }

  std::size_t at() const { return std::min(at_, raw_.size()); }
  bool AtEscape() const { return style_ == YamlStyle::kDoubleQuoted && Raw(at_) == '\\'; }

  // Moves to the raw byte that gives `c`.
  void Seek(char c) {
    while (at_ < raw_.size()) {
      if (at_line_start_) SkipIndent();
      if (AtEscape() && IsBreakAt(at_ + 1)) {
        ++at_;
        PassBreak();
      } else if (IsBreakAt(at_)) {
        if (c == '\n' || c == ' ') return;  // a break kept, or folded to a blank
        PassBreak();
      } else if (IsFlow() && IsBreakAt(BlanksEnd())) {
        at_ = BlanksEnd();  // blanks before a break are dropped
      } else {
        return;
      }
    }
  }

  // Moves behind what Seek() found.
  void Pass() {
    if (IsBreakAt(at_)) return PassBreak();
    if (AtEscape()) {
      at_ += EscapeSize();
      return;
    }
    const bool doubled =
        style_ == YamlStyle::kSingleQuoted && Raw(at_) == '\'' && Raw(at_ + 1) == '\'';
    at_ += doubled ? 2 : 1;
  }

 private:
  bool IsFlow() const { return style_ != YamlStyle::kLiteral && style_ != YamlStyle::kFolded; }
  char Raw(std::size_t i) const { return i < raw_.size() ? raw_[i] : '\0'; }
  bool IsBreakAt(std::size_t i) const {
    return Raw(i) == '\n' || (Raw(i) == '\r' && Raw(i + 1) == '\n');
  }
  std::size_t BlanksEnd() const {
    std::size_t end = at_;
    while (IsBlank(Raw(end))) ++end;
    return end;
  }
  void PassBreak() {
    at_ += Raw(at_) == '\r' ? 2 : 1;
    at_line_start_ = true;
  }

  // Flow scalars lose all blanks at the start of a line, block scalars their indentation.
  void SkipIndent() {
    at_line_start_ = false;
    std::size_t skipped = 0;
    while (IsFlow() ? IsBlank(Raw(at_)) : (skipped < indent_ && Raw(at_) == ' ')) {
      ++at_;
      ++skipped;
    }
  }

  std::size_t EscapeSize() const {
    switch (Raw(at_ + 1)) {
      case 'x': return 4;
      case 'u': return 6;
      case 'U': return 10;
      default: return 2;
    }
  }

  YamlStyle style_;
  std::string_view raw_;
  std::size_t at_ = 0;
  std::size_t indent_ = 0;
  bool at_line_start_ = false;
};

ScalarAlignment::ScalarAlignment(YamlStyle style, std::string_view raw, std::string_view value) : value_(value) {
  cursors_.emplace_back(Cursor(style, raw, value), 0);
}

ScalarAlignment::ScalarAlignment(ScalarAlignment&&) noexcept = default;
ScalarAlignment::~ScalarAlignment() = default;

std::size_t ScalarAlignment::RawOffset(std::size_t value_offset) {
  value_offset = std::min(value_offset, value_.size());
  const auto after = std::upper_bound(cursors_.begin(), cursors_.end(), value_offset,
                                      [](std::size_t offset, const Known& known) { return offset < known.second; });
  auto [cursor, at] = *std::prev(after);
  while (at < value_offset) {
    if (at >= cursors_.back().second + kKnownBytes) cursors_.emplace_back(cursor, at);
    cursor.Seek(value_[at]);
    // An escape gives a whole code point, everything else byte for byte.
    const std::size_t size = cursor.AtEscape() ? base::DecodeUtf8(value_, at).size : 1;
    if (at + size > value_offset) return cursor.at();
    cursor.Pass();
    at += size;
  }
  if (value_offset < value_.size()) cursor.Seek(value_[value_offset]);
  return cursor.at();
}

}  // namespace sluice::rules
