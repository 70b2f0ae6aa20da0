// The C interface as a host uses it, and what it answers to arguments that cannot be meant.
#include <sluice/sluice.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "engine/ruleset/bundle.h"
#include "tests/engine/pipeline/small_stream.h"

namespace sluice {
namespace {

using pipeline::MemorySource;
using pipeline::SmallParcel;
using pipeline::SmallRules;
using testing::HasSubstr;

constexpr std::int64_t kLongMs = 20'000;
constexpr std::int64_t kLongNs = kLongMs * 1'000'000;

std::vector<std::uint8_t> RecordOf(const SmallParcel& parcel) {
  MemorySource source;
  source.Add(parcel);
  pipeline::RecordBlock block;
  EXPECT_TRUE(source.Read(1, &block).ok());
  return {block.records[0].bytes.begin(), block.records[0].bytes.end()};
}

std::string TextOf(sluice_text text) { return {text.data, text.size}; }

template <typename T>
T Sized() {
  T value = {};
  value.size = sizeof value;
  return value;
}

struct Kept {
  std::string id, lane, rules;
  std::uint64_t tag = 0;
  std::uint32_t generation = 0;
};

/// A host's visit: context is a vector of Kept.
void Keep(void* context, const sluice_decision* decision) {
  Kept kept{TextOf(decision->parcel_id), TextOf(decision->lane), {}, decision->tag, decision->generation};
  sluice_list matched = decision->matched;
  sluice_text rule;
  std::uint32_t score = 0;
  while (sluice_list_next(&matched, &rule, &score) == 1) kept.rules += TextOf(rule) + ":" + std::to_string(score) + " ";
  static_cast<std::vector<Kept>*>(context)->push_back(kept);
}

class AbiTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto bundle = ruleset::EncodeBundle(*SmallRules().Finished());
    ASSERT_EQ(sluice_rule_set_from_bytes(bundle.data(), bundle.size(), &rules_, &error_), SLUICE_OK) << error_.message;
  }
  void TearDown() override {
    sluice_consumer_free(consumer_);
    sluice_producer_free(producer_);
    sluice_engine_free(engine_);
    sluice_rule_set_free(rules_);
  }

  void Start() {
    auto options = Sized<sluice_engine_options>();
    options.agents = 2;
    ASSERT_EQ(sluice_engine_start(rules_, &options, &engine_, &error_), SLUICE_OK) << error_.message;
    ASSERT_EQ(sluice_consumer_open(engine_, nullptr, &consumer_, &error_), SLUICE_OK) << error_.message;
    ASSERT_EQ(sluice_producer_open(engine_, &producer_, &error_), SLUICE_OK) << error_.message;
  }

  sluice_code Submit(const SmallParcel& parcel, std::uint64_t tag = 0) {
    const auto record = RecordOf(parcel);
    auto submission = Sized<sluice_submission>();
    submission.record = record.data();
    submission.record_bytes = record.size();
    submission.tag = tag;
    return sluice_producer_submit_within(producer_, &submission, kLongNs);
  }

  std::vector<Kept> Take(std::size_t count) {
    std::vector<Kept> kept;
    while (kept.size() < count && sluice_consumer_wait(consumer_, kLongNs) == SLUICE_OK) {
      std::size_t visited = 0;
      EXPECT_EQ(sluice_consumer_poll(consumer_, count - kept.size(), Keep, &kept, &visited), SLUICE_OK);
    }
    EXPECT_EQ(kept.size(), count);
    return kept;
  }

  sluice_error error_ = Sized<sluice_error>();
  sluice_rule_set* rules_ = nullptr;
  sluice_engine* engine_ = nullptr;
  sluice_producer* producer_ = nullptr;
  sluice_consumer* consumer_ = nullptr;
};

