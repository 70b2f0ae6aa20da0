#include "rules/syntax/yaml_format.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/utf8.h"
#include "rules/syntax/yaml_layout.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string WithPlainLineEnds(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || text.substr(i + 1, 1) != "\n") plain += text[i];
  }
  return plain;
}

// Equal in all that a reader of the book sees: a value that was plain may have become a folded text.
bool SameValues(const YamlNode& a, const YamlNode& b) {
  if (a.kind() != b.kind() || a.text() != b.text() || a.size() != b.size()) return false;
  const bool was_plain = a.is_scalar() && a.style() == YamlStyle::kPlain;
  const bool is_plain = b.is_scalar() && b.style() == YamlStyle::kPlain;
  if (was_plain != is_plain && b.style() != YamlStyle::kFolded) return false;
  auto other = b.children().begin();
  for (const YamlNode& child : a.children()) {
    if (!SameValues(child, *other)) return false;
    if (child.value() != nullptr && !SameValues(*child.value(), *other->value())) return false;
    ++other;
  }
  return true;
}

// A null key is no key to rules; mapping.yaml has one.
bool IsReadable(const YamlDocument* document, const DiagnosticList& found) {
  if (document == nullptr) return false;
  return std::all_of(found.items().begin(), found.items().end(),
                     [](const Diagnostic& each) { return each.code == "yaml-key"; });
}

class Formatted {
 public:
  Formatted(std::string path, std::string text) : file_(std::move(path), std::move(text)) {
    document_ = ReadYaml(file_, &found_);
  }

  bool readable() const { return IsReadable(document_.get(), found_); }
  const SourceFile& file() const { return file_; }
  const YamlNode* root() const { return document_->root(); }
  std::string Format() const { return YamlLayout(file_.text(), root()).Write(); }

 private:
  SourceFile file_;
  DiagnosticList found_;
  std::unique_ptr<YamlDocument> document_;
};

bool SameValues(const Formatted& a, const Formatted& b) {
  if (a.root() == nullptr || b.root() == nullptr) return a.root() == b.root();
  return SameValues(*a.root(), *b.root());
}

// Quotes of CEL: the byte after the closing one; the end of the line where it does not close.
std::size_t SkipQuoted(std::string_view line, std::size_t at) {
  const char quote = line[at];
  const bool raw = at > 0 && (line[at - 1] == 'r' || line[at - 1] == 'R');
  const bool triple = line.substr(at, 3) == std::string(3, quote);
  const std::string closing(triple ? 3 : 1, quote);
  for (std::size_t i = at + closing.size(); i < line.size(); ++i) {
    if (line[i] == '\\' && !raw) {
      ++i;
    } else if (line.substr(i, closing.size()) == closing) {
      return i + closing.size();
    }
  }
  return line.size();
}

}  // namespace

std::size_t FindConditionBreak(std::string_view line, std::size_t columns) {
  std::size_t after_logic = line.npos, after_comma = line.npos, anywhere = line.npos;
  for (std::size_t i = 1; i + 1 < line.size();) {
    if (line[i] == '"' || line[i] == '\'') {
      i = SkipQuoted(line, i);
      continue;
    }
    const bool lone = line[i] == ' ' && line[i - 1] != ' ' && line[i + 1] != ' ';
    if (lone) {
      const bool fits = base::CountCodePoints(line.substr(0, i)) <= columns;
      if (!fits)
        return after_logic != line.npos   ? after_logic
               : after_comma != line.npos ? after_comma
               : anywhere != line.npos    ? anywhere
                                          : i;
      const std::string_view before = line.substr(0, i);
      if (before.ends_with("&&") || before.ends_with("||")) after_logic = i;
      if (before.ends_with(",")) after_comma = i;
      anywhere = i;
    }
    ++i;
  }
  if (base::CountCodePoints(line) <= columns) return line.npos;
  return after_logic != line.npos ? after_logic : after_comma != line.npos ? after_comma : anywhere;
}

std::optional<std::string> FormatYaml(const SourceFile& file, DiagnosticList* diagnostics) {
  // The file as it is first: its mistakes are told at their places.
  DiagnosticList found;
  const auto document = ReadYaml(file, &found);
  if (!IsReadable(document.get(), found)) {
    diagnostics->Append(std::move(found));
    return std::nullopt;
  }
  const Formatted before(file.path(), WithPlainLineEnds(file.text()));
  const Formatted after(file.path(), before.readable() ? before.Format() : "");
  const bool sound =
      before.readable() && after.readable() && SameValues(before, after) && after.Format() == after.file().text();
  if (sound) return std::string(after.file().text());
  diagnostics->Error(file.At(0), "format",
                     "the layout of this file is one that cannot be formatted without a change of "
                     "its values; it stays as it is",
                     "indent with blanks, one key a line");
  return std::nullopt;
}

}  // namespace sluice::rules
