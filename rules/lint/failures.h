// Which errors an expression can have, at most: told from its operations, not from what values can be.
//
// Thread-safety: immutable once made.   Ownership: owns its answers. Errors: none. An answer may be too wide, never too
// narrow, but for one case: upper and lower case of texts of which one parcel would have to hold kEvalArenaBytesMax.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/ruleset/program.h"

namespace sluice::rules {

class Failures {
 public:
  /// Time: linear in the program.
  explicit Failures(const ruleset::Program& program);

  /// Whether `node` can have an error of another kind than absent, or, `also_absent`, any.
  bool CanFail(ruleset::NodeIndex node, bool also_absent) const {
    return (kinds_[node] & (also_absent ? kAbsent | kOther : kOther)) != 0;
  }

 private:
  static constexpr std::uint8_t kAbsent = 1, kOther = 2;

  static std::uint8_t OwnKinds(const ruleset::Program& program, const ruleset::Node& node);

  std::vector<std::uint8_t> kinds_;  // by node
};

}  // namespace sluice::rules
