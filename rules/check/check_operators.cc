// Operators: which types they take, and what they say to those they do not.
#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/check/check_pass.h"
#include "rules/check/type_text.h"
#include "rules/check/weight.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {

namespace {

using K = TypeKind;

struct Arithmetic {
  BinaryOp op;
  K left;
  K right;
  K result;
};

constexpr Arithmetic kArithmetic[] = {
    {BinaryOp::kAdd, K::kInt, K::kInt, K::kInt},
    {BinaryOp::kAdd, K::kUint, K::kUint, K::kUint},
    {BinaryOp::kAdd, K::kDouble, K::kDouble, K::kDouble},
    {BinaryOp::kAdd, K::kString, K::kString, K::kString},
    {BinaryOp::kAdd, K::kList, K::kList, K::kList},
    {BinaryOp::kAdd, K::kTimestamp, K::kDuration, K::kTimestamp},
    {BinaryOp::kAdd, K::kDuration, K::kTimestamp, K::kTimestamp},
    {BinaryOp::kAdd, K::kDuration, K::kDuration, K::kDuration},
    {BinaryOp::kAdd, K::kMoney, K::kMoney, K::kMoney},
    {BinaryOp::kSub, K::kInt, K::kInt, K::kInt},
    {BinaryOp::kSub, K::kUint, K::kUint, K::kUint},
    {BinaryOp::kSub, K::kDouble, K::kDouble, K::kDouble},
    {BinaryOp::kSub, K::kTimestamp, K::kTimestamp, K::kDuration},
    {BinaryOp::kSub, K::kTimestamp, K::kDuration, K::kTimestamp},
    {BinaryOp::kSub, K::kDuration, K::kDuration, K::kDuration},
    {BinaryOp::kSub, K::kMoney, K::kMoney, K::kMoney},
    {BinaryOp::kMul, K::kInt, K::kInt, K::kInt},
    {BinaryOp::kMul, K::kUint, K::kUint, K::kUint},
    {BinaryOp::kMul, K::kDouble, K::kDouble, K::kDouble},
    {BinaryOp::kMul, K::kMoney, K::kInt, K::kMoney},
    {BinaryOp::kMul, K::kInt, K::kMoney, K::kMoney},
    {BinaryOp::kDiv, K::kInt, K::kInt, K::kInt},
    {BinaryOp::kDiv, K::kUint, K::kUint, K::kUint},
    {BinaryOp::kDiv, K::kDouble, K::kDouble, K::kDouble},
    {BinaryOp::kDiv, K::kMoney, K::kInt, K::kMoney},
    {BinaryOp::kMod, K::kInt, K::kInt, K::kInt},
    {BinaryOp::kMod, K::kUint, K::kUint, K::kUint},
};

bool Fits(K wanted, const Type& type) { return type.IsOpen() || type.kind == wanted; }

bool IsOrdered(const Type& type) { return type.kind >= K::kBool && type.kind <= K::kMoney; }

bool IsEnum(const Type& type) { return type.Is(K::kInt) && type.reference != kNoReference; }

/// How an author turns a number of type `from` into one of type `to`.
std::string NumberHint(const std::string& source, ExprKind kind, K from, K to) {
  if (kind == ExprKind::kInt && to == K::kDouble) return "write " + source + ".0";
  if (kind == ExprKind::kInt && to == K::kUint) return "write " + source + "u";
  if (kind == ExprKind::kUint && to == K::kInt) {
    return "write " + source.substr(0, source.size() - 1);
  }
  const char* function = to == K::kDouble ? "double" : (to == K::kUint ? "uint" : "int");
  if (from == K::kDouble) {
    return "write " + std::string(function) + "(" + source + "), which cuts decimals off";
  }
  return "write " + std::string(function) + "(" + source + ")";
}

}  // namespace

void CheckPass::RequireBool(NodeId id, const Type& found, std::string_view what) {
  if (Agree(found, ScalarType(K::kBool))) return;
  std::string hint;
  if (found.Is(K::kString)) hint = "compare it: " + Snippet(id) + " != \"\"";
  if (found.IsNumber()) hint = "compare it: " + Snippet(id) + " != 0";
  if (found.Is(K::kList)) hint = "ask for its size: " + Snippet(id) + ".size() > 0";
  Find(node(id).span, "type-mismatch", std::string(what) + " must be bool, this is " + Text(found),
       std::move(hint));
}

