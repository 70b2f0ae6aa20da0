// Masks of leaves: comparisons, membership, tests of texts.
#include "engine/match/planner.h"

#include <algorithm>

namespace sluice::match {

using ruleset::kNoNode;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

namespace {

bool UsesCodes(ValueType type) { return type == ValueType::kString || type == ValueType::kInt; }
bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

// --- leaves ------------------------------------------------------------------------------------------

MaskNode Planner::CompareCode(const Node& node, std::uint32_t column, std::uint32_t constant) {
  MaskNode mask;
  mask.kind = node.op == Op::kEq ? MaskKind::kCode : MaskKind::kCodeNot;
  mask.cost = kCostBits;
  mask.whole = true;
  mask.a = DictionaryOf(column);
  mask.b = CodeOf(mask.a, constant);
  return mask;
}

MaskNode Planner::Compare(const Node& node) {
  const std::uint32_t a = SourceOf(node.a);
  const std::uint32_t b = SourceOf(node.b);
  if (a == kNoIndex || b == kNoIndex) return RowLeaf();
  using Kind = Source::Kind;
  const Kind kind_a = plan_.sources[a].kind;
  const Kind kind_b = plan_.sources[b].kind;
  if (kind_a == Kind::kConstant && kind_b == Kind::kConstant) return RowLeaf();
  const ValueType type = plan_.sources[a].type;
  if ((node.op == Op::kEq || node.op == Op::kNe) && UsesCodes(type) && type == plan_.sources[b].type) {
    if (kind_a == Kind::kColumn && kind_b == Kind::kConstant) return CompareCode(node, a, b);
    if (kind_b == Kind::kColumn && kind_a == Kind::kConstant) return CompareCode(node, b, a);
  }
  const bool memo = kind_a == Kind::kMemo || kind_b == Kind::kMemo;
  MaskNode mask;
  mask.kind = MaskKind::kCompare;
  mask.cost = memo ? kCostMemo : type == ValueType::kString ? kCostTexts : kCostNumbers;
  mask.whole = mask.cost <= kCostNumbers;
  mask.a = a;
  mask.b = b;
  return mask;
}

MaskNode Planner::ReadBool(NodeIndex index) {
  const std::uint32_t source = SourceOf(index);
  if (source == kNoIndex || plan_.sources[source].kind == Source::Kind::kMemo) return RowLeaf();
  MaskNode mask;
  mask.kind = MaskKind::kBool;
  mask.cost = kCostNumbers;
  mask.whole = true;
  mask.a = source;
  return mask;
}

MaskNode Planner::TestWith(Op op, NodeIndex operand, std::uint32_t with) {
  const std::uint32_t source = SourceOf(operand);
  if (source == kNoIndex || plan_.sources[source].kind == Source::Kind::kConstant) return RowLeaf();
  MaskNode mask;
  mask.kind = MaskKind::kTest;
  mask.op = op;
  mask.cost = plan_.sources[source].kind == Source::Kind::kMemo ? kCostMemo : kCostTests;
  mask.a = source;
  mask.b = with;
  mask.c = op == Op::kInList ? UnfoldedSource(operand) : kNoIndex;
  return mask;
}

// What `operand` is by lowerAscii(); kNoIndex: it is not.
std::uint32_t Planner::UnfoldedSource(NodeIndex operand) {
  if (program_.nodes[operand].op != Op::kLowerAscii) return kNoIndex;
  const std::uint32_t source = SourceOf(program_.nodes[operand].a);
  return source == kNoIndex || plan_.sources[source].kind == Source::Kind::kConstant ? kNoIndex : source;
}

MaskNode Planner::HasTableRow(const Node& node) {
  MaskNode mask;
  mask.kind = MaskKind::kTableHas;
  mask.cost = kCostMemo;
  mask.a = node.a;
  mask.c = node.c;
  return AddKeys(node, &mask.b) ? mask : RowLeaf();
}

// The text column that `index` reads, as it stands or by lowerAscii(); kNoIndex otherwise.
std::uint32_t Planner::SearchedColumn(NodeIndex index, bool* fold) {
  *fold = program_.nodes[index].op == Op::kLowerAscii;
  const std::uint32_t source = SourceOf(*fold ? program_.nodes[index].a : index);
  return source != kNoIndex && plan_.sources[source].kind == Source::Kind::kColumn ? source : kNoIndex;
}

// Whether the automaton may have the literal: its table is bounded, and a folded text has no upper-case letters.
bool Planner::SearchTakes(std::uint32_t source, bool fold, std::string_view literal) const {
  const bool upper = std::any_of(literal.begin(), literal.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (fold && upper) return false;
  const auto at = search_of_.find({plan_.sources[source].index, fold});
  const std::size_t bytes = at == search_of_.end() ? 0 : plan_.searches[at->second].literal_bytes();
  return bytes + literal.size() <= kLiteralBytesMax;
}

MaskNode Planner::FindLiteral(std::uint32_t source_index, bool fold, std::string_view literal) {
  const Source& source = plan_.sources[source_index];
  const auto [at, added] =
      search_of_.try_emplace({source.index, fold}, static_cast<std::uint32_t>(plan_.searches.size()));
  if (added) plan_.searches.emplace_back(source.index, fold, RowsMax(plan_.homes[source.home].domain));
  MaskNode mask;
  mask.kind = MaskKind::kLiteral;
  mask.cost = kCostBits;
  mask.whole = true;
  mask.a = at->second;
  mask.b = plan_.searches[mask.a].Add(literal);
  return mask;
}

// A prefix is a code of the dictionary of the column's texts cut to its length.
MaskNode Planner::HasPrefix(std::uint32_t source, std::string_view prefix) {
  MaskNode mask;
  mask.kind = MaskKind::kCode;
  mask.cost = kCostBits;
  mask.whole = true;
  mask.a = DictionaryOf(source, prefix.size());
  mask.b = plan_.dictionaries[mask.a].Add(prefix);
  return mask;
}

MaskNode Planner::TestText(const Node& node) {
  if (program_.nodes[node.b].op != Op::kConst) return RowLeaf();
  const std::string_view text = program_.texts[program_.nodes[node.b].a];
  if (node.op == Op::kStartsWith && !text.empty() && text.size() <= kPrefixBytesMax) {
    const std::uint32_t source = SourceOf(node.a);
    if (source != kNoIndex && plan_.sources[source].kind == Source::Kind::kColumn) return HasPrefix(source, text);
  }
  if (node.op == Op::kContains && !text.empty()) {
    bool fold = false;
    const std::uint32_t source = SearchedColumn(node.a, &fold);
    // Folding changes nothing of a text without letters, and one search a column is cheaper than two.
    fold = fold || std::none_of(text.begin(), text.end(), IsAsciiLetter);
    if (source != kNoIndex && SearchTakes(source, fold, text)) return FindLiteral(source, fold, text);
  }
  return TestWith(node.op, node.a, SourceOf(node.b));
}

MaskNode Planner::InSet(const Node& node) {
  const std::uint32_t source = SourceOf(node.a);
  const ruleset::ConstantSet& set = program_.sets[node.b];
  if (source == kNoIndex || plan_.sources[source].kind != Source::Kind::kColumn || !UsesCodes(set.type)) {
    return TestWith(node.op, node.a, node.b);
  }
  MaskNode mask;
  mask.kind = MaskKind::kCodeSet;
  mask.cost = kCostNumbers;
  mask.whole = true;
  mask.a = DictionaryOf(source);
  mask.b = static_cast<std::uint32_t>(plan_.codes.size());
  Dictionary& codes = plan_.dictionaries[mask.a];
  for (const std::int64_t number : set.ints) plan_.codes.push_back(codes.Add(number));
  for (const std::uint32_t text : set.texts) plan_.codes.push_back(codes.Add(program_.texts[text]));
  std::sort(plan_.codes.begin() + mask.b, plan_.codes.end());
  mask.c = static_cast<std::uint32_t>(plan_.codes.size()) - mask.b;
  return mask;
}

}  // namespace sluice::match
