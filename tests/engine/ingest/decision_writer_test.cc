#include "engine/ingest/decision_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/schema/decision_generated.h"

namespace sluice::ingest {
namespace {

using decide::Decision;

std::shared_ptr<ruleset::RuleSet> SmallBook() {
  auto book = std::make_shared<ruleset::RuleSet>();
  book->lanes = {{"pass", 0, true}, {"inspect", 20}};
  book->controls = {"quarantine", "desk"};
  book->hash[0] = 0xAB;
  for (const char* id : {"R-1", "R \"2\", new"}) {
    ruleset::Rule rule;
    rule.id = book->texts.Add(id);
    rule.reason = book->texts.Add(std::string("WHY_") + id[2]);
    book->rules.push_back(rule);
  }
  book->required.push_back({0, parcel::kAllPhases, book->texts.Add("weight_g")});
  return book;
}

Decision PlainDecision() {
  Decision decision;
  decision.parcel_id = "P1";
  decision.sequence = 7;
  decision.revision = 1;
  decision.generation = 3;
  decision.now = {1'767'225'600, 500'000'000};
  decision.lane = 0;
  return decision;
}

Decision FullDecision() {
  Decision decision = PlainDecision();
  decision.parcel_id = "a\"b\\c\n包";
  decision.cause = decide::Cause::kScanned;
  decision.phase = parcel::Phase::kScanned;
  decision.lane = 1;
  decision.controls = 0b11;
  decision.outcomes = 0b1010;
  decision.score = 40;
  decision.must_inspect = true;
  decision.test_key = true;
  decision.duplicate_of = 5;
  decision.read_error = parcel::ReadError::kBadUtf8;
  decision.matched = {{0, 30}, {1, 10}};
  decision.suppressed = {1};
  decision.absent = {0, 1};
  decision.errors = {0};
  decision.shadow = {{1, 9}};
  decision.draws = {{0, 0x0123456789abcdef, 1, true}};
  decision.missing = {0};
  return decision;
}

std::string Written(DecisionFormat format, const std::vector<Decision>& decisions) {
  base::MemorySink out;
  const auto sink = MakeDecisionSink(format, SmallBook(), &out);
  const auto formatter = sink->MakeFormatter();
  std::string bytes;
  for (const Decision& decision : decisions) formatter->Append(decision, &bytes);
  EXPECT_TRUE(sink->Write(bytes).ok());
  EXPECT_TRUE(sink->Finish().ok());
  return {out.bytes().begin(), out.bytes().end()};
}

TEST(NdjsonTest, APlainDecisionHasTheMembersThatAreAlwaysThere) {
  EXPECT_EQ(Written(DecisionFormat::kNdjson, {PlainDecision()}),
            R"({"sequence":7,"parcel_id":"P1","revision":1,"cause":"declared","phase":"declared",)"
            R"("now":"2026-01-01T00:00:00.5Z","generation":3,"lane":"pass","score":0,)"
            R"("controls":[],"outcomes":[],"matched":[],"suppressed":[],"absent":[],"errors":[],)"
            R"("shadow":[],"draws":[]})"
            "\n");
}

TEST(NdjsonTest, EveryMemberIsWrittenAndTextsAreEscaped) {
  EXPECT_EQ(
      Written(DecisionFormat::kNdjson, {FullDecision()}),
      R"({"sequence":7,"parcel_id":"a\"b\\c\u000a包","revision":1,"cause":"scanned",)"
      R"("phase":"scanned","now":"2026-01-01T00:00:00.5Z","generation":3,"lane":"inspect",)"
      R"("score":40,"controls":["quarantine","desk"],"outcomes":["incomplete","rule_error"],)"
      R"("matched":[{"rule":"R-1","reason":"WHY_1","score":30},)"
      R"({"rule":"R \"2\", new","reason":"WHY_\"","score":10}],"suppressed":["R \"2\", new"],)"
      R"("absent":["R-1","R \"2\", new"],"errors":["R-1"],)"
      R"("shadow":[{"rule":"R \"2\", new","reason":"WHY_\"","score":9}],)"
      R"("draws":[{"rule":"R-1","ticket":"0123456789abcdef","threshold":"0000000000000001",)"
      R"("selected":true}],"must_inspect":true,"duplicate_of":5,"read_error":"bad_utf8",)"
      R"("missing":["weight_g"],"test_key":true})"
      "\n");
}

