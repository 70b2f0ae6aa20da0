#include "bench/match_world.h"

namespace sluice::bench {
namespace {

using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::ValueType;

constexpr std::uint32_t kAmountMax = 500'000;
constexpr std::uint32_t kNumberMax = 100'000;
constexpr std::uint32_t kRealMax = 1000;

std::uint32_t Below(std::mt19937* random, std::size_t bound) {
  return static_cast<std::uint32_t>((*random)() % bound);
}

// Small indices more often: the square of an even draw.
const std::string& PickFrequent(std::mt19937* random, const std::vector<std::string>& texts) {
  const double draw = static_cast<double>((*random)()) / 4294967296.0;
  return texts[static_cast<std::size_t>(draw * draw * static_cast<double>(texts.size()))];
}

const std::string& PickAny(std::mt19937* random, const std::vector<std::string>& texts) {
  return texts[Below(random, texts.size())];
}

std::vector<std::string> Numbered(const std::string& prefix, int count) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(prefix + std::to_string(i));
  return texts;
}

void PutText(parcel::Batch* batch, WorldColumn column, std::size_t row, std::string_view text) {
  parcel::SetBit(batch->columns[column].present, row);
  batch->columns[column].texts[row] = text;
}

void PutInt(parcel::Batch* batch, WorldColumn column, std::size_t row, std::int64_t number) {
  parcel::SetBit(batch->columns[column].present, row);
  batch->columns[column].ints[row] = number;
}

void MaybePutReal(std::mt19937* random, parcel::Batch* batch, WorldColumn column, std::size_t row) {
  const std::uint32_t number = Below(random, kRealMax);
  const bool present = Below(random, 10) >= 3;
  if (present) parcel::SetBit(batch->columns[column].present, row);
  batch->columns[column].doubles[row] = present ? number : 0;
}

/// A rule set in the making, nodes interned.
class Rules {
 public:
  explicit Rules(const parcel::ColumnPlan& columns) {
    rules_.columns = columns;
    auto& types = rules_.program.types;
    for (int kind = 0; kind < parcel::kScalarTypeCount; ++kind) {
      types.push_back({static_cast<ValueType>(kind), 0, 0, 0});
    }
    item_type_ = static_cast<ruleset::TypeId>(types.size());
    types.push_back({ValueType::kRecord, 0, 0, kItems});
    types.push_back({ValueType::kList, 0, item_type_, 0});
  }

  NodeIndex Make(Op op, ValueType type, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) {
    return MakeTyped(op, ruleset::ScalarTypeId(type), a, b, c);
  }
  NodeIndex Column(WorldColumn column) { return Make(Op::kColumn, rules_.columns.columns[column].type, column); }
  NodeIndex Field(WorldColumn column) {
    const NodeIndex item = MakeTyped(Op::kLocal, item_type_, 0, 0, kItems);
    return Make(Op::kField, rules_.columns.columns[column].type, item, column);
  }
  NodeIndex Int(std::int64_t number) { return Constant(ValueType::kInt, number, &rules_.program.ints); }
  NodeIndex Real(double number) { return Constant(ValueType::kDouble, number, &rules_.program.doubles); }
  NodeIndex Cny(std::int64_t minor) {
    return Constant(ValueType::kMoney, base::Money{minor, kCny}, &rules_.program.moneys);
  }
  NodeIndex Text(const std::string& text) {
    const auto [at, added] = texts_.try_emplace(text, rules_.program.texts.size());
    if (added) rules_.program.texts.Add(text);
    return Make(Op::kConst, ValueType::kString, at->second);
  }
  NodeIndex Compare(Op op, NodeIndex a, NodeIndex b) { return Make(op, ValueType::kBool, a, b); }
  NodeIndex And(const std::vector<NodeIndex>& operands) {
    auto& all = rules_.program.operands;
    const auto first = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), operands.begin(), operands.end());
    return Make(Op::kAnd, ValueType::kBool, 0, first, static_cast<std::uint32_t>(operands.size()));
  }
  NodeIndex ExistsItem(NodeIndex body) {
    const auto list = static_cast<ruleset::TypeId>(item_type_ + 1);
    return Make(Op::kExists, ValueType::kBool, MakeTyped(Op::kRows, list, ruleset::kNoNode, kItems, 0), body, 0);
  }

  void Add(NodeIndex condition) {
    rules_.rules.emplace_back().condition = condition;
    rules_.rules.back().score = 10;
  }
  ruleset::RuleSetPtr Finish() { return std::make_shared<const ruleset::RuleSet>(std::move(rules_)); }

 private:
  NodeIndex MakeTyped(Op op, ruleset::TypeId type, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    auto& nodes = rules_.program.nodes;
    const auto [at, added] = known_.try_emplace({op, type, a, b, c}, static_cast<NodeIndex>(nodes.size()));
    if (added) nodes.push_back({op, type, a, b, c});
    return at->second;
  }
  template <typename T>
  NodeIndex Constant(ValueType type, const T& value, std::vector<T>* pool) {
    pool->push_back(value);
    return Make(Op::kConst, type, static_cast<std::uint32_t>(pool->size() - 1));
  }

  ruleset::RuleSet rules_;
  ruleset::TypeId item_type_ = 0;
  std::map<std::tuple<Op, ruleset::TypeId, std::uint32_t, std::uint32_t, std::uint32_t>, NodeIndex> known_;
  std::map<std::string, std::uint32_t> texts_;
};

}  // namespace

