// From a byte of an expression (or other embedded text) to its place in the file that holds it.
//
// Thread-safety: const calls may run together.   Ownership: refers to the SourceFile, which must
// outlive it.
// Errors: none; offsets past the end are clamped.
#pragma once

#include <cstddef>

#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"
#include "rules/syntax/cel_ast.h"
#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

class TextPlace {
 public:
  /// The text stands in the file as it is, from byte `begin` on.
  static TextPlace Verbatim(const SourceFile& file, std::size_t begin = 0);
  /// The text is the value of a YAML scalar: quoted, folded or literal.
  static TextPlace OfScalar(const YamlNode& scalar);

  Place Resolve(TextSpan span) const;
  /// Byte of the file that holds byte `text_offset` of the text.
  std::size_t FileOffset(std::size_t text_offset) const;
  const SourceFile& file() const { return *file_; }

 private:
  const SourceFile* file_ = nullptr;
  const YamlNode* scalar_ = nullptr;
  std::size_t begin_ = 0;
};

}  // namespace sluice::rules
