#include "rules/syntax/cel_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/base/limits.h"

namespace sluice::rules {
namespace {

using ::testing::HasSubstr;


std::string Dump(std::string_view text) {
  const CelParse parse = ParseCel(text);
  if (!parse.ok()) return "error: " + parse.errors[0].message;
  return DumpExpression(parse.ast);
}

CelError FirstError(std::string_view text) {
  const CelParse parse = ParseCel(text);
  EXPECT_FALSE(parse.ok()) << text;
  EXPECT_TRUE(parse.ast.empty()) << text;
  return parse.ok() ? CelError{} : parse.errors[0];
}

std::string Marked(std::string_view text) {
  const TextSpan span = FirstError(text).span;
  return std::string(text.substr(span.begin, span.end - span.begin));
}

TEST(CelParserTest, OperatorsBindAsCelSays) {
  EXPECT_EQ(Dump("a || b && c == d + e * -f"), "(|| a (&& b (== c (+ d (* e (neg f))))))");
  EXPECT_EQ(Dump("a * b + c < d && e || f"), "(|| (&& (< (+ (* a b) c) d) e) f)");
  EXPECT_EQ(Dump("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(Dump("a / b % c * d"), "(* (% (/ a b) c) d)");
  EXPECT_EQ(Dump("a < b == c"), "(== (< a b) c)");
  EXPECT_EQ(Dump("!a.b in c"), "(in (! (. a b)) c)");
  EXPECT_EQ(Dump("!!-a"), "(! (! (neg a)))");
  EXPECT_EQ(Dump("-a.b()"), "(neg (.b() a))");
  EXPECT_EQ(Dump("(a + b) * c"), "(* (+ a b) c)");
}

TEST(CelParserTest, TheTernaryIsRightAssociative) {
  EXPECT_EQ(Dump("a ? b : c ? d : e"), "(?: a b (?: c d e))");
  EXPECT_EQ(Dump("a ? b ? c : d : e"), "(?: a (?: b c d) e)");
  EXPECT_EQ(Dump("a || b ? c : d || e"), "(?: (|| a b) c (|| d e))");
}

TEST(CelParserTest, ChainsOfAndAndOrAreOneNode) {
  EXPECT_EQ(Dump("a && b && c && d"), "(&& a b c d)");
  EXPECT_EQ(Dump("a || b && c || d"), "(|| a (&& b c) d)");
  EXPECT_EQ(Dump("(a && b) && c"), "(&& (&& a b) c)");
}

TEST(CelParserTest, MembersIndexesAndCallsChain) {
  EXPECT_EQ(Dump("parcel.items[0].f(1, x).g"), "(. (.f() ([] (. parcel items) 0) 1 x) g)");
  EXPECT_EQ(Dump("size(a) > .b.c"), "(> (size() a) (. .b c))");
  EXPECT_EQ(Dump("{'content-type': 1}.`content-type`"),
            "(. (map \"content-type\" 1) content-type)");
  EXPECT_EQ(Dump("a.while + a.package"), "(+ (. a while) (. a package))");
  EXPECT_EQ(Dump("[1, 2,] + []"), "(+ (list 1 2) (list))");
  EXPECT_EQ(Dump("{1: 2, 'a': b,}"), "(map 1 2 \"a\" b)");
  EXPECT_EQ(Dump("f()"), "(f())");
  EXPECT_EQ(Dump("'x'.size() // a comment\n == 1"), "(== (.size() \"x\") 1)");
}

TEST(CelParserTest, NumbersKeepTheirTypeAndFullRange) {
  EXPECT_EQ(Dump("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Dump("- 0x8000000000000000"), "-9223372036854775808");
  EXPECT_EQ(Dump("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Dump("-(-5)"), "(neg -5)");
  EXPECT_EQ(Dump("--5"), "(neg -5)");
  EXPECT_EQ(Dump("a -5"), "(- a 5)");
  EXPECT_EQ(Dump("0xFfu"), "255u");
  EXPECT_EQ(Dump("18446744073709551615u"), "18446744073709551615u");
  EXPECT_EQ(Dump("1.5e3 + .5 + 1e+0 - 2E-2"), "(- (+ (+ 1500.0 0.5) 1.0) 0.02)");
  EXPECT_EQ(Dump("1.size()"), "(.size() 1)");
  EXPECT_EQ(Dump("-1.5.abs()"), "(.abs() -1.5)");
  EXPECT_EQ(Dump("1e-324 / 0.0000001e-999"), "(/ 0.0 0.0)");
  EXPECT_EQ(FirstError("1e999").code, "number-range");
  EXPECT_EQ(FirstError("9223372036854775808").code, "number-range");
  EXPECT_EQ(FirstError("-9223372036854775809").code, "number-range");
  EXPECT_EQ(FirstError("18446744073709551616u").code, "number-range");
}

TEST(CelParserTest, StringsAreDecoded) {
  EXPECT_EQ(Dump(R"("\a\b\f\n\r\t\v\\\?\"\'\`")"),
            "\"\\u0007\\u0008\\u000c\\n\\r\\t\\u000b\\\\?\\\"'`\"");
  EXPECT_EQ(Dump(R"('\x41\X42\103\u00e9\U0001F431')"), "\"ABCé🐱\"");
  EXPECT_EQ(Dump(R"(r'\d+\.' + R"\x")"), R"((+ "\\d+\\." "\\x"))");
  EXPECT_EQ(Dump("'''a'b''c\nd'''"), "\"a'b''c\\nd\"");
  EXPECT_EQ(Dump("\"\"\"x\"\"\" + '' + r\"\"\"\\\"\"\""), "(+ (+ \"x\" \"\") \"\\\\\")");
  EXPECT_EQ(Dump("'''\r\n'''"), "\"\\r\\n\"");
  EXPECT_EQ(FirstError(R"('\d')").code, "invalid-escape");
  EXPECT_EQ(Marked(R"('abc\q')"), R"(\q)");
  EXPECT_EQ(FirstError(R"('\uD800')").code, "invalid-escape");
  EXPECT_EQ(FirstError(R"('\U00110000')").code, "invalid-escape");
  EXPECT_EQ(FirstError(R"('\x4')").code, "invalid-escape");
  EXPECT_EQ(FirstError(R"('\400')").code, "invalid-escape");
}

TEST(CelParserTest, MacrosKeepTheirVariablesAndAreNotExpanded) {
  EXPECT_EQ(Dump("has(a.b.c)"), "(has (. a b) c)");
  EXPECT_EQ(Dump("xs.all(x, x > 1)"), "(all [x] xs (> x 1))");
  EXPECT_EQ(Dump("xs.exists(x, x.ys.exists_one(y, y == x))"),
            "(exists [x] xs (exists_one [y] (. x ys) (== y x)))");
  EXPECT_EQ(Dump("xs.map(x, x * 2)"), "(map [x] xs (* x 2))");
  EXPECT_EQ(Dump("xs.map(x, x > 1, x * 2)"), "(map [x] xs if (> x 1) (* x 2))");
  EXPECT_EQ(Dump("xs.filter(x, true)"), "(filter [x] xs true)");
  EXPECT_EQ(Dump("xs.exists(i, v, i < v)"), "(exists [i v] xs (< i v))");
  EXPECT_EQ(Dump("xs.existsOne(i, v, true)"), "(exists_one [i v] xs true)");
  EXPECT_EQ(Dump("m.transformMap(k, v, k != '', v)"),
            "(transformMap [k v] m if (!= k \"\") v)");
  EXPECT_EQ(Dump("m.transformList(k, v, v)"), "(transformList [k v] m v)");
  EXPECT_EQ(Dump("cel.bind(x, a + b, x * x)"), "(cel.bind [x] (+ a b) (* x x))");
}

TEST(CelParserTest, OtherArgumentCountsMakeOrdinaryCalls) {
  EXPECT_EQ(Dump("xs.all(x)"), "(.all() xs x)");
  EXPECT_EQ(Dump("has(a.b, c)"), "(has() (. a b) c)");
  EXPECT_EQ(Dump("all(x, y)"), "(all() x y)");
  EXPECT_EQ(Dump("other.bind(x, 1, x)"), "(.bind() other x 1 x)");
}

TEST(CelParserTest, MacrosRefuseWhatIsNoVariableOrNoField) {
  EXPECT_EQ(FirstError("xs.all(x.y, true)").code, "macro-variable");
  EXPECT_EQ(FirstError("xs.exists(.x, true)").code, "macro-variable");
  EXPECT_EQ(FirstError("xs.exists(i, i, true)").code, "macro-variable");
  EXPECT_EQ(FirstError("has(a)").code, "macro-argument");
  EXPECT_EQ(FirstError("has(a['b'])").code, "macro-argument");
}

TEST(CelParserTest, WhatIsOutsideTheSubsetIsRefusedWithItsOwnCodeAndTheRestIsStillRead) {
  const CelParse parse = ParseCel("b'x' == null && T{a: 1} == x.?y && z[?0] && {?'k': 1}");
  std::vector<std::string> codes;
  for (const CelError& error : parse.errors) codes.push_back(error.code);
  EXPECT_THAT(codes, ::testing::ElementsAre("unsupported-bytes", "unsupported-null",
                                            "unsupported-message", "unsupported-optional",
                                            "unsupported-optional", "unsupported-optional"));
  EXPECT_EQ(FirstError("a.b.C{}").code, "unsupported-message");
  EXPECT_EQ(Marked("1 + a.b.C{d: 1}"), "a.b.C{d: 1}");
  EXPECT_EQ(FirstError("bR'x'").code, "unsupported-bytes");
  EXPECT_EQ(FirstError("while + 1").code, "syntax");
}

TEST(CelParserTest, SpansCoverTheSubExpressionAndTheNameThatMatters) {
  const CelParse parse = ParseCel("1 + (parcel.weight_g) * 2");
  ASSERT_TRUE(parse.ok());
  const Ast& ast = parse.ast;
  const NodeId product = ast.child(ast.root(), 1);
  EXPECT_EQ(ast.Source(product), "(parcel.weight_g) * 2");
  EXPECT_EQ(ast.node(product).name_span, (TextSpan{22, 23}));
  const NodeId select = ast.child(product, 0);
  EXPECT_EQ(ast.Source(select), "parcel.weight_g");
  EXPECT_EQ(ast.node(select).name_span, (TextSpan{12, 20}));
}

TEST(CelParserTest, AnUnclosedParenthesisPointsAtItsOpening) {
  const CelError error = FirstError("a && (b || (c");
  EXPECT_EQ(error.message, "expected ')' to close '(', found the end of the expression");
  EXPECT_EQ(error.related, (TextSpan{11, 12}));
}

struct Mistake {
  const char* text;
  const char* marked;
  const char* hint;
};

TEST(CelParserTest, FrequentMistakesGetAHint) {
  const Mistake mistakes[] = {
      {"a = 1", "=", "'=='"},
      {"a and b", "and", "'&&'"},
      {"a OR b", "OR", "'||'"},
      {"not a", "a", "'!'"},
      {"a <> b", "<>", "'!='"},
      {"a & b", "&", "'&&'"},
      {"a | b", "|", "'||'"},
      {"a == “x”", "“", "plain quotes"},
      {"size（a）", "（", "write '('"},
      {"a ≥ 1", "≥", "'>='"},
      {"a === 1", "===", "'=='"},
      {"1_000", "1_000", "without '_'"},
      {"2kg", "2kg", "weight("},
      {"'abc", "'abc", "close it"},
      {"'ab\nc'", "'ab", "triple quotes"},
      {"`a b`", "`a b`", ""},
      {"a. b.", "", ""},
      {"中国 == a", "中", "between quotes"},
      {"a\xC2\xA0+ b", "\xC2\xA0", "space"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(Marked(mistake.text), mistake.marked) << mistake.text;
    EXPECT_THAT(FirstError(mistake.text).hint, HasSubstr(mistake.hint)) << mistake.text;
    EXPECT_EQ(FirstError(mistake.text).code, "syntax");
  }
}

TEST(CelParserTest, BrokenExpressionsAreErrors) {
  for (const char* text : {"", "  ", "// only a comment", "a b", "a +", "+ a", "a ? b", "a ? b c",
                           "(", ")", "[1", "{1}", "{1: }", "f(a,)", "f(,)", "a..b", "a.1", "a[",
                           "a[]", "1 2", "a ! b", "0x", "1e", "'a' 'b'", "a,b", ",", "\\", "#",
                           "T{1: 2}", "in", "a in", "true.false", "a.in", "x.(y)", "\xFF",
                           "a.`b", "a.`b\"`"}) {
    EXPECT_FALSE(ParseCel(text).ok()) << text;
  }
}

TEST(CelParserTest, TheLimitsOfDepthAndSizeHoldWithoutUsingUpTheStack) {
  const auto repeat = [](std::string_view unit, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += unit;
    return text;
  };
  const std::size_t many = limits::kExpressionBytesMax / 8;
  EXPECT_EQ(FirstError(repeat("(", many)).code, "syntax");
  EXPECT_EQ(FirstError(repeat("[", many)).code, "syntax");
  EXPECT_EQ(FirstError(repeat("f(", many)).code, "syntax");
  EXPECT_EQ(FirstError(repeat("!", many) + "a").code, "expression-too-large");
  EXPECT_EQ(FirstError(repeat("1 + ", many) + "1").code, "expression-too-large");
  EXPECT_EQ(FirstError("a" + repeat(".a", many)).code, "expression-too-large");
  EXPECT_EQ(FirstError(repeat("a?b:", many) + "c").code, "expression-too-large");
  EXPECT_EQ(FirstError(repeat("a&&", many * 2) + "c").code, "expression-too-large");
  EXPECT_EQ(FirstError(repeat("x", limits::kExpressionBytesMax + 1)).code,
            "expression-too-large");
  EXPECT_TRUE(ParseCel(repeat("a && ", 10'000) + "b").ok());
  EXPECT_TRUE(ParseCel(repeat("1 + ", 150) + "1").ok());
  EXPECT_TRUE(ParseCel(repeat("(", 150) + "1" + repeat(")", 150)).ok());
}

constexpr std::string_view kSamples[] = {
    "parcel.items.exists(i, i.unit_price.to(\"CNY\") < tables.price_band.row(i.hs_code, "
    "parcel.origin).p01)",
    "has(a.b) ? a.b > -1.5e3 : !(x in [1u, 0x2, 3]) && s.matches(r'^\\d+$') // note",
    "{'k': [1, 2,], \"\"\"t\"\"\": {}}.`a-b`[0].transformMap(k, v, k != '\\u00e9', v) == "
    "cel.bind(x, a, x || y)",
    "T{a: null, b: b'x'} == x.?y[?0]",
};

TEST(CelParserFuzzTest, EveryPrefixSuffixAndByteChangeIsParsedOrRefused) {
  std::size_t accepted = 0;
  for (const std::string_view sample : kSamples) {
    for (std::size_t i = 0; i <= sample.size(); ++i) {
      accepted += ParseCel(sample.substr(0, i)).ok() ? 1 : 0;
      accepted += ParseCel(sample.substr(i)).ok() ? 1 : 0;
    }
    for (std::size_t i = 0; i < sample.size(); ++i) {
      for (int value = 0; value < 256; ++value) {
        std::string changed(sample);
        changed[i] = static_cast<char>(value);
        const CelParse parse = ParseCel(changed);
        for (const CelError& error : parse.errors) {
          ASSERT_LE(error.span.begin, error.span.end);
          ASSERT_LE(error.span.end, changed.size());
          ASSERT_FALSE(error.message.empty());
        }
        ASSERT_EQ(DumpExpression(parse.ast).empty(), !parse.ok());
        accepted += parse.ok() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(accepted, 1000u);
}

}  // namespace
}  // namespace sluice::rules
