// Each operation's values and each kind of error, row by row; and the same condition by way of columns.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "engine/base/limits.h"
#include "engine/match/evaluator.h"
#include "engine/match/row_interpreter.h"
#include "tests/engine/match/test_batches.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {
namespace {

constexpr std::int64_t kIntMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();
constexpr auto kBool = ValueType::kBool;
constexpr auto kInt = ValueType::kInt;
constexpr auto kUint = ValueType::kUint;
constexpr auto kDouble = ValueType::kDouble;
constexpr auto kString = ValueType::kString;
constexpr auto kTimestamp = ValueType::kTimestamp;
constexpr auto kDuration = ValueType::kDuration;
constexpr auto kMoney = ValueType::kMoney;

/// One parcel: number 7, text "Alpha", two items (number 1 and 2; the second without text), tags x and y, 5.00 CNY.
/// Everything else is absent.
class RowOpsTest : public ::testing::Test {
 protected:
  /// "7", "'text'", "true", "5.00 CNY in minor units" as "500 CNY", a list as "[..]", or the error's name.
  std::string Eval(NodeIndex node) {
    ruleset::RuleSet& rules = b_.rules();
    rules.PrepareIndexes();
    parcel::Batch batch(rules.columns);
    Fill(&batch);
    match::Arena arena;
    match::RowInterpreter interpreter(rules, &arena);
    interpreter.SetBatch(batch);
    match::Value value;
    const match::ErrorKind error = interpreter.Eval(node, &value);
    if (error != match::ErrorKind::kNone) return match::ErrorKindName(error);
    return Show(rules.program.nodes[node].type, value);
  }

  std::string Show(TypeId type_id, const match::Value& value) {
    const ruleset::TypeInfo type = b_.rules().program.types[type_id];
    switch (type.kind) {
      case kBool: return value.number != 0 ? "true" : "false";
      case kUint: return std::to_string(value.natural) + "u";
      case kDouble: return std::to_string(value.real);
      case kString: return "'" + std::string(value.Text()) + "'";
      case kTimestamp: return std::to_string(value.time.seconds) + "." + std::to_string(value.time.nanos);
      case kMoney: return std::to_string(value.money.minor_units) + " " + base::CurrencyText(value.money.currency);
      case ValueType::kList: {
        std::string text = "[";
        for (std::size_t i = 0; i < value.items.count; ++i) {
          text += (i == 0 ? "" : ", ") + Show(type.element, value.items.first[i]);
        }
        return text + "]";
      }
      case ValueType::kRecord:
      case ValueType::kTableRow: return "row " + std::to_string(value.row);
      default: return std::to_string(value.number);
    }
  }