TEST(CsvDecisionTest, HasAHeaderAndQuotesWhatItMust) {
  const std::string text = Written(DecisionFormat::kCsv, {PlainDecision(), FullDecision()});
  EXPECT_EQ(text,
            "sequence,parcel_id,revision,cause,phase,now,generation,lane,score,must_inspect,"
            "controls,outcomes,matched,reasons,suppressed,absent,errors,shadow,draws,duplicate_of,"
            "read_error,missing,test_key\n"
            "7,P1,1,declared,declared,2026-01-01T00:00:00.5Z,3,pass,0,,,,,,,,,,,,,,\n"
            "7,\"a\"\"b\\c\n包\",1,scanned,scanned,2026-01-01T00:00:00.5Z,3,inspect,40,true,"
            "quarantine;desk,incomplete;rule_error,\"R-1;R \"\"2\"\", new\",\"WHY_1;WHY_\"\"\","
            "\"R \"\"2\"\", new\",\"R-1;R \"\"2\"\", new\",R-1,\"R \"\"2\"\", new\","
            "0123456789abcdef 0000000000000001 yes R-1,5,bad_utf8,weight_g,true\n");
}

TEST(FlatbuffersTest, DecisionsFollowEachOtherSizePrefixedAndVerify) {
  const std::string bytes =
      Written(DecisionFormat::kFlatbuffers, {PlainDecision(), FullDecision()});
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const std::size_t first_bytes = flatbuffers::GetPrefixedSize(data) + 4;
  // Buffers are aligned from their own start, so each is verified from a copy.
  const std::vector<std::uint8_t> second(data + first_bytes, data + bytes.size());
  flatbuffers::Verifier verifier(second.data(), second.size());
  ASSERT_TRUE(record::VerifySizePrefixedDecisionBuffer(verifier));
  const record::Decision& decision = *record::GetSizePrefixedDecision(second.data());
  EXPECT_EQ(decision.sequence(), 7u);
  EXPECT_EQ(decision.parcel_id()->str(), "a\"b\\c\n包");
  EXPECT_EQ(decision.now_ms(), 1'767'225'600'500);
  EXPECT_EQ(decision.rule_set()->bytes()->Get(0), 0xAB);
  EXPECT_EQ(decision.lane()->str(), "inspect");
  EXPECT_EQ(decision.matched()->size(), 2u);
  EXPECT_EQ(decision.matched()->Get(1)->rule()->str(), "R \"2\", new");
  EXPECT_EQ(decision.controls()->Get(1)->str(), "desk");
  EXPECT_EQ(decision.outcomes()->Get(0)->str(), "incomplete");
  EXPECT_EQ(decision.absent()->size(), 2u);
  EXPECT_EQ(decision.draws()->Get(0)->ticket(), 0x0123456789abcdefu);
  EXPECT_TRUE(decision.draws()->Get(0)->selected());
  EXPECT_EQ(decision.duplicate_of(), 5u);
  EXPECT_EQ(decision.read_error()->str(), "bad_utf8");
  EXPECT_EQ(decision.missing()->Get(0)->str(), "weight_g");
  EXPECT_TRUE(decision.must_inspect() && decision.test_key());
}

TEST(DecisionWriterTest, BytesOfManyWritesArriveInOrder) {
  base::MemorySink out;
  const auto sink = MakeDecisionSink(DecisionFormat::kNdjson, SmallBook(), &out);
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string line(200, static_cast<char>('a' + i % 26));
    expected += line;
    ASSERT_TRUE(sink->Write(line).ok());
  }
  EXPECT_LT(out.bytes().size(), expected.size());
  EXPECT_GT(out.bytes().size(), 0u);
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(std::string(out.bytes().begin(), out.bytes().end()), expected);
}

TEST(DecisionWriterTest, KnowsTheFormatsByName) {
  EXPECT_EQ(ParseDecisionFormat("ndjson"), DecisionFormat::kNdjson);
  EXPECT_EQ(ParseDecisionFormat("csv"), DecisionFormat::kCsv);
  EXPECT_EQ(ParseDecisionFormat("flatbuffers"), DecisionFormat::kFlatbuffers);
  EXPECT_EQ(ParseDecisionFormat("xml"), std::nullopt);
}

}  // namespace
}  // namespace sluice::ingest
