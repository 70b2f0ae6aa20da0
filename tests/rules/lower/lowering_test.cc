#include "rules/lower/lowering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/ruleset/verify_parts.h"
#include "rules/syntax/cel_parser.h"
#include "tests/support/sample_catalog.h"

namespace sluice::rules {
namespace {

class LoweringTest : public testing::Test {
 protected:
  LoweringTest()
      : catalog_(support::SampleCatalog()), environment_(support::SampleEnvironment(catalog_)) {
    environment_.profile_table = 1;
    lowering_ = std::make_unique<Lowering>(environment_, &program_, &columns_);
  }

  CheckedExpression Check(const std::string& text) {
    CelParse parse = ParseCel(text);
    EXPECT_TRUE(parse.ok()) << text;
    findings_.clear();
    CheckedExpression checked = CheckExpression(std::move(parse.ast), environment_, {}, &findings_);
    for (const CelError& finding : findings_) ADD_FAILURE() << text << ": " << finding.message;
    return checked;
  }
  /// The dump, or "code@offset".
  std::string Dump(ruleset::NodeIndex node) {
    if (!findings_.empty()) {
      return findings_.front().code + "@" + std::to_string(findings_.front().span.begin);
    }
    return node == ruleset::kNoNode ? "blank" : DumpNode(program_, node);
  }
  std::string Lower(const std::string& text) {
    const CheckedExpression checked = Check(text);
    return Dump(lowering_->Lower(checked, &findings_));
  }
  /// With the row's origin, weight_g, gift; nothing is blank.
  std::string LowerRow(const std::string& text, std::optional<std::string> origin,
                       std::optional<std::int64_t> weight_g, std::optional<bool> gift) {
    const CheckedExpression checked = Check(text);
    ProfileRow row;
    row.cells.resize(6);
    if (origin) row.cells[2] = Text(*origin);
    if (weight_g) row.cells[3] = Number(*weight_g, parcel::ValueType::kInt);
    if (gift) row.cells[4] = Number(*gift ? 1 : 0, parcel::ValueType::kBool);
    ProfileLowering profile(lowering_.get(), &checked);
    return Dump(profile.Lower(row, &findings_));
  }
  static Value Text(std::string text) {
    Value value;
    value.type = parcel::ValueType::kString;
    value.text = std::move(text);
    return value;
  }
  static Value Number(std::int64_t number, parcel::ValueType type) {
    Value value;
    value.type = type;
    value.number = number;
    return value;
  }