  static void Fill(parcel::Batch* batch) {
    batch->Clear();
    batch->domains[kParcels].count = 1;
    SetRows(batch, kItems, {2});
    SetRows(batch, kTags, {2});
    SetRows(batch, kParts, {0, 1});
    batch->facts[0].now = {1'700'000'000, 0};
    const auto text = [&](parcel::ColumnIndex column, std::size_t row, std::string_view value) {
      parcel::SetBit(batch->columns[column].present, row);
      batch->columns[column].texts[row] = value;
    };
    const auto number = [&](parcel::ColumnIndex column, std::size_t row, std::int64_t value) {
      parcel::SetBit(batch->columns[column].present, row);
      batch->columns[column].ints[row] = value;
    };
    number(kNumber, 0, 7);
    text(kText, 0, "Alpha");
    number(kItemNumber, 0, 1);
    number(kItemNumber, 1, 2);
    text(kItemText, 0, "first");
    text(kTag, 0, "x");
    text(kTag, 1, "y");
    number(kPartNumber, 0, 9);
    parcel::SetBit(batch->columns[kAmount].present, 0);
    batch->columns[kAmount].moneys[0] = {500, kCny};
  }

  NodeIndex Do(Op op, ValueType type, NodeIndex a, std::uint32_t b = 0, std::uint32_t c = 0) {
    return b_.Make(op, type, a, b, c);
  }
  NodeIndex To(ValueType type, NodeIndex a) { return Do(Op::kConvert, type, a); }
  NodeIndex List(TypeId element, const std::vector<NodeIndex>& items) {
    return b_.Many(Op::kListLiteral, b_.ListOf(element), items);
  }
  NodeIndex ItemNumber(std::uint32_t slot = 0) { return b_.Field(slot, kItemNumber); }
  NodeIndex ItemText() { return b_.Field(0, kItemText); }
  /// 1 / 0: an error of another kind than absent.
  NodeIndex Failure() { return b_.Compare(Op::kEq, Do(Op::kDiv, kInt, b_.Int(1), b_.Int(0)), b_.Int(1)); }
  NodeIndex Absence() { return b_.Compare(Op::kEq, b_.Column(kOther), b_.Text("x")); }

  ProgramBuilder b_;
};

TEST_F(RowOpsTest, AbsentFieldsAreErrorsAndHasIsNot) {
  EXPECT_EQ(Eval(b_.Column(kNumber)), "7");
  EXPECT_EQ(Eval(b_.Column(kOther)), "absent");
  EXPECT_EQ(Eval(b_.Has(kOther)), "false");
  EXPECT_EQ(Eval(b_.Has(kNumber)), "true");
  EXPECT_EQ(Eval(b_.Quantify(Op::kAll, b_.Rows(kItems), b_.HasField(0, kItemText), 0)), "false");
  EXPECT_EQ(Eval(b_.Make(Op::kNow, kTimestamp)), "1700000000.0");
}

TEST_F(RowOpsTest, LogicIsDominatedByAValueAndOtherErrorsOutweighAbsence) {
  EXPECT_EQ(Eval(b_.And({Failure(), b_.Bool(false)})), "false");
  EXPECT_EQ(Eval(b_.Or({Failure(), b_.Bool(true)})), "true");
  EXPECT_EQ(Eval(b_.And({Absence(), Failure(), b_.Bool(true)})), "divide");
  EXPECT_EQ(Eval(b_.Or({Absence(), b_.Bool(false)})), "absent");
  EXPECT_EQ(Eval(b_.Not(Absence())), "absent");
  EXPECT_EQ(Eval(Do(Op::kCond, kBool, b_.Bool(true), b_.Bool(true), Failure())), "true");
  EXPECT_EQ(Eval(Do(Op::kCond, kBool, Absence(), b_.Bool(true), b_.Bool(true))), "absent");
}

TEST_F(RowOpsTest, StrictOperationsTellTheFirstOperandsError) {
  const NodeIndex divided = Do(Op::kDiv, kInt, b_.Int(1), b_.Int(0));
  const NodeIndex size = Do(Op::kSize, kInt, b_.Column(kOther));
  EXPECT_EQ(Eval(Do(Op::kAdd, kInt, size, divided)), "absent");
  EXPECT_EQ(Eval(Do(Op::kAdd, kInt, divided, size)), "divide");
}

TEST_F(RowOpsTest, IntegersOverflowInsteadOfWrapping) {
  EXPECT_EQ(Eval(Do(Op::kAdd, kInt, b_.Int(kIntMax), b_.Int(1))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kSub, kInt, b_.Int(kIntMin), b_.Int(1))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kMul, kInt, b_.Int(kIntMax), b_.Int(2))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kDiv, kInt, b_.Int(kIntMin), b_.Int(-1))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kMod, kInt, b_.Int(kIntMin), b_.Int(-1))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kNeg, kInt, b_.Int(kIntMin))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kSub, kUint, b_.Uint(1), b_.Uint(2))), "overflow");
  EXPECT_EQ(Eval(Do(Op::kMod, kUint, b_.Uint(1), b_.Uint(0))), "divide");
  EXPECT_EQ(Eval(Do(Op::kDiv, kInt, b_.Int(-7), b_.Int(2))), "-3");
  EXPECT_EQ(Eval(Do(Op::kMod, kInt, b_.Int(-7), b_.Int(2))), "-1");
  EXPECT_EQ(Eval(Do(Op::kDiv, kDouble, b_.Double(1), b_.Double(0))), "inf");
}

