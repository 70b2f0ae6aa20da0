#include "engine/control/generation_store.h"

#include "tests/engine/control/control_fixture.h"

namespace sluice::control {
namespace {

using testing::HasSubstr;

class GenerationStoreTest : public ControlTest {
 protected:
  StoredGeneration Make(const ruleset::RuleSet& rules, std::uint32_t number) {
    StoredGeneration generation;
    generation.number = number;
    generation.rule_set = generation.bundle = base::Hex(rules.hash);
    generation.name = rules.name;
    generation.since = {1'700'000'000, 0};
    generation.cause = "a \"cause\"\n";
    generation.who = "uid 7";
    generation.changes = {{{ruleset::ChangeKind::kDisableRule, "HEAVY", ""}, {4'000'000'000, 0}, "r", "uid 8"},
                          {{ruleset::ChangeKind::kAddKey, "watched", "k1"}, {4'000'000'001, 0}, "", "uid 9"}};
    return generation;
  }
  std::unique_ptr<GenerationStore> Open() {
    auto store = GenerationStore::Open(options_.store);
    EXPECT_TRUE(store.ok()) << store.status().message();
    return *std::move(store);
  }
};

TEST_F(GenerationStoreTest, WhatIsKeptIsReadAgain) {
  const auto rules = Rules("first");
  {
    const auto store = Open();
    StoredGeneration next = Make(*rules, 0);
    ASSERT_TRUE(store->Prepare(next, *rules).ok());
    next.number = 5;
    ASSERT_TRUE(store->Commit(next).ok());
  }
  const auto read = Open()->Find(5);
  ASSERT_TRUE(read.has_value());
  const StoredGeneration written = Make(*rules, 5);
  EXPECT_EQ(read->rule_set, written.rule_set);
  EXPECT_EQ(read->cause, written.cause);
  EXPECT_EQ(read->who, written.who);
  EXPECT_EQ(read->since, written.since);
  EXPECT_EQ(read->changes, written.changes);
  EXPECT_EQ((*Open()->ReadBundle(read->bundle))->name, "first");
}

// Between publishing and keeping the process may end; the log then names a rule set that has no number here yet.
TEST_F(GenerationStoreTest, WhatWasBeingPutInForceIsFoundByItsRuleSet) {
  const auto first = Rules("first"), second = Rules("second");
  {
    const auto store = Open();
    StoredGeneration next = Make(*first, 1);
    next.changes.clear();
    ASSERT_TRUE(store->Prepare(next, *first).ok());
    ASSERT_TRUE(store->Commit(next).ok());
    next = Make(*second, 0);
    next.changes.clear();
    ASSERT_TRUE(store->Prepare(next, *second).ok());
  }
  EXPECT_EQ(ReadStoredRules(options_.store)->rules.name(), "first");
  const auto found = ReadStoredRules(options_.store, base::Hex(second->hash));
  ASSERT_TRUE(found.ok()) << found.status().message();
  EXPECT_EQ(found->rules.name(), "second");
  EXPECT_EQ(ReadStoredRules(options_.store, std::string(64, 'f')).status().code(), StatusCode::kNotFound);
  Open()->Abandon();
  EXPECT_FALSE(Open()->FindRuleSet(base::Hex(second->hash)).has_value());
}

TEST_F(GenerationStoreTest, ADamagedFileIsNamed) {
  const auto rules = Rules("first");
  {
    const auto store = Open();
    ASSERT_TRUE(store->Prepare(Make(*rules, 1), *rules).ok());
    ASSERT_TRUE(store->Commit(Make(*rules, 1)).ok());
  }
  const std::string path = options_.store + "/generations/0000000001.json";
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (std::size_t length = 0; length + 3 < text.size(); length += 7) {
    std::ofstream(path) << text.substr(0, length);
    const auto store = GenerationStore::Open(options_.store);
    ASSERT_FALSE(store.ok()) << length;
    EXPECT_THAT(store.status().message(), HasSubstr(path));
  }
}

TEST_F(GenerationStoreTest, ABundleThatIsAnotherThanItsNameSaysIsRefused) {
  const auto first = Rules("first"), second = Rules("second");
  const auto store = Open();
  ASSERT_TRUE(store->Prepare(Make(*first, 1), *first).ok());
  ASSERT_TRUE(ruleset::WriteBundle(*second, options_.store + "/bundles/" + base::Hex(first->hash) + ".bundle").ok());
  EXPECT_THAT(store->ReadBundle(base::Hex(first->hash)).status().message(), HasSubstr("another rule set"));
}

TEST_F(GenerationStoreTest, AFolderThatCannotBeMadeIsNamed) {
  EXPECT_THAT(GenerationStore::Open(File("text", "x") + "/store").status().message(), HasSubstr("/text/store"));
  EXPECT_THAT(GenerationStore::Open(folder_ + "/text").status().message(), HasSubstr("/text"));
}

}  // namespace
}  // namespace sluice::control
