// The static type checker: gives every node of an expression its type and its meaning, or says what
// is wrong.
//
// Thread-safety: pure function.   Errors: findings with spans in bytes of the expression
// (ReportCelErrors gives them places); several at once; a part that is wrong is not complained
// about again by what contains it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/parcel/catalog.h"
#include "rules/check/environment.h"
#include "rules/check/type.h"
#include "rules/syntax/cel_ast.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {

struct Overload;  // functions.h

enum class Meaning : std::uint8_t {
  kPlain,     // what its ExprKind says: literal, operator, list, macro
  kName,      // no value by itself; its parent means it
  kConstant,  // constants[index]
  kVariable,  // Environment::variables[index]
  kCell,      // cell `index` of the profile's row
  kNow,
  kOffice,
  kLocal,       // variable `index` (0 or 1) of the comprehension or bind `base`
  kField,       // `path` below `base`: a scalar or record field
  kRange,       // `path` below `base`: a vector; its elements are ranges[index]
  kTableRow,    // tables.T.row(…): table `index`
  kTableHas,    // tables.T.has(…): table `index`
  kTableCell,   // value column `index` of the row that child 0 is
  kMapKey,      // m.key, has(m.key)
  kListPrefix,  // lists.L.hasPrefixOf(s): list `index`
  kInList,      // x in lists.L: list `index`
  kContainsAny,  // s.containsAny(lists.L): list `index`, `argument` 1 for whole words, 0 for anywhere
  kSimilarTo,    // s.similarTo(lists.L, n): list `index`, threshold `argument`
  kOverload,    // a function of the table in functions.h
};

struct Resolution {
  Meaning meaning = Meaning::kPlain;
  NodeId base =
      kNoNode;  // kField, kRange: the record expression, kNoNode for the parcel; kLocal: see there
  std::uint32_t index = 0;
  std::uint32_t argument = 0;
  parcel::FieldPath path;
  const Overload* overload = nullptr;
};

/// A vector of the schema that an expression ranges over. Range 0 is the parcel.
struct Range {
  std::uint32_t parent = 0;             // smaller than its own index
  parcel::FieldPath path;               // from the parent's record
  std::uint32_t record = kNoReference;  // of the elements; none: scalars
};

struct CheckedExpression {
  Ast ast;
  std::vector<Type> types;              // by NodeId
  std::vector<Resolution> resolutions;  // by NodeId
  std::vector<Value> constants;
  std::vector<Range> ranges;
  bool ok = false;  // no findings, and no table whose header was refused: it can be lowered

  const Type& type() const { return types[ast.root()]; }
};

/// What the place where an expression stands asks of it.
struct Expectation {
  TypeKind kind = TypeKind::kAny;            // kAny: any value
  std::string_view what = "the expression";  // its name in messages: "a condition", "a score"
};

/// `ast` is not empty. The environment must outlive the result's lowering.
CheckedExpression CheckExpression(Ast ast, const Environment& environment,
                                  const Expectation& expectation, std::vector<CelError>* findings);

}  // namespace sluice::rules
