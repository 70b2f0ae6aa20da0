// Where the lines and tokens of a YAML file stand, and where they should: the working part of yaml_format.h.
//
// Thread-safety: none.   Ownership: refers to the text and its document, which must outlive it.   Errors: none; what
// it does not understand it leaves where it is.   Columns are bytes of blanks from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

class YamlLayout {
 public:
  /// `text` is the text of the file of `root`, with LF at the ends of its lines. Null: a file of comments.
  YamlLayout(std::string_view text, const YamlNode* root);

  std::string Write();

 private:
  enum class LineKind : std::uint8_t {
    kStructure,  // begins with a key, a dash, or a value that has a line of its own
    kContinued,  // goes on with a plain scalar or a flow collection
    kQuoted,     // goes on within quotes: blanks at its end stay
    kContent,    // of a block scalar
    kComment,
    kBlank,
  };
  struct Line {
    std::size_t begin = 0;
    std::size_t end = 0;     // without the line break
    std::size_t indent = 0;  // blanks before its first character
    LineKind kind = LineKind::kBlank;
    std::size_t target = 0;  // columns that it should be indented by
    std::size_t anchor = 0;  // kContinued, kQuoted: byte of the token with which it moves
    std::size_t least = 0;   // kContinued, kQuoted: columns that it must have
    bool deeper = false;     // kContent: more indented than the block, so its line break is text
    bool folds = false;      // kContent: of a folded condition; a long line may be broken
    std::vector<std::pair<std::size_t, std::size_t>> inner = {};  // tokens after a dash: columns, as is and wanted
  };
  struct Edit {
    std::size_t begin = 0, end = 0;  // bytes that are replaced
    std::string text;
  };

  void FindLines();
  std::size_t LineAt(std::size_t offset) const;
  std::size_t ColumnOf(std::size_t offset) const { return offset - lines_[LineAt(offset)].begin; }
  bool BeginsLine(std::size_t offset) const;
  bool IsFlow(const YamlNode& node) const;
  bool IsBlockCollection(const YamlNode& node) const;
  std::size_t EndOf(const YamlNode& node) const;
  std::size_t KeyEnd(const YamlNode& key) const;

  // The walk; `column`: where the collection should begin.
  void Place(std::size_t offset, std::size_t column);
  void SetGap(std::size_t begin, std::size_t end, std::string_view text);
  std::size_t ValueColumn(const YamlNode& key) const;
  void WalkMap(const YamlNode& map, std::size_t column);
  void WalkSequence(const YamlNode& sequence, std::size_t column);
  void WalkValue(const YamlNode& value, std::size_t gap_begin, std::size_t column, bool in_column);
  void Continue(std::size_t begin, std::size_t end, std::size_t least, LineKind kind);
  void BlockScalar(const YamlNode& node, std::size_t source_indent, std::size_t column);
  std::size_t KeyColumn(const YamlNode& node, std::size_t source_indent) const;
  void Quotes(const YamlNode& node);
  void WalkFlow(const YamlNode& node);
  void FlowGap(std::size_t begin, std::size_t end);
  void Condition(const YamlNode& key, std::size_t column);

  // Writing.
  static void AppendFolded(std::string line, std::size_t indent, std::string_view lead, std::string* out);
  std::size_t CommentTarget(const Line& comment, std::span<const std::size_t> before, const Line* next) const;
  void PlaceComments();
  std::size_t TargetColumnOf(std::size_t offset) const;
  std::size_t IndentOf(const Line& line) const;
  std::string LineText(const Line& line) const;

  std::string_view text_;
  std::vector<Line> lines_;
  std::vector<Edit> edits_;  // ascending, once the walk is done
};

/// Byte of the condition `line` at which it may be broken so that the first part has at most `columns` code points:
/// a lone blank outside quotes, after && or || if one fits, else after a comma. npos: nowhere.
std::size_t FindConditionBreak(std::string_view line, std::size_t columns);

}  // namespace sluice::rules
