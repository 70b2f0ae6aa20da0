// What the text benchmarks promise, at a tenth of their size: misspelt names are found, other names are not.
#include <gtest/gtest.h>

#include "bench/text_world.h"
#include "engine/text/literal_lists.h"
#include "engine/text/name_index.h"

namespace sluice::bench {
namespace {

constexpr std::uint32_t kThreshold = 920;

class SimilarNamesTest : public ::testing::Test {
 protected:
  SimilarNamesTest() {
    for (const std::string& name : world_.listed()) index_.Add(name);
    index_.Prepare();
  }
  bool IsFound(const std::string& text) {
    name_.Assign(text);
    return index_.HasAlike(name_, kThreshold, &query_);
  }

  NameWorld world_{7, 2'000};
  text::NameIndex index_;
  text::NameIndex::Query query_;
  text::Name name_;
};

TEST_F(SimilarNamesTest, OfNamesWithOneErrorAtLeastNineteenInTwentyAreFound) {
  std::size_t made[kEdits] = {}, found[kEdits] = {};
  for (const EditedName& one : world_.Edited(500)) {
    ++made[static_cast<std::size_t>(one.edit)];
    found[static_cast<std::size_t>(one.edit)] += IsFound(one.text) ? 1 : 0;
  }
  for (std::size_t edit = 0; edit < kEdits; ++edit) {
    EXPECT_GE(found[edit] * 20, made[edit] * 19) << "kind of error " << edit;
    EXPECT_GT(made[edit], 50u);
  }
}

TEST_F(SimilarNamesTest, AtMostOneInAThousandOtherNamesIsTakenForOne) {
  std::size_t found = 0;
  for (const std::string& name : world_.Others(5'000)) found += IsFound(name) ? 1 : 0;
  EXPECT_LE(found, 5u);
}

TEST(LiteralListsQualityTest, TenThousandLiteralsAreFoundWhereTheyStandAndOnlyThere) {
  const std::vector<std::string> literals = Literals(1, 10'000);
  text::LiteralLists lists;
  lists.AddList(false);
  for (const std::string& literal : literals) lists.AddLiteral(literal);
  lists.Prepare();
  std::string buffer;
  for (const std::string& text : Descriptions(2, 100, 60, literals)) {
    std::string lower = text;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    bool expected = false;
    for (const std::string& literal : literals) expected = expected || lower.find(literal) != std::string::npos;
    EXPECT_EQ(lists.Contains(text, 0, &buffer), expected) << text;
  }
}

}  // namespace
}  // namespace sluice::bench