World::World()
    : platforms_(Numbered("platform-", 400)), countries_(Numbered("C", 220)), codes_(Numbered("8471300", 5000)) {
  columns_.domains.push_back({parcel::kParcelDomain, {100}, 1});
  constexpr ValueType kTypes[] = {ValueType::kString, ValueType::kString, ValueType::kString,
                                  ValueType::kInt, ValueType::kDouble, ValueType::kMoney,
                                  ValueType::kString, ValueType::kInt, ValueType::kDouble};
  for (std::uint32_t c = 0; c < std::size(kTypes); ++c) {
    columns_.columns.push_back({c >= kItemCode ? kItems : parcel::kParcelDomain, {c}, kTypes[c]});
  }
  std::mt19937 random(7);
  for (int i = 0; i < 1000; ++i) {
    std::string& text = descriptions_.emplace_back();
    while (text.size() < 60) text += "Goods" + std::to_string(Below(&random, 1000)) + " ";
  }
}

void World::FillItems(std::mt19937* random, std::uint32_t rows, parcel::Batch* batch) const {
  parcel::DomainRows& items = batch->domains[kItems];
  items.count = 2 * rows;
  for (std::uint32_t i = 0; i <= rows; ++i) items.first[i] = 2 * i;
  for (std::uint32_t i = 0; i < items.count; ++i) {
    items.parent[i] = i / 2;
    PutText(batch, kItemCode, i, PickFrequent(random, codes_));
    PutInt(batch, kItemNumber, i, Below(random, kNumberMax));
    MaybePutReal(random, batch, kItemReal, i);
  }
}

void World::FillBatch(std::uint32_t seed, std::uint32_t rows, parcel::Batch* batch) const {
  std::mt19937 random(seed);
  batch->Clear();
  batch->domains[parcel::kParcelDomain].count = rows;
  for (std::uint32_t row = 0; row < rows; ++row) {
    batch->facts[row].now = {1'767'000'000 + row, 0};
    PutText(batch, kPlatform, row, PickFrequent(&random, platforms_));
    PutText(batch, kDescription, row, PickAny(&random, descriptions_));
    PutText(batch, kCountry, row, PickFrequent(&random, countries_));
    PutInt(batch, kNumber, row, Below(&random, kNumberMax));
    MaybePutReal(&random, batch, kReal, row);
    batch->columns[kAmount].moneys[row] = {Below(&random, kAmountMax), kCny};
    parcel::SetBit(batch->columns[kAmount].present, row);
  }
  FillItems(&random, rows, batch);
}

ruleset::RuleSetPtr World::BookRules(std::uint32_t count) const {
  Rules rules(columns_);
  std::mt19937 random(11);
  const NodeIndex amount = rules.Make(Op::kMoneyTo, ValueType::kMoney, rules.Column(kAmount), kCny);
  const NodeIndex words = rules.Make(Op::kLowerAscii, ValueType::kString, rules.Column(kDescription));
  const auto limit = [&](std::uint32_t most) { return Below(&random, most); };
  const auto predicate = [&](std::uint32_t kind) -> NodeIndex {
    switch (kind) {
      case 0: return rules.Compare(Op::kGt, rules.Column(kNumber), rules.Int(limit(kNumberMax)));
      case 1: return rules.Compare(Op::kLt, rules.Column(kReal), rules.Real(limit(kRealMax)));
      case 2: return rules.Compare(Op::kEq, rules.Column(kPlatform), rules.Text(PickFrequent(&random, platforms_)));
      case 3: return rules.Compare(Op::kEq, rules.Column(kCountry), rules.Text(PickAny(&random, countries_)));
      case 4: return rules.Compare(Op::kGt, amount, rules.Cny(limit(kAmountMax)));
      case 5: return rules.Compare(Op::kContains, words, rules.Text("goods" + std::to_string(limit(1000))));
      case 6: {
        const NodeIndex many = rules.Compare(Op::kGt, rules.Field(kItemNumber), rules.Int(limit(kNumberMax)));
        return rules.ExistsItem(
            rules.And({many, rules.Compare(Op::kLt, rules.Field(kItemReal), rules.Real(limit(kRealMax)))}));
      }
      default: {
        const NodeIndex sum = rules.Make(Op::kAdd, ValueType::kInt, rules.Column(kNumber), rules.Int(limit(1000)));
        return rules.Compare(Op::kGt, sum, rules.Int(limit(kNumberMax)));
      }
    }
  };
  for (std::uint32_t r = 0; r < count; ++r) {
    const NodeIndex first = predicate(limit(4));
    const NodeIndex second = predicate(limit(7));
    rules.Add(rules.And({first, second, predicate(limit(8))}));
  }
  return rules.Finish();
}

ruleset::RuleSetPtr World::ProfileRules(std::uint32_t count) const {
  Rules rules(columns_);
  std::mt19937 random(13);
  for (std::uint32_t r = 0; r < count; ++r) {
    const NodeIndex platform =
        rules.Compare(Op::kEq, rules.Column(kPlatform), rules.Text(PickAny(&random, platforms_)));
    const NodeIndex country = rules.Compare(Op::kEq, rules.Column(kCountry), rules.Text(PickAny(&random, countries_)));
    const NodeIndex code = rules.Compare(Op::kEq, rules.Field(kItemCode), rules.Text(PickAny(&random, codes_)));
    const NodeIndex limit = rules.Compare(Op::kGt, rules.Column(kNumber), rules.Int(Below(&random, 1000)));
    rules.Add(rules.And({platform, country, r % 2 == 0 ? rules.ExistsItem(code) : limit}));
  }
  return rules.Finish();
}

}  // namespace sluice::bench
