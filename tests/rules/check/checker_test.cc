#include "rules/check/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/check/type_text.h"
#include "rules/syntax/cel_parser.h"
#include "tests/support/sample_catalog.h"

namespace sluice::rules {
namespace {

class OneZone : public ZoneProvider {
 public:
  const ruleset::Zone* Find(std::string_view name) const override {
    return name == zone_.name ? &zone_ : nullptr;
  }

 private:
  ruleset::Zone zone_{"Asia/Shanghai", {INT64_MIN}, {8 * 3600}};
};

class CheckerTest : public testing::Test {
 protected:
  CheckerTest() : catalog_(support::SampleCatalog()) {
    environment_ = support::SampleEnvironment(catalog_);
    environment_.zones = &zones_;
  }

  /// The type, or "code@offset" of every finding.
  std::string Check(const std::string& text, Expectation expectation = {}) {
    CelParse parse = ParseCel(text);
    if (!parse.ok()) return "syntax: " + parse.errors.front().message;
    findings_.clear();
    const CheckedExpression checked =
        CheckExpression(std::move(parse.ast), environment_, expectation, &findings_);
    EXPECT_EQ(checked.ok, findings_.empty()) << text;
    if (findings_.empty()) return TypeText(checked.type(), environment_);
    std::string codes;
    for (const CelError& finding : findings_) {
      codes += (codes.empty() ? "" : " ") + finding.code + "@" + std::to_string(finding.span.begin);
    }
    return codes;
  }
  std::string Hint(const std::string& text) {
    Check(text);
    return findings_.empty() ? "no finding" : findings_.front().hint;
  }
  std::string Message(const std::string& text, Expectation expectation = {}) {
    Check(text, expectation);
    return findings_.empty() ? "no finding" : findings_.front().message;
  }

