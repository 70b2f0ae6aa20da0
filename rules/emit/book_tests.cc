#include "rules/emit/book_tests.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "rules/book/book_reader.h"
#include "rules/book/keys.h"
#include "rules/diag/suggest.h"
#include "rules/emit/test_record.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {
namespace {

using ruleset::RuleIndex;

class TestReader {
 public:
  TestReader(const ruleset::RuleSet& rule_set, BookTests* result)
      : rule_set_(rule_set), result_(*result), record_(rule_set.catalog, &result->diagnostics) {
    for (RuleIndex i = 0; i < rule_set.rules.size(); ++i)
      rules_.try_emplace(rule_set.Text(rule_set.rules[i].id), i);
    const parcel::FieldPath& path = rule_set.columns.columns[rule_set.system.received].path;
    received_ = parcel::PathText(rule_set.catalog, rule_set.catalog.root, path);
  }

  void ReadFile(const YamlNode& root) {
    if (!ExpectMap(root, "a file of tests", diagnostics())) return;
    CheckKeys(root, "a file of tests", kTestFileKeys, diagnostics());
    defaults_ = root.Find("defaults");
    if (defaults_ != nullptr && !ExpectMap(*defaults_, "defaults", diagnostics()))
      defaults_ = nullptr;
    const YamlNode* tests = RequireKey(root, "a file of tests", "tests", diagnostics());
    if (tests == nullptr || tests->is_null() || !ExpectSequence(*tests, "tests", diagnostics()))
      return;
    for (const YamlNode& node : tests->children()) ReadTest(node);
  }

 private:
  DiagnosticList* diagnostics() { return &result_.diagnostics; }

  void ReadTest(const YamlNode& node) {
    if (!ExpectMap(node, "a test", diagnostics())) return;
    CheckKeys(node, "a test", kTestKeys, diagnostics());
    const std::size_t errors_before = diagnostics()->error_count();
    const YamlNode* name = RequireKey(node, "a test", "name", diagnostics());
    const YamlNode* parcel = RequireKey(node, "a test", "parcel", diagnostics());
    const YamlNode* expect = RequireKey(node, "a test", "expect", diagnostics());
    BookTest test;
    if (name != nullptr) {
      test.name = GetString(*name, "name", diagnostics()).value_or("");
      test.place = name->place();
    }
    if (parcel != nullptr && ExpectMap(*parcel, "parcel", diagnostics()))
      FillRecord(*parcel, node.Find("now"), &test);
    if (expect != nullptr && ExpectMap(*expect, "expect", diagnostics()))
      ReadExpectation(*expect, &test.expect);
    if (diagnostics()->error_count() == errors_before) result_.tests.push_back(std::move(test));
  }

  void FillRecord(const YamlNode& parcel, const YamlNode* now, BookTest* test) {
    record_.Start();
    record_.SetParcel(parcel, defaults_);
    const YamlNode* received = FindDotted(parcel, received_);
    if (received == nullptr && defaults_ != nullptr) received = FindDotted(*defaults_, received_);
    test->now = kDefaultTestNow;
    if (now != nullptr) {
      const auto time = base::ParseTimestamp(now->text());
      if (!time) {
        diagnostics()->Error(now->place(), "bad-value",
                             "'" + std::string(now->text()) + "' is no timestamp",
                             "write an instant such as 2026-03-01T10:00:00Z");
      }
      test->now = time.value_or(kDefaultTestNow);
    } else if (received != nullptr) {  // a wrong text has been reported with the parcel
      test->now = base::ParseTimestamp(received->text()).value_or(kDefaultTestNow);
    }
    if (received == nullptr) record_.SetTime(received_, test->now);
    test->record = record_.Finish();
  }

  static const YamlNode* FindDotted(const YamlNode& map, std::string_view path) {
    const std::size_t dot = path.find('.');
    const YamlNode* value = map.is_map() ? map.Find(path.substr(0, dot)) : nullptr;
    if (value == nullptr || dot == std::string_view::npos) return value;
    return FindDotted(*value, path.substr(dot + 1));
  }