  parcel::Catalog catalog_;
  Environment environment_;
  ruleset::Program program_;
  parcel::ColumnPlan columns_;
  std::unique_ptr<Lowering> lowering_;
  std::vector<CelError> findings_;
};

TEST_F(LoweringTest, ExpressionsBecomeNodesInOneForm) {
  const std::pair<const char*, const char*> kCases[] = {
      {"parcel.origin == 'CN' && (parcel.gift && parcel.gross_g > 5)",
       "(and (== (column 0) (const \"CN\")) (column 1) (> (column 2) (const 5)))"},
      {"'CN' == parcel.origin", "(== (column 0) (const \"CN\"))"},
      {"5 < parcel.gross_g", "(> (column 2) (const 5))"},
      {"!(parcel.origin == 'CN')", "(!= (column 0) (const \"CN\"))"},
      {"!(parcel.ratio < 1.0)", "(not (< (column 3) (const 1.0)))"},
      {"!!parcel.gift", "(column 1)"},
      {"parcel.gift || parcel.gift || false", "(column 1)"},
      {"parcel.origin in ['HK', 'CN', 'HK']", "(in-set (column 0) {\"CN\" \"HK\"})"},
      {"parcel.origin in ['CN']", "(== (column 0) (const \"CN\"))"},
      {"parcel.origin in ['CN', parcel.id]", "(in (column 0) (list (const \"CN\") (column 4)))"},
      {"parcel.value.to('CNY') > money('5000 CNY') * 2",
       "(> (to (column 5) CNY) (const 10000.00 CNY))"},
      {"parcel.value.to('CNY').to('CNY') > money('1 CNY')",
       "(> (to (column 5) CNY) (const 1.00 CNY))"},
      {"parcel.net_kg > weight('500 g') && parcel.gross_g > weight('2 kg')",
       "(and (> (column 6) (const 0.5)) (> (column 2) (const 2000)))"},
      {"timestamp('2026-01-01T00:00:00Z') + duration('36h') < now",
       "(> (now) (const 2026-01-02T12:00:00Z))"},
      {"parcel.direction == Direction.export", "(== (column 7) (const 1))"},
      {"parcel.gift ? 1 + 1 : 3", "(cond (column 1) (const 2) (const 3))"},
      {"int(parcel.ratio) + int(parcel.gross_g)", "(+ (convert int (column 3)) (column 2))"},
      {"[].exists(x, x > 1 / 1) || parcel.gift", "(column 1)"},
      {"office == 'x'", "(== (column 8) (const \"x\"))"},
  };
  for (const auto& [text, dump] : kCases) EXPECT_EQ(Lower(text), dump) << text;
}

TEST_F(LoweringTest, VectorsBecomeDomainsAndTheirFieldsColumns) {
  EXPECT_EQ(Lower("parcel.items.exists(i, i.hs_code == 'a' && i.marks.all(m, m != parcel.id))"),
            "(exists (rows - 1) (and (== (field (local 0) 0) (const \"a\")) "
            "(all (rows (local 0) 2) (!= (local 1) (column 2)) 1)) 0)");
  ASSERT_EQ(columns_.domains.size(), 3u);
  EXPECT_EQ(columns_.domains[2].parent, 1u);
  EXPECT_EQ(columns_.columns[0].domain, 1u);
  EXPECT_EQ(columns_.columns[1].domain, 2u);
  EXPECT_TRUE(columns_.columns[1].path.empty());
  EXPECT_EQ(Lower("parcel.items.filter(i, i.pieces > 1).map(j, j.maker.name)"),
            "(map (filter (rows - 1) (> (field (local 0) 3) (const 1)) 0) (field (local 0) 4) 0)");
  EXPECT_EQ(Lower("parcel.items[0].marks.size() > 1"),
            "(> (size (rows (index (rows - 1) (const 0)) 2)) (const 1))");
}

TEST_F(LoweringTest, WhatAFilterLeavesOfScalarsIsNoRowAnyMore) {
  EXPECT_EQ(Lower("parcel.tags.map(t, t != '', t)"), Lower("parcel.tags.filter(t, t != '').map(u, u)"));
  EXPECT_EQ(program_.nodes.back().op, ruleset::Op::kMap);
  const ruleset::NodeIndex body = program_.nodes.back().b;
  EXPECT_EQ(program_.nodes[body].op, ruleset::Op::kLocal);
  EXPECT_EQ(program_.nodes[body].c, 0u);
}

TEST_F(LoweringTest, PresenceOfAListIsThatItHasElements) {
  EXPECT_EQ(Lower("has(parcel.consignee.name) || has(parcel.consignee) || has(parcel.items)"),
            "(or (has 0) (has 1) (> (size (rows - 1)) (const 0)))");
  EXPECT_EQ(columns_.columns[1].type, parcel::ValueType::kRecord);
  EXPECT_EQ(Lower("parcel.items.exists(i, has(i.maker))"),
            "(exists (rows - 1) (has-field (local 0) 2) 0)");
}

TEST_F(LoweringTest, MacrosWithTwoVariablesTakeTwoSlots) {
  EXPECT_EQ(Lower("parcel.tags.exists(n, t, n > 0 && t != '')"),
            "(exists-pair (rows - 1) (and (> (local 0) (const 0)) (!= (local 1) (const \"\"))) 0)");
  EXPECT_EQ(Lower("parcel.tags.transformList(n, t, t != '', n)"),
            "(join-lists (rows - 1) (cond (!= (local 1) (const \"\")) (list (local 0)) (list)) 0)");
  EXPECT_EQ(Lower("{'a': 1}.transformMap(k, v, [v].all(x, x > v))"),
            "(join-maps (map (const \"a\") (const 1)) (map (local 0) (all (list (local 1)) "
            "(> (local 2) (local 1)) 2)) 0)");
  EXPECT_EQ(Lower("{'a': 1}.transformMapEntry(k, v, {v: k})"),
            "(join-maps (map (const \"a\") (const 1)) (map (local 1) (local 0)) 0)");
}

TEST_F(LoweringTest, AnEmptyListHasTheTypeThatItsUseAsksFor) {
  for (const char* text :
       {"[[]].map(x, x) == [['a']]", "[1].map(x, []) == [['a']]", "cel.bind(x, [], x + ['a'] == [])",
        "[[]].exists(x, size(x) == 0 && x == ['a'])", "[[[]]].all(x, x[0] != ['a'])",
        "{'a': []}.a == ['a']", "{1: []}.exists(k, v, k > 0 && v == ['a'])",
        "[[]].transformMap(i, v, v) == {0: ['a']}", "[1].transformMapEntry(i, v, {}) == {'a': 1}"}) {
    findings_.clear();
    EXPECT_EQ(Lower(text).find('@'), std::string::npos) << text;
  }
  ruleset::RuleSet rule_set;
  rule_set.program = program_;
  rule_set.columns = columns_;
  const Status sound = ruleset::VerifyNodes(rule_set);
  EXPECT_TRUE(sound.ok()) << sound.message();
}

TEST_F(LoweringTest, AVariableThatIsNotReadTakesNoSlot) {
  EXPECT_EQ(Lower("parcel.tags.all(n, t, t != '')"), Lower("parcel.tags.all(u, u != '')"));
  EXPECT_EQ(Lower("{'a': 1}.existsOne(k, v, k == 'a')"), Lower("{'a': 1}.exists_one(x, x == 'a')"));
  EXPECT_EQ(Lower("parcel.tags.transformList(n, t, t + 'a')"), Lower("parcel.tags.map(u, u + 'a')"));
}

TEST_F(LoweringTest, LookUpsNameTheirTablesAndLists) {
  EXPECT_EQ(Lower("tables.bands.row(parcel.id, parcel.origin).factor > 0.5"),
            "(> (cell (row 0 (column 0) (column 1)) 1) (const 0.5))");
  EXPECT_EQ(Lower("tables.bands.has('a', 'b') || lists.watch.hasPrefixOf('a') || 5 in lists.lanes"),
            "(or (table-has 0 (const \"a\") (const \"b\")) (list-prefix (const \"a\") 0) "
            "(in-list (const 5) 1))");
}

TEST_F(LoweringTest, PartsOfTimeKeepTheirZone) {
  EXPECT_EQ(Lower("parcel.declared.getHours('+08:00') + now.getMonth('UTC') + "
                  "parcel.transit.getMinutes()"),
            "(+ (+ (time-part (column 0) +08:00 getHours) (time-part (now) UTC getMonth)) "
            "(time-part (column 1) UTC getMinutes))");
  ASSERT_EQ(program_.zones.size(), 1u);
  EXPECT_EQ(program_.zones[0].offset_seconds[0], 8 * 3600);
}

TEST_F(LoweringTest, BoundNamesAreTheirValue) {
  EXPECT_EQ(Lower("cel.bind(n, parcel.gross_g * 2, n > 4 && [1].exists(x, x == n))"),
            "(and (> (* (column 0) (const 2)) (const 4)) "
            "(exists (list (const 1)) (== (local 0) (* (column 0) (const 2))) 0))");
  // The value's own variable takes a slot that is free where the value is read.
  EXPECT_EQ(Lower("cel.bind(n, [1].all(a, a > 0), [2].exists(x, x > 1 && n))"),
            "(exists (list (const 2)) (and (> (local 0) (const 1)) "
            "(all (list (const 1)) (> (local 1) (const 0)) 1)) 0)");
}

TEST_F(LoweringTest, EqualPartsOfDifferentRulesAreOneNode) {
  const CheckedExpression first = Check("parcel.origin == 'CN' && parcel.gross_g > 5");
  const CheckedExpression second = Check("5 < parcel.gross_g && parcel.origin == 'CN'");
  const CheckedExpression third = Check("parcel.gross_g > 5 && 'CN' == parcel.origin");
  lowering_->Lower(first, &findings_);
  const auto node = lowering_->Lower(second, &findings_);
  const std::size_t count = program_.nodes.size();
  EXPECT_EQ(lowering_->Lower(third, &findings_), node);
  EXPECT_EQ(program_.nodes.size(), count);
}

TEST_F(LoweringTest, AConstantThatFailsIsAMistakeUnlessAbsorbed) {
  EXPECT_EQ(Lower("1 / 0 > parcel.gross_g"), "constant-error@0");
  EXPECT_EQ(Lower("parcel.gift || 9223372036854775807 + 1 > 0"), "constant-error@15");
  EXPECT_EQ(Lower("int('x') == 1"), "constant-error@0");
  EXPECT_EQ(Lower("timestamp('2026-02-30T00:00:00Z') < now"), "constant-error@0");
  EXPECT_EQ(Lower("-(-9223372036854775808) == 0"), "constant-error@0");
  EXPECT_EQ(Lower("true || 1 / 0 > 2"), "(const true)");
  EXPECT_EQ(Lower("1 / 0 > 2 || true"), "(const true)");
  EXPECT_EQ(Lower("false ? 1 / 0 : 3"), "(const 3)");
  EXPECT_EQ(Lower("1.0 / 0.0 > 2.0"), "(const true)");
}

TEST_F(LoweringTest, FunctionsOfConstantsAreFoldedAndLeftOutArgumentsFilledIn) {
  EXPECT_EQ(Lower("'tacocat'.substring(4)"), "(const \"cat\")");
  EXPECT_EQ(Lower("'a-b'.replace('-', '+')"), "(const \"a+b\")");
  EXPECT_EQ(Lower("math.greatest(3, 9, 4)"), "(const 9)");
  EXPECT_EQ(Lower("math.greatest(1, 2u, 1.5)"), "(const 2u)");
  EXPECT_EQ(Lower("math.bitShiftRight(-1024, 3)"), "(const 2305843009213693824)");
  EXPECT_EQ(Lower("math.sqrt(81)"), "(const 9.0)");
  EXPECT_EQ(Lower("'ab'.matches('^a')"), "(const true)");
  EXPECT_EQ(Lower("parcel.id.indexOf('a')"), "(call indexOf (column 0) (const \"a\") (const 0))");
  EXPECT_EQ(Lower("math.least(parcel.gross_g, 3)"), "(call math.least (list (column 1) (const 3)))");
  EXPECT_EQ(Lower("parcel.id.split(',')"), "(call split (column 0) (const \",\") (const -1))");
  EXPECT_EQ(Lower("'tacocat'.charAt(8)"), "constant-error@0");
  EXPECT_EQ(Lower("math.abs(-9223372036854775808)"), "constant-error@0");
  EXPECT_EQ(Lower("math.bitShiftLeft(1, -1)"), "constant-error@0");
  EXPECT_EQ(Lower("math.greatest(0.0 / 0.0, 1.0)"), "constant-error@0");
}

TEST_F(LoweringTest, PatternsAreConstantOnceCellsAreReadAndCompileWithinBounds) {
  EXPECT_EQ(Lower("parcel.id.matches('^a' + 'b')"), "(matches (column 0) \"^ab\")");
  EXPECT_EQ(Lower("parcel.id.matches(parcel.origin)"), "constant-pattern@18");
  EXPECT_EQ(Lower("parcel.id.matches('a(b')"), "pattern-syntax@18");
  EXPECT_EQ(Lower("parcel.id.matches('[\\\\pL]{900}')"), "pattern-limit@18");
  EXPECT_EQ(LowerRow("parcel.id.matches(row.origin)", "^C", 1, true), "(matches (column 0) \"^C\")");
  EXPECT_EQ(LowerRow("parcel.id.matches(row.origin)", std::nullopt, 1, true), "(const true)");
  EXPECT_EQ(LowerRow("parcel.id.matches(row.origin)", "(", 1, true), "pattern-syntax@18");
}

TEST_F(LoweringTest, ABookHasOnlySoManyPatterns) {
  for (std::size_t i = 0; i < limits::kPatternsMax; ++i) {
    ASSERT_NE(Lower("parcel.id.matches('" + std::to_string(i) + "')"), "pattern-limit@18") << i;
  }
  EXPECT_EQ(Lower("parcel.id.matches('x')"), "pattern-limit@18");
  EXPECT_EQ(Lower("parcel.id.matches('7')"), "(matches (column 0) \"7\")") << "one that is there already";
}

TEST_F(LoweringTest, ABlankCellDoesNotConstrain) {
  const char* const kText =
      "parcel.origin == row.origin && parcel.gross_g > row.weight_g && parcel.gift";
  EXPECT_EQ(LowerRow(kText, "CN", 5, std::nullopt),
            "(and (== (column 0) (const \"CN\")) (> (column 1) (const 5)) (column 2))");
  EXPECT_EQ(LowerRow(kText, std::nullopt, 5, std::nullopt),
            "(and (> (column 1) (const 5)) (column 2))");
  EXPECT_EQ(LowerRow(kText, std::nullopt, std::nullopt, std::nullopt), "(column 2)");
  EXPECT_EQ(LowerRow("!(parcel.origin == row.origin) && parcel.gift", std::nullopt, 1, false),
            "(column 2)");
  EXPECT_EQ(LowerRow("!(parcel.origin == row.origin || parcel.gift)", std::nullopt, 1, false),
            "(not (column 2))");
  EXPECT_EQ(LowerRow("row.gift == parcel.gift && parcel.id == 'a'", "CN", 1, std::nullopt),
            "(== (column 3) (const \"a\"))");
  EXPECT_EQ(LowerRow("row.gift || parcel.gift", "CN", 1, std::nullopt), "(const true)");
  EXPECT_EQ(LowerRow("parcel.items.exists(i, i.hs_code == row.origin && i.pieces > 1)",
                     std::nullopt, 1, true),
            "(exists (rows - 1) (> (field (local 0) 5) (const 1)) 0)");
  EXPECT_EQ(LowerRow("row.weight_g * 2", "CN", std::nullopt, true), "blank");
  // Also in the branch that is not taken.
  EXPECT_EQ(LowerRow("(row.gift == parcel.gift ? 1 : row.weight_g) > 5", "CN", std::nullopt, std::nullopt),
            "(const true)");
  EXPECT_EQ(LowerRow("row.weight_g * 2", "CN", 21, true), "(const 42)");
}

TEST_F(LoweringTest, RowsOfOneProfileShareWhatReadsNoCell) {
  const CheckedExpression checked =
      Check("parcel.items.exists(i, i.pieces > 1) && parcel.origin == row.origin");
  ProfileLowering profile(lowering_.get(), &checked);
  ProfileRow row;
  row.cells.resize(6);
  row.cells[2] = Text("CN");
  const auto first = profile.Lower(row, &findings_);
  const std::size_t count = program_.nodes.size();
  row.cells[2] = Text("HK");
  const auto second = profile.Lower(row, &findings_);
  EXPECT_NE(first, second);
  EXPECT_EQ(program_.nodes.size(), count + 3);  // a constant, a comparison, an &&
}

TEST_F(LoweringTest, MacrosWithinMacrosAreRefusedByWhatTheyCouldCost) {
  const auto nested = [](int count, const std::string& range) {
    std::string text = "v0 == parcel.gross_g";
    for (int i = count - 1; i >= 0; --i) text = range + ".exists(v" + std::to_string(i) + ", " + text + ")";
    return text;
  };
  const std::string ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
  EXPECT_EQ(Lower(nested(6, ten)).substr(0, 8), "(exists ");
  EXPECT_EQ(Lower(nested(9, ten)), "too-costly@0");
  EXPECT_EQ(Lower(nested(5, "(" + ten + " + " + ten + ")")).substr(0, 8), "(exists ");
  EXPECT_EQ(Lower(nested(8, ten + ".map(m, m)")), "too-costly@0");
  EXPECT_EQ(Lower(nested(8, ten + ".transformList(n, m, n + m)")), "too-costly@0");
}

TEST_F(LoweringTest, BindsThatGrowWithoutEndAreRefused) {
  const auto nested = [](int count, const std::string& value) {
    std::string text = "x == 0";
    for (int i = 0; i < count; ++i) text = "cel.bind(x, " + value + ", " + text + ")";
    return "cel.bind(x, parcel.gross_g, " + text + ")";
  };
  EXPECT_EQ(Lower(nested(15, "x + x")).substr(0, 4), "(== ");
  EXPECT_EQ(Lower(nested(60, "x + x")), "too-large@0");
  EXPECT_EQ(Lower(nested(90, "x + 1 + 1 + 1")), "too-deep@0");
}

}  // namespace
}  // namespace sluice::rules
