#include "engine/state/identity.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace sluice::state {
namespace {

constexpr auto kDeclared = parcel::Phase::kDeclared;
constexpr auto kScanned = parcel::Phase::kScanned;

IdentityQuery Query(const std::string& id, const std::string& record,
                    parcel::Phase phase = kDeclared) {
  return {base::HashTo128(id), base::HashTo128(record), phase};
}

IdentityAnswer SeeOne(IdentityTable& table, const IdentityQuery& query) {
  IdentityAnswer answer;
  table.See({&query, 1}, {&answer, 1});
  return answer;
}

TEST(IdentityTest, ANewIdIsRevisionOne) {
  IdentityTable table(8);
  const IdentityAnswer answer = SeeOne(table, Query("A", "a"));
  EXPECT_EQ(answer.sighting, Sighting::kFirst);
  EXPECT_EQ(answer.revision, 1u);
}

TEST(IdentityTest, TheSameRecordAgainIsADuplicateOfTheSameSlot) {
  IdentityTable table(8);
  const IdentityAnswer first = SeeOne(table, Query("A", "a"));
  SeeOne(table, Query("B", "a"));
  const IdentityAnswer again = SeeOne(table, Query("A", "a"));
  EXPECT_EQ(again.sighting, Sighting::kDuplicate);
  EXPECT_EQ(again.revision, 1u);
  EXPECT_EQ(again.slot, first.slot);
}

TEST(IdentityTest, OtherContentIsAConflictAndTheNextRevision) {
  IdentityTable table(8);
  SeeOne(table, Query("A", "a"));
  EXPECT_EQ(SeeOne(table, Query("A", "b")).sighting, Sighting::kConflict);
  EXPECT_EQ(SeeOne(table, Query("A", "b")).sighting, Sighting::kDuplicate);
  const IdentityAnswer back = SeeOne(table, Query("A", "a"));
  EXPECT_EQ(back.sighting, Sighting::kConflict);
  EXPECT_EQ(back.revision, 3u);
}

TEST(IdentityTest, TheScanIsTheNextRevisionAndASecondOtherScanAConflict) {
  IdentityTable table(8);
  const IdentityAnswer declared = SeeOne(table, Query("A", "a"));
  const IdentityAnswer scanned = SeeOne(table, Query("A", "s", kScanned));
  EXPECT_EQ(scanned.sighting, Sighting::kScanned);
  EXPECT_EQ(scanned.revision, 2u);
  EXPECT_NE(scanned.slot, declared.slot);
  EXPECT_EQ(SeeOne(table, Query("A", "s", kScanned)).sighting, Sighting::kDuplicate);
  EXPECT_EQ(SeeOne(table, Query("A", "t", kScanned)).sighting, Sighting::kConflict);
}

TEST(IdentityTest, ADeclarationSentAgainAfterTheScanIsADuplicateOfTheDeclaration) {
  IdentityTable table(8);
  const IdentityAnswer declared = SeeOne(table, Query("A", "a"));
  SeeOne(table, Query("A", "s", kScanned));
  const IdentityAnswer again = SeeOne(table, Query("A", "a"));
  EXPECT_EQ(again.sighting, Sighting::kDuplicate);
  EXPECT_EQ(again.revision, 1u);
  EXPECT_EQ(again.slot, declared.slot);
}

TEST(IdentityTest, ADeclarationAfterAScanThatCameFirstIsAConflict) {
  IdentityTable table(8);
  EXPECT_EQ(SeeOne(table, Query("A", "s", kScanned)).sighting, Sighting::kFirst);
  EXPECT_EQ(SeeOne(table, Query("A", "a")).sighting, Sighting::kConflict);
}

TEST(IdentityTest, ForgetsTheOlderHalfWhenFullAndCountsIt) {
  IdentityTable table(4);
  for (const char* id : {"A", "B", "C", "D"}) SeeOne(table, Query(id, "x"));
  EXPECT_EQ(table.forgotten(), 0u);
  EXPECT_EQ(SeeOne(table, Query("A", "x")).sighting, Sighting::kDuplicate);
  EXPECT_EQ(SeeOne(table, Query("E", "x")).sighting, Sighting::kFirst);
  EXPECT_EQ(table.forgotten(), 2u);
  EXPECT_EQ(SeeOne(table, Query("C", "x")).sighting, Sighting::kDuplicate);
  EXPECT_EQ(SeeOne(table, Query("D", "x")).sighting, Sighting::kDuplicate);
  EXPECT_EQ(SeeOne(table, Query("A", "y")).sighting, Sighting::kFirst);
}

TEST(IdentityTest, AnIdThatWasForgottenStartsAtRevisionOne) {
  IdentityTable table(2);
  SeeOne(table, Query("A", "a"));
  SeeOne(table, Query("A", "b"));
  SeeOne(table, Query("B", "b"));
  SeeOne(table, Query("C", "c"));
  EXPECT_EQ(SeeOne(table, Query("A", "b")).revision, 1u);
  EXPECT_EQ(table.forgotten(), 2u);
}

TEST(IdentityDeathTest, AnOddCapacityIsTheProgrammersError) {
  EXPECT_DEATH(IdentityTable(3), "broken invariant");
}

/// What the header says, in the slowest words.
class Model {
 public:
  explicit Model(std::size_t capacity) : half_(capacity / 2) {}

