// Decides one record at a time, in the caller's thread.
//
// Each record stands for itself: no parcel is remembered, every decision is revision 1. For a stream of parcels, with
// duplicates, reloads and a log, use Engine (<sluice/engine.h>).
// Thread-safety: one thread at a time; make one a thread.   Ownership: keeps its rule set alive.
// Errors: Make, those of the epoch key's file. Screen has none: a record that cannot be read is a decision.
#pragma once

#include <sluice/decision.h>
#include <sluice/export.h>
#include <sluice/rule_set.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace sluice {

struct ScreenerOptions {
  std::string epoch_key_file;  // of the draws; empty: the built-in test key, and decisions say so
};

class SLUICE_EXPORT Screener {
 public:
  static Result<Screener> Make(const RuleSet& rules, const ScreenerOptions& options = {});
  Screener(Screener&&) noexcept;
  Screener& operator=(Screener&&) noexcept;
  ~Screener();

  /// `now_ns`: received time, nanoseconds since 1970; none: the record's own, else 1970. The decision is valid until
  /// the next call.
  const Decision& Screen(std::span<const std::uint8_t> record, std::optional<std::int64_t> now_ns = {});

 private:
  struct Impl;
  explicit Screener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice
