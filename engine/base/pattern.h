// A regular expression in RE2's syntax, compiled once. RE2's one home.
//
// Thread-safety: immutable; any number of threads may search at once (RE2 locks a cache of states among them).
// Ownership: a cheap handle; copies share what is compiled.   Cost of a search: at most bytes of the text times
// instructions of the pattern.   Errors: Status with a message for the rule's author.
// Source: github.com/google/re2/wiki/Syntax.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <sluice/status.h>

namespace re2 {
class RE2;
}

namespace sluice::base {

class Pattern {
 public:
  /// kInvalidArgument: not a pattern; kLimitExceeded: kPatternBytesMax, kPatternInstructionsMax, or RE2's own.
  static Result<Pattern> Compile(std::string_view source);

  /// Whether some part of `text`, which is UTF-8, matches.
  bool FoundIn(std::string_view text) const;
  const std::string& source() const;

  friend bool operator==(const Pattern& a, const Pattern& b) { return a.source() == b.source(); }

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace sluice::base