TEST_F(RowOpsTest, NumbersCompareByMathematicalValue) {
  EXPECT_EQ(Eval(b_.Compare(Op::kLt, b_.Int(-1), b_.Uint(0))), "true");
  EXPECT_EQ(Eval(b_.Compare(Op::kLt, b_.Int(9007199254740993), b_.Double(9007199254740992.0))), "false");
  EXPECT_EQ(Eval(b_.Compare(Op::kLt, b_.Int(kIntMax), b_.Double(9223372036854775808.0))), "true");
  EXPECT_EQ(Eval(b_.Compare(Op::kGe, b_.Double(-1.5), b_.Int(-1))), "false");
  EXPECT_EQ(Eval(b_.Compare(Op::kGt, b_.Uint(~std::uint64_t{0}), b_.Double(18446744073709551616.0))), "false");
  const NodeIndex nan = b_.Double(std::nan(""));
  EXPECT_EQ(Eval(b_.Compare(Op::kLe, nan, nan)), "false");
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, nan, nan)), "false");
  EXPECT_EQ(Eval(b_.Compare(Op::kNe, nan, nan)), "true");
  EXPECT_EQ(Eval(b_.Compare(Op::kGe, b_.Int(0), nan)), "false");
}

TEST_F(RowOpsTest, TimeStaysWithinItsYears) {
  const NodeIndex last = b_.Time(base::kTimestampSecondsMax, 999'999'999);
  const NodeIndex first = b_.Time(base::kTimestampSecondsMin);
  EXPECT_EQ(Eval(Do(Op::kAdd, kTimestamp, last, b_.Duration(1))), "range");
  EXPECT_EQ(Eval(Do(Op::kSub, kTimestamp, first, b_.Duration(1))), "range");
  EXPECT_EQ(Eval(Do(Op::kAdd, kTimestamp, b_.Duration(-1), b_.Time(5))), "4.999999999");
  EXPECT_EQ(Eval(Do(Op::kSub, kTimestamp, b_.Time(0), b_.Duration(kIntMin))), "9223372036.854775808");
  EXPECT_EQ(Eval(Do(Op::kSub, kDuration, last, first)), "overflow");
  EXPECT_EQ(Eval(Do(Op::kSub, kDuration, b_.Time(0), b_.Time(9223372036, 854775808))), std::to_string(kIntMin));
  EXPECT_EQ(Eval(Do(Op::kSub, kDuration, b_.Time(9223372037, 0), b_.Time(0, 200'000'000))), "9223372036800000000");
  EXPECT_EQ(Eval(Do(Op::kSub, kDuration, b_.Duration(kIntMin), b_.Duration(1))), "overflow");
}

TEST_F(RowOpsTest, PartsOfTimeFollowTheZone) {
  b_.rules().program.zones.push_back({"Asia/Shanghai", {kIntMin}, {8 * 3600}});
  const NodeIndex friday = b_.Time(1234567890, 500'000'000);  // 2009-02-13T23:31:30.5Z
  const auto part = [&](ruleset::TimePart p, std::uint32_t zone = ruleset::kNoNode) {
    return Eval(Do(Op::kTimePart, kInt, friday, zone, static_cast<std::uint32_t>(p)));
  };
  EXPECT_EQ(part(ruleset::TimePart::kFullYear), "2009");
  EXPECT_EQ(part(ruleset::TimePart::kMonth), "1");
  EXPECT_EQ(part(ruleset::TimePart::kDate), "13");
  EXPECT_EQ(part(ruleset::TimePart::kDayOfMonth), "12");
  EXPECT_EQ(part(ruleset::TimePart::kDayOfWeek), "5");
  EXPECT_EQ(part(ruleset::TimePart::kDayOfYear), "43");
  EXPECT_EQ(part(ruleset::TimePart::kMinutes), "31");
  EXPECT_EQ(part(ruleset::TimePart::kMilliseconds), "500");
  EXPECT_EQ(part(ruleset::TimePart::kHours), "23");
  EXPECT_EQ(part(ruleset::TimePart::kHours, 0), "7");
  EXPECT_EQ(part(ruleset::TimePart::kDate, 0), "14");
  const auto of_span = static_cast<std::uint32_t>(ruleset::TimePart::kMinutes);
  const NodeIndex span = b_.Duration(3730 * base::kNsPerSecond);
  EXPECT_EQ(Eval(Do(Op::kTimePart, kInt, span, ruleset::kNoNode, of_span)), "62");
}

