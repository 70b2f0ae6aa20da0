// A compiled rule set, as `sluice rules compile` writes it.
//
// Thread-safety: immutable; copies share one rule set and may be used from any thread.
// Ownership: the rule set lives as long as any copy, screener or engine that uses it.
// Errors: kNotFound, kIo (cannot be read), kCorrupt (with section and offset), kUnsupported (format version),
// kLimitExceeded.
#pragma once

#include <sluice/export.h>
#include <sluice/status.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sluice {

namespace ruleset {
struct RuleSet;
}

/// A lane as the rule book declares it.
struct LaneInfo {
  std::string name;
  std::int32_t severity = 0;  // the most severe lane that is asked for stands
  bool releases = false;      // the parcel goes on without a look at it
};

class SLUICE_EXPORT RuleSet {
 public:
  /// Reads and verifies a bundle file; nothing of it is used before its hashes hold.
  static Result<RuleSet> Load(const std::string& path);
  static Result<RuleSet> FromBytes(std::span<const std::uint8_t> bundle);

  const std::string& name() const;
  std::size_t rule_count() const;
  std::vector<LaneInfo> lanes() const;
  /// BLAKE2b-256 of the bundle's sections, 64 lower-case hexadecimal digits.
  std::string hash() const;

  /// Of the engine's own rooms.
  explicit RuleSet(std::shared_ptr<const ruleset::RuleSet> data);
  const std::shared_ptr<const ruleset::RuleSet>& data() const { return data_; }

 private:
  std::shared_ptr<const ruleset::RuleSet> data_;
};

}  // namespace sluice