TEST_F(AbiTest, ARuleSetSaysWhatItIs) {
  auto info = Sized<sluice_rule_set_info>();
  ASSERT_EQ(sluice_rule_set_get_info(rules_, &info), SLUICE_OK);
  EXPECT_EQ(TextOf(info.name), "small");
  EXPECT_EQ(info.hash.size, 64u);
  EXPECT_EQ(info.rule_count, 5u);
  ASSERT_EQ(info.lane_count, 4u);
  auto lane = Sized<sluice_lane_info>();
  ASSERT_EQ(sluice_rule_set_get_lane(rules_, 0, &lane), SLUICE_OK);
  EXPECT_EQ(TextOf(lane.name), "pass");
  EXPECT_EQ(lane.releases, 1);
  ASSERT_EQ(sluice_rule_set_get_lane(rules_, 3, &lane), SLUICE_OK);
  EXPECT_EQ(TextOf(lane.name), "hold");
  EXPECT_EQ(lane.severity, 30);
  EXPECT_EQ(lane.releases, 0);
  EXPECT_EQ(sluice_rule_set_get_lane(rules_, 4, &lane), SLUICE_NOT_FOUND);
}

TEST_F(AbiTest, AScreenerDecidesOneRecordAndItsCanonicalBytesSayTheSame) {
  sluice_screener* screener = nullptr;
  ASSERT_EQ(sluice_screener_open(rules_, nullptr, &screener, &error_), SLUICE_OK) << error_.message;
  const auto record = RecordOf({.id = "A", .weight_g = 2000, .pieces = 0});
  auto decision = Sized<sluice_decision>();
  const std::int64_t now_ns = 1'700'000'000'000'000'000;
  ASSERT_EQ(sluice_screener_screen(screener, record.data(), record.size(), &now_ns, &decision), SLUICE_OK);
  EXPECT_EQ(TextOf(decision.parcel_id), "A");
  EXPECT_EQ(decision.outcomes, static_cast<std::uint32_t>(SLUICE_RULE_ERROR));
  EXPECT_EQ(decision.flags & SLUICE_TEST_KEY, static_cast<std::uint32_t>(SLUICE_TEST_KEY));
  EXPECT_EQ(decision.now_ns, now_ns);
  sluice_text rule;
  std::uint32_t score = 0;
  ASSERT_EQ(sluice_list_next(&decision.matched, &rule, &score), 1);
  EXPECT_EQ(TextOf(rule), "HEAVY");
  EXPECT_EQ(score, 30u);
  sluice_text desk;
  ASSERT_EQ(sluice_list_next(&decision.controls, &desk, nullptr), 1);
  EXPECT_EQ(TextOf(desk), "desk");
  EXPECT_EQ(sluice_list_next(&decision.controls, &desk, nullptr), 0);

  const std::vector<std::uint8_t> kept(decision.canonical, decision.canonical + decision.canonical_bytes);
  sluice_screener_free(screener);
  auto again = Sized<sluice_decision>();
  ASSERT_EQ(sluice_decision_parse(kept.data(), kept.size(), &again, &error_), SLUICE_OK) << error_.message;
  EXPECT_EQ(TextOf(again.parcel_id), "A");
  ASSERT_EQ(sluice_list_next(&again.errors, &rule, nullptr), 1);
  EXPECT_EQ(TextOf(rule), "ERR");
  EXPECT_EQ(sluice_decision_parse(kept.data(), kept.size() - 1, &again, &error_), SLUICE_CORRUPT);
  EXPECT_THAT(error_.message, HasSubstr("cut"));
  EXPECT_EQ(again.sequence + again.canonical_bytes, 0u) << "nothing is left behind by an error";
}

