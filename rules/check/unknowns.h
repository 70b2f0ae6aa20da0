// What empty lists and maps hold: `[]` and `{}` have types with unknowns in them (kAny), which the rest of the
// expression makes known.
//
// An expression that has unknowns is walked three times: to learn what its parts have in common, to settle what
// several types would fit, and to check, when every type is known: an unknown that nothing settled is an int.
// Internal to rules/check. Thread-safety: none.   Errors: none; what does not fit stays as it is, for the check.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "engine/base/limits.h"
#include "rules/check/functions.h"
#include "rules/check/type.h"
#include "rules/syntax/cel_ast.h"

namespace sluice::rules {

class Unknowns {
 public:
  static constexpr std::uint32_t kPairs = kParametersMax + 1;  // of a node: an unknown value and an unknown key each

  /// The type of what nothing is known about, made at `node`: one unknown for each pair. Keys of maps are never
  /// learned to be what no key can be.
  Type Value(NodeId node, std::uint32_t pair = 0) { return Resolved(Make(2 * (node * kPairs + pair))); }
  Type Key(NodeId node, std::uint32_t pair = 0) { return Resolved(Make(2 * (node * kPairs + pair) + 1)); }
  /// `type` of a value from outside, whose empty lists and maps have no types yet.
  Type Opened(const Type& type, NodeId node);

  /// What places that hold the same values know of each other.
  void Learn(const Type& a, const Type& b);
  /// With what is known put in.
  Type Resolved(const Type& type) const;

  bool any_made() const { return any_made_; }
  bool is_settling() const { return walk_ == Walk::kSettle; }
  bool is_learning() const { return walk_ == Walk::kLearn; }
  /// False when the last walk was the one that counts.
  bool NextWalk();

 private:
  enum class Walk : std::uint8_t { kLearn, kSettle, kCheck };
  static_assert(limits::kExpressionNodesMax < kNoReference / (2 * kPairs));

  Type Make(std::uint32_t unknown);
  const Type& Known(const Type& type) const;  // followed through unknowns, not into elements
  void Bind(const Type& unknown, const Type& to);
  bool Within(std::uint32_t unknown, const Type& type) const;

  Walk walk_ = Walk::kLearn;
  bool any_made_ = false;
  std::unordered_map<std::uint32_t, Type> known_;  // by Type::reference of a kAny
};

}  // namespace sluice::rules
