// A recording policy of the interpreter that decides: which conditions it asks on its way through an expression, and
// what each answers. For the coverage of test cases.
//
// Thread-safety: one a thread.   Ownership: keeps the rule set alive; the batch must outlive a call.
// Errors: the node's own, as the ErrorKind that is told.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "engine/match/value.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

class Recorder {
 public:
  /// Of a watched node: its error, else its value. Once for each time that it is asked: a quantifier's body for each
  /// element up to the one that decides, an operand of && or || only while nothing before it decided.
  using Tell = std::function<void(ruleset::NodeIndex node, ErrorKind error, bool value)>;

  /// `watched`: nodes of type bool, no constants.
  Recorder(ruleset::RuleSetPtr rule_set, std::span<const ruleset::NodeIndex> watched);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Evaluates `root` for row `row` of `batch`. Whether it is true; only of a bool.
  bool Record(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex root, const Tell& tell);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::match
