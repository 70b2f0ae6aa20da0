// How the conditions of a rule set are evaluated column by column: made once, then shared by
// evaluators.
//
// A home is what a mask's rows are: the parcels, or the rows of one domain that a comprehension variable stands
// for. A boolean node with at most one free variable has a home and so a mask; what no column loop can compute
// is a row leaf, left to the row interpreter. Values that a loop can compute, and shared costly ones, get a memo
// column.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/match/dictionary.h"
#include "engine/match/list_search.h"
#include "engine/match/literal_search.h"
#include "engine/match/scopes.h"
#include "engine/match/value.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

inline constexpr std::uint32_t kNoIndex = 0xFFFFFFFFu;
inline constexpr std::size_t kMemoColumnBytesMax = 64u << 20;  // memory of all memo columns of an evaluator
inline constexpr std::size_t kMaskMemoBytesMax = 256u << 20;   // memory of all masks that are kept for a batch
inline constexpr std::size_t kPrefixBytesMax = 16;             // of a prefix that is looked up as a code
inline constexpr std::size_t kLiteralBytesMax = 64u << 10;     // literals searched at once in a column; table <= 64 MiB

using HomeIndex = std::uint32_t;
inline constexpr HomeIndex kParcelHome = 0;

struct Home {
  std::uint32_t slot = kNoIndex;   // the variable; none for the parcels
  parcel::DomainIndex domain = parcel::kParcelDomain;
  bool scalar = false;             // the variable is the element itself
};

/// A scalar operand of a column loop.
struct Source {
  enum class Kind : std::uint8_t { kColumn, kConstant, kMemo };
  Kind kind = Kind::kColumn;
  ruleset::ValueType type = ruleset::ValueType::kBool;
  HomeIndex home = kParcelHome;
  std::uint32_t index = 0;         // column, or memo column
  Value constant;
  std::string_view constant_text;  // of a kString constant
};

enum class MaskKind : std::uint8_t {
  kConst,       // a: 0 or 1
  kHas,         // a: column
  kCode,        // a: dictionary, b: code
  kLiteral,     // a: search, b: literal
  kList,        // a: list search, b: its number of the list
  kCodeNot,     // the same, unequal
  kCodeSet,     // a: dictionary, codes [b, b + c) of Plan::codes, ascending
  kBool,        // a: source
  kCompare,     // a, b: sources, related by op
  kSimilar,     // a: name column, b: list, c: threshold
  kTest,        // op of a: source with b: a constant source, set or list; c: where a is c by lowerAscii(), for a list
  kTableHas,    // a: table, keys [b, b + c) of Plan::keys
  kAnd,         // masks [b, b + c) of Plan::operands, cheap ones first
  kOr,
  kNot,         // a
  kCond,        // a ? b : c
  kQuantifier,  // op over a: body, b: home of the elements
  kRowLeaf,
};

struct MaskNode {
  MaskKind kind = MaskKind::kRowLeaf;
  std::uint8_t cost = 0;        // rank among operands of And and Or
  bool whole = false;           // cheap enough to be computed for all rows at once, whatever is demanded
  ruleset::Op op = ruleset::Op::kConst;
  HomeIndex home = kParcelHome;
  ruleset::NodeIndex node = 0;
  std::uint32_t memo = kNoIndex;  // place among the masks kept for the batch
  std::uint32_t depth = 1;        // of nesting: itself, and the masks and value loops below
  std::uint32_t a = 0, b = 0, c = 0;
};

/// How a memo column is computed: by a loop over operands that are columns themselves, or row by row.
struct ValueLoop {
  enum class Kind : std::uint8_t {
    kRows,       // by the row interpreter
    kCalculate,  // a, b: sources, related by the node's operation
    kChoose,     // a: mask, b, c: sources
    kMoneyTo,    // a: source, in currency b
    kToDouble,   // a: source of ints
    kTableRow,   // a: table, keys [b, b + c) of Plan::keys
    kTableCell,  // a: memo column of rows, b: value column of the table c
    kText,       // a: source of texts, changed or measured by the node's operation
  };
  Kind kind = Kind::kRows;
  std::uint32_t a = 0, b = 0, c = 0;
};

struct MemoColumnSpec {
  ruleset::NodeIndex node = 0;
  HomeIndex home = kParcelHome;
  ruleset::ValueType type = ruleset::ValueType::kBool;
  ruleset::Op op = ruleset::Op::kConst;
  std::uint32_t depth = 1;  // as of a mask
  ValueLoop loop;
};

/// A text column of which names are asked for.
struct NameColumn {
  parcel::ColumnIndex column = 0;
  std::size_t rows_max = 0;
};

struct Plan {
  std::vector<Home> homes{Home()};
  std::vector<MaskNode> masks;               // operands before their users
  std::vector<std::uint32_t> operands;
  std::vector<std::uint32_t> codes;
  std::vector<Source> sources;
  std::vector<Dictionary> dictionaries;
  std::vector<LiteralSearch> searches;
  std::vector<ListSearch> list_searches;
  std::vector<NameColumn> name_columns;
  std::vector<MemoColumnSpec> memo_columns;  // operands before their users
  std::vector<std::uint32_t> keys;           // sources, the keys of table look-ups
  std::vector<HomeIndex> mask_memos;         // home of each kept mask
  std::vector<std::uint32_t> rule_masks;     // by rule
  std::uint32_t depth = 0;                   // nesting of masks and value loops
};

/// Rows that a domain can have.
std::size_t RowsMax(parcel::DomainIndex domain);

Plan MakePlan(const ruleset::RuleSet& rule_set);

}  // namespace sluice::match
