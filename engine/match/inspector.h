// Values of single nodes for one parcel, for explanations and `sluice eval`: the interpreter that decides, asked
// node by node.
//
// Thread-safety: one a thread.   Ownership: keeps the rule set alive; the batch must outlive the calls.
// Errors: the node's own, as the value's `error`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/match/value.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

/// A value that stands for itself, or the error that stands in its place.
struct InspectedValue {
  ErrorKind error = ErrorKind::kNone;
  ruleset::ValueType type = ruleset::ValueType::kBool;
  std::int64_t number = 0;          // kBool, kInt, kDuration (ns); kRecord, kTableRow: the row
  std::uint64_t natural = 0;        // kUint
  double real = 0;                  // kDouble
  std::string text;                 // kString
  base::Timestamp time;             // kTimestamp
  base::Money money;                // kMoney
  std::vector<InspectedValue> items;  // kList; kMap: key, value, key, value, …
};

/// A node with its value, and the parts of which it was made.
struct Trace {
  ruleset::NodeIndex node = 0;
  InspectedValue value;
  std::vector<Trace> parts;     // operands, in order; constants left out; of a comprehension: its range
  std::vector<Trace> elements;  // of a comprehension: its body for the first elements
  std::size_t element_count = 0;
};
struct TraceBounds {
  int depth_max = 12;            // levels below the root
  std::size_t elements_max = 5;  // of each comprehension
};

/// As an officer reads it: `"CN"`, `12.50 EUR`, `[1, 2]`, `absent`, `error: overflow`.
std::string InspectedText(const InspectedValue& value);

class Inspector {
 public:
  explicit Inspector(ruleset::RuleSetPtr rule_set);
  ~Inspector();
  Inspector(const Inspector&) = delete;
  Inspector& operator=(const Inspector&) = delete;

  /// The value of `node` for row `row` of `batch`. The node must not read a comprehension's variable from outside.
  InspectedValue Inspect(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex node);
  /// The same with every part, whether or not a part before it decided; inside comprehensions element by element.
  Trace TraceOf(const parcel::Batch& batch, std::uint32_t row, ruleset::NodeIndex node, const TraceBounds& bounds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::match
