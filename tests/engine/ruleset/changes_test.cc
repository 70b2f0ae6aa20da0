#include "engine/ruleset/changes.h"

#include <gmock/gmock.h>

#include "engine/base/limits.h"
#include "engine/ruleset/sections.h"
#include "tests/support/sample_rule_set.h"

namespace sluice::ruleset {
namespace {

using ::testing::HasSubstr;

RuleSetPtr Sample() {
  auto rules = std::make_shared<RuleSet>(sluice::testing::SampleRuleSet());
  rules->Finish();
  return rules;
}

std::size_t TextList(const RuleSet& rules) {
  std::size_t i = 0;
  while (rules.lists[i].type != ValueType::kString) ++i;
  return i;
}

RuleSetPtr Changed(const RuleSetPtr& rules, const std::vector<Change>& changes) {
  auto changed = WithChanges(MakeChangeBase(rules), changes);
  EXPECT_TRUE(changed.ok()) << changed.status().message();
  return *std::move(changed);
}

TEST(ChangesTest, WhatComesOutIsARuleSetAsIfCompiledSo) {
  const RuleSetPtr rules = Sample();
  const std::string list = rules->lists[TextList(*rules)].name;
  const std::string rule(rules->Text(rules->rules[0].id));
  const RuleSetPtr changed = Changed(rules, {{ChangeKind::kAddKey, list, "zz"},
                                             {ChangeKind::kAddKey, list, "00"},
                                             {ChangeKind::kDisableRule, rule, ""}});
  const auto read = DecodeBundle(EncodeBundle(*changed));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ((*read)->hash, changed->hash);
  EXPECT_TRUE(**read == *changed);
  EXPECT_NE(changed->hash, rules->hash);
  EXPECT_EQ(Changed(rules, {})->hash, rules->hash);
}

TEST(ChangesTest, KeysAreFoundWhereverTheyStand) {
  const RuleSetPtr rules = Sample();
  const std::size_t index = TextList(*rules);
  const ReferenceList& before = rules->lists[index];
  std::vector<Change> changes;
  for (const char* key : {"", "0", "A", "M", "zz", "é"}) {
    if (*key != '\0') changes.push_back({ChangeKind::kAddKey, before.name, key});
  }
  changes.push_back({ChangeKind::kAddKey, before.name, std::string(before.texts[0])});  // there already
  const RuleSetPtr changed = Changed(rules, changes);
  const ReferenceList& after = changed->lists[index];
  for (const Change& change : changes) EXPECT_TRUE(after.Contains(change.key)) << change.key;
  for (std::uint32_t i = 0; i < before.texts.size(); ++i) EXPECT_TRUE(after.Contains(before.texts[i]));
  for (std::uint32_t i = 1; i < after.texts.size(); ++i) EXPECT_LT(after.texts[i - 1], after.texts[i]);
  EXPECT_FALSE(before.Contains("zz"));
}

TEST(ChangesTest, AListOfNumbersTakesNumbersAlone) {
  RuleSet rules = sluice::testing::SampleRuleSet();
  ReferenceList list;
  list.name = "numbers";
  list.type = ValueType::kInt;
  list.ints = {-3, 5};
  rules.lists.push_back(list);
  rules.Finish();
  const auto base = std::make_shared<const RuleSet>(rules);
  const RuleSetPtr changed =
      Changed(base, {{ChangeKind::kAddKey, "numbers", "4"}, {ChangeKind::kAddKey, "numbers", "-9"}});
  EXPECT_EQ(changed->lists.back().ints, (std::vector<std::int64_t>{-9, -3, 4, 5}));
  EXPECT_TRUE(changed->lists.back().Contains(std::int64_t{4}));
  for (const char* key : {"", "x", "1.5", "99999999999999999999", " 1"}) {
    EXPECT_EQ(CheckChange(*base, {ChangeKind::kAddKey, "numbers", key}).code(), StatusCode::kInvalidArgument) << key;
  }
}

TEST(ChangesTest, WhatHasNoPlaceIsRefused) {
  const RuleSetPtr rules = Sample();
  const std::string list = rules->lists[TextList(*rules)].name;
  EXPECT_THAT(CheckChange(*rules, {ChangeKind::kDisableRule, "NONE", ""}).message(), HasSubstr("no rule 'NONE'"));
  EXPECT_THAT(CheckChange(*rules, {ChangeKind::kAddKey, "none", "a"}).message(), HasSubstr(list));
  EXPECT_EQ(CheckChange(*rules, {ChangeKind::kAddKey, list, ""}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckChange(*rules, {ChangeKind::kAddKey, list, "\xFF"}).code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(CheckChange(*rules, {ChangeKind::kAddKey, list, std::string(limits::kTextBytesMax, 'a')}).ok());
  EXPECT_EQ(CheckChange(*rules, {ChangeKind::kAddKey, list, std::string(limits::kTextBytesMax + 1, 'a')}).code(),
            StatusCode::kLimitExceeded);
  EXPECT_FALSE(WithChanges({rules, {}}, std::vector<Change>{{ChangeKind::kDisableRule, "NONE", ""}}).ok());
}

TEST(ChangesTest, TheNameOfAProfileDisablesAllItsRules) {
  RuleSet rules = sluice::testing::SampleRuleSet();
  ASSERT_GE(rules.rules.size(), 2u);
  rules.rules[0].id = rules.texts.Add("PRO/1");
  rules.rules[1].id = rules.texts.Add("PRO/2/a");
  rules.rules[0].profile_table = rules.rules[1].profile_table = 0;
  rules.rules[0].profile_row = rules.rules[1].profile_row = 0;
  rules.Finish();
  const auto base = std::make_shared<const RuleSet>(rules);
  const RuleSetPtr changed = Changed(base, {{ChangeKind::kDisableRule, "PRO", ""}});
  for (std::size_t i = 0; i < base->rules.size(); ++i) {
    EXPECT_EQ(changed->rules[i].valid_until == base->rules[i].valid_until, i > 1) << i;
  }
  const RuleSetPtr one = Changed(base, {{ChangeKind::kDisableRule, "PRO/1", ""}});
  EXPECT_EQ(one->rules[1], base->rules[1]);
}

}  // namespace
}  // namespace sluice::ruleset
