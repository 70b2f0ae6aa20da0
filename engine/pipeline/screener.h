// A synchronous screener for one record at a time, in the caller's thread: tests of rules,
// explanations.
//
// Each record stands for itself: no identity is remembered, every decision is revision 1.
// Thread-safety: one a thread.   Ownership: keeps the rule set alive; the record only during
// Screen. Errors: none; a record that cannot be read is a decision with outcome unreadable.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/decide/decision.h"
#include "engine/draw/draw.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/matches.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::pipeline {

/// What the caller says in the record's stead.
struct ScreenFacts {
  std::uint64_t sequence = 1;
  std::uint32_t generation = 1;
  std::optional<base::Timestamp> now = {};  // none: the record's received time, else 1970
  std::optional<parcel::Phase> phase = {};  // none: the record's
};

class Screener {
 public:
  Screener(ruleset::RuleSetPtr rule_set, draw::EpochKey key);
  ~Screener();
  Screener(const Screener&) = delete;
  Screener& operator=(const Screener&) = delete;

  /// Valid until the next call. `record` must outlive uses of batch().
  const decide::Decision& Screen(std::span<const std::uint8_t> record,
                                 const ScreenFacts& facts = {});

  /// The record of the last call as columns (one row), and what matching said of it.
  const parcel::Batch& batch() const;
  const ruleset::BatchMatches& matches() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::pipeline
