// The light tree that the YAML reader builds: every node knows where it stands in its file.
//
// Thread-safety: immutable after reading, read by many.   Ownership: nodes and texts belong to
// their YamlDocument (yaml_reader.h); node addresses are stable. Offsets are bytes of the file;
// places follow rules/diag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

enum class YamlKind : std::uint8_t { kNull, kScalar, kSequence, kMap };
enum class YamlStyle : std::uint8_t { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

class YamlDocument;

class YamlNode {
 public:
  YamlKind kind() const { return kind_; }
  bool is_null() const { return kind_ == YamlKind::kNull; }
  bool is_scalar() const { return kind_ == YamlKind::kScalar; }
  bool is_sequence() const { return kind_ == YamlKind::kSequence; }
  bool is_map() const { return kind_ == YamlKind::kMap; }
  YamlStyle style() const { return style_; }

  /// Value of a scalar after unescaping and folding; empty for the other kinds.
  std::string_view text() const { return {text_, text_size_}; }
  /// Byte of the file where the node begins (a quoted scalar: its quote; a block scalar: its `|` or
  /// `>`).
  std::size_t offset() const { return offset_; }
  const SourceFile& file() const;

  /// The node itself; for maps and sequences its first character.
  Place place() const;
  /// Byte of the file that holds byte `value_offset` of text(); text().size() gives the byte after
  /// the last one.
  std::size_t ScalarOffset(std::size_t value_offset) const;
  /// Place of bytes [begin, end) of text().
  Place ScalarPlace(std::size_t begin, std::size_t end) const;

  /// Items of a sequence, entries of a map.
  std::size_t size() const { return size_; }

  class Iterator {
   public:
    using value_type = const YamlNode;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(const YamlNode* node = nullptr) : node_(node) {}
    const YamlNode& operator*() const { return *node_; }
    const YamlNode* operator->() const { return node_; }
    Iterator& operator++() {
      node_ = node_->next_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const YamlNode* node_;
  };
  struct Range {
    const YamlNode* first;
    Iterator begin() const { return Iterator(first); }
    Iterator end() const { return Iterator(nullptr); }
  };
  /// A sequence: its items. A map: its keys (scalars), each with value().
  Range children() const { return {first_child_}; }
  /// Of a map's key: the value that belongs to it; null for other nodes.
  const YamlNode* value() const { return is_key_ ? first_child_ : nullptr; }

  /// The value under `key` of a map, or null; takes time linear in size().
  const YamlNode* Find(std::string_view key) const;
  /// The key node itself, or null.
  const YamlNode* FindKey(std::string_view key) const;

 private:
  friend class YamlBuilder;
  const char* text_ = nullptr;
  const YamlDocument* document_ = nullptr;
  const YamlNode* first_child_ = nullptr;  // a key's: its value
  const YamlNode* next_ = nullptr;
  std::uint32_t text_size_ = 0;
  std::uint32_t offset_ = 0;
  std::uint32_t size_ = 0;
  YamlKind kind_ = YamlKind::kNull;
  YamlStyle style_ = YamlStyle::kPlain;
  bool is_key_ = false;
};

}  // namespace sluice::rules
