// Calls that search a text by a list of the book: s.containsAny(lists.L), s.similarTo(lists.L, 920).
#include "rules/check/check_pass.h"

#include <algorithm>
#include <string>

namespace sluice::rules {

namespace {

constexpr std::string_view kContainsAny = "containsAny";
constexpr std::string_view kSimilarTo = "similarTo";
constexpr std::int64_t kThresholdMax = 1000;  // per mille

}  // namespace

bool CheckPass::IsTextSearch(NodeId id) const {
  return ast_.Text(id) == kContainsAny || ast_.Text(id) == kSimilarTo;
}

Type CheckPass::VisitTextSearch(NodeId id) {
  const std::string name(ast_.Text(id));
  const bool is_similar = name == kSimilarTo;
  const auto children = ast_.children(id);
  const Type result = ScalarType(TypeKind::kBool);
  const std::string usage = is_similar ? "write s.similarTo(lists.L, 920)" : "write s.containsAny(lists.L)";
  if (!node(id).is_method) {
    for (const NodeId child : children) Visit(child);
    return Fail(id, "call-form", "'" + name + "' is a method, not a function", usage);
  }
  const Type text = VisitValue(children[0]);
  if (!Agree(text, ScalarType(TypeKind::kString))) {
    Find(node(children[0]).span, "argument-type", name + " is a function of string, not " + Text(text));
  }
  const std::size_t given = children.size() - 1;
  if (given == 0 || given > 2 || (is_similar && given != 2)) {
    for (const NodeId child : children.subspan(1)) Visit(child);
    Fail(id, "argument-count",
         name + " takes " + (is_similar ? "2 arguments, " : "1 or 2 arguments, ") + std::to_string(given) + " given",
         usage);
    return result;
  }
  Resolve(id, is_similar ? Meaning::kSimilarTo : Meaning::kContainsAny);
  CheckSearchedList(id, children[1]);
  if (is_similar) CheckThreshold(id, children[2]);
  if (!is_similar) CheckSearchWay(id, given == 2 ? children[2] : kNoNode);
  return result;
}

void CheckPass::CheckSearchedList(NodeId id, NodeId argument) {
  const Type found = Visit(argument);
  const std::string name(ast_.Text(id));
  if (found.IsOpen()) return;
  if (!found.Is(TypeKind::kReferenceList)) {
    Find(node(argument).span, "argument-type", name + " takes a list of the book, not " + Text(found),
         "write lists.L, where lists/L.csv has the entries");
    return;
  }
  const ListShape& list = environment_.lists[found.reference];
  resolution(id).index = found.reference;
  if (list.type == parcel::ValueType::kString) return;
  Find(node(argument).span, "argument-type", "lists." + list.name + " holds int: " + name + " takes a list of texts");
}

void CheckPass::CheckThreshold(NodeId id, NodeId argument) {
  VisitValue(argument);
  const bool is_literal = node(argument).kind == ExprKind::kInt;
  if (!is_literal) {
    Find(node(argument).span, "constant-number", "similarTo takes a threshold written in the rule",
         "write a number from 1 to 1000, such as 920");
    return;
  }
  const std::int64_t threshold = node(argument).int_value;
  if (threshold < 1 || threshold > kThresholdMax) {
    Find(node(argument).span, "threshold-range", "a threshold is 1 to 1000 per mille, not " + std::to_string(threshold),
         "1000 asks for the same name in another order or spelling; 920 allows for a typing error");
    return;
  }
  resolution(id).argument = static_cast<std::uint32_t>(threshold);
}

void CheckPass::CheckSearchWay(NodeId id, NodeId argument) {
  resolution(id).argument = 1;
  if (argument == kNoNode) return;
  VisitValue(argument);
  const auto way = ConstantText(argument);
  if (way == "word") return;
  resolution(id).argument = 0;
  if (way == "substring") return;
  Find(node(argument).span, way ? "search-way" : "constant-text",
       way ? "'" + std::string(*way) + "' is no way to search" : std::string("how to search is written in the rule"),
       "write \"word\" for whole words, which is what it does when nothing is said, or \"substring\"");
}

}  // namespace sluice::rules
