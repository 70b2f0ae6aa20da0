// The reference evaluator: walks the syntax tree of a condition with values tagged at run time.
// Slow and obvious.
//
// Thread-safety: none (it counts errors).   Ownership: refers to the book and the catalogue.
// Expressions must have passed the checker: what cannot be fails a CHECK.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/parcel/catalog.h"
#include "rules/syntax/cel_ast.h"
#include "tests/support/oracle/book_model.h"
#include "tests/support/oracle/record_tree.h"
#include "tests/support/oracle/value.h"

namespace sluice::oracle {

using ErrorCounts = std::array<std::uint64_t, kErrorKindCount>;

/// What an expression is asked about.
struct Situation {
  const RecordTree* parcel = nullptr;
  base::Timestamp now;
  RowRef row;  // of a profile; no table: an ordinary rule
};

class Evaluator {
 public:
  Evaluator(const BookModel& book, const parcel::Catalog& catalog, const rules::Ast& ast,
            const Situation& situation, ErrorCounts* errors)
      : book_(book), catalog_(catalog), ast_(ast), situation_(situation), errors_(*errors) {}

  /// A condition: a blank cell means any.
  Result Condition() { return EvalBool(ast_.root(), nullptr, true); }
  /// A score; nothing where it reads a blank cell.
  std::optional<Result> Score();

 private:
  using NodeId = rules::NodeId;

  /// A variable: the value of a macro's, or the unevaluated text of a bind's.
  struct Scope {
    const Scope* outer = nullptr;
    std::string_view name;
    const Value* value = nullptr;
    NodeId bound = rules::kNoNode;
  };

  // evaluator.cc
  Result Eval(NodeId id, const Scope* scope, bool positive);
  /// Where a bool is asked for: an expression that reads a blank cell is `positive`.
  Result EvalBool(NodeId id, const Scope* scope, bool positive);
  Result Literal(NodeId id) const;
  Result Ident(NodeId id, const Scope* scope, bool positive);
  Result Select(NodeId id, const Scope* scope, bool positive);
  Result Has(NodeId id, const Scope* scope, bool positive);
  Result Member(const Value& operand, const std::string& name);
  Result Logic(NodeId id, const Scope* scope, bool positive);
  Result Conditional(NodeId id, const Scope* scope, bool positive);
  Result Index(NodeId id, const Scope* scope, bool positive);
  Result ListLiteral(NodeId id, const Scope* scope, bool positive);
  Result MapLiteral(NodeId id, const Scope* scope, bool positive);
  /// The operands in order, or the first one's error.
  std::optional<ErrorKind> Operands(std::span<const NodeId> ids, const Scope* scope, bool positive,
                                    std::vector<Value>* values);
  Result Binary(NodeId id, const Scope* scope, bool positive);
  Result In(NodeId id, const Scope* scope, bool positive);
  void AdaptWeights(NodeId id, std::vector<Value>* operands) const;
  struct Place {
    NodeId node;
    const Scope* scope;
  };
  Place BaseOf(NodeId id, const Scope* scope, std::vector<std::string>* names) const;
  bool IsVectorBehindAbsentRecord(NodeId id, const Scope* scope) const;
  Result Fail(ErrorKind kind);
  Result Count(Result result);

  // evaluator_calls.cc
  Result Call(NodeId id, const Scope* scope, bool positive);
  /// "math" of math.abs(x).
  std::optional<std::string> NamespaceOf(NodeId call, const Scope* scope) const;
  Result ListCall(NodeId id, const Scope* scope, bool positive);
  Result TableCall(NodeId id, const TableModel& table, const Scope* scope, bool positive);

  // evaluator_macros.cc
  /// What the variables stand for at one step; without a second variable, `second` is not read.
  struct Step {
    Value first;
    Value second;
  };
  struct Kept {
    std::vector<Step> steps;
    std::optional<ErrorKind> error;
  };
  static std::vector<Step> StepsOf(const Value& range, bool two);
  Result Macro(NodeId id, const Scope* scope, bool positive);
  Result AtStep(NodeId id, bool as_bool, const rules::Comprehension& macro, const Step& step,
                const Scope* scope, bool positive);
  Result AllOrExists(const rules::Comprehension& macro, const std::vector<Step>& steps,
                     const Scope* scope, bool positive);
  Kept FilterBy(NodeId condition, const rules::Comprehension& macro, const std::vector<Step>& steps,
                const Scope* scope, bool positive);
  Result Transform(const rules::Comprehension& macro, std::vector<Step> steps, const Scope* scope,
                   bool positive);

  // evaluator_blank.cc
  /// Whether an expression that is no comparison, `in`, call or logic reads a blank cell.
  bool IsBlank(NodeId id, const Scope* scope) const;
  bool ReadsBlank(std::span<const NodeId> ids, const Scope* scope) const;
  /// Whether it is a comparison, `in` or call of type bool that reads a blank cell.
  bool IsReplaced(NodeId id, const Scope* scope) const;
  bool IsBoolCall(NodeId id) const;

  static const Scope* Find(const Scope* scope, std::string_view name);
  bool IsName(NodeId id, std::string_view name, const Scope* scope) const;
  const TableModel* TableNamed(NodeId id, const Scope* scope) const;
  const ListModel* ListNamed(NodeId id, const Scope* scope) const;
  const parcel::Enum* EnumNamed(NodeId id, const Scope* scope) const;

  const BookModel& book_;
  const parcel::Catalog& catalog_;
  const rules::Ast& ast_;
  const Situation& situation_;
  ErrorCounts& errors_;
};

/// Arithmetic of two values, by their kinds; free of the tree.
Result Arithmetic(rules::BinaryOp op, const Value& a, const Value& b);
Result Negate(const Value& value);
/// Functions of values alone: conversions, texts, time parts. `arguments` has the receiver first.
Result Function(std::string_view name, const std::vector<Value>& arguments);

/// Functions of CEL's extensions, with their namespace; nothing for others.
std::optional<Result> ExtensionFunction(std::string_view name, const std::vector<Value>& arguments);

/// Of several errors of one operation: another kind outweighs absent, else the first stands.
void Outweigh(ErrorKind kind, std::optional<ErrorKind>* error);

}  // namespace sluice::oracle