  parcel::Catalog catalog_;
  OneZone zones_;
  Environment environment_;
  std::vector<CelError> findings_;
};

TEST_F(CheckerTest, EveryKindOfExpressionHasItsType) {
  const std::pair<const char*, const char*> kCases[] = {
      {"1 + 2", "int"},
      {"1u * 2u", "uint"},
      {"1.5 / 2.0", "double"},
      {"'a' + 'b'", "string"},
      {"[1, 2] + []", "list(int)"},
      {"[[], ['a']]", "list(list(string))"},
      {"{'a': 1}", "map(string, int)"},
      {"{'a': 1}.a", "int"},
      {"has({'a': 1}.b)", "bool"},
      {"[1, 2][0]", "int"},
      {"now - parcel.declared", "duration"},
      {"now + duration('1h')", "timestamp"},
      {"office", "string"},
      {"parcel.consignee.name", "string"},
      {"has(parcel.consignee) && has(parcel.items)", "bool"},
      {"parcel.direction", "Direction"},
      {"parcel.direction == Direction.export", "bool"},
      {"parcel.direction == 1", "bool"},
      {"int(parcel.direction)", "int"},
      {"parcel.items.exists(i, i.hs_code.startsWith('85'))", "bool"},
      {"parcel.items.filter(i, i.pieces > 1).map(i, i.hs_code)", "list(string)"},
      {"parcel.items.map(i, i.pieces > 1, i.maker.name)", "list(string)"},
      {"parcel.items.all(i, i.marks.exists_one(m, m == parcel.id))", "bool"},
      {"parcel.tags.exists(t, t in lists.watch)", "bool"},
      {"parcel.items[0].hs_code", "string"},
      {"{1: 'a'}.all(k, k > 0)", "bool"},
      {"cel.bind(c, parcel.consignee, c.name + c.country)", "string"},
      {"cel.bind(n, parcel.gross_g * 2, n > 4)", "bool"},
      {"lists.watch.hasPrefixOf(parcel.origin)", "bool"},
      {"parcel.gross_g in lists.lanes", "bool"},
      {"tables.bands.row(parcel.id, parcel.origin).factor", "double"},
      {"tables.bands.has(parcel.id, parcel.origin)", "bool"},
      {"parcel.value + parcel.freight", "money"},
      {"parcel.value.to('CNY') > money('5000 CNY')", "bool"},
      {"parcel.value * 2 < parcel.freight / 3", "bool"},
      {"-parcel.value.to('CNY')", "money"},
      {"parcel.value.minor()", "int"},
      {"parcel.items.exists(i, i.price > i.tax)", "bool"},
      {"parcel.items.exists(i, i.price.to('CNY') < "
       "tables.bands.row(i.hs_code, parcel.origin).p01)",
       "bool"},
      {"parcel.gross_g > weight('2 kg')", "bool"},
      {"parcel.net_kg == weight('500 g')", "bool"},
      {"parcel.gross_g < 8.5 && parcel.count > 3", "bool"},
      {"parcel.declared.getHours('Asia/Shanghai') + now.getMonth('+08:00')", "int"},
      {"parcel.transit.getHours()", "int"},
      {"size('ab') + [1].size()", "int"},
      {"int('5') + int(5.5) + int(now)", "int"},
      {"parcel.gift ? 1 : 2", "int"},
      {"parcel.origin in ['CN', 'HK']", "bool"},
      {"7 in {}", "bool"},
      {"[].exists(x, x > 3)", "bool"},
      {"false < true", "bool"},
      {"[1].all(i, v, i < v)", "bool"},
      {"{'a': 1u}.exists(k, v, k == 'a' && v > 0u)", "bool"},
      {"parcel.items.existsOne(n, i, n > 0 && i.pieces > 1)", "bool"},
      {"['a'].transformList(i, v, v != '', i)", "list(int)"},
      {"['a'].transformMap(i, v, v)", "map(int, string)"},
      {"{'a': 1.5}.transformMap(k, v, k == 'a', v > 1.0)", "map(string, bool)"},
      {"{'a': 1}.transformMapEntry(k, v, {v: k})", "map(int, string)"},
      {"[].transformList(i, v, i / v)", "list(int)"},
      {"parcel.gross_g == 8.5 && 8 == parcel.ratio", "bool"},
      {"1u in [1, 2] && 2.0 in {1: 'a'}", "bool"},
      {"{1: 'a'}[1.0] + {1u: 'b'}[1]", "string"},
      {"[1, 2] == [1.0, 2.5] || {1u: [1]} != {1: [1u]}", "bool"},
      {"{1: []} == {1u: ['a']}", "bool"},
  };
  for (const auto& [text, type] : kCases) EXPECT_EQ(Check(text), type) << text;
}

TEST_F(CheckerTest, EveryMistakeHasItsCodeAndPlace) {
  const std::pair<const char*, const char*> kCases[] = {
      {"parcel.orgin == 'CN'", "unknown-field@7"},
      {"parcel.fraud", "label-field@7"},
      {"parcel.mask > 1u", "unknown-field@7"},
      {"origin == 'CN'", "unknown-name@0"},
      {"parcel.gross_g == '8'", "type-mismatch@15"},
      {"[1] == ['a']", "type-mismatch@4"},
      {"[1, 2][1.0]", "type-mismatch@7"},
      {"{'a': 1}[1]", "type-mismatch@9"},
      {"1 in ['a']", "type-mismatch@2"},
      {"parcel.count + 1", "type-mismatch@13"},
      {"parcel.direction == 'export'", "type-mismatch@17"},
      {"parcel.direction == Mode.sea", "enum-mismatch@17"},
      {"Direction.exprt == parcel.direction", "unknown-enum-value@10"},
      {"parcel.origin && parcel.gift", "type-mismatch@0"},
      {"!parcel.gross_g", "type-mismatch@1"},
      {"parcel.gross_g ? 1 : 2", "type-mismatch@0"},
      {"parcel.gift ? 1 : 'a'", "type-mismatch@12"},
      {"[1, 'a']", "mixed-list@4"},
      {"{'a': 1, 'b': 'c'}", "mixed-map@14"},
      {"{1.5: 1}", "map-key-type@1"},
      {"{'a': 1, 'a': 2}", "duplicate-key@9"},
      {"parcel.consignee == parcel.consignee", "record-value@7 record-value@27"},
      {"parcel.consignee", "record-value@7"},
      {"parcel.items[0] == parcel.items[1]", "type-mismatch@16"},
      {"parcel.items.hs_code == 'a'", "no-fields@13"},
      {"parcel.origin.code", "no-fields@14"},
      {"parcel.items > 3", "type-mismatch@13"},
      {"parcel.origin in lists.wach", "unknown-list@23"},
      {"parcel.gross_g in lists.watch", "type-mismatch@15"},
      {"lists.watch == 'a'", "not-a-value@6"},
      {"lists.watch.exists(x, x == 'a')", "macro-range@12"},
      {"lists.lanes.hasPrefixOf('a')", "argument-type@12"},
      {"tables.band.has('a')", "unknown-table@7"},
      {"tables.bands.row('a', 'b')", "table-row@13"},
      {"tables.bands.row('a').p01", "key-count@13"},
      {"tables.bands.row('a', 5).note", "key-type@22"},
      {"tables.bands.row('a', 'b').p02", "unknown-column@27"},
      {"tables.bands.row('a', 'b').hs", "unknown-column@27"},
      {"tables.bands.p01", "not-a-value@13"},
      {"tables.bands.find('a', 'b')", "unknown-function@13"},
      {"has(tables.bands.row('a', 'b').note)", "has-argument@0"},
      {"agg.buyer_year > 3", "unsupported-aggregate@4"},
      {"docs.order", "unsupported-aggregate@5"},
      {"row.origin", "unknown-name@0"},
      {"parcel.value > 5000", "money-number@13"},
      {"parcel.value > money('5000 CNY')", "money-currency@13"},
      {"parcel.value / parcel.freight", "money-operation@13"},
      {"parcel.items.exists(i, parcel.items.exists(j, i.price < j.price))", "money-currency@54"},
      {"parcel.items.map(i, i.price)[0] < parcel.items.map(i, i.price)[1]", "money-currency@32"},
      {"parcel.value.to('cny')", "unknown-currency@16"},
      {"parcel.value.to(parcel.currency)", "constant-text@16"},
      {"money('5,000 CNY')", "money-literal@6"},
      {"weight('2 lb')", "weight-literal@7"},
      {"parcel.gross_g > weight('0.5 mg')", "weight-literal@24"},
      {"parcel.gross_g > weight('5 mg')", "weight-literal@17"},
      {"parcel.length_mm > weight('5 g')", "unit-mismatch@17"},
      {"parcel.gross_g > parcel.net_kg", "unit-mismatch@15"},
      {"now.getHours('Asia/Shanghia')", "unknown-zone@13"},
      {"now.getHours(parcel.origin)", "constant-text@13"},
      {"parcel.origin.startWith('a')", "unknown-function@14"},
      {"startsWith('a', 'b')", "call-form@0"},
      {"parcel.origin.startsWith()", "argument-count@14"},
      {"parcel.origin.startsWith(5)", "argument-type@25"},
      {"size(5)", "argument-type@5"},
      {"parcel.origin.matches(1)", "argument-type@22"},
      {"base64.encode('a')", "unsupported-function@7"},
      {"dyn(1) == 1", "unsupported-dyn@0"},
      {"type(1) == int", "unsupported-type@0 unsupported-type-value@11"},
      {"bytes('a')", "unsupported-bytes@0"},
      {"[1].transformMapEntry(i, v, v)", "type-mismatch@28"},
      {"[1].transformList(i, v, 'a', v)", "type-mismatch@24"},
      {"[1].exists(i, v, v)", "type-mismatch@17"},
      {"5.all(i, v, true)", "macro-range@2"},
      {"parcel.consignee.nmae()", "unknown-function@17"},
      {"parcel.gross_g.exists(x, true)", "macro-range@15"},
      {"parcel.items.exists(i, i.pieces)", "type-mismatch@23"},
      {"parcel.orgin == 'a' && parcel.gross_g == 'b' && parcel.count",
       "unknown-field@7 type-mismatch@38 type-mismatch@48"},
  };
  for (const auto& [text, codes] : kCases) EXPECT_EQ(Check(text), codes) << text;
}

TEST_F(CheckerTest, HintsSayWhatToWrite) {
  const std::pair<const char*, const char*> kCases[] = {
      {"parcel.orgin == 'CN'", "did you mean 'origin'?"},
      {"origin == 'CN'", "write parcel.origin"},
      {"parcel.ratio * 8 > 1.0", "write 8.0"},
      {"parcel.count + 8 > 1u", "write 8u"},
      {"parcel.ratio + parcel.gross_g", "write double(parcel.gross_g)"},
      {"parcel.direction == 'export'", "write Direction.export"},
      {"parcel.value > 5000", "write money(\"5000 CNY\")"},
      {"parcel.value > money('5 EUR')", "convert: parcel.value.to(\"EUR\")"},
      {"parcel.origin in parcel.id", "write parcel.id.contains(parcel.origin)"},
      {"parcel.origin == parcel.tags", "write parcel.origin in parcel.tags, or compare its size()"},
      {"parcel.declared > '2026-01-01T00:00:00Z'", "write timestamp('2026-01-01T00:00:00Z')"},
      {"tables.bands.row('a', 'b')", "name a column: .row(...).p01"},
      {"parcel.origin && parcel.gift", "compare it: parcel.origin != \"\""},
      {"parcel.origin.startWith('a')", "did you mean 'startsWith'?"},
  };
  for (const auto& [text, hint] : kCases) EXPECT_EQ(Hint(text), hint) << text;
}

TEST_F(CheckerTest, ExtensionsTakeAndGiveTheirTypes) {
  const std::pair<const char*, const char*> kCases[] = {
      {"parcel.id.indexOf('a', 1) + 'a'.lastIndexOf('b')", "int"},
      {"parcel.id.split(',', 2)", "list(string)"},
      {"[].join()", "string"},
      {"parcel.id.join()", "argument-type@0"},
      {"[1].join('-')", "argument-type@0"},
      {"'a'.replace('b')", "argument-count@4"},
      {"strings.quote(parcel.id)", "string"},
      {"math.abs(-1) + math.sign(2)", "int"},
      {"math.bitShiftLeft(1u, 2)", "uint"},
      {"math.bitAnd(1u, 2)", "argument-type@16"},
      {"math.sqrt(2) + math.round(2.5)", "double"},
      {"math.ceil(2)", "argument-type@10"},
      {"math.abs(parcel.gross_g) > weight('2 kg')", "bool"},
      {"math.power(2, 3)", "unknown-function@5"},
      {"regex.extract('a', 'b')", "unsupported-function@6"},
      {"'%d'.format([1])", "unsupported-function@5"},
      {"parcel.id.matches('^[0-9]+$') || matches(parcel.id, 'a')", "bool"},
      {"sets.contains([1], [])", "bool"},
      {"sets.contains([1], ['a'])", "argument-type@5"},
      {"sets.intersects(parcel.items, parcel.items)", "argument-type@5"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Check(text), expected) << text;
}

TEST_F(CheckerTest, TheGreatestOfMixedNumbersHasATypeWhereAllAreConstant) {
  const std::pair<const char*, const char*> kCases[] = {
      {"math.greatest(1)", "int"},
      {"math.greatest([1.5, 2.0])", "double"},
      {"math.greatest(parcel.items.map(i, i.pieces))", "int"},
      {"math.greatest(1, 2u, 1.5)", "uint"},
      {"math.least([5.4, 10u, 3u, -5.0, 3.5])", "double"},
      {"math.greatest(9007199254740993, 9007199254740992.0)", "int"},
      {"math.greatest(1.0, 1)", "double"},
      {"math.greatest(1.0, 1) == 1u", "bool"},
      {"math.greatest(parcel.gross_g, 1.5)", "mixed-numbers@5"},
      {"math.greatest()", "argument-count@5"},
      {"math.greatest([])", "argument-count@5"},
      {"math.greatest('a', 1)", "argument-type@14"},
      {"math.greatest(['a'])", "argument-type@15"},
      {"math.greatest(parcel.tags)", "argument-type@14"},
      {"math.greatest(parcel.gross_g, weight('2 kg')) > 5", "bool"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Check(text), expected) << text;
}

TEST_F(CheckerTest, SetsWhoseElementsAreWrongOrUnknownAreReportedOnce) {
  EXPECT_EQ(Check("sets.intersects([money('1 CNY')], [1, 'a'])"), "mixed-list@38");
  EXPECT_EQ(Check("sets.intersects({}.filter(k, true), [money('1 CNY')])"), "argument-type@5");
}

TEST_F(CheckerTest, NothingLeavesTheCheckerWithATypeThatIsNotKnown) {
  const std::pair<const char*, const char*> kCases[] = {
      {"[]", "list(int)"},
      {"{}", "map(int, int)"},
      {"[] + []", "list(int)"},
      {"[].map(x, [x])", "list(list(int))"},
      {"{}.a", "int"},
      {"[[]].filter(x, x == ['a'])", "list(list(string))"},
      {"[[]].filter(x, x[0].startsWith('a'))", "list(list(string))"},
      {"[[]].filter(x, x[0].a)", "list(list(map(string, bool)))"},
      {"cel.bind(e, [], [e, [1.5]])", "list(list(double))"},
      {"[{}].filter(x, parcel.consignee.name in x)", "list(map(string, int))"},
      {"[[]].filter(x, x[0] == parcel.direction)", "list(list(Direction))"},
      {"[[]].filter(x, x[0] > now)", "list(list(timestamp))"},
      {"[[]].filter(x, x[0] - now > duration('1h'))", "list(list(timestamp))"},
      {"[].transformMapEntry(i, v, v)", "map(int, int)"},
  };
  for (const auto& [text, type] : kCases) EXPECT_EQ(Check(text), type) << text;
}

TEST_F(CheckerTest, AConditionMustBeBool) {
  const Expectation condition{TypeKind::kBool, "a condition"};
  EXPECT_EQ(Message("parcel.gross_g", condition), "a condition must be bool, this is int");
  EXPECT_EQ(Check("parcel.gift", condition), "bool");
}

TEST_F(CheckerTest, AProfileReadsTheColumnsOfItsRow) {
  environment_.profile_table = 1;
  EXPECT_EQ(Check("parcel.origin == row.origin && parcel.gross_g > row.weight_g"), "bool");
  EXPECT_EQ(Check("row.name"), "string");
  EXPECT_EQ(Check("row.orign"), "unknown-column@4");
  EXPECT_EQ(Check("row.age > 5"), "unknown-column@4");
}

TEST_F(CheckerTest, RatesMustExistToConvertMoney) {
  environment_.base_currency = 0;
  EXPECT_EQ(Check("parcel.value.to('CNY')"), "no-rates@13");
}

TEST_F(CheckerTest, DottedVariablesAreFoundByTheirLongestName) {
  Variable variable{"a.b", ScalarType(TypeKind::kInt), Value{}};
  environment_.variables = {variable, {"x", ScalarType(TypeKind::kString), Value{}}};
  EXPECT_EQ(Check("a.b + 1"), "int");
  EXPECT_EQ(Check("[1].exists(x, x == 1)"), "bool");
  EXPECT_EQ(Check("[1].exists(x, .x == '')"), "bool");
}

TEST_F(CheckerTest, MacrosNestOnlyAsDeepAsVariablesLast) {
  const auto nested = [](int depth) {
    std::string text = "true";
    for (int i = 0; i < depth; ++i) text = "[1].all(v, " + text + ")";
    return text;
  };
  EXPECT_EQ(Check(nested(16)), "bool");
  EXPECT_THAT(Check(nested(17)), testing::StartsWith("too-many-variables"));
}

}  // namespace
}  // namespace sluice::rules