TEST_F(RowOpsTest, ConversionsRefuseWhatTheTypeCannotHold) {
  EXPECT_EQ(Eval(To(kInt, b_.Double(-3.9))), "-3");
  EXPECT_EQ(Eval(To(kInt, b_.Double(-9223372036854775808.0))), "conversion");
  EXPECT_EQ(Eval(To(kInt, b_.Double(std::nan("")))), "conversion");
  EXPECT_EQ(Eval(To(kInt, b_.Uint(~std::uint64_t{0}))), "conversion");
  EXPECT_EQ(Eval(To(kUint, b_.Int(-1))), "conversion");
  EXPECT_EQ(Eval(To(kUint, b_.Double(1.9))), "1u");
  EXPECT_EQ(Eval(To(kInt, b_.Text("-12"))), "-12");
  EXPECT_EQ(Eval(To(kInt, b_.Text(" 12"))), "conversion");
  // As constants are read: engine/base/convert.h.
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, To(kInt, b_.Text("+12")), b_.Int(12))), "true");
  EXPECT_EQ(Eval(To(ValueType::kDouble, b_.Text("inf"))), "conversion");
  EXPECT_EQ(Eval(To(ValueType::kDouble, b_.Text("nan"))), "conversion");
  EXPECT_EQ(Eval(To(kInt, b_.Text("12kg"))), "conversion");
  EXPECT_EQ(Eval(To(kDouble, b_.Text("1.5e3"))), "1500.000000");
  EXPECT_EQ(Eval(To(kBool, b_.Text("True"))), "true");
  EXPECT_EQ(Eval(To(kBool, b_.Text("TrUe"))), "conversion");
  EXPECT_EQ(Eval(To(kString, b_.Double(0.1))), "'0.1'");
  EXPECT_EQ(Eval(To(kString, b_.Duration(1'500'000'000))), "'1.5s'");
  EXPECT_EQ(Eval(To(kString, b_.Time(1234567890))), "'2009-02-13T23:31:30Z'");
  EXPECT_EQ(Eval(To(kTimestamp, b_.Text("2009-02-13T23:31:30Z"))), "1234567890.0");
  EXPECT_EQ(Eval(To(kTimestamp, b_.Text("2009-02-13"))), "conversion");
  EXPECT_EQ(Eval(To(kTimestamp, b_.Int(kIntMax))), "range");
  EXPECT_EQ(Eval(To(kDuration, b_.Text("1h30m"))), "5400000000000");
}

TEST_F(RowOpsTest, TextIsCountedInCodePointsAndSearchedInBytes) {
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, b_.Text("包裹a"))), "3");
  EXPECT_EQ(Eval(Do(Op::kContains, kBool, b_.Column(kText), b_.Text("lph"))), "true");
  EXPECT_EQ(Eval(Do(Op::kStartsWith, kBool, b_.Column(kText), b_.Text(""))), "true");
  EXPECT_EQ(Eval(Do(Op::kEndsWith, kBool, b_.Column(kText), b_.Text("Alphab"))), "false");
  EXPECT_EQ(Eval(Do(Op::kLowerAscii, kString, b_.Text("ÀBC9"))), "'Àbc9'");
  EXPECT_EQ(Eval(Do(Op::kUpperAscii, kString, b_.Text("abz{"))), "'ABZ{'");
  EXPECT_EQ(Eval(Do(Op::kTrim, kString, b_.Text("\u3000 a b\n\u00A0"))), "'a b'");
  EXPECT_EQ(Eval(Do(Op::kTrim, kString, b_.Text(" \t"))), "''");
  EXPECT_EQ(Eval(Do(Op::kAdd, kString, b_.Text("a"), b_.Text("b"))), "'ab'");
  EXPECT_EQ(Eval(b_.Compare(Op::kLt, b_.Text("Z"), b_.Text("a"))), "true");
}

