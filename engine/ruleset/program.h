// Compiled expressions as plain data: one array of nodes for all rules of a rule set.
//
// Nodes are interned: equal sub-expressions of different rules are one node. Every operand of a node has a
// smaller index than the node, so the array is its own evaluation order and cannot have cycles.
// Immutable once verified (verify.h); thread-safe to read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/parcel/column_plan.h"

namespace sluice::ruleset {

using parcel::ValueType;
using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = 0xFFFFFFFFu;

enum class Op : std::uint16_t {
#define X(name, operands, text) k##name,
#include "engine/ruleset/ops.def"
#undef X
};
#define X(name, operands, text) +1
inline constexpr int kOpCount = 0
#include "engine/ruleset/ops.def"
    ;
#undef X
/// Functions of values alone, which Op::kCall calls.
enum class Function : std::uint32_t {
#define X(name, signature, text) k##name,
#include "engine/ruleset/functions.def"
#undef X
};
#define X(name, signature, text) +1
inline constexpr std::uint32_t kFunctionCount = 0
#include "engine/ruleset/functions.def"
    ;
#undef X
inline constexpr std::size_t kCallOperandsMax = 4;
/// As a rule writes it; with a dot: its namespace and name.
std::string_view FunctionText(Function function);
/// See functions.def.
std::string_view FunctionSignature(Function function);

const char* OpText(Op op);
/// How many variables a comprehension binds, from slot c on; 0: it is none.
constexpr std::uint32_t VariablesBound(Op op) {
  if (op >= Op::kAll && op <= Op::kFilter) return 1;
  return op >= Op::kAllPairs && op <= Op::kJoinMaps ? 2 : 0;
}
/// The operand letters of ops.def.
std::string_view OpOperands(Op op);

/// Index into Program::types. Scalars stand first, at the place of their ValueType; the parts of a list or map
/// type stand before it; equal types are one.
using TypeId = std::uint16_t;
inline constexpr TypeId ScalarTypeId(ValueType type) { return static_cast<TypeId>(type); }

struct TypeInfo {
  ValueType kind = ValueType::kBool;
  TypeId key = 0;                // of a map
  TypeId element = 0;            // of a list; value type of a map
  std::uint32_t reference = 0;   // kRecord: its domain; kTableRow: its table

  friend bool operator==(const TypeInfo&, const TypeInfo&) = default;
};

/// Where and how two operations with an index operand read it: see ops.def.
struct Node {
  Op op = Op::kConst;
  TypeId type = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;

  friend bool operator==(const Node&, const Node&) = default;
};
static_assert(sizeof(Node) == 16);

enum class TimePart : std::uint32_t {
  kFullYear, kMonth, kDayOfMonth, kDate, kDayOfWeek, kDayOfYear, kHours, kMinutes, kSeconds, kMilliseconds,
};

/// Texts by index, in one block.
class TextPool {
 public:
  std::uint32_t Add(std::string_view text);
  std::string_view operator[](std::uint32_t index) const {
    return std::string_view(bytes).substr(ends[index], ends[index + 1] - ends[index]);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends.size() - 1); }

  std::string bytes;
  std::vector<std::uint64_t> ends{0};  // text i is bytes [ends[i], ends[i + 1])
  friend bool operator==(const TextPool&, const TextPool&) = default;
};

/// A constant set of ints, uints or texts, ascending, without repetition.
struct ConstantSet {
  ValueType type = ValueType::kInt;
  std::vector<std::int64_t> ints;
  std::vector<std::uint64_t> uints;
  std::vector<std::uint32_t> texts;  // indices into Program::texts, ascending by text
  friend bool operator==(const ConstantSet&, const ConstantSet&) = default;
};

/// The calendar repeats every 400 years, and with it what a zone's rule says: later instants have the offsets of
/// the last 400 years before this one, 2500-01-01T00:00:00Z.
inline constexpr std::int64_t kZoneCycleEndSeconds = 16'725'225'600;
inline constexpr std::int64_t kZoneCycleSeconds = std::int64_t{146'097} * 86'400;

/// Offsets of a time zone, cut from the IANA data when the book was compiled.
struct Zone {
  std::string name;
  std::vector<std::int64_t> from_seconds;    // ascending; the first is the smallest int64
  std::vector<std::int32_t> offset_seconds;  // east of UTC, from that instant on

  std::int32_t OffsetAt(std::int64_t utc_seconds) const;
  friend bool operator==(const Zone&, const Zone&) = default;
};

struct Program {
  std::vector<TypeInfo> types;
  std::vector<Node> nodes;
  std::vector<NodeIndex> operands;  // lists of operands of n-ary nodes, each list of one node alone
  // Constants, by type; kBool constants are ints 0 and 1, kDuration ints in ns.
  std::vector<std::int64_t> ints;
  std::vector<std::uint64_t> uints;
  std::vector<double> doubles;
  std::vector<base::Timestamp> times;
  std::vector<base::Money> moneys;
  TextPool texts;
  std::vector<ConstantSet> sets;
  TextPool patterns;  // of kMatches, in RE2's syntax; each once
  std::vector<Zone> zones;
  std::string text_version;  // text::TextVersion() of what made it, if it has kContainsAny or kSimilarTo; else empty
  friend bool operator==(const Program&, const Program&) = default;
};

/// The program's nodes below `root` as an s-expression, for golden tests and people.
std::string DumpNode(const Program& program, NodeIndex root);

}  // namespace sluice::ruleset
