#include "engine/ruleset/verify.h"

#include <functional>
#include <limits>

#include <gmock/gmock.h>

#include "engine/base/limits.h"
#include "tests/support/sample_rule_set.h"

namespace sluice::ruleset {
namespace {

using ::testing::HasSubstr;
using testing::NodeMaker;
using testing::SampleRuleSet;

constexpr TypeId kBool = ScalarTypeId(ValueType::kBool);
constexpr TypeId kInt = ScalarTypeId(ValueType::kInt);
constexpr TypeId kString = ScalarTypeId(ValueType::kString);

// A change that makes the sample unsound, and what Verify must say of it.
struct Damage {
  const char* name;
  std::function<void(RuleSet*)> make;
  const char* message;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class VerifyTest : public ::testing::TestWithParam<Damage> {};

TEST_P(VerifyTest, RefusesAndSaysWhere) {
  RuleSet set = SampleRuleSet();
  GetParam().make(&set);
  const Status status = Verify(set);
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().message));
}

std::string NameOf(const ::testing::TestParamInfo<Damage>& info) { return info.param.name; }

NodeIndex LastNode(const RuleSet& set) { return static_cast<NodeIndex>(set.program.nodes.size() - 1); }

INSTANTIATE_TEST_SUITE_P(
    Catalog, VerifyTest,
    ::testing::Values(
        Damage{"RootIsMissing", [](RuleSet* s) { s->catalog.root = 9; }, "no root record"},
        Damage{"RootIsAStruct", [](RuleSet* s) { s->catalog.root = 3; }, "root record is a struct"},
        Damage{"RecordIsMissing", [](RuleSet* s) { s->catalog.records[0].fields[6].record = 77; },
               "field Parcel.sender: its record does not exist"},
        Damage{"TypeDoesNotFitBytes",
               [](RuleSet* s) { s->catalog.records[0].fields[0].wire = parcel::WireKind::kI8; },
               "field Parcel.id: its type does not fit"},
        Damage{"MemberLeavesItsStruct", [](RuleSet* s) { s->catalog.records[3].fields[3].slot = 17; },
               "ItemHot.weight: it does not lie within"},
        Damage{"MaskBitIsOutside", [](RuleSet* s) { s->catalog.records[2].fields[2].mask_bit = 32; },
               "Item.quantity: its presence bit"},
        Damage{"MaskIsMissing", [](RuleSet* s) { s->catalog.records[3].mask_field = 12; },
               "record ItemHot: its presence mask"},
        Damage{"TwoFieldsAtOnePlace", [](RuleSet* s) { s->catalog.records[0].fields[3].slot = 4; },
               "two fields stand at one place"},
        Damage{"FlattenedFromNoStruct", [](RuleSet* s) { s->catalog.records[2].fields[2].inline_in = 1; },
               "Item.quantity: it is flattened from no struct"},
        Damage{"CurrencyIsNoText", [](RuleSet* s) { s->catalog.records[0].fields[5].currency_field = 1; },
               "its currency is not a text"},
        Damage{"TimeUnitIsZero",
               [](RuleSet* s) { s->catalog.records[0].fields[1].time_units_per_second = 0; }, "time unit"},
        Damage{"StructWithinItself",
               [](RuleSet* s) {
                 parcel::Field member = s->catalog.records[2].fields[0];
                 member.slot = 0;
                 s->catalog.records[3].fields = {member};
                 s->catalog.records[3].mask_field = parcel::kNoIndex;
                 s->catalog.records[2].fields.resize(2);
               },
               "structs within structs are too deep"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Columns, VerifyTest,
    ::testing::Values(
        Damage{"PathLeavesTheCatalogue", [](RuleSet* s) { s->columns.columns[0].path = {99}; },
               "column 0: its path leaves"},
        Damage{"TypeIsAnother", [](RuleSet* s) { s->columns.columns[0].type = ValueType::kInt; },
               "column 0: its type"},
        Damage{"DomainIsMissing", [](RuleSet* s) { s->columns.columns[2].domain = 8; },
               "column 2: its domain"},
        Damage{"DomainBeforeItsParent", [](RuleSet* s) { s->columns.domains[1].parent = 1; },
               "domain 1: it stands before"},
        Damage{"DomainIsNoVector", [](RuleSet* s) { s->columns.domains[1].path = {0}; },
               "domain 1: its path does not lead"},
        Damage{"DomainOfAnotherRecord", [](RuleSet* s) { s->columns.domains[1].record = 1; },
               "domain 1: its record"},
        Damage{"SystemColumnOfAnotherType",
               [](RuleSet* s) { s->system.received = testing::kIdColumn; }, "a column that the engine reads"},
        Damage{"RequiredColumnIsMissing", [](RuleSet* s) { s->required[0].column = 400; },
               "required field 0"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Pools, VerifyTest,
    ::testing::Values(
        Damage{"TextsEndOutside", [](RuleSet* s) { s->texts.ends.back() += 1; }, "texts of rules"},
        Damage{"TextsHaveNoEnds", [](RuleSet* s) { s->texts.ends.clear(); }, "texts of rules"},
        Damage{"TextIsNotUtf8", [](RuleSet* s) { s->program.texts.Add("\xC3"); },
               "texts of the program: a text is not UTF-8"},
        Damage{"TextIsCutWithinACodePoint",
               [](RuleSet* s) {
                 s->program.texts.Add("\xC3");
                 s->program.texts.Add("\xA9");
               },
               "a text is not UTF-8"},
        Damage{"TypeOfItself",
               [](RuleSet* s) { s->program.types.push_back({ValueType::kList, 0, 200, 0}); },
               "does not stand before it"},
        Damage{"ScalarTypesOutOfOrder", [](RuleSet* s) { s->program.types[1].kind = ValueType::kString; },
               "type 1: scalar types"},
        Damage{"SetDoesNotAscend", [](RuleSet* s) { s->program.sets[1].ints = {3, 3}; },
               "constant set 1: its values do not ascend"},
        Damage{"ZoneDoesNotCoverAllTime", [](RuleSet* s) { s->program.zones[0].from_seconds[0] = 0; },
               "zone 0: it does not cover"},
        Damage{"ZoneChangesTooOften",
               [](RuleSet* s) {
                 Zone& zone = s->program.zones[0];
                 for (std::size_t i = zone.from_seconds.size(); i <= limits::kZoneChangesMax; ++i) {
                   zone.from_seconds.push_back(zone.from_seconds.size() == 1 ? 0 : zone.from_seconds.back() + 1);
                   zone.offset_seconds.push_back(0);
                 }
               },
               "too few or too many changes"},
        Damage{"ZoneIsEmpty",
               [](RuleSet* s) {
                 s->program.zones[0].from_seconds.clear();
                 s->program.zones[0].offset_seconds.clear();
               },
               "zone 0: too few"},
        Damage{"PatternDoesNotCompile", [](RuleSet* s) { s->program.patterns.Add("a("); },
               "pattern 1: missing"},
        Damage{"PatternsAreTooMany",
               [](RuleSet* s) {
                 for (std::size_t i = 0; i < limits::kPatternsMax; ++i) s->program.patterns.Add("a");
               },
               "patterns: too many"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Nodes, VerifyTest,
    ::testing::Values(
        Damage{"UnknownOperation",
               [](RuleSet* s) { s->program.nodes[0].op = static_cast<Op>(kOpCount); }, "unknown operation"},
        Damage{"TypeIsMissing", [](RuleSet* s) { s->program.nodes[0].type = 999; }, "its type does not exist"},
        Damage{"OperandIsTheNodeItself",
               [](RuleSet* s) {
                 NodeMaker(&s->program).Bool(Op::kNot, LastNode(*s) + 1);
               },
               "an operand does not stand before it"},
        Damage{"OperandListLeavesItsArray",
               [](RuleSet* s) { NodeMaker(&s->program).Bool(Op::kAnd, 0, 4'000'000'000, 400'000'000); },
               "its operands do not exist"},
        Damage{"AndOfNothing", [](RuleSet* s) { NodeMaker(&s->program).Bool(Op::kAnd); }, "no operands"},
        Damage{"ColumnIsMissing",
               [](RuleSet* s) { NodeMaker(&s->program).Add(Op::kColumn, kInt, 99); }, "leaves its array"},
        Damage{"ColumnOfItemsReadFromTheParcel",
               [](RuleSet* s) { NodeMaker(&s->program).Add(Op::kColumn, kString, testing::kHsCodeColumn); },
               "its column is not of the parcels"},
        Damage{"ConstantIsMissing",
               [](RuleSet* s) { NodeMaker(&s->program).Add(Op::kConst, kInt, 12'345); },
               "its constant does not exist"},
        Damage{"NotOfAnInt",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.Bool(Op::kNot, nodes.Int(1));
               },
               "an operand's type"},
        Damage{"TextPlusInt",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 const NodeIndex text = nodes.Text("a");
                 nodes.Add(Op::kAdd, kString, text, nodes.Int(1));
               },
               "an operand's type"},
        Damage{"SumOfAnotherType",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 const NodeIndex one = nodes.Int(1);
                 nodes.Add(Op::kAdd, kString, one, one);
               },
               "what its operation yields"},
        Damage{"ListOfAnotherType",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.Bool(Op::kInList, nodes.Int(1), 0);
               },
               "an operand's type"},
        Damage{"TextSearchedInNoWay",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.Bool(Op::kContainsAny, nodes.Text("a"), 0, 2);
               },
               "neither of whole words nor of any"},
        Damage{"ThresholdOverAThousand",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.Bool(Op::kSimilarTo, nodes.Text("a"), 0, 1001);
               },
               "its threshold is outside 1 to 1000"},
        Damage{"RowKeysAreTooFew",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.AddList(Op::kTableHas, kBool, {nodes.Text("4600")}, 0);
               },
               "one operand a key"},
        Damage{"CellOfNoColumn",
               [](RuleSet* s) {
                 for (Node& node : s->program.nodes) {
                   if (node.op == Op::kTableCell) node.b = 3;
                 }
               },
               "its column does not exist"},
        Damage{"TableIsMissing",
               [](RuleSet* s) {
                 for (Node& node : s->program.nodes) {
                   if (node.op == Op::kTableRow) node.a = 1;
                 }
               },
               "leaves its array"},
        Damage{"UnknownFunction",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.AddList(Op::kCall, kBool, {nodes.Double(1)}, kFunctionCount);
               },
               "leaves its array"},
        Damage{"FunctionOfTooFew",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.AddList(Op::kCall, kString, {nodes.Text("a")}, static_cast<std::uint32_t>(Function::kCharAt));
               },
               "one operand a parameter"},
        Damage{"FunctionOfTwoNumberTypes",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 const NodeIndex one = nodes.Int(1);
                 nodes.AddList(Op::kCall, kInt, {one, nodes.Double(1)}, static_cast<std::uint32_t>(Function::kBitOr));
               },
               "an operand's type"},
        Damage{"FunctionOfAnotherResult",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 const NodeIndex one = nodes.Int(1);
                 nodes.AddList(Op::kCall, kString, {one, one}, static_cast<std::uint32_t>(Function::kBitOr));
               },
               "what its operation yields"},
        Damage{"PatternIsMissing",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 nodes.Bool(Op::kMatches, nodes.Text("a"), 1);
               },
               "leaves its array"},
        Damage{"NestedTooDeep",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 NodeIndex node = nodes.Bool(Op::kHas, testing::kSenderColumn);
                 for (std::size_t i = 0; i < limits::kNodeDepthMax; ++i) node = nodes.Bool(Op::kNot, node);
               },
               "nested too deep"},
        Damage{"WorkDoublesWithEachLevel",
               [](RuleSet* s) {
                 NodeMaker nodes(&s->program);
                 NodeIndex node = nodes.Bool(Op::kHas, testing::kSenderColumn);
                 for (int i = 0; i < 30; ++i) node = nodes.Bool(Op::kEq, node, node);
                 s->rules[0].condition = node;
               },
               "could take too long"}),
    NameOf);