Type CheckPass::VisitLogic(NodeId id) {
  const char* what = node(id).kind == ExprKind::kAnd ? "an operand of &&" : "an operand of ||";
  for (const NodeId child : ast_.children(id)) RequireBool(child, VisitValue(child), what);
  return ScalarType(K::kBool);
}

Type CheckPass::VisitNot(NodeId id) {
  const NodeId operand = ast_.child(id, 0);
  RequireBool(operand, VisitValue(operand), "the operand of !");
  return ScalarType(K::kBool);
}

Type CheckPass::VisitNegate(NodeId id) {
  VisitValue(ast_.child(id, 0));
  const Type found = Settle(ast_.child(id, 0), ScalarType(K::kInt));
  if (found.IsOpen() || found.Is(K::kInt) || found.Is(K::kDouble) || found.Is(K::kMoney)) {
    return found;
  }
  return Fail(id, "type-mismatch", "- needs int, double or money, this is " + Text(found));
}

Type CheckPass::VisitIndex(NodeId id) {
  const NodeId operand = ast_.child(id, 0);
  const NodeId index = ast_.child(id, 1);
  VisitValue(operand);
  const Type key = VisitValue(index);
  if (type(operand).Is(K::kAny)) {
    const Type element = unknowns_.Value(id);
    const bool is_list = key.IsOpen() || key.Is(K::kInt);
    if (Settle(operand, is_list ? ListOf(element) : MapOf(unknowns_.Key(id), element)).IsOpen()) return element;
  }
  const Type found = type(operand);
  if (found.IsOpen()) return found;
  if (!found.Is(K::kList) && !found.Is(K::kMap)) {
    return Fail(id, "type-mismatch", Text(found) + " has no elements to index");
  }
  const Type wanted = found.Is(K::kList) ? ScalarType(K::kInt) : *found.key;
  const bool fits = found.Is(K::kList) ? Agree(wanted, key) : CanEqual(wanted, key);
  if (!fits) {
    Find(node(index).span, "type-mismatch",
         "the index of " + Text(found) + " is " + Text(wanted) + ", not " + Text(key));
  }
  return *found.element;
}

Type CheckPass::VisitBinary(NodeId id) {
  const BinaryOp op = node(id).op;
  if (op == BinaryOp::kIn) return VisitIn(id);
  const NodeId left_id = ast_.child(id, 0);
  const NodeId right_id = ast_.child(id, 1);
  Type left = VisitValue(left_id);
  Type right = VisitValue(right_id);
  const bool is_equality = op == BinaryOp::kEq || op == BinaryOp::kNe;
  const bool is_ordering = op >= BinaryOp::kLt && op <= BinaryOp::kGe;
  if (is_equality || is_ordering || op == BinaryOp::kAdd || op == BinaryOp::kSub) {
    AdaptWeights(id, &left, &right);
    if (!CheckUnits(id, left, right))
      return is_equality || is_ordering ? ScalarType(K::kBool) : Type{};
  }
  if (is_equality) return CheckEquality(id, left, right);
  if (is_ordering) return CheckOrdering(id, left, right);
  return CheckArithmetic(id, left, right);
}

Type CheckPass::CheckEquality(NodeId id, const Type& left, const Type& right) {
  const Type result = ScalarType(K::kBool);
  if (left.Is(K::kError) || right.Is(K::kError)) return result;
  if (!CanEqual(left, right)) {
    Mismatch(id, left, right);
    return result;
  }
  if (!IsComparable(left)) {
    Fail(id, "type-mismatch", Text(left) + " cannot be compared", "compare its fields");
    return result;
  }
  if (IsEnum(left) && IsEnum(right) && left.reference != right.reference) {
    Fail(id, "enum-mismatch", Text(left) + " and " + Text(right) + " are different enums");
    return result;
  }
  CheckMoney(id, unknowns_.Resolved(left), unknowns_.Resolved(right));
  return result;
}