  void ReadExpectation(const YamlNode& node, TestExpectation* expect) {
    CheckKeys(node, "expect", kExpectKeys, diagnostics());
    if (const YamlNode* lane = node.Find("lane")) expect->lane = FindLane(*lane);
    expect->rules = ReadRules(node.Find("rules"));
    expect->includes = ReadRules(node.Find("includes")).value_or(std::vector<RuleIndex>());
    expect->excludes = ReadRules(node.Find("excludes")).value_or(std::vector<RuleIndex>());
    expect->suppressed = ReadRules(node.Find("suppressed"));
    expect->shadow = ReadRules(node.Find("shadow"));
    expect->absent = ReadRules(node.Find("absent"));
    expect->errors = ReadRules(node.Find("errors"));
    if (const YamlNode* outcomes = node.Find("outcomes")) {
      std::vector<std::string> names;
      for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
        names.emplace_back(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)));
      }
      expect->outcomes = static_cast<std::uint8_t>(ReadBits(*outcomes, "outcome", names));
    }
    if (const YamlNode* controls = node.Find("controls")) {
      expect->controls = ReadBits(*controls, "control", rule_set_.controls);
    }
    if (const YamlNode* score = node.Find("score")) {
      const auto value = GetInt(*score, "score", diagnostics(), 0, limits::kScoreSumMax);
      if (value) expect->score = static_cast<std::uint32_t>(*value);
    }
  }

  std::optional<ruleset::LaneIndex> FindLane(const YamlNode& node) {
    std::vector<std::string> names;
    for (const ruleset::Lane& lane : rule_set_.lanes) names.push_back(lane.name);
    const auto found = std::find(names.begin(), names.end(), node.text());
    if (found != names.end()) return static_cast<ruleset::LaneIndex>(found - names.begin());
    diagnostics()->Error(node.place(), "unknown-lane",
                         "there is no lane '" + std::string(node.text()) + "'",
                         DidYouMean(node.text(), names));
    return std::nullopt;
  }

  std::optional<std::vector<RuleIndex>> ReadRules(const YamlNode* node) {
    if (node == nullptr) return std::nullopt;
    const auto ids = GetStringList(*node, "a list of rules", diagnostics());
    if (!ids) return std::nullopt;
    std::vector<RuleIndex> rules;
    for (const std::string& id : *ids) {
      const auto found = rules_.find(id);
      if (found == rules_.end()) {
        ReportUnknownRule(*node, id);
      } else {
        rules.push_back(found->second);
      }
    }
    std::sort(rules.begin(), rules.end());
    return rules;
  }

  void ReportUnknownRule(const YamlNode& node, const std::string& id) {
    std::vector<std::string_view> names;
    for (const auto& [name, rule] : rules_) names.push_back(name);
    std::sort(names.begin(), names.end());
    diagnostics()->Error(node.place(), "unknown-rule", "the book has no rule '" + id + "'",
                         DidYouMean(id, names));
  }

  std::uint64_t ReadBits(const YamlNode& node, const std::string& what,
                         const std::vector<std::string>& names) {
    std::uint64_t bits = 0;
    const auto words = GetStringList(node, what, diagnostics());
    if (!words) return bits;
    for (const std::string& word : *words) {
      const auto found = std::find(names.begin(), names.end(), word);
      if (found != names.end()) {
        bits |= std::uint64_t{1} << (found - names.begin());
      } else {
        diagnostics()->Error(node.place(), "unknown-" + what,
                             "there is no " + what + " '" + word + "'", DidYouMean(word, names));
      }
    }
    return bits;
  }

  const ruleset::RuleSet& rule_set_;
  BookTests& result_;
  TestRecord record_;
  std::string received_;                                   // path of the received field
  const YamlNode* defaults_ = nullptr;                     // of the file being read
  std::unordered_map<std::string_view, RuleIndex> rules_;  // by id
};

}  // namespace

Result<BookTests> ReadBookTests(const std::string& folder, const ruleset::RuleSet& rule_set) {
  BookTests result;
  result.sources = std::make_unique<SourceSet>();
  const auto paths = FindFiles(folder, "tests", ".yaml", false);
  if (!paths.ok()) return paths.status();
  TestReader reader(rule_set, &result);
  for (const std::string& path : *paths) {
    const auto file = result.sources->Load(path, limits::kYamlFileBytesMax);
    if (!file.ok()) return file.status();
    const auto document = ReadYaml(**file, &result.diagnostics);
    if (document != nullptr && document->root() != nullptr) reader.ReadFile(*document->root());
  }
  result.diagnostics.Sort();
  return result;
}

}  // namespace sluice::rules