// A comprehension over the items or the marks, by hand.
struct Loops {
  explicit Loops(RuleSet* s) : set(s), nodes(&s->program) {
    item = nodes.Type({ValueType::kRecord, 0, 0, testing::kItemDomain});
    items = nodes.Add(Op::kRows, nodes.Type({ValueType::kList, 0, item, 0}), kNoNode, testing::kItemDomain);
    marks = nodes.Add(Op::kRows, nodes.Type({ValueType::kList, 0, kString, 0}), kNoNode,
                      testing::kMarkDomain);
  }
  NodeIndex HasCode(std::uint32_t slot) {
    const NodeIndex local = nodes.Add(Op::kLocal, item, slot, 0, testing::kItemDomain);
    return nodes.Bool(Op::kHasField, local, testing::kHsCodeColumn);
  }
  NodeIndex IsEmptyMark(std::uint32_t slot) {
    const NodeIndex local = nodes.Add(Op::kLocal, kString, slot, 0, testing::kMarkDomain);
    return nodes.Bool(Op::kEq, local, nodes.Text(""));
  }

  RuleSet* set;
  NodeMaker nodes;
  TypeId item;
  NodeIndex items, marks;
};

INSTANTIATE_TEST_SUITE_P(
    Scope, VerifyTest,
    ::testing::Values(
        Damage{"VariableIsNotBound",
               [](RuleSet* s) { s->rules[0].condition = Loops(s).HasCode(0); }, "nothing binds"},
        Damage{"VariableOfAnotherSlot",
               [](RuleSet* s) {
                 Loops loops(s);
                 const NodeIndex body = loops.HasCode(1);
                 s->rules[0].condition = loops.nodes.Bool(Op::kExists, loops.items, body, 0);
               },
               "nothing binds"},
        Damage{"VariableOfAnotherRange",
               [](RuleSet* s) {
                 Loops loops(s);
                 loops.nodes.Bool(Op::kExists, loops.marks, loops.HasCode(0), 0);
               },
               "not what it ranges over"},
        Damage{"SlotIsBoundAgainWithinItsBody",
               [](RuleSet* s) {
                 Loops loops(s);
                 const NodeIndex inner = loops.nodes.Bool(Op::kExists, loops.marks, loops.IsEmptyMark(0), 0);
                 const NodeIndex outer = loops.HasCode(0);
                 const NodeIndex both = loops.nodes.AddList(Op::kAnd, kBool, {inner, outer});
                 loops.nodes.Bool(Op::kExists, loops.items, both, 0);
               },
               "bound again within its body"},
        Damage{"OneSlotForTwoThings",
               [](RuleSet* s) {
                 Loops loops(s);
                 const NodeIndex mark = loops.IsEmptyMark(0);
                 loops.nodes.AddList(Op::kAnd, kBool, {mark, loops.HasCode(0)});
               },
               "one variable stands for two things"},
        Damage{"TooManyVariables",
               [](RuleSet* s) {
                 Loops loops(s);
                 loops.HasCode(static_cast<std::uint32_t>(limits::kLocalsMax));
               },
               "leaves its array"},
        Damage{"LoopsWithinLoops",
               [](RuleSet* s) {
                 Loops loops(s);
                 NodeIndex node = loops.IsEmptyMark(0);
                 for (std::uint32_t slot = 0; slot < limits::kLocalsMax; ++slot) {
                   node = loops.nodes.Bool(Op::kExists, loops.marks, node, slot);
                 }
                 s->rules[0].condition = node;
               },
               "could take too long"},
        Damage{"NoRoomForTheSecondVariable",
               [](RuleSet* s) {
                 Loops loops(s);
                 const auto last = static_cast<std::uint32_t>(limits::kLocalsMax - 1);
                 loops.nodes.Bool(Op::kExistsPair, loops.items, loops.HasCode(0), last);
               },
               "no room for its variables"},
        Damage{"RecordWhereTheIndexIs",
               [](RuleSet* s) {
                 Loops loops(s);
                 loops.nodes.Bool(Op::kExistsPair, loops.items, loops.HasCode(0), 0);
               },
               "not what it ranges over"},
        Damage{"RowsOfParcels",
               [](RuleSet* s) {
                 Loops loops(s);
                 loops.nodes.Add(Op::kRows, s->program.nodes[loops.items].type, kNoNode, 0);
               },
               "parcels are below no record"}),
    NameOf);