Type CheckPass::CheckOrdering(NodeId id, const Type& left_type, const Type& right_type) {
  const Type result = ScalarType(K::kBool);
  unknowns_.Learn(left_type, right_type);
  const Type left = left_type.Is(K::kAny) ? Settle(ast_.child(id, 0), ScalarType(K::kInt)) : left_type;
  const Type right = unknowns_.Resolved(right_type);
  if (left.IsOpen() || right.IsOpen()) return result;
  if (left.IsNumber() && right.IsNumber()) return result;
  if (left.kind != right.kind) {
    Mismatch(id, left, right);
  } else if (!IsOrdered(left)) {
    Fail(id, "type-mismatch", Text(left) + " has no order",
         left.Is(K::kList) ? "compare its size() or its elements" : "");
  } else {
    CheckMoney(id, left, right);
  }
  return result;
}

/// Arithmetic of which one side, or both, is not known: as long as there is something to learn, several rows may fit.
Type CheckPass::CheckOpenArithmetic(NodeId id, const Type& left, const Type& right) {
  if (left.IsOpen() && right.IsOpen()) {
    unknowns_.Learn(left, right);
    const Type settled = Settle(ast_.child(id, 0), ScalarType(K::kInt));
    return settled.IsOpen() ? settled : CheckArithmetic(id, settled, unknowns_.Resolved(right));
  }
  const auto fits = [&](const Arithmetic& row) {
    return row.op == node(id).op && Fits(row.left, left) && Fits(row.right, right);
  };
  const auto* row = std::find_if(std::begin(kArithmetic), std::end(kArithmetic), fits);
  if (row == std::end(kArithmetic)) return Mismatch(id, left, right);
  const bool decided = std::find_if(row + 1, std::end(kArithmetic), fits) == std::end(kArithmetic);
  if (!decided && unknowns_.is_learning()) return unknowns_.Value(id);
  const bool is_even = row->left == row->right;
  if (left.IsOpen()) unknowns_.Learn(left, is_even ? right : ScalarType(row->left));
  if (right.IsOpen()) unknowns_.Learn(right, is_even ? left : ScalarType(row->right));
  const Type known_left = unknowns_.Resolved(left);
  const Type known_right = unknowns_.Resolved(right);
  if (known_left.IsOpen() || known_right.IsOpen()) return unknowns_.Value(id);
  return CheckArithmetic(id, known_left, known_right);
}

Type CheckPass::CheckArithmetic(NodeId id, const Type& left, const Type& right) {
  if (left.Is(K::kError) || right.Is(K::kError)) return {};
  if (left.IsOpen() || right.IsOpen()) return CheckOpenArithmetic(id, left, right);
  const BinaryOp op = node(id).op;
  for (const Arithmetic& row : kArithmetic) {
    if (row.op != op || row.left != left.kind || row.right != right.kind) continue;
    const bool is_even = row.left == row.right;
    if (is_even && !Agree(left, right)) break;  // lists of two element types
    if (row.result == K::kMoney) {
      if (is_even && !CheckMoney(id, left, right)) return {};
      return left.Is(K::kMoney) ? left : right;
    }
    Type result = is_even && row.left == row.result ? Common(left, right)
                                                                  : ScalarType(row.result);
    if (result.Is(K::kInt)) result.reference = kNoReference;
    // Multiplying is how authors convert units; only sums keep theirs.
    if (op != BinaryOp::kAdd && op != BinaryOp::kSub) result.unit = Unit::kNone;
    return result;
  }
  return Mismatch(id, left, right);
}

bool CheckPass::CheckMoney(NodeId id, const Type& left, const Type& right) {
  if (left.kind != right.kind) return true;
  if (left.Is(K::kList) || left.Is(K::kMap)) {
    return CheckMoney(id, *left.element, *right.element);
  }
  if (!left.Is(K::kMoney) || !right.Is(K::kMoney) || left.money->SameAs(*right.money)) return true;
  std::string target = "CNY";
  if (left.money->kind == MoneyTag::Kind::kFixed) {
    target = base::CurrencyText(left.money->currency);
  } else if (right.money->kind == MoneyTag::Kind::kFixed) {
    target = base::CurrencyText(right.money->currency);
  } else if (environment_.base_currency != 0) {
    target = base::CurrencyText(environment_.base_currency);
  }
  const NodeId other = ast_.child(id, left.money->kind == MoneyTag::Kind::kFixed ? 1 : 0);
  Fail(id, "money-currency",
       "one amount is " + MoneyTagText(*left.money) + ", the other " + MoneyTagText(*right.money),
       "convert: " + Snippet(other) + ".to(\"" + target + "\")");
  return false;
}