TEST_F(RowOpsTest, FunctionsAndPatternsReadOperandsAndHandErrorsOn) {
  using ruleset::Function;
  const TypeId string = b_.Scalar(kString);
  const TypeId boolean = b_.Scalar(kBool);
  EXPECT_EQ(Eval(b_.Call(Function::kSubstring, string, {b_.Column(kText), b_.Int(2), b_.Int(4)})), "'ph'");
  EXPECT_EQ(Eval(b_.Call(Function::kSubstringFrom, string, {b_.Column(kOther), b_.Int(9)})), "absent");
  EXPECT_EQ(Eval(b_.Call(Function::kSubstringFrom, string, {b_.Column(kText), b_.Int(9)})), "index");
  const NodeIndex words = b_.Call(Function::kSplit, b_.ListOf(string), {b_.Text("x,q"), b_.Text(","), b_.Int(-1)});
  EXPECT_EQ(Eval(words), "['x', 'q']");
  EXPECT_EQ(Eval(b_.Call(Function::kSetsIntersects, boolean, {b_.Rows(kTags), words})), "true");
  EXPECT_EQ(Eval(b_.Call(Function::kSetsContains, boolean, {b_.Rows(kTags), words})), "false");
  EXPECT_EQ(Eval(b_.Call(Function::kSetsEquivalent, boolean, {b_.Rows(kTags), b_.Rows(kTags)})), "true");
  EXPECT_EQ(Eval(b_.Matches(b_.Column(kText), "^Al.*a$")), "true");
  EXPECT_EQ(Eval(b_.Matches(b_.Column(kText), "^l")), "false");
  EXPECT_EQ(Eval(b_.Matches(b_.Column(kOther), "^l")), "absent");
}

TEST_F(RowOpsTest, ListsAndMapsTellWhatIsNotInThem) {
  const NodeIndex list = List(b_.Scalar(kInt), {b_.Int(4), b_.Int(5)});
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, list, b_.Int(1))), "5");
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, list, b_.Int(2))), "index");
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, list, b_.Int(-1))), "index");
  EXPECT_EQ(Eval(Do(Op::kInValues, kBool, b_.Int(4), list)), "true");
  EXPECT_EQ(Eval(b_.Make(Op::kAdd, b_.ListOf(b_.Scalar(kInt)), list, list)), "[4, 5, 4, 5]");
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, list)), "2");
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, list, List(b_.Scalar(kInt), {b_.Int(4), b_.Int(6)}))), "false");
  const TypeId map_type = b_.MapOf(b_.Scalar(kString), b_.Scalar(kInt));
  const NodeIndex map = b_.Many(Op::kMapLiteral, map_type, {b_.Text("a"), b_.Int(1), b_.Text("b"), b_.Int(2)});
  const NodeIndex turned = b_.Many(Op::kMapLiteral, map_type, {b_.Text("b"), b_.Int(2), b_.Text("a"), b_.Int(1)});
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, map, b_.Text("b"))), "2");
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, map, b_.Text("c"))), "key");
  EXPECT_EQ(Eval(Do(Op::kInValues, kBool, b_.Text("a"), map)), "true");
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, map)), "2");
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, map, turned)), "true");
  const NodeIndex twice = b_.Many(Op::kMapLiteral, map_type, {b_.Text("a"), b_.Int(1), b_.Text("a"), b_.Int(2)});
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, twice)), "key");
}

