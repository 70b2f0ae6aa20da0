// Column by column and row by row must say the same: random conditions over random batches.
#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "engine/match/evaluator.h"
#include "engine/match/row_interpreter.h"
#include "tests/engine/match/test_batches.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {
namespace {

using match::ErrorKind;

/// Random well-typed conditions. `slots` are the comprehension variables in scope, by domain.
class RandomProgram {
 public:
  RandomProgram(std::uint32_t seed, ProgramBuilder* builder) : random_(seed), b_(*builder) {}

  NodeIndex Condition(int depth) {
    if (depth == 0 || Below(6) == 0) return Leaf();
    switch (Below(9)) {
      case 0:
      case 1: return b_.And(Conditions(depth));
      case 2:
      case 3: return b_.Or(Conditions(depth));
      case 4: return b_.Not(Condition(depth - 1));
      case 5:
        return b_.Make(Op::kCond, ValueType::kBool, Condition(depth - 1), Condition(depth - 1), Condition(depth - 1));
      default: return Quantifier(depth);
    }
  }

 private:
  struct InScope {
    std::uint32_t slot;
    parcel::DomainIndex domain;
    bool scalar;
  };

  std::uint32_t Below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

  std::vector<NodeIndex> Conditions(int depth) {
    std::vector<NodeIndex> conditions(2 + Below(3));
    for (NodeIndex& condition : conditions) condition = Condition(depth - 1);
    return conditions;
  }

  NodeIndex Quantifier(int depth) {
    parcel::DomainIndex domain = Below(2) == 0 ? kItems : kTags;
    NodeIndex record = ruleset::kNoNode;
    if (!scope_.empty() && scope_.back().domain == kItems && Below(2) == 0) {
      domain = kParts;
      record = b_.Local(scope_.back().slot, b_.Record(kItems), kItems);
    }
    NodeIndex range = b_.Rows(domain, record);
    const InScope local{static_cast<std::uint32_t>(scope_.size()), domain, domain == kTags};
    scope_.push_back(local);
    if (Below(6) == 0) {
      const NodeIndex body = Condition(0);
      range = b_.Make(Op::kFilter, b_.rules().program.nodes[range].type, range, body, local.slot);
    }
    const NodeIndex body = Condition(depth - 1);
    scope_.pop_back();
    constexpr Op kOps[] = {Op::kAll, Op::kExists, Op::kExistsOne};
    return b_.Quantify(kOps[Below(3)], range, body, local.slot);
  }

  NodeIndex Leaf() {
    switch (Below(9)) {
      case 0: return b_.Bool(Below(2) == 0);
      case 1: return Presence();
      case 2: return b_.Column(kFlag);
      case 3: return TextTest();
      case 4: return b_.Many(Op::kTableHas, b_.Scalar(ValueType::kBool), Keys());
      default: return Comparison();
    }
  }

  NodeIndex Presence() {
    if (!scope_.empty() && scope_.back().domain == kItems) return b_.HasField(scope_.back().slot, kItemReal);
    return b_.Has(Below(kDirection));
  }

  NodeIndex TextTest() {
    constexpr Op kOps[] = {Op::kContains, Op::kStartsWith, Op::kEndsWith};
    const NodeIndex text = Value(ValueType::kString);
    if (Below(3) == 0) return b_.Make(Op::kInSet, ValueType::kBool, text, Below(2));
    if (Below(3) == 0) return b_.Make(Below(2) == 0 ? Op::kInList : Op::kListHasPrefix, ValueType::kBool, text, 0);
    if (Below(4) == 0) return b_.Make(Op::kContainsAny, ValueType::kBool, text, 0, Below(2));
    constexpr std::uint32_t kThresholds[] = {1, 850, 920, 1000};
    if (Below(4) == 0) return b_.Make(Op::kSimilarTo, ValueType::kBool, text, 0, kThresholds[Below(4)]);
    return b_.Make(kOps[Below(3)], ValueType::kBool, text, Below(4) == 0 ? Value(ValueType::kString) : Word());
  }

  NodeIndex Word() { return b_.Text(kWords[Below(6)]); }

  NodeIndex Comparison() {
    constexpr Op kOps[] = {Op::kEq, Op::kNe, Op::kLt, Op::kLe, Op::kGt, Op::kGe};
    constexpr ValueType kTypes[] = {ValueType::kInt, ValueType::kUint, ValueType::kDouble, ValueType::kString,
                                    ValueType::kTimestamp, ValueType::kDuration, ValueType::kMoney};
    const ValueType type = kTypes[Below(7)];
    const std::uint32_t relation = Below(6);
    const bool mixed = relation >= 2 && type <= ValueType::kDouble && Below(3) == 0;
    return b_.Compare(kOps[relation], Value(type), Value(mixed ? kTypes[Below(3)] : type));
  }