bool CheckPass::CheckUnits(NodeId id, const Type& left, const Type& right) {
  if (left.unit == Unit::kNone || right.unit == Unit::kNone || left.unit == right.unit) return true;
  const auto name = [](Unit unit) -> std::string_view {
    switch (unit) {
      case Unit::kMilligram: return "mg";
      case Unit::kGram: return "g";
      case Unit::kKilogram: return "kg";
      case Unit::kTonne: return "t";
      default: return "a unit that is no weight";
    }
  };
  Fail(id, "unit-mismatch",
       "one side is in " + std::string(name(left.unit)) + ", the other in " +
           std::string(name(right.unit)),
       "multiply one of them so that both are in one unit");
  return false;
}

void CheckPass::AdaptWeights(NodeId id, Type* left, Type* right) {
  const NodeId left_id = ast_.child(id, 0);
  const NodeId right_id = ast_.child(id, 1);
  if (weights_mg_.contains(left_id)) AdaptWeight(left_id, *right, left);
  if (weights_mg_.contains(right_id)) AdaptWeight(right_id, *left, right);
}

void CheckPass::AdaptWeight(NodeId literal, const Type& other, Type* found) {
  if (!other.IsNumber() || weights_mg_.contains(literal) == false) return;
  const bool has_weight = other.unit != Unit::kNone && other.unit != Unit::kOther;
  const Unit unit = has_weight ? other.unit : Unit::kGram;
  const TypeKind kind = has_weight ? other.kind : TypeKind::kInt;
  auto value = WeightValue(weights_mg_.at(literal), unit, kind);
  if (!value) {
    Find(node(literal).span, "weight-literal",
         "this weight is no whole number in the unit of the other side");
    *found = {};
    checked_.types[literal] = {};
    return;
  }
  found->kind = kind;
  found->unit = unit;
  checked_.constants[resolution(literal).index] = std::move(*value);
  checked_.types[literal] = *found;
}

Type CheckPass::VisitIn(NodeId id) {
  const NodeId left_id = ast_.child(id, 0);
  const NodeId right_id = ast_.child(id, 1);
  const Type left = VisitValue(left_id);
  Type right = Visit(right_id);
  const Type result = ScalarType(K::kBool);
  if (right.Is(K::kReferenceList)) {
    Resolve(id, Meaning::kInList, right.reference);
    const Type wanted = ScalarType(environment_.lists[right.reference].type);
    if (!Agree(left, wanted)) {
      Fail(id, "type-mismatch", Text(right) + " holds " + Text(wanted) + ", not " + Text(left));
    }
    return result;
  }
  if (right.Is(K::kReferenceTable)) {
    const std::string name = Text(right);
    Fail(id, "not-a-value", name + " is not a list",
         "write " + name + ".has(" + Snippet(left_id) + ")");
    return result;
  }
  if (!IsValue(right_id)) return result;
  if (right.Is(K::kAny)) right = Settle(right_id, ListOf(left));
  if (right.IsOpen()) return result;
  if (!right.Is(K::kList) && !right.Is(K::kMap)) {
    Fail(id, "type-mismatch", "the right side of in is a list or a map, not " + Text(right),
         right.Is(K::kString) ? "write " + Snippet(right_id) + ".contains(" + Snippet(left_id) + ")"
                              : "");
    return result;
  }
  const Type element = right.Is(K::kList) ? *right.element : *right.key;
  if (!CanEqual(left, element)) {
    const bool literal = node(right_id).kind == ExprKind::kList && node(right_id).child_count > 0;
    const NodeId sample = literal ? ast_.child(right_id, 0) : right_id;
    Fail(id, "type-mismatch", Text(right) + " cannot hold " + Text(left),
         MismatchHint(left_id, left, sample, literal ? element : right));
    return result;
  }
  if (!IsComparable(left)) {
    Fail(id, "type-mismatch", Text(left) + " cannot be compared", "compare its fields");
  } else if (left.Is(K::kMoney) && element.Is(K::kMoney)) {
    CheckMoney(id, left, element);
  }
  return result;
}