TEST_F(AbiTest, ParcelsGoThroughAndRulesAreExchanged) {
  Start();
  for (std::uint64_t i = 0; i < 100; ++i) {
    ASSERT_EQ(Submit({.id = "P" + std::to_string(i), .weight_g = 2000}, i), SLUICE_OK);
  }
  ASSERT_EQ(sluice_engine_drain(engine_, kLongMs, &error_), SLUICE_OK) << error_.message;
  const auto before = Take(100);
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(before[i].tag, i);
    EXPECT_EQ(before[i].lane, "inspect");
    EXPECT_THAT(before[i].rules, HasSubstr("HEAVY:30"));
  }
  SmallRules strict;
  strict.rules.rules[SmallRules::kHeavy].lane = SmallRules::kHold;
  const auto bundle = ruleset::EncodeBundle(*strict.Finished());
  sluice_rule_set* next = nullptr;
  ASSERT_EQ(sluice_rule_set_from_bytes(bundle.data(), bundle.size(), &next, &error_), SLUICE_OK);
  auto options = Sized<sluice_publish_options>();
  options.cause = "test";
  options.wait_ms = kLongMs;
  auto generation = Sized<sluice_generation>();
  ASSERT_EQ(sluice_engine_publish(engine_, next, &options, &generation, &error_), SLUICE_OK) << error_.message;
  EXPECT_EQ(generation.number, 2u);
  EXPECT_EQ(generation.passed, 1u);
  auto info = Sized<sluice_rule_set_info>();
  ASSERT_EQ(sluice_rule_set_get_info(next, &info), SLUICE_OK);
  EXPECT_EQ(TextOf(info.hash), generation.rule_set_hash);
  sluice_rule_set_free(next);

  ASSERT_EQ(Submit({.id = "Q", .weight_g = 2000}), SLUICE_OK);
  const auto after = Take(1);
  EXPECT_EQ(after[0].lane, "hold");
  EXPECT_EQ(after[0].generation, 2u);
  auto delivery = Sized<sluice_delivery>();
  ASSERT_EQ(sluice_engine_lookup(engine_, "Q", 1, sluice_steady_now_ns() + kLongNs, &delivery), SLUICE_OK);
  EXPECT_EQ(delivery.decided, 1u);
  EXPECT_STREQ(delivery.lane, "hold");
  constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min();
  ASSERT_EQ(sluice_engine_lookup(engine_, "nobody", 6, kLongAgo, &delivery), SLUICE_OK);
  EXPECT_EQ(delivery.decided, 0u);
  auto status = Sized<sluice_engine_status>();
  ASSERT_EQ(sluice_engine_get_status(engine_, &status), SLUICE_OK);
  EXPECT_EQ(status.accepted, 101u);
  EXPECT_EQ(status.decided, 101u);
  EXPECT_EQ(status.generation, 2u);
  EXPECT_EQ(status.accepting, 1u);
  constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();
  ASSERT_EQ(sluice_engine_stop(engine_, kForEver, &error_), SLUICE_OK) << error_.message;
  EXPECT_EQ(Submit({.id = "R"}), SLUICE_STOPPED);
  auto counts = Sized<sluice_producer_info>();
  ASSERT_EQ(sluice_producer_get_info(producer_, &counts), SLUICE_OK);
  EXPECT_EQ(counts.accepted, 101u);
  EXPECT_EQ(counts.refused, 1u);
}

