#include "engine/match/plan.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace sluice::match {
namespace {

using ruleset::kNoNode;
using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

// Ranks of cost, for the order of operands. Masks up to kCostNumbers are computed whole.
constexpr std::uint8_t kCostBits = 0;
constexpr std::uint8_t kCostNumbers = 1;
constexpr std::uint8_t kCostTexts = 2;
constexpr std::uint8_t kCostTests = 3;
constexpr std::uint8_t kCostMemo = 5;
constexpr std::uint8_t kCostRows = 6;

class Planner {
 public:
  explicit Planner(const ruleset::RuleSet& rule_set)
      : rule_set_(rule_set), program_(rule_set.program), scopes_(rule_set),
        mask_of_(program_.nodes.size(), kNoIndex), source_of_(program_.nodes.size(), kNoIndex) {}

  Plan Make();

 private:
  std::uint32_t MaskOf(NodeIndex node);
  MaskNode Shape(NodeIndex index);
  MaskNode Combine(const Node& node);
  MaskNode Choose(const Node& node);
  MaskNode Negate(const Node& node);
  MaskNode Compare(const Node& node);
  MaskNode CompareCode(const Node& node, std::uint32_t column, std::uint32_t constant);
  MaskNode InSet(const Node& node);
  MaskNode TestText(const Node& node);
  MaskNode TestWith(Op op, NodeIndex operand, std::uint32_t with);
  MaskNode Quantify(const Node& node);
  MaskNode ReadBool(NodeIndex index);

  std::uint32_t SourceOf(NodeIndex node);
  std::uint32_t MemoSource(NodeIndex node);
  bool AddMemoColumn(NodeIndex node);
  void KeepTableRows();
  std::uint32_t AddSource(const Source& source);
  Source ConstantSource(const Node& node) const;
  std::uint32_t DictionaryOf(std::uint32_t source);
  std::uint32_t CodeOf(std::uint32_t dictionary, std::uint32_t constant_source);
  std::uint32_t SearchedColumn(NodeIndex index, bool* fold);
  bool SearchTakes(std::uint32_t source, bool fold, std::string_view literal) const;
  MaskNode FindLiteral(std::uint32_t source_index, bool fold, std::string_view literal);

  bool HasHome(NodeIndex node) const;
  HomeIndex HomeOf(NodeIndex node);
  HomeIndex AddHome(const FreeLocal& local);
  bool IsElement(NodeIndex node) const;
  void Keep(NodeIndex node, MaskNode* mask);
  void FindDepth();

