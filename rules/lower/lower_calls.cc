// Calls: operations, functions of values alone, patterns.
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/pattern.h"
#include "rules/check/functions.h"
#include "rules/check/zones.h"
#include "rules/lower/fold.h"
#include "rules/lower/lower_pass.h"

namespace sluice::rules {

using ruleset::Function;

std::vector<NodeId> LowerPass::ArgumentsOf(NodeId id) const {
  const Overload& overload = *resolution(id).overload;
  auto arguments = ast_.children(id);
  if (overload.is_namespaced()) arguments = arguments.subspan(1);
  if (overload.form == CallForm::kGreatest) {
    const bool is_literal = arguments.size() == 1 && ast_.node(arguments[0]).kind == ExprKind::kList;
    if (is_literal) arguments = ast_.children(arguments[0]);
  } else if (!arguments.empty() && IsConstantText(overload.parameters[arguments.size() - 1])) {
    arguments = arguments.first(arguments.size() - 1);  // a zone's or currency's name is no operand
  }
  return {arguments.begin(), arguments.end()};
}

NodeIndex LowerPass::LowerCall(NodeId id, bool positive) {
  const Overload& overload = *resolution(id).overload;
  const std::vector<NodeId> arguments = ArgumentsOf(id);
  std::vector<NodeIndex> operands;
  if (!LowerAll(arguments, positive, &operands)) return Blank(id, positive);
  switch (overload.form) {
    case CallForm::kIdentity: return operands[0];
    case CallForm::kTimePart: return LowerTimePart(id, operands[0]);
    case CallForm::kMoneyTo: {
      const MoneyTag& from = *type(arguments[0]).money;
      const base::CurrencyCode to = resolution(id).index;
      if (from.kind == MoneyTag::Kind::kFixed && from.currency == to) return operands[0];
      return nodes_.Add(Op::kMoneyTo, TypeOf(type(id)), operands[0], to);
    }
    case CallForm::kFunction:
    case CallForm::kSets: {
      const std::size_t wanted = ruleset::FunctionSignature(overload.function).size() - 2;
      if (operands.size() < wanted) operands.push_back(nodes_.AddConstant(DefaultOperand(overload.function)));
      return AddCall(id, overload.function, operands);
    }
    case CallForm::kMatches: return LowerMatches(id, arguments[1], operands[0], operands[1]);
    case CallForm::kGreatest: return LowerGreatest(id, overload.function, operands);
    case CallForm::kOperation: break;
    case CallForm::kConstant: SLUICE_CHECK(false);
  }
  return operands.size() == 1 ? Unary(id, overload.operation, operands[0])
                              : Binary(id, overload.operation, operands[0], operands[1]);
}

std::optional<std::vector<Value>> LowerPass::ConstantsOf(std::span<const NodeIndex> operands) const {
  std::vector<Value> constants;
  for (const NodeIndex operand : operands) {
    auto constant = nodes_.ConstantOf(operand);
    if (!constant) return std::nullopt;
    constants.push_back(*std::move(constant));
  }
  return constants;
}

NodeIndex LowerPass::AddCall(NodeId id, Function function, std::span<const NodeIndex> operands) {
  if (const auto constants = ConstantsOf(operands)) {
    Folded folded = FoldCall(function, *constants);
    if (folded.state == Folded::State::kValue) return nodes_.AddConstant(folded.value);
    if (folded.state == Folded::State::kFails) ConstantFails(id, folded.why);
  }
  return nodes_.AddWithList(Op::kCall, TypeOf(type(id)), operands, static_cast<std::uint32_t>(function));
}

NodeIndex LowerPass::LowerGreatest(NodeId id, Function function, std::span<const NodeIndex> numbers) {
  const bool is_list = numbers.size() == 1 && nodes_.type(numbers[0]).kind == parcel::ValueType::kList;
  if (is_list) return AddCall(id, function, numbers);
  if (const auto constants = ConstantsOf(numbers)) {
    Folded folded = FoldGreatest(function == Function::kGreatest, *constants);
    if (folded.state == Folded::State::kValue) return nodes_.AddConstant(folded.value);
    ConstantFails(id, folded.why);
  }
  const NodeIndex list = nodes_.AddWithList(Op::kListLiteral, TypeOf(ListOf(type(id))), numbers);
  return AddCall(id, function, {&list, 1});
}

NodeIndex LowerPass::LowerMatches(NodeId id, NodeId argument, NodeIndex text, NodeIndex pattern) {
  const auto refuse = [&](std::string code, std::string message, std::string hint = {}) {
    CelError& finding = findings_->emplace_back();
    finding.span = ast_.node(argument).span;
    finding.code = std::move(code);
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    return nodes_.AddBool(false);
  };
  const auto source = nodes_.ConstantOf(pattern);
  if (!source) {
    return refuse("constant-pattern", "a pattern is known before a parcel is seen",
                  "write it in the rule, or as a column of the profile's table");
  }
  const Result<std::uint32_t> added = nodes_.AddPattern(source->text);
  if (!added.ok()) {
    const bool is_limit = added.status().code() == StatusCode::kLimitExceeded;
    return refuse(is_limit ? "pattern-limit" : "pattern-syntax", added.status().message());
  }
  if (const auto constant = nodes_.ConstantOf(text)) {
    return nodes_.AddBool(base::Pattern::Compile(source->text)->FoundIn(constant->text));
  }
  return nodes_.Add(Op::kMatches, TypeOf(type(id)), text, *added);
}

NodeIndex LowerPass::LowerTimePart(NodeId id, NodeIndex time) {
  const auto part = static_cast<std::uint32_t>(resolution(id).overload->time_part);
  std::uint32_t zone_index = parcel::kNoIndex;
  if (ast_.children(id).size() > 1) {
    const auto zone = ResolveZone(ast_.Text(ast_.child(id, 1)), environment_.zones);
    const bool is_utc = zone->offset_seconds.size() == 1 && zone->offset_seconds[0] == 0;
    if (!is_utc) zone_index = nodes_.AddZone(*zone);
  }
  return nodes_.Add(Op::kTimePart, TypeOf(type(id)), time, zone_index, part);
}

}  // namespace sluice::rules