  // A column, a field of a variable, a constant, or something computed of them.
  NodeIndex Value(ValueType type) {
    if (Below(4) == 0) return Constant(type);
    if (Below(4) == 0) return Computed(type);
    if (!scope_.empty() && Below(3) != 0) {
      const NodeIndex field = FieldOf(scope_[Below(static_cast<std::uint32_t>(scope_.size()))], type);
      if (field != ruleset::kNoNode) return field;
    }
    switch (type) {
      case ValueType::kInt: return b_.Column(kNumber);
      case ValueType::kUint: return b_.Column(kNatural);
      case ValueType::kDouble: return b_.Column(kReal);
      case ValueType::kString: return b_.Column(Below(2) == 0 ? kText : kOther);
      case ValueType::kTimestamp: return Below(4) == 0 ? b_.Make(Op::kNow, type) : b_.Column(kTime);
      case ValueType::kDuration: return b_.Column(kSpan);
      default: return b_.Column(kAmount);
    }
  }

  NodeIndex FieldOf(const InScope& local, ValueType type) {
    if (local.domain == kParts && type == ValueType::kInt) return b_.Field(local.slot, kPartNumber);
    if (local.domain == kTags && type == ValueType::kString) {
      return b_.Local(local.slot, b_.Scalar(ValueType::kString), kTags);
    }
    if (local.domain != kItems) return ruleset::kNoNode;
    switch (type) {
      case ValueType::kInt: return b_.Field(local.slot, kItemNumber);
      case ValueType::kString: return b_.Field(local.slot, kItemText);
      case ValueType::kDouble: return b_.Field(local.slot, kItemReal);
      case ValueType::kMoney: return b_.Field(local.slot, kItemAmount);
      default: return ruleset::kNoNode;
    }
  }

