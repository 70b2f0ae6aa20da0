#include "rules/syntax/text_place.h"

namespace sluice::rules {

TextPlace TextPlace::Verbatim(const SourceFile& file, std::size_t begin) {
  TextPlace place;
  place.file_ = &file;
  place.begin_ = begin;
  return place;
}

TextPlace TextPlace::OfScalar(const YamlNode& scalar) {
  TextPlace place;
  place.file_ = &scalar.file();
  place.scalar_ = &scalar;
  return place;
}

std::size_t TextPlace::FileOffset(std::size_t text_offset) const {
  return scalar_ != nullptr ? scalar_->ScalarOffset(text_offset) : begin_ + text_offset;
}

Place TextPlace::Resolve(TextSpan span) const {
  if (scalar_ != nullptr) return scalar_->ScalarPlace(span.begin, span.end);
  return file_->At(begin_ + span.begin, begin_ + span.end);
}

}  // namespace sluice::rules