TEST_F(RowOpsTest, QuantifiersAbsorbErrorsAndExistsOneDoesNot) {
  const NodeIndex is_first = b_.Compare(Op::kEq, ItemText(), b_.Text("first"));
  const NodeIndex is_other = b_.Compare(Op::kEq, ItemText(), b_.Text("other"));
  EXPECT_EQ(Eval(b_.Quantify(Op::kExists, b_.Rows(kItems), is_first, 0)), "true");
  EXPECT_EQ(Eval(b_.Quantify(Op::kExists, b_.Rows(kItems), is_other, 0)), "absent");
  EXPECT_EQ(Eval(b_.Quantify(Op::kAll, b_.Rows(kItems), is_other, 0)), "false");
  EXPECT_EQ(Eval(b_.Quantify(Op::kAll, b_.Rows(kItems), is_first, 0)), "absent");
  EXPECT_EQ(Eval(b_.Quantify(Op::kExistsOne, b_.Rows(kItems), is_first, 0)), "absent");
  const NodeIndex is_one = b_.Compare(Op::kEq, ItemNumber(), b_.Int(1));
  EXPECT_EQ(Eval(b_.Quantify(Op::kExistsOne, b_.Rows(kItems), is_one, 0)), "true");
}

TEST_F(RowOpsTest, MapAndFilterGoOverRowsListsAndKeys) {
  const TypeId ints = b_.ListOf(b_.Scalar(kInt));
  EXPECT_EQ(Eval(b_.Make(Op::kMap, ints, b_.Rows(kItems), ItemNumber(), 0)), "[1, 2]");
  EXPECT_EQ(Eval(b_.Make(Op::kMap, b_.ListOf(b_.Scalar(kString)), b_.Rows(kItems), ItemText(), 0)), "absent");
  const NodeIndex large = b_.Compare(Op::kGt, ItemNumber(), b_.Int(1));
  const NodeIndex kept = b_.Make(Op::kFilter, b_.ListOf(b_.Record(kItems)), b_.Rows(kItems), large, 0);
  EXPECT_EQ(Eval(kept), "[row 1]");
  EXPECT_EQ(Eval(b_.Rows(kTags)), "['x', 'y']");
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, b_.Rows(kItems))), "2");
  EXPECT_EQ(Eval(Do(Op::kInValues, kBool, b_.Text("y"), b_.Rows(kTags))), "true");
  const NodeIndex item = b_.Local(0, b_.Record(kItems), kItems);
  const NodeIndex parts = Do(Op::kSize, kInt, b_.Rows(kParts, item));
  EXPECT_EQ(Eval(b_.Make(Op::kMap, ints, b_.Rows(kItems), parts, 0)), "[0, 1]");
}

TEST_F(RowOpsTest, MacrosOfTwoVariablesHaveIndexAndElementOrKeyAndValue) {
  const TypeId ints = b_.ListOf(b_.Scalar(kInt));
  const NodeIndex index = b_.Local(0, b_.Scalar(kInt));
  const NodeIndex number = b_.Field(1, kItemNumber);  // 1 and 2: one more than the index
  const NodeIndex sum = Do(Op::kAdd, kInt, index, number);
  EXPECT_EQ(Eval(b_.Make(Op::kJoinLists, ints, b_.Rows(kItems), List(b_.Scalar(kInt), {sum, index}), 0)),
            "[1, 0, 3, 1]");
  EXPECT_EQ(Eval(b_.Quantify(Op::kAllPairs, b_.Rows(kItems), b_.Compare(Op::kLt, index, number), 0)), "true");
  const NodeIndex is_one = b_.Compare(Op::kEq, index, b_.Int(1));
  EXPECT_EQ(Eval(b_.Quantify(Op::kExistsPair, b_.Rows(kItems), is_one, 0)), "true");
  EXPECT_EQ(Eval(b_.Quantify(Op::kExistsOnePair, b_.Rows(kItems), is_one, 0)), "true");
  const TypeId map_type = b_.MapOf(b_.Scalar(kString), b_.Scalar(kInt));
  const NodeIndex map = b_.Many(Op::kMapLiteral, map_type, {b_.Text("a"), b_.Int(7), b_.Text("b"), b_.Int(8)});
  const NodeIndex key = b_.Local(0, b_.Scalar(kString));
  const NodeIndex value = b_.Local(1, b_.Scalar(kInt));
  const NodeIndex twice = b_.Many(Op::kMapLiteral, map_type, {key, Do(Op::kMul, kInt, value, b_.Int(2))});
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, b_.Make(Op::kJoinMaps, map_type, map, twice, 0), b_.Text("b"))), "16");
  const NodeIndex same = b_.Many(Op::kMapLiteral, map_type, {b_.Text("c"), value});
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, b_.Make(Op::kJoinMaps, map_type, map, same, 0))), "key");
}

