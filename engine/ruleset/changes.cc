#include "engine/ruleset/changes.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "engine/ruleset/sections.h"
#include "engine/ruleset/verify.h"

namespace sluice::ruleset {
namespace {

constexpr base::Timestamp kNever{std::numeric_limits<std::int64_t>::min(), 0};

bool IsNamed(const RuleSet& rule_set, const Rule& rule, std::string_view name) {
  const std::string_view id = rule_set.Text(rule.id);
  if (id == name) return true;
  return rule.profile_table != kNone && id.size() > name.size() && id.starts_with(name) && id[name.size()] == '/';
}

bool HasRule(const RuleSet& rule_set, std::string_view name) {
  return std::ranges::any_of(rule_set.rules, [&](const Rule& rule) { return IsNamed(rule_set, rule, name); });
}

std::optional<std::size_t> FindList(const RuleSet& rule_set, std::string_view name) {
  const auto found = std::ranges::find(rule_set.lists, name, &ReferenceList::name);
  if (found == rule_set.lists.end()) return std::nullopt;
  return static_cast<std::size_t>(found - rule_set.lists.begin());
}

std::optional<std::int64_t> NumberOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Status CheckKey(const ReferenceList& list, const std::string& key) {
  if (list.type != ValueType::kString) {
    if (NumberOf(key)) return Status::Ok();
    return {StatusCode::kInvalidArgument, "list " + list.name + " holds whole numbers, and '" + key + "' is none"};
  }
  if (key.empty()) return {StatusCode::kInvalidArgument, "a key of list " + list.name + " cannot be empty"};
  if (key.size() > limits::kTextBytesMax) {
    return {StatusCode::kLimitExceeded, "a key of " + std::to_string(key.size()) +
                                            " bytes; a text of a record has at most " +
                                            std::to_string(limits::kTextBytesMax)};
  }
  if (base::IsValidUtf8(key)) return Status::Ok();
  return {StatusCode::kInvalidArgument, "a key of list " + list.name + " is not valid UTF-8"};
}

// Both ascending, without repetition; so is what comes out.
void AddTexts(const std::set<std::string>& keys, ReferenceList* list) {
  TextPool merged;
  auto next = keys.begin();
  for (std::uint32_t i = 0; i < list->texts.size(); ++i) {
    const std::string_view text = list->texts[i];
    for (; next != keys.end() && *next < text; ++next) merged.Add(*next);
    if (next != keys.end() && *next == text) ++next;
    merged.Add(text);
  }
  for (; next != keys.end(); ++next) merged.Add(*next);
  list->texts = std::move(merged);
}

void AddInts(const std::set<std::string>& keys, ReferenceList* list) {
  for (const std::string& key : keys) {
    const std::int64_t number = *NumberOf(key);
    const auto at = std::ranges::lower_bound(list->ints, number);
    if (at == list->ints.end() || *at != number) list->ints.insert(at, number);
  }
}

bool IsSearchedInTexts(const TextIndexes& text, std::size_t list) {
  const bool literal = list < text.literal_list.size() && text.literal_list[list] != std::array{kNone, kNone};
  return literal || (list < text.names.size() && text.names[list] != nullptr);
}

void Disable(const std::set<std::string, std::less<>>& names, RuleSet* rule_set) {
  for (Rule& rule : rule_set->rules) {
    const std::string_view id = rule_set->Text(rule.id);
    bool named = names.contains(id);
    for (std::size_t i = id.find('/'); !named && rule.profile_table != kNone && i != id.npos; i = id.find('/', i + 1)) {
      named = names.contains(id.substr(0, i));
    }
    if (named) rule.valid_until = kNever;
  }
}

std::vector<SectionInfo> HashSections(const RuleSet& rule_set) {
  std::vector<SectionInfo> sections;
  const std::size_t count = FixedSectionCount() + rule_set.lists.size() + rule_set.tables.size();
  for (std::size_t i = 0; i < count; ++i) sections.push_back(HashSection(rule_set, i));
  return sections;
}

}  // namespace

ChangeBase MakeChangeBase(RuleSetPtr rule_set) {
  std::vector<SectionInfo> sections = HashSections(*rule_set);
  return {std::move(rule_set), std::move(sections)};
}

Status CheckChange(const RuleSet& rule_set, const Change& change) {
  if (change.kind == ChangeKind::kDisableRule) {
    if (HasRule(rule_set, change.name)) return Status::Ok();
    return {StatusCode::kNotFound, "the rules in force have no rule '" + change.name + "'"};
  }
  const auto list = FindList(rule_set, change.name);
  if (list) return CheckKey(rule_set.lists[*list], change.key);
  std::string names;
  for (const ReferenceList& other : rule_set.lists) names += (names.empty() ? "" : ", ") + other.name;
  return {StatusCode::kNotFound, "the rules in force have no list '" + change.name + "'; " +
                                     (names.empty() ? "they have none" : "there are " + names)};
}

Result<RuleSetPtr> WithChanges(const ChangeBase& base, std::span<const Change> changes) {
  if (changes.empty()) return base.rule_set;
  auto changed = std::make_shared<RuleSet>(*base.rule_set);
  std::vector<SectionInfo> sections = base.sections.empty() ? HashSections(*changed) : base.sections;
  std::set<std::string, std::less<>> disabled;
  std::map<std::size_t, std::set<std::string>> added;  // by list
  for (const Change& change : changes) {
    if (Status status = CheckChange(*base.rule_set, change); !status.ok()) return status;
    if (change.kind == ChangeKind::kDisableRule) {
      disabled.insert(change.name);
    } else {
      added[*FindList(*changed, change.name)].insert(change.key);
    }
  }
  if (!disabled.empty()) {
    Disable(disabled, changed.get());
    sections[RulesSection()] = HashSection(*changed, RulesSection());
  }
  for (const auto& [index, keys] : added) {
    ReferenceList& list = changed->lists[index];
    list.type == ValueType::kString ? AddTexts(keys, &list) : AddInts(keys, &list);
    sections[ListSection(index)] = HashSection(*changed, ListSection(index));
  }
  if (Status status = Verify(*changed); !status.ok()) return Status(StatusCode::kInvalidArgument, status.message());
  bool text_changed = false;
  for (const auto& [index, keys] : added) {
    changed->lists[index].Prepare();
    text_changed = text_changed || IsSearchedInTexts(changed->text, index);
  }
  if (text_changed) changed->text = MakeTextIndexes(changed->program, changed->lists);
  changed->hash = RuleSetHash(sections);
  return RuleSetPtr(std::move(changed));
}

}  // namespace sluice::ruleset
