// One walk over one expression; the parts of the checker share it. Internal to rules/check.
//
// Thread-safety: none.   Errors: findings; a node whose type is kError has been reported already.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/check/checker.h"
#include "rules/check/functions.h"
#include "rules/check/unknowns.h"

namespace sluice::rules {

/// What a name before a dot stands for when it is no value: Resolution::index of a node of
/// kNamespace.
enum class Namespace : std::uint32_t {
  kLists,
  kTables,
  kAggregates,
  kDocuments,
  kRow,
  kEnum,      // Type::reference is the enum
  kFunctions  // math, strings, …
};

class CheckPass {
 public:
  CheckPass(CheckedExpression* checked, const Environment& environment,
            std::vector<CelError>* findings);
  void Run(const Expectation& expectation);

 private:
  struct Scope {
    std::string_view name;
    NodeId declaration;  // the kComprehension or kBind node
    Type type;
    bool is_bind;
    std::uint32_t variable = 0;  // of the comprehension: 0, or 1 for the second of two
  };

  // checker.cc: any node.
  Type Visit(NodeId id);
  Type VisitValue(NodeId id);  // refuses names, records and table rows
  Type VisitNode(NodeId id);
  Type VisitList(NodeId id);
  Type VisitMap(NodeId id);
  Type VisitConditional(NodeId id);
  bool IsValue(NodeId id);
  void CheckKeyType(NodeId id, const Type& type);
  void CheckConstantKeys(NodeId id);
  void Walk(const Expectation& expectation);
  void StartAgain(std::size_t findings);
  bool WasUnknown(NodeId id) const;
  void HintAtUnknowns(std::size_t findings);  // of the findings after the first so many

  // check_unknowns.cc: values of one type, as far as that is known. They learn from each other.
  bool Agree(const Type& a, const Type& b);      // of one shape
  bool CanEqual(const Type& a, const Type& b);   // Equatable
  /// The type of `id`; if nothing makes it known, it is settled to be `likely`.
  Type Settle(NodeId id, const Type& likely);
  Type Common(const Type& a, const Type& b) const;  // Join of what is known of both

  // check_names.cc
  Type VisitIdent(NodeId id);
  Type VisitSelect(NodeId id);
  Type VisitHas(NodeId id);
  std::optional<Type> VisitBuiltin(NodeId id, std::string_view name);
  std::optional<Type> VisitVariable(NodeId id, const std::string& name);
  Type OwnerOf(NodeId id);
  Type VisitMember(NodeId id, NodeId operand, const Type& operand_type);
  Type SelectFromNamespace(NodeId id, NodeId operand);
  Type SelectEnumValue(NodeId id, std::uint32_t enumeration);
  Type SelectCell(NodeId id);
  bool IsRefused(std::uint32_t table);  // by its header; told at the table
  Type SelectField(NodeId id, NodeId operand, const Type& record);
  Type SelectTableCell(NodeId id, const Type& row);
  Type FieldType(NodeId id, const parcel::Field& field);
  Type RangeType(NodeId id, const parcel::Field& field, std::uint32_t parent);
  Type MoneyFieldType(NodeId id, const parcel::Field& field);
  std::uint32_t AddRange(std::uint32_t parent, const parcel::FieldPath& path, std::uint32_t record);
  Type UnknownName(NodeId id, std::string_view name);
  std::string DottedName(NodeId id) const;  // "a.b" of idents and selects; else empty
  const Scope* FindScope(std::string_view name) const;

  // check_operators.cc
  Type VisitBinary(NodeId id);
  Type VisitIn(NodeId id);
  Type VisitLogic(NodeId id);
  Type VisitNot(NodeId id);
  Type VisitNegate(NodeId id);
  Type VisitIndex(NodeId id);
  Type CheckEquality(NodeId id, const Type& left, const Type& right);
  Type CheckOrdering(NodeId id, const Type& left_type, const Type& right_type);
  Type CheckArithmetic(NodeId id, const Type& left, const Type& right);
  Type CheckOpenArithmetic(NodeId id, const Type& left, const Type& right);
  bool CheckMoney(NodeId id, const Type& left, const Type& right);
  bool CheckUnits(NodeId id, const Type& left, const Type& right);
  void AdaptWeights(NodeId id, Type* left, Type* right);
  void AdaptWeight(NodeId literal, const Type& other, Type* type);
  Type Mismatch(NodeId id, const Type& left, const Type& right);
  std::string MismatchHint(NodeId left, const Type& left_type, NodeId right,
                           const Type& right_type) const;
  std::string EnumHint(NodeId text, const Type& enumeration) const;
  void RequireBool(NodeId id, const Type& type, std::string_view what);

