// Currencies that the types no longer see: m.minor() gives a plain number, and two of these, or one and a number, meet
// as if they were of one currency. Units need no such search: the checker follows them through conversions.
#include <optional>
#include <string>

#include "rules/check/functions.h"
#include "rules/lint/lint_pass.h"

namespace sluice::rules {
namespace {

/// Whose minor units a plain number counts.
struct Currency {
  bool fixed = false;
  std::string name;  // "CNY", or the field that says it

  friend bool operator==(const Currency&, const Currency&) = default;
};

class CurrencySearch {
 public:
  CurrencySearch(LintPass* pass, const CheckedRule& tree)
      : pass_(*pass), tree_(tree), checked_(tree.condition), ast_(checked_.ast) {}

  void Search() {
    for (NodeId id = 0; id < ast_.node_count(); ++id) Judge(id);
  }

 private:
  void Judge(NodeId id) {
    const ExprNode& node = ast_.node(id);
    if (node.kind != ExprKind::kBinary || !Meets(node.op)) return;
    const NodeId left = ast_.child(id, 0);
    const NodeId right = ast_.child(id, 1);
    const auto a = CurrencyOf(left);
    const auto b = CurrencyOf(right);
    if (a && b && *a != *b) {
      Report(id, "minor units of " + a->name + " meet minor units of " + b->name,
             "convert both by .to(\"CNY\"), and compare money");
    } else if (a && !b && !a->fixed && IsNumber(right)) {
      ReportNumber(id, *a);
    } else if (b && !a && !b->fixed && IsNumber(left)) {
      ReportNumber(id, *b);
    }
  }

  bool IsNumber(NodeId id) const {
    const ExprKind kind = ast_.node(id).kind;
    return kind == ExprKind::kInt || kind == ExprKind::kUint || kind == ExprKind::kDouble;
  }

  void ReportNumber(NodeId id, const Currency& currency) {
    Report(id, "minor units of " + currency.name + ", whatever that currency is, meet a plain number",
           "compare money: .to(\"CNY\") > money(\"… CNY\")");
  }

  void Report(NodeId id, std::string message, std::string hint) {
    pass_.Find("mixed-currencies", pass_.PlaceOf(tree_, id), std::move(message), std::move(hint), tree_.spec);
  }

  static bool Meets(BinaryOp op) {
    switch (op) {
      case BinaryOp::kEq:
      case BinaryOp::kNe:
      case BinaryOp::kLt:
      case BinaryOp::kLe:
      case BinaryOp::kGt:
      case BinaryOp::kGe:
      case BinaryOp::kAdd:
      case BinaryOp::kSub: return true;
      default: return false;
    }
  }

  /// Of m.minor(), also converted, negated, or in a sum; nothing for what is multiplied, which may be a rate.
  std::optional<Currency> CurrencyOf(NodeId id) const {
    const ExprNode& node = ast_.node(id);
    const Resolution& found = checked_.resolutions[id];
    if (found.meaning == Meaning::kOverload) return CurrencyOfCall(id, *found.overload);
    if (node.kind == ExprKind::kBinary && (node.op == BinaryOp::kAdd || node.op == BinaryOp::kSub)) {
      const auto left = CurrencyOf(ast_.child(id, 0));
      return left ? left : CurrencyOf(ast_.child(id, 1));
    }
    if (node.kind == ExprKind::kNegate) return CurrencyOf(ast_.child(id, 0));
    if (node.kind == ExprKind::kConditional) return CurrencyOf(ast_.child(id, 1));
    return std::nullopt;
  }

  std::optional<Currency> CurrencyOfCall(NodeId id, const Overload& overload) const {
    if (ast_.children(id).empty()) return std::nullopt;
    const NodeId operand = ast_.child(id, 0);
    if (overload.operation == ruleset::Op::kMoneyMinor) {
      const Type& money = checked_.types[operand];
      if (money.money == nullptr || money.money->kind == MoneyTag::Kind::kMixed) return std::nullopt;
      const bool fixed = money.money->kind == MoneyTag::Kind::kFixed;
      return Currency{fixed, fixed ? base::CurrencyText(money.money->currency) : money.money->field};
    }
    const bool converts = overload.operation == ruleset::Op::kConvert || overload.form == CallForm::kIdentity;
    return converts ? CurrencyOf(operand) : std::nullopt;
  }

  LintPass& pass_;
  const CheckedRule& tree_;
  const CheckedExpression& checked_;
  const Ast& ast_;
};

}  // namespace

void FindMixedCurrencies(LintPass* pass) {
  for (const CheckedRule& tree : pass->trees) {
    if (tree.rule_count > 0) CurrencySearch(pass, tree).Search();
  }
}

}  // namespace sluice::rules
