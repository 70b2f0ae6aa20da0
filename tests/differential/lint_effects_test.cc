// What the linter says of effects holds for what the engine decides: of generated books the rules, lanes and waivers
// that are said to do nothing are taken out, and what the finding promises to be unchanged is.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "rules/lint/linter.h"
#include "tests/differential/book_generator.h"
#include "tests/differential/comparison.h"
#include "tests/differential/record_generator.h"

namespace sluice::differential {
namespace {

using oracle::Expected;
using oracle::RuleModel;
using ruleset::RuleIndex;
using Decisions = std::map<std::uint64_t, Expected>;

constexpr std::uint64_t kRounds = 60;
constexpr std::size_t kRecords = 60;
constexpr std::size_t kFindingsMax = 12;  // of a code and a book: each costs a screening

/// Relatives of the book's rules: of the same condition or a narrower one, with effects of their own.
void AddRelatives(Chance* chance, oracle::BookModel* book) {
  const std::vector<RuleModel> rules = book->rules;
  static const std::vector<std::string> kTags = {"t1", "t2", "t3", "t4"};
  for (const RuleModel& rule : rules) {
    if (rule.when.size() > 1000 || !chance->OneIn(2)) continue;
    RuleModel relative = rule;
    relative.id = "S" + rule.id;
    if (chance->OneIn(2)) {
      const RuleModel& other = chance->Pick(rules);
      if (other.each.empty() || other.each == rule.each) relative.when = "(" + rule.when + ") && (" + other.when + ")";
    }
    relative.split.clear();
    relative.lane = chance->OneIn(3) ? "" : chance->Pick(book->lanes).name;
    relative.must_inspect = false;
    if (chance->OneIn(2)) relative.score.clear();
    if (chance->OneIn(2)) relative.probability.clear();
    relative.absent_is_error = chance->OneIn(2);
    relative.shadow = chance->OneIn(5);
    relative.mandatory = chance->OneIn(4);
    relative.tags = chance->OneIn(2) ? std::vector<std::string>{} : std::vector<std::string>{chance->Pick(kTags)};
    relative.waives = chance->OneIn(3) ? std::vector<std::string>{chance->Pick(kTags)} : std::vector<std::string>{};
    if (chance->OneIn(2)) relative.directions = {chance->OneIn(2) ? "import" : "export"};
    if (book->direction_field.empty()) relative.directions.clear();
    book->rules.push_back(std::move(relative));
  }
}

/// A waiver of each row of a profile, and one rule that it can meet by the last row alone.
void AddWaiverByRow(const Schema& schema, Chance* chance, oracle::BookModel* book) {
  std::vector<std::string> texts;
  for (const FieldPlace& place : schema.fields[schema.catalog.root].scalars) {
    if (place.field->type == parcel::ValueType::kString) texts.push_back("parcel." + place.path);
  }
  for (const oracle::TableModel& table : book->tables) {
    const oracle::ColumnModel& key = table.columns[0];
    if (!table.name.starts_with("profile") || key.name != "key" || key.type != "string") continue;
    const auto& last = table.rows.back()[0];
    if (table.rows.size() < 2 || !last || texts.empty()) continue;
    const std::string& text = chance->Pick(texts);
    RuleModel waiver, waived;
    waiver.id = "W" + table.name;
    waiver.each = table.name;
    waiver.when = text + " == row.key";
    waiver.waives = {"by_row"};
    waived.id = "V" + table.name;
    waived.when = text + " == " + CelText(*last);
    waived.tags = {"by_row"};
    waived.lane = book->lanes.back().name;
    book->rules.push_back(std::move(waiver));
    book->rules.push_back(std::move(waived));
    return;
  }
}

/// The linter takes an enum to have its named values only; records may hold others.
bool HoldsUnnamedEnum(const parcel::Catalog& catalog, const oracle::RecordTree& tree) {
  const auto is_unnamed = [&](const parcel::Field& field, const oracle::Value& value) {
    if (field.enumeration == parcel::kNoIndex) return false;
    const auto& names = catalog.enums[field.enumeration].values;
    const auto number = value.As<std::int64_t>();
    return std::none_of(names.begin(), names.end(), [&](const auto& name) { return name.value == number; });
  };
  for (const parcel::Field& field : catalog.records[tree.record].fields) {
    const auto scalar = tree.scalars.find(field.name);
    if (scalar != tree.scalars.end() && is_unnamed(field, scalar->second)) return true;
    const auto scalars = tree.scalar_vectors.find(field.name);
    if (scalars != tree.scalar_vectors.end() &&
        std::any_of(scalars->second.begin(), scalars->second.end(),
                    [&](const oracle::Value& value) { return is_unnamed(field, value); })) {
      return true;
    }
  }
  const auto holds = [&](const oracle::RecordTree& part) { return HoldsUnnamedEnum(catalog, part); };
  return std::any_of(tree.records.begin(), tree.records.end(), [&](const auto& part) { return holds(part.second); }) ||
         std::any_of(tree.record_vectors.begin(), tree.record_vectors.end(), [&](const auto& parts) {
           return std::any_of(parts.second.begin(), parts.second.end(), holds);
         });
}

class Promises {
 public:
  Promises(const rules::CompiledBook& compiled, const std::vector<oracle::Submission>& stream)
      : compiled_(compiled), rules_(*compiled.rule_set), stream_(stream), decisions_(Decide(compiled.rule_set)) {}

