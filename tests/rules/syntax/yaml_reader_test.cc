#include "rules/syntax/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "engine/base/limits.h"
#include "rules/diag/render.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file, its document and its findings, kept together.
struct Read {
  explicit Read(std::string text) : file(sources.Add("t.yaml", std::move(text))) {
    document = ReadYaml(file, &diagnostics);
  }
  const YamlNode& root() const { return *document->root(); }
  std::string code() const {
    return diagnostics.empty() ? "" : diagnostics.items()[0].code;
  }
  Place place() const { return diagnostics.items()[0].place; }

  SourceSet sources;
  const SourceFile& file;
  DiagnosticList diagnostics;
  std::unique_ptr<YamlDocument> document;
};

TEST(YamlReaderTest, NodesKnowTheirKindStyleAndPlace) {
  const Read read(
      "# comment\na: plain\nb: 'q''s'\nc: [1, \"x\\ty\"]\n"
      "d:\n  e: |\n    l\n  f: >-\n    m\n    n\ng:\n");
  ASSERT_TRUE(read.diagnostics.empty());
  const YamlNode& root = read.root();
  EXPECT_EQ(root.size(), 5u);
  EXPECT_EQ(root.Find("a")->text(), "plain");
  EXPECT_EQ(root.Find("a")->place(), (Place{"t.yaml", 2, 4, 2, 9}));
  EXPECT_EQ(root.FindKey("a")->place(), (Place{"t.yaml", 2, 1, 2, 2}));
  EXPECT_EQ(root.Find("b")->text(), "q's");
  EXPECT_EQ(root.Find("b")->style(), YamlStyle::kSingleQuoted);
  EXPECT_EQ(root.Find("b")->place(), (Place{"t.yaml", 3, 4, 3, 10}));
  EXPECT_EQ(root.Find("c")->size(), 2u);
  EXPECT_EQ(root.Find("d")->Find("e")->style(), YamlStyle::kLiteral);
  EXPECT_EQ(root.Find("d")->Find("e")->text(), "l\n");
  EXPECT_EQ(root.Find("d")->Find("f")->text(), "m n");
  EXPECT_TRUE(root.Find("g")->is_null());
  EXPECT_EQ(root.Find("h"), nullptr);
}

TEST(YamlReaderTest, AnEmptyFileHasNoRootAndAByteOrderMarkDoesNotShiftPlaces) {
  EXPECT_EQ(Read("").document->root(), nullptr);
  EXPECT_EQ(Read("# only a comment\n").document->root(), nullptr);
  const Read read("\xEF\xBB\xBF" "k: v\n");
  EXPECT_EQ(read.root().Find("k")->place(), (Place{"t.yaml", 1, 4, 1, 5}));
}

TEST(YamlReaderTest, WhatCouldSurpriseIsRefusedAtItsPlace) {
  EXPECT_EQ(Read("a: &x 1\nb: 2\n").code(), "yaml-anchor");
  EXPECT_EQ(Read("a: &x 1\nb: *x\n").diagnostics.items()[1].code, "yaml-alias");
  EXPECT_EQ(Read("a: {<<: {b: 1}}\n").code(), "yaml-merge");
  EXPECT_EQ(Read("a: !!int 1\n").code(), "yaml-tag");
  EXPECT_EQ(Read("when: !has(x)\n").code(), "yaml-tag");
  EXPECT_EQ(Read("a: 1\n---\nb: 2\n").code(), "yaml-documents");
  EXPECT_EQ(Read("[a, b]: 1\n").code(), "yaml-key");
  EXPECT_EQ(Read("a: \x01\n").code(), "yaml-control");
  EXPECT_EQ(Read("a: \x04\nb: 1\n").code(), "yaml-control");
  const Read invalid("a: 1\nb: \xFF\n");
  EXPECT_EQ(invalid.code(), "invalid-utf8");
  EXPECT_EQ(invalid.place().line, 2u);
  EXPECT_EQ(invalid.place().column, 4u);
}

