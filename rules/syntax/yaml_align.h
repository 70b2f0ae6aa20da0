// Finds the raw byte of a YAML scalar that gave a byte of its value, by reading both side by side.
//
// Thread-safety: none.   Ownership: refers to both texts, which must outlive it.   Errors: none; offsets past the value
// give the end of its raw text.
// Source: YAML 1.2.2, chapters 7.3 (flow scalars, escapes, line folding) and 8.1 (block scalars).
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

class ScalarAlignment {
 public:
  /// `raw` begins at the scalar (quote, `|`, `>` or first character) and may run to the end of the file.
  ScalarAlignment(YamlStyle style, std::string_view raw, std::string_view value);
  ScalarAlignment(ScalarAlignment&&) noexcept;
  ~ScalarAlignment();

  /// The offset within `raw` of byte `value_offset` of `value`. What was read once is remembered every kKnownBytes, so
  /// that a long condition with a finding in each part is not read from its start for each.
  std::size_t RawOffset(std::size_t value_offset);

  static constexpr std::size_t kKnownBytes = 1024;

 private:
  class Cursor;
  using Known = std::pair<Cursor, std::size_t>;  // stands before this byte of the value
  std::string_view value_;
  std::vector<Known> cursors_;  // ascending
};

}  // namespace sluice::rules
