// Bundle: one file that holds one rule set. Header, section table, sections; each section is hashed (BLAKE2b-256)
// and the header hashes the table, so a flipped bit or a cut is found before anything is used.
//
// The layout is in engine/ruleset/FORMAT.md.   Errors: kIo, kCorrupt (with the section and offset),
// kUnsupported (format version), kLimitExceeded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

inline constexpr char kBundleMagic[8] = {'S', 'L', 'U', 'I', 'C', 'E', 'R', 'S'};
inline constexpr std::uint32_t kBundleFormatVersion = 4;

std::vector<std::uint8_t> EncodeBundle(const RuleSet& rule_set);
/// Decoded, verified and finished.
Result<RuleSetPtr> DecodeBundle(std::span<const std::uint8_t> bytes);

Status WriteBundle(const RuleSet& rule_set, const std::string& path);
Result<RuleSetPtr> ReadBundle(const std::string& path);

struct SectionInfo {
  std::string name;
  std::uint64_t bytes = 0;
  base::Hash256 hash{};
};
/// The section table of a bundle, for `rules inspect`.
Result<std::vector<SectionInfo>> InspectBundle(std::span<const std::uint8_t> bytes);

}  // namespace sluice::ruleset
