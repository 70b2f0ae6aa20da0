#include "rules/syntax/yaml_node.h"

#include <algorithm>

#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {

const SourceFile& YamlNode::file() const { return document_->file(); }

std::size_t YamlNode::ScalarOffset(std::size_t value_offset) const {
  return offset_ + document_->RawOffset(*this, value_offset);
}

Place YamlNode::ScalarPlace(std::size_t begin, std::size_t end) const {
  const std::size_t first = ScalarOffset(begin);
  // One past the last byte, not the first of what follows: folding may put a line break between.
  const std::size_t last = end > begin ? ScalarOffset(end - 1) : first;
  const std::size_t stop = end > begin ? std::max(ScalarOffset(end), last + 1) : first;
  const bool same_line = file().At(last).line == file().At(stop).line;
  return file().At(first, same_line ? stop : last + 1);
}

Place YamlNode::place() const {
  if (is_scalar() && style_ == YamlStyle::kPlain) return ScalarPlace(0, text_size_);
  const bool quoted = style_ == YamlStyle::kSingleQuoted || style_ == YamlStyle::kDoubleQuoted;
  if (is_scalar() && quoted) {
    return file().At(offset_, ScalarOffset(text_size_) + 1);  // with its quotes
  }
  return file().At(offset_, is_null() ? offset_ : offset_ + 1);
}

const YamlNode* YamlNode::FindKey(std::string_view key) const {
  if (!is_map()) return nullptr;
  for (const YamlNode& candidate : children()) {
    if (candidate.text() == key) return &candidate;
  }
  return nullptr;
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  const YamlNode* found = FindKey(key);
  return found == nullptr ? nullptr : found->value();
}

}  // namespace sluice::rules
