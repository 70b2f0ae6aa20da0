// Texts in Latin letters: what ICU's transliterator `Any-Latin; Latin-ASCII` makes of folded text, as runs of a-z and
// 0-9.
//
// Thread-safety: may be called from any thread. ASCII, Latin, Cyrillic, Han and Hangul need neither memory nor a lock
// once their block of 256 characters was read; other scripts, whose letters depend on their neighbours, go through
// ICU, which takes a lock of its own.   Errors: none.
// Source: ICU user guide, "Transforms"; CLDR transforms Any-Latin and Latin-ASCII.
#pragma once

#include <string>
#include <string_view>

namespace sluice::text {

/// Takes the parts of a text in order.
class RomanSink {
 public:
  virtual ~RomanSink() = default;
  /// Letters a-z and digits, or none, that continue the run before, if nothing ended it.
  virtual void Letters(std::string_view letters) = 0;
  /// The reading, or none, of one Han character or Hangul syllable: a run of its own. `written` is the character,
  /// simplified.
  virtual void Syllable(std::string_view letters, char32_t written) = 0;
  /// What separates: a space, a hyphen, a comma.
  virtual void Separator() = 0;
};

/// `folded` is as Fold() makes it. Apostrophes, quotation marks, accents and letters without a reading vanish; they
/// separate nothing.
void Romanize(std::string_view folded, RomanSink* sink);

}  // namespace sluice::text