TEST(YamlReaderTest, ADuplicateKeyPointsAtBothAndTheFirstCounts) {
  const Read read("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(read.code(), "duplicate-key");
  EXPECT_EQ(read.place().line, 3u);
  EXPECT_EQ(read.diagnostics.items()[0].notes[0].place.line, 1u);
  EXPECT_EQ(read.root().Find("a")->text(), "1");
}

TEST(YamlReaderTest, DuplicatesAreFoundInMapsOfAnySize) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  EXPECT_TRUE(Read(text).diagnostics.empty());
  EXPECT_EQ(Read(text + "k500: 1\n").place().line, 1001u);
}

TEST(YamlReaderTest, BrokenYamlIsADiagnosticWithItsPlace) {
  const Read read("a: 1\nb: x: y\n");
  EXPECT_EQ(read.document, nullptr);
  EXPECT_EQ(read.code(), "yaml-syntax");
  EXPECT_EQ(read.place().line, 2u);
  EXPECT_EQ(Read("a: [1, 2\n").code(), "yaml-syntax");
  EXPECT_EQ(Read("a: \"open\n").code(), "yaml-syntax");
}

TEST(YamlReaderTest, DepthAndSizeAreLimitedBeforeTheStackIs) {
  EXPECT_EQ(Read(std::string(100'000, '[')).document, nullptr);
  EXPECT_EQ(Read(std::string(100, '[') + std::string(100, ']')).code(), "yaml-too-deep");
  EXPECT_EQ(Read(std::string(100'000, '{')).document, nullptr);
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_EQ(Read(dashes).document, nullptr);
  EXPECT_EQ(Read(std::string(limits::kYamlFileBytesMax + 1, ' ')).code(), "yaml-too-large");
}

TEST(YamlGetTest, ValuesAreTypedAndMistakesNameWhatAndWhere) {
  const Read read(
      "s: text\nb: true\nq: 'true'\nn: 42\nl: [x, y]\none: z\nm: {k: 1}\n"
      "big: 99999999999999999999\n");
  DiagnosticList list;
  const auto at = [&](const char* key) -> const YamlNode& { return *read.root().Find(key); };
  EXPECT_EQ(GetString(at("s"), "s", &list), "text");
  EXPECT_EQ(GetBool(at("b"), "b", &list), true);
  EXPECT_EQ(GetInt(at("n"), "n", &list, 0, 100), 42);
  EXPECT_THAT(*GetStringList(at("l"), "l", &list), ElementsAre("x", "y"));
  EXPECT_THAT(*GetStringList(at("one"), "one", &list), ElementsAre("z"));
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(GetBool(at("q"), "mandatory", &list), std::nullopt);
  EXPECT_EQ(list.items().back().message, "mandatory must be true or false, found 'true'");
  EXPECT_EQ(GetInt(at("n"), "score", &list, 0, 10), std::nullopt);
  EXPECT_EQ(list.items().back().message, "score must be between 0 and 10, found 42");
  EXPECT_EQ(GetInt(at("big"), "score", &list), std::nullopt);
  EXPECT_EQ(list.items().back().code, "yaml-range");
  EXPECT_EQ(GetInt(at("s"), "score", &list), std::nullopt);
  EXPECT_EQ(list.items().back().code, "yaml-type");
  EXPECT_EQ(GetString(at("m"), "title", &list), std::nullopt);
  EXPECT_EQ(GetStringList(at("m"), "offices", &list), std::nullopt);
  EXPECT_FALSE(ExpectMap(at("l"), "then", &list));
  EXPECT_FALSE(ExpectSequence(at("m"), "rules", &list));
  EXPECT_EQ(list.items().back().place, (Place{"t.yaml", 7, 4, 7, 5}));
}

TEST(YamlGetTest, UnknownAndMissingKeysAreReported) {
  const Read read("id: A\ntilte: x\n");
  DiagnosticList list;
  constexpr std::string_view kKeys[] = {"id", "title", "when"};
  EXPECT_FALSE(CheckKeys(read.root(), "a rule", kKeys, &list));
  EXPECT_EQ(list.items()[0].message, "a rule has no key 'tilte'");
  EXPECT_EQ(list.items()[0].hint, "did you mean 'title'?");
  EXPECT_EQ(list.items()[0].place, (Place{"t.yaml", 2, 1, 2, 6}));
  EXPECT_EQ(RequireKey(read.root(), "a rule", "when", &list), nullptr);
  EXPECT_EQ(list.items()[1].code, "missing-key");
}

// Every byte of a value maps to a raw byte that spells it.
void ExpectAligned(std::string yaml) {
  const Read read("k:\n  - x\nwhen: " + yaml);
  ASSERT_TRUE(read.diagnostics.empty()) << RenderPretty(read.diagnostics, read.sources);
  const YamlNode& node = *read.root().Find("when");
  const std::string_view text = node.text();
  std::size_t last = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t offset = node.ScalarOffset(i);
    ASSERT_GE(offset, last) << yaml << " byte " << i;
    last = offset;
    const char raw = read.file.text()[offset];
    const bool spelled_out = raw == text[i] || raw == '\\';
    const bool broken = (text[i] == ' ' || text[i] == '\n') && (raw == '\n' || raw == '\r');
    EXPECT_TRUE(spelled_out || broken) << yaml << " byte " << i << ": '" << raw << "'";
  }
  EXPECT_GE(node.ScalarOffset(text.size()), last);
}

TEST(YamlPositionTest, EveryByteOfAValueIsFoundInEveryStyle) {
  ExpectAligned("plain text\n");
  ExpectAligned("plain\n  over lines\n\n  and   \n  more\n");
  ExpectAligned("'it''s\n  folded   \n\n  twice'''\n");
  ExpectAligned("\"a\\tb \\x41\\u00e9\\U0001F431 \\\n   joined\n  folded\\n\\\" end\"\n");
  ExpectAligned(">-\n  one\n  two\n\n  three\n\n\n  four\n");
  ExpectAligned(">\n    one é中🐱\n      more indented\n      again\n    back\n\n");
  ExpectAligned("|\n  one\n    two\n\n  three\n");
  ExpectAligned("|2-\n    leading\n  less\n");
  ExpectAligned(">2\n   leading\n  less\n");
  ExpectAligned("|+\n\n\n  late\n\n\n");
  ExpectAligned(">-  # comment\r\n  one\r\n  two\r\n\r\n  three\r\n");
  ExpectAligned(">-\n\n  one\n   \n  two\n");
  ExpectAligned("''\n");
}

// The caret of a syntax error in `yaml` must stand under the marker '@@', which is a CEL error.
void ExpectCaret(const std::string& yaml) {
  const Read read("rules:\n  - id: A\n    when: " + yaml);
  ASSERT_TRUE(read.diagnostics.empty()) << RenderPretty(read.diagnostics, read.sources);
  const YamlNode& when = *(*read.root().Find("rules")->children().begin()).Find("when");
  DiagnosticList list;
  ParseCel(when.text(), TextPlace::OfScalar(when), &list);
  ASSERT_EQ(list.items().size(), 1u) << yaml;
  const std::size_t expected = read.file.text().find('@');
  EXPECT_EQ(list.items()[0].place, read.file.At(expected, expected + 1)) << yaml;
}

TEST(YamlPositionTest, AnErrorInAConditionStandsUnderItsCharacter) {
  ExpectCaret("a @@ b\n");
  ExpectCaret("'a == ''x'' @@ b'\n");
  ExpectCaret("\"a == \\\"\\u00e9\\\" @@ b\"\n");
  ExpectCaret("\"a == \\\n       1 @@ b\"\n");
  ExpectCaret(">-\n      a == '中' &&\n      b.c\n      @@\n");
  ExpectCaret(">-\n      a\n        .b(\n          c @@ d)\n");
  ExpectCaret(">\n\n      a &&\n\n      b @@\n");
  ExpectCaret("|\n      a && // note\n      b @@ c\n");
  ExpectCaret("a &&\n      b @@ c\n");
}

TEST(YamlPositionTest, AnErrorAtTheEndOfAConditionStandsBehindItsLastCharacter) {
  const Read read("when: >-\n  a &&\n  b +\n\nnext: 1\n");
  const YamlNode& when = *read.root().Find("when");
  DiagnosticList list;
  ParseCel(when.text(), TextPlace::OfScalar(when), &list);
  ASSERT_EQ(list.items().size(), 1u);
  EXPECT_EQ(list.items()[0].place.line, 3u);
  EXPECT_EQ(list.items()[0].place.column, 6u);
}

TEST(YamlPositionTest, AnUnclosedParenthesisIsShownWithItsOpening) {
  const Read read("when: >-\n  a &&\n  (b ||\n  c\n");
  const YamlNode& when = *read.root().Find("when");
  DiagnosticList list;
  ParseCel(when.text(), TextPlace::OfScalar(when), &list);
  EXPECT_EQ(RenderPretty(list, read.sources),
            "t.yaml:4:4: error: expected ')' to close '(', found the end of the expression "
            "[syntax]\n"
            "    c\n"
            "     ^\n"
            "t.yaml:3:3: note: '(' is opened here\n"
            "    (b ||\n"
            "    ^\n");
}

constexpr std::string_view kBook =
    "rules:\n  - id: VAL-010\n    when: >-\n      parcel.items.exists(i,\n        i.v < 1)\n"
    "    then: { lane: inspect, score: 40, reason: \"A\\u00e9\\\n   b\" }\n"
    "    offices: ['4600', \"4604\"]\n    note: |2+\n        text\n\n    valid: ~\n";

TEST(YamlPositionTest, AllPlacesOfALongValueAreFoundInOnePassAndInAnyOrder) {
  std::string yaml = "when: \"";
  for (int i = 0; i < 6'000; ++i) yaml += "p != \\u20ac \\\" \\\n   &&\n  ";
  const Read up(yaml + "\"\n"), down(yaml + "\"\n");
  const YamlNode& node = *up.root().Find("when");
  const std::size_t size = node.text().size();
  ASSERT_GT(size, 80'000u);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i <= size; ++i) offsets.push_back(node.ScalarOffset(i));
  for (std::size_t i = size + 1; i-- > 0;) ASSERT_EQ(down.root().Find("when")->ScalarOffset(i), offsets[i]) << i;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(taken.count(), 10.0);  // seconds; from the start for each byte takes a minute
  const std::size_t unit = node.text().find("p !=", size / 2);
  EXPECT_EQ(up.file.text().substr(offsets[unit], 11), "p != \\u20ac");
}

// Reads a text and asks every node for every position.
void Exercise(std::string text) {
  const Read read(std::move(text));
  RenderPretty(read.diagnostics, read.sources);
  if (read.document == nullptr || read.document->root() == nullptr) {
    return;
  }
  std::vector<const YamlNode*> open = {read.document->root()};
  while (!open.empty()) {
    const YamlNode& node = *open.back();
    open.pop_back();
    ASSERT_GE(node.place().line, 1u);
    for (std::size_t i = 0; i <= node.text().size(); ++i) {
      ASSERT_LE(node.ScalarOffset(i), read.file.text().size());
    }
    if (node.value() != nullptr) open.push_back(node.value());
    if (node.is_scalar()) continue;
    for (const YamlNode& child : node.children()) open.push_back(&child);
  }
}

TEST(YamlFuzzTest, EveryPrefixAndByteChangeIsReadOrRefused) {
  for (std::size_t i = 0; i <= kBook.size(); ++i) Exercise(std::string(kBook.substr(0, i)));
  for (std::size_t i = 0; i < kBook.size(); ++i) {
    for (const char c : "\n\r\t :-#'\"|>[]{}&*!~?,%@\\\xFF\xC3zA1") {
      std::string changed(kBook);
      changed[i] = c;
      Exercise(std::move(changed));
    }
  }
}

}  // namespace
}  // namespace sluice::rules