  NodeIndex Constant(ValueType type) {
    switch (type) {
      case ValueType::kInt: return b_.Int(Below(4));
      case ValueType::kUint: return b_.Uint(Below(4));
      case ValueType::kDouble: return b_.Double(0.5 * Below(6));
      case ValueType::kString: return Word();
      case ValueType::kTimestamp: return b_.Time(1'700'000'000 + Below(8));
      case ValueType::kDuration: return b_.Duration(Below(3));
      default: return b_.Money(Below(4), Below(4) == 0 ? kUsd : kCny);
    }
  }

  // Few distinct ones, so that several conditions share them.
  NodeIndex Computed(ValueType type) {
    switch (Below(6)) {
      case 0: return b_.Make(Op::kCond, type, Condition(0), Value(type), Value(type));
      case 1:
        if (type == ValueType::kInt || type == ValueType::kMoney || type == ValueType::kString) return Cell(type);
        [[fallthrough]];
      case 2: return Unary(type);
      default: return Calculated(type);
    }
  }

  NodeIndex Unary(ValueType type) {
    switch (type) {
      case ValueType::kInt: return b_.Make(Op::kSize, type, Value(ValueType::kString));
      case ValueType::kDouble: return b_.Make(Op::kConvert, type, Value(ValueType::kInt));
      case ValueType::kString: return b_.Make(Below(2) == 0 ? Op::kLowerAscii : Op::kTrim, type, Value(type));
      case ValueType::kDuration: return b_.Make(Op::kNeg, type, b_.Column(kSpan));
      case ValueType::kMoney: return b_.Make(Op::kMoneyTo, type, Value(type), kCny);
      default: return Calculated(type);
    }
  }

  NodeIndex Calculated(ValueType type) {
    constexpr Op kOps[] = {Op::kAdd, Op::kSub, Op::kMul, Op::kDiv};
    switch (type) {
      case ValueType::kString: return b_.Make(Op::kAdd, type, Value(type), Word());
      case ValueType::kTimestamp: return b_.Make(Op::kAdd, type, b_.Column(kTime), b_.Column(kSpan));
      case ValueType::kDuration:
        if (Below(2) == 0) return b_.Make(kOps[Below(2)], type, Value(type), Value(type));
        return b_.Make(Op::kSub, type, Value(ValueType::kTimestamp), Value(ValueType::kTimestamp));
      case ValueType::kMoney:
        if (Below(2) == 0) return b_.Make(kOps[Below(2)], type, Value(type), Value(type));
        return Below(2) == 0 ? b_.Make(Op::kMul, type, Value(type), Value(ValueType::kInt))
                             : b_.Make(Op::kMul, type, Value(ValueType::kInt), Value(type));
      default: return b_.Make(kOps[Below(4)], type, Value(type), Value(type));
    }
  }

  // --- look-ups in the one table: keys are a text and a prefix

  std::vector<NodeIndex> Keys() { return {Value(ValueType::kString), Value(ValueType::kString)}; }

  NodeIndex Cell(ValueType type) {
    const NodeIndex row = b_.Many(Op::kTableRow, b_.RowOf(0), Keys());
    return b_.Make(Op::kTableCell, type, row, type == ValueType::kInt ? 0 : type == ValueType::kMoney ? 1 : 2);
  }

  std::mt19937 random_;
  ProgramBuilder& b_;
  std::vector<InScope> scope_;
};

// Some texts and prefixes have a row, some have several, some none; every third cell is blank.
void AddTable(ProgramBuilder* builder) {
  ruleset::Table& table = builder->rules().tables.emplace_back();
  table.keys.resize(2);
  table.keys[1].kind = ruleset::KeyKind::kPrefix;
  table.values.resize(3);
  table.values[1].type = ValueType::kMoney;
  table.values[1].currency = kCny;
  table.values[0].type = ValueType::kInt;
  constexpr std::string_view kPrefixes[] = {"", "al", "alpha", "C"};
  for (std::uint32_t word = 0; word < 4; ++word) {
    for (std::uint32_t prefix = word; prefix < 4; ++prefix) {
      table.keys[0].texts.push_back(table.texts.Add(kWords[word]));
      table.keys[1].texts.push_back(table.texts.Add(kPrefixes[prefix]));
      for (ruleset::TableValueColumn& cells : table.values) {
        cells.present.push_back(table.row_count % 3 == 2 ? 0 : 1);
        cells.ints.push_back(table.row_count);
        cells.texts.push_back(table.texts.Add(kWords[prefix]));
      }
      ++table.row_count;
    }
  }
}

void AddReferenceData(ProgramBuilder* builder) {
  auto& program = builder->rules().program;
  const auto texts = [&](std::vector<std::string_view> words) {
    ruleset::ConstantSet set;
    set.type = ValueType::kString;
    for (const std::string_view word : words) set.texts.push_back(builder->TextIndex(word));
    return set;
  };
  program.sets.push_back(texts({"Beta", "CN"}));
  program.sets.push_back(texts({"", "CN", "a", "alpha", "b", "c", "d", "e", "f", "g"}));
  auto& list = builder->rules().lists.emplace_back();
  list.texts.Add("CN");
  list.texts.Add("alpha");
  builder->rules().rates.base_currency = kCny;
  AddTable(builder);
}

/// What tier 2 says of a rule and a row, without any memo.
void ExpectRow(const ruleset::RuleSet& rules, match::RowInterpreter* interpreter, std::uint32_t row,
               const ruleset::BatchMatches& matches) {
  std::vector<ruleset::RuleIndex> hits, absent, errors;
  interpreter->SetParcel(row);
  for (ruleset::RuleIndex r = 0; r < rules.rules.size(); ++r) {
    match::Value value;
    const ErrorKind error = interpreter->Eval(rules.rules[r].condition, &value);
    if (error == ErrorKind::kNone && value.number != 0) hits.push_back(r);
    if (error == ErrorKind::kAbsent) absent.push_back(r);
    if (error > ErrorKind::kAbsent) errors.push_back(r);
  }
  std::vector<ruleset::RuleIndex> found;
  for (const ruleset::Hit& hit : matches.hits.Row(row)) found.push_back(hit.rule);
  EXPECT_EQ(found, hits) << "row " << row;
  const auto list = [](auto span) { return std::vector<ruleset::RuleIndex>(span.begin(), span.end()); };
  EXPECT_EQ(list(matches.absent.Row(row)), absent) << "row " << row;
  EXPECT_EQ(list(matches.errors.Row(row)), errors) << "row " << row;
}

struct Shape {
  std::uint32_t rows;
  std::uint32_t items_max;
};

void ExpectTiersAgree(std::uint32_t seed, const std::vector<Shape>& shapes) {
  ProgramBuilder builder;
  AddReferenceData(&builder);
  RandomProgram program(seed, &builder);
  for (int rule = 0; rule < 25; ++rule) builder.Rule(program.Condition(4));
  const ruleset::RuleSetPtr rules = builder.Finish();
  match::Evaluator evaluator(match::MakeMatcher(rules));
  match::Arena arena;
  match::RowInterpreter interpreter(*rules, &arena);
  parcel::Batch batch(rules->columns);
  RandomBatch random(seed);
  ruleset::BatchMatches matches;
  for (const Shape& shape : shapes) {
    random.Fill(rules->columns, shape.rows, shape.items_max, &batch);
    evaluator.Evaluate(batch, &matches);
    interpreter.SetBatch(batch);
    for (std::uint32_t row = 0; row < shape.rows; ++row) {
      arena.Rewind({});
      ExpectRow(*rules, &interpreter, row, matches);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(TiersTest, RandomConditionsMeanTheSameByColumnsAndByRows) {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    ExpectTiersAgree(seed, {{1, 3}, {63, 2}, {64, 0}, {65, 4}, {0, 0}, {2, 40}});
    if (HasFailure()) return;
  }
}

TEST(TiersTest, LargeBatchesMeanTheSameByColumnsAndByRows) {
  for (std::uint32_t seed = 1000; seed < 1004; ++seed) {
    SCOPED_TRACE(seed);
    ExpectTiersAgree(seed, {{256, 5}, {512, 7}, {3, 500}, {512, 0}});
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace sluice::testing
