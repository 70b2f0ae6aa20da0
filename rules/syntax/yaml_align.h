// Finds the raw byte of a YAML scalar that gave a byte of its value, by reading both side by side.
//
// Thread-safety: pure function.   Errors: none; offsets past the value give the end of its raw
// text.
// Source: YAML 1.2.2, chapters 7.3 (flow scalars, escapes, line folding) and 8.1 (block scalars).
#pragma once

#include <cstddef>
#include <string_view>

#include "rules/syntax/yaml_node.h"

namespace sluice::rules {

/// `raw` begins at the scalar (quote, `|`, `>` or first character) and may run to the end of the
/// file.
/// Returns the offset within `raw` of byte `value_offset` of `value`. Time is linear in it.
std::size_t AlignScalar(YamlStyle style, std::string_view raw, std::string_view value,
                        std::size_t value_offset);

}  // namespace sluice::rules