TEST_F(RowOpsTest, AnErrorOfAnyStepIsTheTransformsAndOutweighsAbsence) {
  const TypeId texts = b_.ListOf(b_.Scalar(kString));
  const NodeIndex text = List(b_.Scalar(kString), {b_.Field(1, kItemText)});  // the second has none
  EXPECT_EQ(Eval(b_.Make(Op::kJoinLists, texts, b_.Rows(kItems), text, 0)), "absent");
  const TypeId ints = b_.ListOf(b_.Scalar(kInt));
  const NodeIndex size = Do(Op::kSize, kInt, b_.Field(1, kItemText));
  const NodeIndex index = b_.Local(0, b_.Scalar(kInt));
  const NodeIndex divided = Do(Op::kAdd, kInt, size, Do(Op::kDiv, kInt, b_.Int(1), index));
  const NodeIndex body = List(b_.Scalar(kInt), {divided});  // divides by zero, then is absent
  EXPECT_EQ(Eval(b_.Make(Op::kJoinLists, ints, b_.Rows(kItems), body, 0)), "divide");
}

TEST_F(RowOpsTest, NumbersOfSeveralTypesAreEqualByValue) {
  const NodeIndex ints = List(b_.Scalar(kInt), {b_.Int(4), b_.Int(5)});
  const NodeIndex doubles = List(b_.Scalar(kDouble), {b_.Double(4), b_.Double(5)});
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, ints, doubles)), "true");
  EXPECT_EQ(Eval(Do(Op::kInValues, kBool, b_.Uint(5), doubles)), "true");
  EXPECT_EQ(Eval(Do(Op::kInValues, kBool, b_.Double(4.5), ints)), "false");
  const TypeId keyed = b_.MapOf(b_.Scalar(kUint), b_.Scalar(kInt));
  const NodeIndex map = b_.Many(Op::kMapLiteral, keyed, {b_.Uint(4), b_.Int(1)});
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, map, b_.Double(4))), "1");
  EXPECT_EQ(Eval(Do(Op::kIndex, kInt, map, b_.Int(-4))), "key");
  const TypeId other = b_.MapOf(b_.Scalar(kDouble), b_.Scalar(kDouble));
  const NodeIndex same = b_.Many(Op::kMapLiteral, other, {b_.Double(4), b_.Double(1)});
  EXPECT_EQ(Eval(b_.Compare(Op::kEq, map, same)), "true");
}