  void Check(std::map<std::string, std::uint64_t>* counts) {
    std::map<std::string, std::size_t> of_code;
    const rules::DiagnosticList all = rules::Lint(compiled_, {.now = {}, .sample = nullptr});
    for (const rules::Diagnostic& found : all.items()) {
      if (of_code[found.code] >= kFindingsMax) continue;
      SCOPED_TRACE(found.message + "\n" + found.place.file + ":" + std::to_string(found.place.line));
      if (!CheckOne(found)) continue;
      ++of_code[found.code];
      ++(*counts)[found.code];
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  Decisions Decide(const ruleset::RuleSetPtr& rule_set) const {
    std::string failure;
    const auto decisions = EngineDecisions(rule_set, stream_, &failure);
    EXPECT_TRUE(decisions) << failure;
    return decisions.value_or(Decisions{});
  }

  std::string Id(RuleIndex rule) const { return std::string(rules_.Text(rules_.rules[rule].id)); }
  std::string Quoted(RuleIndex rule) const { return "'" + Id(rule) + "'"; }

  /// The two rules that the message names between `middle` and `end`; false where it is no such message.
  bool FindPair(const std::string& message, const std::string& begin, const std::string& middle,
                const std::string& end, RuleIndex* a, RuleIndex* b) const {
    for (*a = 0; *a < rules_.rules.size(); ++*a) {
      const std::string first = begin + Quoted(*a) + middle;
      if (!message.starts_with(first)) continue;
      for (*b = 0; *b < rules_.rules.size(); ++*b) {
        if (message == first + Quoted(*b) + end) return true;
      }
    }
    return false;
  }

  /// The rules of the file that the finding is at; of a row's lane that row's.
  std::vector<RuleIndex> RulesAt(const rules::Diagnostic& finding) const {
    const rules::Place& place = finding.place;
    const bool of_lane = finding.code == "lane-decides-nothing";
    std::vector<RuleIndex> found;
    for (const rules::CheckedRule& tree : compiled_.trees->rules) {
      const rules::RuleSpec& spec = compiled_.trees->book.specs.rules[tree.spec];
      for (RuleIndex rule = tree.first_rule; rule < tree.first_rule + tree.rule_count; ++rule) {
        const ruleset::Rule& of = rules_.rules[rule];
        const bool by_row = of_lane && of.profile_table != ruleset::kNone && !spec.lane.column.empty();
        const rules::Place own =
            by_row ? compiled_.trees->book.tables[of.profile_table].RowPlace(of.profile_row) : spec.node->place();
        if (own.file == place.file && (!by_row || own.line == place.line)) found.push_back(rule);
      }
    }
    return found;
  }

  /// Decisions without what `change` takes from the rule set are, by `text`, what they are with it.
  template <typename Change, typename Text>
  void ExpectUnchanged(const Change& change, const Text& text) const {
    auto without = std::make_shared<ruleset::RuleSet>(rules_);
    change(without.get());
    without->Finish();
    const Decisions now = Decide(without);
    for (const auto& [sequence, decision] : decisions_) EXPECT_EQ(text(decision), text(now.at(sequence)));
  }

  static std::string Whole(const Expected& decision) { return oracle::ToText(decision); }
  static std::string Routing(const Expected& decision) {
    std::string text = decision.lane + (decision.must_inspect ? " must inspect" : "");
    for (const std::string& outcome : decision.outcomes) text += " " + outcome;
    for (const std::string& control : decision.controls) text += " " + control;
    return text;
  }

  bool CheckOne(const rules::Diagnostic& found) const {
    RuleIndex a = 0, b = 0;
    if (found.code == "subsumed-rule") {
      if (!FindPair(found.message, "", " adds nothing: ", " matches whenever it does", &a, &b)) return false;
      ExpectUnchanged([&](auto* set) { set->rules.erase(set->rules.begin() + a); }, Routing);
    } else if (found.code == "same-condition") {
      if (!FindPair(found.message, "", " and ", " always match together", &a, &b)) return false;
      for (const auto& [sequence, decision] : decisions_) EXPECT_EQ(Matches(decision, a), Matches(decision, b));
    } else if (found.code == "always-waived") {
      if (!FindPair(found.message, "each match of ", " is waived by ", "", &a, &b)) return false;
      for (const auto& [sequence, decision] : decisions_) {
        EXPECT_TRUE(!Matches(decision, a) || Contains(decision.suppressed, Id(a)));
      }
    } else if (found.code == "lane-decides-nothing") {
      const std::vector<RuleIndex> rules = RulesAt(found);
      EXPECT_FALSE(rules.empty());
      ExpectUnchanged([&](auto* set) { for (const RuleIndex r : rules) set->rules[r].lane = ruleset::kNoLane; }, Whole);
    } else if (found.code == "waives-nothing" && found.message.starts_with("no match of")) {
      const std::vector<RuleIndex> rules = RulesAt(found);
      EXPECT_FALSE(rules.empty());
      ExpectUnchanged([&](auto* set) { for (const RuleIndex r : rules) set->rules[r].waives = 0; }, Whole);
    } else {
      return false;
    }
    return true;
  }

  static bool Contains(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  }
  bool Matches(const Expected& decision, RuleIndex rule) const {
    const auto is_rule = [&](const Expected::Hit& hit) { return hit.rule == Id(rule); };
    return std::any_of(decision.matched.begin(), decision.matched.end(), is_rule) ||
           std::any_of(decision.shadow.begin(), decision.shadow.end(), is_rule) ||
           Contains(decision.suppressed, Id(rule));
  }

  const rules::CompiledBook& compiled_;
  const ruleset::RuleSet& rules_;
  const std::vector<oracle::Submission>& stream_;
  const Decisions decisions_;
};

TEST(LintEffectsDifferentialTest, WhatIsSaidToDoNothingCanBeTakenOut) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("sluice-lint-effects-" + std::to_string(getpid()))).string();
  const char* first_text = std::getenv("SLUICE_SEED");
  const std::uint64_t first = first_text == nullptr ? 1 : std::strtoull(first_text, nullptr, 10);
  std::map<std::string, std::uint64_t> counts;
  for (std::uint64_t seed = first; seed < first + kRounds; ++seed) {
    SCOPED_TRACE("SLUICE_SEED=" + std::to_string(seed));
    Chance chance(seed);
    const Schema& schema = chance.OneIn(2) ? DefaultSchema() : SmallSchema();
    oracle::BookModel book = BookGenerator(schema, &chance).Book();
    if (chance.OneIn(2)) book.default_lane = chance.Pick(book.lanes).name;
    AddRelatives(&chance, &book);
    AddWaiverByRow(schema, &chance, &book);
    auto stream = RecordGenerator(schema, &chance).Stream(kRecords);
    std::erase_if(stream, [&](const auto& one) { return HoldsUnnamedEnum(schema.catalog, one.tree); });
    std::string failure;
    if (CompileWhatCompiles(&book, folder, nullptr, &failure) == nullptr) continue;  // the other test's business
    const auto compiled = rules::CompileBook(folder, rules::KeepTrees::kYes);
    ASSERT_TRUE(compiled.ok() && compiled->rule_set != nullptr);
    Promises(*compiled, stream).Check(&counts);
    if (HasFailure()) return;
  }
  std::filesystem::remove_all(folder);
  // Else the generator no longer makes what this test is about.
  for (const char* code :
       {"subsumed-rule", "same-condition", "always-waived", "lane-decides-nothing", "waives-nothing"}) {
    EXPECT_GT(counts[code], 10u) << code;
  }
}

}  // namespace
}  // namespace sluice::differential