TEST_F(AbiTest, AFullRingIsSaidAndNothingOfItIsLost) {
  auto options = Sized<sluice_engine_options>();
  options.agents = 1;
  options.producer_ring_records = 8;
  ASSERT_EQ(sluice_engine_start(rules_, &options, &engine_, &error_), SLUICE_OK) << error_.message;
  auto consumer_options = Sized<sluice_consumer_options>();
  consumer_options.ring_decisions = 4;
  ASSERT_EQ(sluice_consumer_open(engine_, &consumer_options, &consumer_, &error_), SLUICE_OK) << error_.message;
  ASSERT_EQ(sluice_producer_open(engine_, &producer_, &error_), SLUICE_OK);
  const auto record = RecordOf({.id = "A"});
  auto submission = Sized<sluice_submission>();
  submission.record = record.data();
  submission.record_bytes = record.size();
  std::size_t accepted = 0;
  for (int full = 0; full < 50;) {
    const sluice_code code = sluice_producer_submit(producer_, &submission);
    accepted += code == SLUICE_OK ? 1 : 0;
    if (code == SLUICE_OK) continue;
    ASSERT_EQ(code, SLUICE_FULL);
    ++full;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(sluice_engine_drain(engine_, 1, &error_), SLUICE_TIMED_OUT);
  EXPECT_THAT(error_.message, HasSubstr("does not take"));
  Take(accepted);
  EXPECT_EQ(sluice_consumer_wait(consumer_, 0), SLUICE_TIMED_OUT);
}

TEST_F(AbiTest, HandlesMayBeFreedInAnyOrder) {
  Start();
  ASSERT_EQ(Submit({.id = "A"}), SLUICE_OK);
  sluice_rule_set* in_force = nullptr;
  ASSERT_EQ(sluice_engine_get_rules(engine_, &in_force), SLUICE_OK);
  sluice_engine_free(engine_);
  engine_ = nullptr;
  EXPECT_EQ(Submit({.id = "B"}), SLUICE_STOPPED);
  EXPECT_EQ(Take(1)[0].id, "A");
  sluice_rule_set_free(in_force);
  sluice_rule_set_free(nullptr);
  sluice_engine_free(nullptr);
}

TEST_F(AbiTest, NothingAndHandlesOfAnotherKindAreAnsweredWithACode) {
  Start();
  auto* const no_engine = reinterpret_cast<sluice_engine*>(producer_);
  auto* const no_producer = reinterpret_cast<sluice_producer*>(engine_);
  auto* const no_rules = reinterpret_cast<sluice_rule_set*>(consumer_);
  auto status = Sized<sluice_engine_status>();
  auto info = Sized<sluice_rule_set_info>();
  auto decision = Sized<sluice_decision>();
  auto delivery = Sized<sluice_delivery>();
  auto submission = Sized<sluice_submission>();
  auto producer_info = Sized<sluice_producer_info>();
  sluice_engine* engine = engine_;
  sluice_producer* producer = producer_;
  sluice_consumer* consumer = nullptr;
  sluice_screener* screener = nullptr;
  sluice_rule_set* rules = rules_;
  std::uint64_t sequence = 0;
  const sluice_code answers[] = {
      sluice_rule_set_load(nullptr, &rules, &error_),
      sluice_rule_set_load("x", nullptr, &error_),
      sluice_rule_set_from_bytes(nullptr, 10, &rules, &error_),
      sluice_rule_set_get_info(nullptr, &info),
      sluice_rule_set_get_info(no_rules, &info),
      sluice_rule_set_get_info(rules_, nullptr),
      sluice_rule_set_get_lane(rules_, 0, nullptr),
      sluice_screener_open(nullptr, nullptr, &screener, &error_),
      sluice_screener_open(rules_, nullptr, nullptr, &error_),
      sluice_screener_screen(nullptr, "", 0, nullptr, &decision),
      sluice_decision_parse(nullptr, 0, &decision, &error_),
      sluice_decision_parse("", 0, nullptr, &error_),
      sluice_engine_start(nullptr, nullptr, &engine, &error_),
      sluice_engine_start(rules_, nullptr, nullptr, &error_),
      sluice_engine_publish(nullptr, rules_, nullptr, nullptr, &error_),
      sluice_engine_publish(engine_, no_rules, nullptr, nullptr, &error_),
      sluice_engine_get_rules(no_engine, &rules),
      sluice_engine_get_rules(engine_, nullptr),
      sluice_engine_get_status(no_engine, &status),
      sluice_engine_get_status(engine_, nullptr),
      sluice_engine_lookup(engine_, nullptr, 0, 0, &delivery),
      sluice_engine_lookup(engine_, "", 0, 0, nullptr),
      sluice_engine_drain(no_engine, 0, &error_),
      sluice_engine_stop(nullptr, 0, &error_),
      sluice_producer_open(nullptr, &producer, &error_),
      sluice_producer_open(engine_, nullptr, &error_),
      sluice_producer_submit(no_producer, &submission),
      sluice_producer_submit(producer_, nullptr),
      sluice_producer_submit_within(nullptr, &submission, 0),
      sluice_producer_get_info(producer_, nullptr),
      sluice_producer_get_info(no_producer, &producer_info),
      sluice_consumer_open(nullptr, nullptr, &consumer, &error_),
      sluice_consumer_open(engine_, nullptr, nullptr, &error_),
      sluice_consumer_poll(nullptr, 1, Keep, nullptr, nullptr),
      sluice_consumer_poll(consumer_, 1, nullptr, nullptr, nullptr),
      sluice_consumer_wait(nullptr, 0),
      sluice_consumer_get_detached_at(consumer_, nullptr),
      sluice_consumer_get_detached_at(nullptr, &sequence),
  };
  for (std::size_t i = 0; i < std::size(answers); ++i) EXPECT_EQ(answers[i], SLUICE_INVALID_ARGUMENT) << i;
  EXPECT_EQ(engine, nullptr) << "what is handed out after an error is nothing";
  EXPECT_EQ(producer, nullptr);
  EXPECT_EQ(rules, nullptr);
  submission.record_bytes = 5;
  EXPECT_EQ(sluice_producer_submit(producer_, &submission), SLUICE_INVALID_ARGUMENT) << "five bytes of nothing";
  EXPECT_EQ(sluice_consumer_get_detached_at(consumer_, &sequence), SLUICE_NOT_FOUND);
  EXPECT_EQ(sluice_list_next(nullptr, nullptr, nullptr), 0);
  sluice_engine_free(no_engine);  // left alone
  EXPECT_EQ(Submit({.id = "A"}), SLUICE_OK);
}

TEST_F(AbiTest, OptionsThatCannotBeMeantAreNamed) {
  sluice_engine_options unsized = {};
  EXPECT_EQ(sluice_engine_start(rules_, &unsized, &engine_, &error_), SLUICE_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("sizeof"));
  auto options = Sized<sluice_engine_options>();
  options.idle = 9;
  EXPECT_EQ(sluice_engine_start(rules_, &options, &engine_, &error_), SLUICE_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("idle has no value 9"));
  options = Sized<sluice_engine_options>();
  options.agents = 1000;
  EXPECT_EQ(sluice_engine_start(rules_, &options, &engine_, &error_), SLUICE_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("agents must be"));
  Start();
  auto consumer_options = Sized<sluice_consumer_options>();
  const char* const lanes[] = {"inspect", "nowhere"};
  consumer_options.lanes = lanes;
  consumer_options.lane_count = 2;
  sluice_consumer* consumer = nullptr;
  EXPECT_EQ(sluice_consumer_open(engine_, &consumer_options, &consumer, &error_), SLUICE_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("nowhere"));
  sluice_rule_set* rules = nullptr;
  EXPECT_EQ(sluice_rule_set_load("/nowhere/at.all", &rules, nullptr), SLUICE_NOT_FOUND) << "an error is not needed";
}

TEST_F(AbiTest, AMessageThatIsTooLongIsCutBetweenCharacters) {
  const std::string path = "/" + std::string(500, 'x') + std::string(1, '/') + [] {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "é";
    return text;
  }();
  sluice_rule_set* rules = nullptr;
  EXPECT_NE(sluice_rule_set_load(path.c_str(), &rules, &error_), SLUICE_OK);
  const std::string message = error_.message;
  ASSERT_GE(message.size(), sizeof error_.message - 3);
  EXPECT_EQ(message.substr(message.size() - 2), "é");
  sluice_error unsized = {};
  EXPECT_EQ(sluice_rule_set_load(path.c_str(), &rules, &unsized), SLUICE_INVALID_ARGUMENT);
}

// A host of another version: its structs are shorter or longer than the library's.
TEST_F(AbiTest, AStructOfALaterVersionIsTakenUnlessItSaysWhatIsNotKnown) {
  struct Later {
    sluice_screener_options known;
    std::uint64_t more;
  };
  Later options = {Sized<sluice_screener_options>(), 0};
  options.known.size = sizeof options;
  sluice_screener* screener = nullptr;
  EXPECT_EQ(sluice_screener_open(rules_, &options.known, &screener, &error_), SLUICE_OK) << error_.message;
  sluice_screener_free(screener);
  options.more = 1;
  EXPECT_EQ(sluice_screener_open(rules_, &options.known, &screener, &error_), SLUICE_UNSUPPORTED);
  EXPECT_THAT(error_.message, HasSubstr("does not know"));

  struct LaterInfo {
    sluice_rule_set_info known;
    std::uint64_t more;
  } info = {Sized<sluice_rule_set_info>(), 7};
  info.known.size = sizeof info;
  EXPECT_EQ(sluice_rule_set_get_info(rules_, &info.known), SLUICE_OK);
  EXPECT_EQ(info.known.rule_count, 5u);
  EXPECT_EQ(info.known.size, sizeof info);
  EXPECT_EQ(info.more, 0u) << "what the library does not know is said to be zero";
}

TEST(AbiCodeTest, EachCodeHasItsName) {
  EXPECT_STREQ(sluice_code_name(SLUICE_OK), "OK");
  EXPECT_STREQ(sluice_code_name(SLUICE_DETACHED), "DETACHED");
  EXPECT_STREQ(sluice_code_name(SLUICE_INTERNAL), "INTERNAL");
  EXPECT_STREQ(sluice_code_name(-1), "UNKNOWN");
  EXPECT_STREQ(sluice_code_name(1000), "UNKNOWN");
}

}  // namespace
}  // namespace sluice