TEST_F(RowOpsTest, MoneyConvertsByRatesAndNeverMixesCurrencies) {
  ruleset::RateTable& rates = b_.rules().rates;
  rates.base_currency = kCny;
  rates.rates.push_back({kUsd, {0, 0}, 7'000'000'000});
  const NodeIndex amount = b_.Column(kAmount);
  const NodeIndex dollars = b_.Money(100, kUsd);
  EXPECT_EQ(Eval(Do(Op::kMoneyTo, kMoney, dollars, kCny)), "700 CNY");
  EXPECT_EQ(Eval(Do(Op::kMoneyTo, kMoney, amount, kCny)), "500 CNY");
  EXPECT_EQ(Eval(Do(Op::kMoneyTo, kMoney, b_.Money(100, 0x455552), kCny)), "absent");
  EXPECT_EQ(Eval(Do(Op::kMoneyTo, kMoney, b_.Money(kIntMax, kUsd), kCny)), "overflow");
  EXPECT_EQ(Eval(Do(Op::kAdd, kMoney, amount, dollars)), "conversion");
  EXPECT_EQ(Eval(b_.Compare(Op::kLt, amount, dollars)), "conversion");
  EXPECT_EQ(Eval(Do(Op::kMul, kMoney, b_.Int(3), amount)), "1500 CNY");
  EXPECT_EQ(Eval(Do(Op::kDiv, kMoney, amount, b_.Int(3))), "166 CNY");
  EXPECT_EQ(Eval(Do(Op::kDiv, kMoney, amount, b_.Int(0))), "divide");
  EXPECT_EQ(Eval(Do(Op::kNeg, kMoney, amount)), "-500 CNY");
  EXPECT_EQ(Eval(Do(Op::kMoneyMinor, kInt, amount)), "500");
}

TEST_F(RowOpsTest, TableLookUpsAreAbsentWithoutARowOrCell) {
  ruleset::Table& table = b_.rules().tables.emplace_back();
  table.row_count = 2;
  table.keys.emplace_back().texts = {table.texts.Add("Alpha"), table.texts.Add("x")};
  ruleset::TableValueColumn& cells = table.values.emplace_back();
  cells.type = kInt;
  cells.present = {1, 0};
  cells.ints = {42, 0};
  const auto cell = [&](NodeIndex key) {
    return Do(Op::kTableCell, kInt, b_.Many(Op::kTableRow, b_.RowOf(0), {key}, 0), 0);
  };
  EXPECT_EQ(Eval(cell(b_.Column(kText))), "42");
  EXPECT_EQ(Eval(cell(b_.Text("x"))), "absent");
  EXPECT_EQ(Eval(cell(b_.Text("nowhere"))), "absent");
  EXPECT_EQ(Eval(b_.Many(Op::kTableHas, b_.Scalar(kBool), {b_.Text("nowhere")}, 0)), "false");
  EXPECT_EQ(Eval(b_.Many(Op::kTableHas, b_.Scalar(kBool), {b_.Column(kOther)}, 0)), "absent");
}

TEST_F(RowOpsTest, MembershipInSetsAndListsIsExact) {
  auto& sets = b_.rules().program.sets;
  sets.push_back({kInt, {-1, 7}, {}, {}});
  sets.push_back({kUint, {}, {1, 7}, {}});
  EXPECT_EQ(Eval(Do(Op::kInSet, kBool, b_.Column(kNumber), 0)), "true");
  EXPECT_EQ(Eval(Do(Op::kInSet, kBool, b_.Uint(2), 1)), "false");
  ruleset::ReferenceList& list = b_.rules().lists.emplace_back();
  list.texts.Add("Al");
  EXPECT_EQ(Eval(Do(Op::kInList, kBool, b_.Column(kText), 0)), "false");
  EXPECT_EQ(Eval(Do(Op::kListHasPrefix, kBool, b_.Column(kText), 0)), "true");
  EXPECT_EQ(Eval(Do(Op::kListHasPrefix, kBool, b_.Column(kOther), 0)), "absent");
}

TEST_F(RowOpsTest, MemoryForTextHasALimit) {
  NodeIndex text = b_.Text(std::string(1u << 20, 'a'));
  for (int doubling = 0; doubling < 7; ++doubling) text = Do(Op::kAdd, kString, text, text);
  EXPECT_EQ(Eval(Do(Op::kSize, kInt, text)), "limit");
}

}  // namespace
}  // namespace sluice::testing