Type CheckPass::Mismatch(NodeId id, const Type& left, const Type& right) {
  const NodeId left_id = ast_.child(id, 0);
  const NodeId right_id = ast_.child(id, 1);
  const std::string op(BinaryOpName(node(id).op));
  if (left.Is(K::kMoney) != right.Is(K::kMoney) && (left.IsNumber() || right.IsNumber())) {
    const NodeId number = left.IsNumber() ? left_id : right_id;
    const Type& money = left.Is(K::kMoney) ? left : right;
    const std::string currency = money.money->kind == MoneyTag::Kind::kFixed
                                     ? base::CurrencyText(money.money->currency)
                                     : "CNY";
    return Fail(id, "money-number", "money cannot be used with a bare number by " + op,
                "write money(\"" + Snippet(number) + " " + currency + "\")");
  }
  if (left.Is(K::kMoney) && right.Is(K::kMoney)) {
    return Fail(id, "money-operation", "money " + op + " money has no meaning",
                "compare amounts with < <= > >=, or use .minor()");
  }
  const char* verb =
      op.find_first_of("=<>") != std::string::npos ? " cannot compare " : " cannot take ";
  return Fail(id, "type-mismatch", op + verb + Text(left) + " and " + Text(right),
              MismatchHint(left_id, left, right_id, right));
}

std::string CheckPass::EnumHint(NodeId text, const Type& enumeration) const {
  const parcel::Enum& one = environment_.catalog->enums[enumeration.reference];
  if (node(text).kind == ExprKind::kString) {
    std::vector<std::string_view> names;
    for (const parcel::EnumValue& value : one.values) {
      if (value.name == ast_.Text(text)) return "write " + one.name + "." + value.name;
      names.push_back(value.name);
    }
    const auto near = NearestName(ast_.Text(text), names);
    if (!near.empty()) return "write " + one.name + "." + std::string(near);
  }
  std::vector<std::string_view> names;
  for (const parcel::EnumValue& value : one.values) names.push_back(value.name);
  return "compare with " + one.name + ".NAME; the names are " + NameList(names);
}

std::string CheckPass::MismatchHint(NodeId left, const Type& left_type, NodeId right,
                                    const Type& right_type) const {
  if (IsEnum(left_type) && right_type.Is(K::kString)) return EnumHint(right, left_type);
  if (IsEnum(right_type) && left_type.Is(K::kString)) return EnumHint(left, right_type);
  if (left_type.IsNumber() && right_type.IsNumber()) {
    // A literal is easier to change; and double is the wider of two.
    const bool change_left = node(left).kind == ExprKind::kInt ||
                             node(left).kind == ExprKind::kUint ||
                             (right_type.Is(K::kDouble) && node(right).kind != ExprKind::kInt);
    return change_left
               ? NumberHint(Snippet(left), node(left).kind, left_type.kind, right_type.kind)
               : NumberHint(Snippet(right), node(right).kind, right_type.kind, left_type.kind);
  }
  const bool one_is_string = left_type.Is(K::kString) || right_type.Is(K::kString);
  const Type& other = left_type.Is(K::kString) ? right_type : left_type;
  const NodeId other_id = left_type.Is(K::kString) ? right : left;
  const NodeId text_id = left_type.Is(K::kString) ? left : right;
  if (one_is_string && other.Is(K::kTimestamp)) {
    return "write timestamp(" + Snippet(text_id) + ")";
  }
  if (one_is_string && other.Is(K::kDuration)) {
    return "write duration(" + Snippet(text_id) + ")";
  }
  if (one_is_string && other.Is(K::kMoney)) {
    return "write money(" + Snippet(text_id) + ")";
  }
  if (one_is_string && other.IsNumber()) {
    return node(other_id).kind == ExprKind::kInt ? "write \"" + Snippet(other_id) + "\""
                                                 : "write string(" + Snippet(other_id) + ")";
  }
  if (left_type.Is(K::kList) != right_type.Is(K::kList)) {
    const NodeId list = left_type.Is(K::kList) ? left : right;
    const NodeId value = left_type.Is(K::kList) ? right : left;
    return "write " + Snippet(value) + " in " + Snippet(list) + ", or compare its size()";
  }
  return {};
}

}  // namespace sluice::rules