  const ruleset::RuleSet& rule_set_;
  const ruleset::Program& program_;
  Scopes scopes_;
  Plan plan_;
  std::vector<std::uint32_t> mask_of_;    // by node
  std::vector<std::uint32_t> source_of_;  // by node
  std::unordered_map<parcel::ColumnIndex, std::uint32_t> dictionary_of_;
  std::map<std::pair<parcel::ColumnIndex, bool>, std::uint32_t> search_of_;  // by column and folding
  std::size_t memo_column_bytes_ = 0;
  std::size_t mask_memo_bytes_ = 0;
};

MaskNode RowLeaf() {
  MaskNode mask;
  mask.cost = kCostRows;
  return mask;
}

// Costly enough to be computed once a row: not what is a column or a variable already.
bool MayBeKept(Op op, ValueType type) {
  const bool at_hand = op == Op::kConst || op == Op::kColumn || op == Op::kField || op == Op::kLocal || op == Op::kNow;
  return !at_hand && type != ValueType::kBool && (IsScalar(type) || type == ValueType::kTableRow);
}

bool UsesCodes(ValueType type) { return type == ValueType::kString || type == ValueType::kInt; }

// --- homes -------------------------------------------------------------------------------------------

bool Planner::HasHome(NodeIndex node) const {
  const Scope& scope = scopes_.scope(node);
  return scope.empty() || (scope.size() == 1 && scope[0].domain != parcel::kParcelDomain);
}

HomeIndex Planner::HomeOf(NodeIndex node) {
  const Scope& scope = scopes_.scope(node);
  return scope.empty() ? kParcelHome : AddHome(scope[0]);
}

HomeIndex Planner::AddHome(const FreeLocal& local) {
  for (HomeIndex h = 1; h < plan_.homes.size(); ++h) {
    const Home& home = plan_.homes[h];
    if (home.slot == local.slot && home.domain == local.domain && home.scalar == local.scalar) return h;
  }
  plan_.homes.push_back({local.slot, local.domain, local.scalar});
  return static_cast<HomeIndex>(plan_.homes.size() - 1);
}

// A variable whose values are rows of a domain.
bool Planner::IsElement(NodeIndex node) const {
  const Node& n = program_.nodes[node];
  return n.op == Op::kLocal && n.c != parcel::kParcelDomain;
}

// --- sources -----------------------------------------------------------------------------------------

std::uint32_t Planner::AddSource(const Source& source) {
  plan_.sources.push_back(source);
  return static_cast<std::uint32_t>(plan_.sources.size() - 1);
}

Source Planner::ConstantSource(const Node& node) const {
  Source source;
  source.kind = Source::Kind::kConstant;
  source.type = program_.types[node.type].kind;
  switch (source.type) {
    case ValueType::kUint: source.constant = NaturalValue(program_.uints[node.a]); break;
    case ValueType::kDouble: source.constant = RealValue(program_.doubles[node.a]); break;
    case ValueType::kString: source.constant_text = program_.texts[node.a]; break;
    case ValueType::kTimestamp: source.constant = TimeValue(program_.times[node.a]); break;
    case ValueType::kMoney: source.constant = MoneyValue(program_.moneys[node.a]); break;
    default: source.constant = NumberValue(program_.ints[node.a]); break;
  }
  return source;
}

/// kNoIndex: no column loop can read it.
std::uint32_t Planner::SourceOf(NodeIndex index) {
  if (source_of_[index] != kNoIndex) return source_of_[index];
  const Node& node = program_.nodes[index];
  Source source;
  source.type = program_.types[node.type].kind;
  if (!IsScalar(source.type) || !HasHome(index)) return kNoIndex;
  if (node.op == Op::kConst) {
    source = ConstantSource(node);
  } else if (node.op == Op::kColumn) {
    source.index = node.a;
  } else if (node.op == Op::kField && IsElement(node.a)) {
    source.index = node.b;
    source.home = HomeOf(index);
  } else if (IsElement(index)) {
    source.home = HomeOf(index);
    const parcel::ColumnSpec element{node.c, {}, source.type};
    const auto& columns = rule_set_.columns.columns;
    source.index = static_cast<std::uint32_t>(std::find(columns.begin(), columns.end(), element) - columns.begin());
    if (source.index == columns.size()) return kNoIndex;
  } else {
    return source_of_[index] = MemoSource(index);
  }
  return source_of_[index] = AddSource(source);
}

// A value used once is not worth a column: its comparison as a whole becomes a row leaf.
std::uint32_t Planner::MemoSource(NodeIndex index) {
  if (!AddMemoColumn(index)) return kNoIndex;
  Source source;
  source.kind = Source::Kind::kMemo;
  source.type = plan_.memo_columns.back().type;
  source.home = plan_.memo_columns.back().home;
  source.index = static_cast<std::uint32_t>(plan_.memo_columns.size() - 1);
  return AddSource(source);
}

bool Planner::AddMemoColumn(NodeIndex index) {
  const Node& node = program_.nodes[index];
  const ValueType type = program_.types[node.type].kind;
  if (scopes_.uses(index) < 2 || !HasHome(index) || !MayBeKept(node.op, type)) return false;
  const HomeIndex home = HomeOf(index);
  if (plan_.homes[home].scalar) return false;
  const std::size_t bytes = RowsMax(plan_.homes[home].domain) * (2 * sizeof(Value) + sizeof(ErrorKind));
  if (memo_column_bytes_ + bytes > kMemoColumnBytesMax) return false;
  memo_column_bytes_ += bytes;
  plan_.memo_columns.push_back({index, home, type});
  return true;
}

// Rows found in tables are kept too, for the row interpreter.
void Planner::KeepTableRows() {
  for (NodeIndex i = 0; i < program_.nodes.size(); ++i) {
    if (program_.nodes[i].op == Op::kTableRow && scopes_.reached(i)) AddMemoColumn(i);
  }
}

// --- dictionaries ------------------------------------------------------------------------------------

std::uint32_t Planner::DictionaryOf(std::uint32_t source_index) {
  const Source& source = plan_.sources[source_index];
  const auto [at, added] =
      dictionary_of_.try_emplace(source.index, static_cast<std::uint32_t>(plan_.dictionaries.size()));
  if (added) {
    plan_.dictionaries.emplace_back(source.index, source.type, RowsMax(plan_.homes[source.home].domain));
  }
  return at->second;
}

std::uint32_t Planner::CodeOf(std::uint32_t dictionary, std::uint32_t constant_source) {
  const Source& source = plan_.sources[constant_source];
  Dictionary& codes = plan_.dictionaries[dictionary];
  return source.type == ValueType::kString ? codes.Add(source.constant_text) : codes.Add(source.constant.number);
}

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
  return mask;
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

MaskNode Planner::TestText(const Node& node) {
  if (program_.nodes[node.b].op != Op::kConst) return RowLeaf();
  const std::string_view text = program_.texts[program_.nodes[node.b].a];
  if (node.op == Op::kContains && !text.empty()) {
    bool fold = false;
    const std::uint32_t source = SearchedColumn(node.a, &fold);
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

// --- logic -------------------------------------------------------------------------------------------

// Stable, so that operands of one cost keep the author's order.
MaskNode Planner::Combine(const Node& node) {
  std::vector<std::uint32_t> operands;
  for (std::uint32_t i = 0; i < node.c; ++i) operands.push_back(MaskOf(program_.operands[node.b + i]));
  std::stable_sort(operands.begin(), operands.end(), [&](std::uint32_t a, std::uint32_t b) {
    return plan_.masks[a].cost < plan_.masks[b].cost;
  });
  MaskNode mask;
  mask.kind = node.op == Op::kAnd ? MaskKind::kAnd : MaskKind::kOr;
  mask.whole = true;
  mask.b = static_cast<std::uint32_t>(plan_.operands.size());
  mask.c = node.c;
  for (const std::uint32_t operand : operands) {
    mask.cost = std::max(mask.cost, plan_.masks[operand].cost);
    mask.whole = mask.whole && plan_.masks[operand].whole;
    plan_.operands.push_back(operand);
  }
  return mask;
}

MaskNode Planner::Negate(const Node& node) {
  MaskNode mask;
  mask.kind = MaskKind::kNot;
  mask.a = MaskOf(node.a);
  mask.cost = plan_.masks[mask.a].cost;
  mask.whole = plan_.masks[mask.a].whole;
  return mask;
}

MaskNode Planner::Choose(const Node& node) {
  MaskNode mask;
  mask.kind = MaskKind::kCond;
  mask.a = MaskOf(node.a);
  mask.b = MaskOf(node.b);
  mask.c = MaskOf(node.c);
  const MaskNode parts[] = {plan_.masks[mask.a], plan_.masks[mask.b], plan_.masks[mask.c]};
  mask.whole = true;
  for (const MaskNode& part : parts) {
    mask.cost = std::max(mask.cost, part.cost);
    mask.whole = mask.whole && part.whole;
  }
  return mask;
}

// A quantifier over rows of a domain whose body depends on nothing but its own variable.
MaskNode Planner::Quantify(const Node& node) {
  const Node& range = program_.nodes[node.a];
  if (range.op != Op::kRows) return RowLeaf();
  const bool below_parcel = range.a == kNoNode;
  if (!below_parcel && !IsElement(range.a)) return RowLeaf();
  const parcel::DomainIndex above = below_parcel ? parcel::kParcelDomain : program_.nodes[range.a].c;
  if (rule_set_.columns.domains[range.b].parent != above) return RowLeaf();
  const Scope& scope = scopes_.scope(node.b);
  const bool own = scope.size() == 1 && scope[0].slot == node.c && scope[0].domain == range.b;
  if (!scope.empty() && !own) return RowLeaf();
  MaskNode mask;
  mask.kind = MaskKind::kQuantifier;
  mask.b = AddHome(own ? scope[0] : FreeLocal{node.c, range.b, false});
  mask.a = MaskOf(node.b);
  mask.cost = std::max(kCostTexts, plan_.masks[mask.a].cost);
  mask.whole = plan_.masks[mask.a].whole;
  return mask;
}

MaskNode Planner::Shape(NodeIndex index) {
  const Node& node = program_.nodes[index];
  MaskNode mask;
  switch (node.op) {
    case Op::kConst:
      mask.kind = MaskKind::kConst;
      mask.whole = true;
      mask.a = program_.ints[node.a] != 0 ? 1 : 0;
      return mask;
    case Op::kHas:
    case Op::kHasField:
      if (node.op == Op::kHasField && !IsElement(node.a)) return RowLeaf();
      mask.kind = MaskKind::kHas;
      mask.whole = true;
      mask.a = node.op == Op::kHas ? node.a : node.b;
      return mask;
    case Op::kAnd:
    case Op::kOr: return Combine(node);
    case Op::kNot: return Negate(node);
    case Op::kCond: return Choose(node);
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: return Compare(node);
    case Op::kInSet: return InSet(node);
    case Op::kInList:
    case Op::kListHasPrefix: return TestWith(node.op, node.a, node.b);
    case Op::kContains: case Op::kStartsWith: case Op::kEndsWith: return TestText(node);
    case Op::kAll: case Op::kExists: case Op::kExistsOne: return Quantify(node);
    case Op::kColumn: case Op::kField: case Op::kLocal: return ReadBool(index);
    default: return RowLeaf();
  }
}

// Masks that several conditions share are kept for the batch, as far as memory goes.
void Planner::Keep(NodeIndex node, MaskNode* mask) {
  const bool at_hand = mask->kind <= MaskKind::kLiteral;
  if (at_hand || scopes_.uses(node) < 2) return;
  const std::size_t bytes = 4 * parcel::WordsFor(RowsMax(plan_.homes[mask->home].domain)) * sizeof(Word);
  if (mask_memo_bytes_ + bytes > kMaskMemoBytesMax) return;
  mask_memo_bytes_ += bytes;
  mask->memo = static_cast<std::uint32_t>(plan_.mask_memos.size());
  plan_.mask_memos.push_back(mask->home);
}

std::uint32_t Planner::MaskOf(NodeIndex node) {
  if (mask_of_[node] != kNoIndex) return mask_of_[node];
  MaskNode mask = Shape(node);
  mask.node = node;
  mask.op = program_.nodes[node].op;
  mask.home = HomeOf(node);
  Keep(node, &mask);
  plan_.masks.push_back(mask);
  return mask_of_[node] = static_cast<std::uint32_t>(plan_.masks.size() - 1);
}

void Planner::FindDepth() {
  std::vector<std::uint32_t> depth(plan_.masks.size(), 1);
  for (std::size_t i = 0; i < plan_.masks.size(); ++i) {
    const MaskNode& mask = plan_.masks[i];
    const auto below = [&](std::uint32_t operand) { depth[i] = std::max(depth[i], depth[operand] + 1); };
    if (mask.kind == MaskKind::kAnd || mask.kind == MaskKind::kOr) {
      for (std::uint32_t j = 0; j < mask.c; ++j) below(plan_.operands[mask.b + j]);
    }
    const bool one = mask.kind == MaskKind::kNot || mask.kind == MaskKind::kQuantifier;
    if (one || mask.kind == MaskKind::kCond) below(mask.a);
    if (mask.kind == MaskKind::kCond) below(mask.b);
    if (mask.kind == MaskKind::kCond) below(mask.c);
    plan_.depth = std::max(plan_.depth, depth[i]);
  }
}

Plan Planner::Make() {
  for (const ruleset::Rule& rule : rule_set_.rules) plan_.rule_masks.push_back(MaskOf(rule.condition));
  KeepTableRows();
  for (Dictionary& dictionary : plan_.dictionaries) dictionary.Prepare();
  for (LiteralSearch& search : plan_.searches) search.Prepare();
  FindDepth();
  SLUICE_CHECK(plan_.depth <= limits::kNodeDepthMax + 1);
  return std::move(plan_);
}

}  // namespace

std::size_t RowsMax(parcel::DomainIndex domain) {
  return domain == parcel::kParcelDomain ? limits::kBatchRowsMax : limits::kDomainRowsMax;
}

Plan MakePlan(const ruleset::RuleSet& rule_set) { return Planner(rule_set).Make(); }

}  // namespace sluice::match
