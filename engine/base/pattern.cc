#include "engine/base/pattern.h"

#include <re2/re2.h>

#include "engine/base/limits.h"

namespace sluice::base {

Result<Pattern> Pattern::Compile(std::string_view source) {
  const auto too_large = [](std::string_view what, std::size_t limit) {
    return Status(StatusCode::kLimitExceeded,
                  "the pattern has more than " + std::to_string(limit) + " " + std::string(what));
  };
  if (source.size() > limits::kPatternBytesMax) return too_large("bytes", limits::kPatternBytesMax);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(static_cast<std::int64_t>(limits::kPatternMemoryBytesMax));
  auto compiled = std::make_shared<const RE2>(re2::StringPiece(source.data(), source.size()), options);
  constexpr auto kMost = static_cast<int>(limits::kPatternInstructionsMax);
  const bool is_large = compiled->ok() ? compiled->ProgramSize() > kMost
                                       : compiled->error_code() == RE2::ErrorPatternTooLarge;
  if (is_large) {
    return too_large("instructions once it is compiled", limits::kPatternInstructionsMax);
  }
  if (!compiled->ok()) return Status(StatusCode::kInvalidArgument, compiled->error());
  return Pattern(std::move(compiled));
}

bool Pattern::FoundIn(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

const std::string& Pattern::source() const { return compiled_->pattern(); }

}  // namespace sluice::base