  IdentityAnswer See(const std::string& id, const std::string& record, parcel::Phase phase) {
    auto* known = newer_.count(id) != 0   ? &newer_[id]
                  : older_.count(id) != 0 ? &older_[id]
                                          : nullptr;
    const bool first = known == nullptr;
    if (first) {
      if (newer_.size() == half_) {
        forgotten += older_.size();
        older_ = std::move(newer_);
        newer_.clear();
      }
      known = &newer_[id];
    }
    const auto same = known->seen.find(phase);
    if (same != known->seen.end() && same->second.first == record) {
      return {Sighting::kDuplicate, same->second.second, 0};
    }
    const Sighting sighting = first ? Sighting::kFirst
                              : phase == kScanned && same == known->seen.end()
                                  ? Sighting::kScanned
                                  : Sighting::kConflict;
    known->seen[phase] = {record, ++known->newest};
    return {sighting, known->newest, 0};
  }

  std::size_t forgotten = 0;

 private:
  struct Known {
    std::map<parcel::Phase, std::pair<std::string, std::uint32_t>> seen;
    std::uint32_t newest = 0;
  };
  std::size_t half_;
  std::map<std::string, Known> newer_, older_;
};

TEST(IdentityPropertyTest, AgreesWithAPlainModelForAnyBatching) {
  std::mt19937 random(7);
  for (const std::size_t capacity : {2u, 10u, 100u, 1000u}) {
    IdentityTable table(capacity);
    Model model(capacity);
    std::map<std::uint32_t, std::string> slots;  // what each slot holds
    for (int round = 0; round < 300; ++round) {
      std::vector<IdentityQuery> queries(1 + random() % 40);
      std::vector<IdentityAnswer> answers(queries.size());
      std::vector<IdentityAnswer> expected;
      std::vector<std::string> keys;
      for (IdentityQuery& query : queries) {
        const std::string id = std::to_string(random() % (3 * capacity));
        const std::string record = id + "/" + std::to_string(random() % 3);
        const parcel::Phase phase = random() % 4 == 0 ? kScanned : kDeclared;
        query = Query(id, record, phase);
        expected.push_back(model.See(id, record, phase));
        keys.push_back(record + (phase == kScanned ? "s" : "d"));
      }
      table.See(queries, answers);
      for (std::size_t i = 0; i < queries.size(); ++i) {
        ASSERT_EQ(answers[i].sighting, expected[i].sighting);
        ASSERT_EQ(answers[i].revision, expected[i].revision);
        ASSERT_LT(answers[i].slot, table.slot_count());
        if (answers[i].sighting == Sighting::kDuplicate) {
          ASSERT_EQ(slots[answers[i].slot], keys[i]);
        }
        slots[answers[i].slot] = keys[i];
      }
      ASSERT_EQ(table.forgotten(), model.forgotten);
    }
  }
}

}  // namespace
}  // namespace sluice::state