  // check_calls.cc
  Type VisitCall(NodeId id);
  Type VisitTableCall(NodeId id, std::uint32_t table);
  Type VisitListCall(NodeId id, std::uint32_t list);
  void CheckTableKeys(NodeId id, const TableShape& table);
  /// The function that a call means, as Overload names it. The call's children that are arguments, and their types,
  /// go along.
  struct Callee {
    std::string name;
    bool is_method;
  };
  Type ResolveOverload(NodeId id, const Callee& callee, std::span<const NodeId> children,
                       const std::vector<Type>& arguments);
  Type ApplyOverload(NodeId id, const Overload& overload, std::span<const NodeId> children,
                     const std::vector<Type>& arguments);
  /// What one of several overloads gives, while it is not known which: nothing when it is.
  std::optional<Type> UndecidedCall(NodeId id, const Callee& callee, const std::vector<Type>& arguments);
  Type ParameterType(NodeId id, const Overload& overload, std::uint32_t index);
  Type ConstantCall(NodeId id, const Overload& overload, NodeId argument);
  Type MoneyToCall(NodeId id, NodeId argument);
  void CheckZone(NodeId argument);
  Type RefuseCall(NodeId id);
  Type WrongArguments(NodeId id, const Callee& callee, std::span<const NodeId> children,
                      const std::vector<Type>& arguments);
  std::optional<std::string_view> ConstantText(NodeId id) const;

  // check_extensions.cc
  Type VisitNamespaceCall(NodeId id);
  Type VisitGreatest(NodeId id, const Overload& overload);
  Type GreatestOfList(NodeId id, const Overload& overload, NodeId list, const Type& list_type);
  Type GreatestOfMixed(NodeId id, const Overload& overload, std::span<const NodeId> numbers);
  bool AgreeOnUnits(NodeId id, std::span<const NodeId> numbers);
  std::optional<Value> ConstantNumber(NodeId id) const;
  bool CheckSets(NodeId id, std::span<const NodeId> lists);

  // check_text_calls.cc
  bool IsTextSearch(NodeId id) const;
  Type VisitTextSearch(NodeId id);
  void CheckSearchedList(NodeId id, NodeId argument);
  void CheckThreshold(NodeId id, NodeId argument);
  void CheckSearchWay(NodeId id, NodeId argument);

  // check_macros.cc
  Type VisitComprehension(NodeId id);
  Type VisitBind(NodeId id);
  std::vector<Type> VariableTypes(NodeId id, const Type& range);
  Type RangeOf(NodeId id);
  Type TransformType(NodeId id, const Type& range, const Type& body);
  Type LeaveScope(NodeId declaration, Type type) const;

  void Find(TextSpan span, std::string code, std::string message, std::string hint = {});
  /// At the name of the node, where it has one.
  Type Fail(NodeId id, std::string code, std::string message, std::string hint = {});
  std::string Text(const Type& type) const;
  std::string Snippet(NodeId id) const;  // its source, unless that is long
  std::uint32_t AddConstant(Value value);
  const ExprNode& node(NodeId id) const { return ast_.node(id); }
  const Type& type(NodeId id) const { return checked_.types[id]; }
  Resolution& resolution(NodeId id) { return checked_.resolutions[id]; }
  void Resolve(NodeId id, Meaning meaning, std::uint32_t index = 0);

  CheckedExpression& checked_;
  const Ast& ast_;
  const Environment& environment_;
  std::vector<CelError>& findings_;
  std::vector<Scope> scopes_;
  Unknowns unknowns_;
  std::vector<bool> was_unknown_;  // by NodeId: its type, or a part of it, was when the first walk came by
  bool asks_refused_table_ = false;
  std::unordered_map<NodeId, std::int64_t> weights_mg_;  // literals, before their unit is settled
};

}  // namespace sluice::rules