TEST(VerifyScopeTest, LoopsSideBySideMayShareASlotAndNestedOnesTakeTheNext) {
  RuleSet set = SampleRuleSet();
  Loops loops(&set);
  const NodeIndex first = loops.nodes.Bool(Op::kExists, loops.items, loops.HasCode(0), 0);
  const NodeIndex inner = loops.nodes.Bool(Op::kAll, loops.marks, loops.IsEmptyMark(1), 1);
  const NodeIndex body = loops.nodes.AddList(Op::kOr, kBool, {inner, loops.HasCode(0)});
  const NodeIndex second = loops.nodes.Bool(Op::kExistsOne, loops.items, body, 0);
  set.rules[0].condition = loops.nodes.AddList(Op::kAnd, kBool, {first, second});
  const Status status = Verify(set);
  EXPECT_TRUE(status.ok()) << status.message();
}

INSTANTIATE_TEST_SUITE_P(
    ReferenceData, VerifyTest,
    ::testing::Values(
        Damage{"ListDoesNotAscend", [](RuleSet* s) { s->lists[1].ints[1] = -5; },
               "list 'codes': its keys do not ascend"},
        Damage{"ListRepeatsAText", [](RuleSet* s) { s->lists[0].texts.Add("replica"); },
               "list 'words': its keys do not ascend"},
        Damage{"ListsOfOneName", [](RuleSet* s) { s->lists[1].name = "words"; }, "a name stands twice"},
        Damage{"ColumnIsTooShort", [](RuleSet* s) { s->tables[0].values[1].texts.pop_back(); },
               "table 'bands': a column has not one entry a row"},
        Damage{"KeyTextIsMissing", [](RuleSet* s) { s->tables[0].keys[0].texts[1] = 99; },
               "a key's text does not exist"},
        Damage{"CellTextIsMissing", [](RuleSet* s) { s->tables[0].values[1].texts[1] = 99; },
               "a cell's text does not exist"},
        Damage{"IntervalIsNotANumber",
               [](RuleSet* s) {
                 s->tables[0].keys[2].to_doubles[0] = std::numeric_limits<double>::quiet_NaN();
               },
               "a key is not a number"},
        Damage{"PrefixOfNumbers", [](RuleSet* s) { s->tables[0].keys[1].type = ValueType::kInt; },
               "a key's type does not fit its kind"},
        Damage{"ValidityIsHalf", [](RuleSet* s) { s->tables[0].valid_from.clear(); }, "validity"},
        Damage{"MoneyWithoutCurrency", [](RuleSet* s) { s->tables[0].values[0].currency = 0; },
               "currency does not fit"},
        Damage{"RateIsZero", [](RuleSet* s) { s->rates.rates[0].nano_units = 0; }, "not positive"},
        Damage{"RatesDoNotAscend", [](RuleSet* s) { s->rates.rates[2].from.seconds = 0; },
               "rates do not ascend"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Policy, VerifyTest,
    ::testing::Values(
        Damage{"NoLanes", [](RuleSet* s) { s->lanes.clear(); }, "lanes: none"},
        Damage{"OutcomeReachesAReleasingLane", [](RuleSet* s) { s->outcome_lanes[3] = 0; },
               "outcome rule_error: it reaches a lane that releases"},
        Damage{"OverflowReachesAReleasingLane", [](RuleSet* s) { s->lanes[2].overflow = 0; },
               "lane 2: its overflow reaches"},
        Damage{"OverflowIsACycle", [](RuleSet* s) { s->lanes[3].overflow = 2; }, "comes back to itself"},
        Damage{"ScoreLanesDoNotAscend", [](RuleSet* s) { s->score_lanes[1].from = 50; },
               "score lane 1: score lanes do not ascend"},
        Damage{"SplitIsMoreThanTheWhole",
               [](RuleSet* s) { s->split_shares[0].parts_per_million = 800'001; },
               "rule 1: the shares of its split"},
        Damage{"SplitIsMissing", [](RuleSet* s) { s->rules[1].split_first = 4'294'967'295; },
               "rule 1: its split does not exist"},
        Damage{"ConditionIsNoBool", [](RuleSet* s) { s->rules[0].condition = s->rules[1].score_node; },
               "rule 0: its condition is no bool"},
        Damage{"ScoreIsNoInt", [](RuleSet* s) { s->rules[1].score_node = s->rules[0].condition; },
               "rule 1: its score is no int"},
        Damage{"LaneIsMissing", [](RuleSet* s) { s->rules[0].lane = 4; }, "rule 0: its lane"},
        Damage{"TagIsMissing", [](RuleSet* s) { s->rules[0].tags = 4; }, "control or tag"},
        Damage{"IdIsMissing", [](RuleSet* s) { s->rules[0].id = kNone; }, "rule 0: it has no id"},
        Damage{"ProfileRowIsMissing", [](RuleSet* s) { s->rules[3].profile_row = 3; },
               "rule 3: the row it was made from"},
        Damage{"SourceTextIsMissing", [](RuleSet* s) { s->sources[2].file = 4000; }, "source 2"},
        Damage{"OfficesDoNotAscend", [](RuleSet* s) { s->office_sets[0] = {"4604", "4600"}; },
               "office set 0"},
        Damage{"ZoneIsMissing", [](RuleSet* s) { s->zone = 1; }, "the book's zone"}),
    NameOf);

TEST(VerifySampleTest, TheSampleIsSound) {
  const Status status = Verify(SampleRuleSet());
  EXPECT_TRUE(status.ok()) << status.message();
}

TEST(VerifySampleDeathTest, ARuleSetThatVerifyRefusesIsNotFinishedByChance) {
  RuleSet set = SampleRuleSet();
  set.program.patterns.Add("a(");
  EXPECT_DEATH(set.Finish(), "broken invariant");
}

}  // namespace
}  // namespace sluice::ruleset
