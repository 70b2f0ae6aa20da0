#include "rules/book/rule_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>

#include "engine/base/limits.h"
#include "rules/book/cell_value.h"
#include "rules/book/keys.h"
#include "rules/book/lane_reader.h"
#include "rules/book/silence_reader.h"
#include "rules/book/zone.h"
#include "rules/diag/suggest.h"

namespace sluice::rules {
namespace {

using ruleset::Rule;

constexpr std::size_t kIdBytesMax = 64;

struct NamedBit {
  std::string_view name;
  std::uint8_t bit;
};
constexpr std::array kDirections = {
    NamedBit{"import", parcel::DirectionBit(parcel::Direction::kImport)},
    NamedBit{"export", parcel::DirectionBit(parcel::Direction::kExport)}};
constexpr std::array kPhases = {NamedBit{"declared", parcel::PhaseBit(parcel::Phase::kDeclared)},
                                NamedBit{"scanned", parcel::PhaseBit(parcel::Phase::kScanned)}};

/// One of two names, or a list of them, as a mask; `all` when nothing usable stands there.
std::uint8_t ReadMask(const YamlNode& node, std::string_view what,
                      const std::array<NamedBit, 2>& names, DiagnosticList* diagnostics) {
  constexpr std::uint8_t kAll = 0b11;
  const auto words = GetStringList(node, what, diagnostics);
  if (!words) return kAll;
  std::uint8_t mask = 0;
  for (const std::string& word : *words) {
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const NamedBit& n) { return n.name == word; });
    if (found != names.end()) {
      mask = static_cast<std::uint8_t>(mask | found->bit);
      continue;
    }
    const std::string either = std::string(names[0].name) + " or " + std::string(names[1].name);
    diagnostics->Error(node.place(), "bad-" + std::string(what),
                       "'" + word + "' is no " + std::string(what) + ": write " + either);
  }
  return mask == 0 ? kAll : mask;
}

std::string_view TextOf(const YamlNode& map, std::string_view key, DiagnosticList* diagnostics) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr || !GetString(*node, key, diagnostics)) return {};
  return node->text();
}

bool FlagOf(const YamlNode& map, std::string_view key, DiagnosticList* diagnostics) {
  const YamlNode* node = map.Find(key);
  return node != nullptr && GetBool(*node, key, diagnostics).value_or(false);
}

bool LooksLikeNumber(const YamlNode& node) {
  if (node.style() != YamlStyle::kPlain || node.text().empty()) return false;
  return std::all_of(node.text().begin(), node.text().end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

bool IsRuleId(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= kIdBytesMax &&
         std::all_of(text.begin(), text.end(), allowed);
}

std::optional<std::uint32_t> ReadShare(const YamlNode& node, std::string_view what,
                                       DiagnosticList* diagnostics) {
  const auto share = node.is_scalar() ? ParseShare(node.text()) : std::nullopt;
  if (share && *share > 0) return share;
  diagnostics->Error(
      node.place(), "bad-probability",
      std::string(what) + " must be 1 to 1000000 parts per million, or above 0 % and at most 100 %",
      "write 250000 or \"25 %\" for a quarter");
  return std::nullopt;
}

RuleReader::RuleReader(const BookConfig& config, RuleSpecs* specs, DiagnosticList* diagnostics)
    : config_(config), specs_(specs), diagnostics_(diagnostics) {}

void RuleReader::ReadFile(const YamlNode& root) {
  if (!ExpectMap(root, "a file of rules", diagnostics_)) return;
  CheckKeys(root, "a file of rules", kRuleFileKeys, diagnostics_);
  const YamlNode* rules = RequireKey(root, "a file of rules", "rules", diagnostics_);
  if (rules == nullptr || rules->is_null() || !ExpectSequence(*rules, "rules", diagnostics_))
    return;
  for (const YamlNode& node : rules->children()) ReadRule(node);
}

void RuleReader::ReadRule(const YamlNode& node) {
  if (!ExpectMap(node, "a rule", diagnostics_)) return;
  CheckKeys(node, "a rule", kRuleKeys, diagnostics_);
  RuleSpec spec;
  spec.node = &node;
  const bool has_id = ReadId(node, &spec);
  ReadTexts(node, &spec);
  ReadEach(node, &spec);
  ReadScope(node, &spec.rule);
  ReadFlags(node, &spec.rule);
  ReadTags(node, &spec.rule);
  const YamlNode* when = RequireKey(node, "a rule", "when", diagnostics_);
  if (when != nullptr && GetString(*when, "when", diagnostics_)) spec.when = when;
  ReadThen(node, &spec);
  spec.silences = ReadSilences(node, diagnostics_);
  if (has_id) specs_->rules.push_back(spec);
}

bool RuleReader::ReadId(const YamlNode& node, RuleSpec* spec) {
  const YamlNode* id = RequireKey(node, "a rule", "id", diagnostics_);
  if (id == nullptr || !GetString(*id, "id", diagnostics_)) return false;
  if (!IsRuleId(id->text())) {
    diagnostics_->Error(id->place(), "bad-rule-id",
                        "a rule's id is 1 to 64 letters, digits, '_', '.' or '-'");
    return false;
  }
  const auto [first, is_new] = ids_.try_emplace(id->text(), id);
  if (!is_new) {
    diagnostics_
        ->Error(id->place(), "duplicate-rule",
                "rule '" + std::string(id->text()) + "' stands twice")
        .AddNote(first->second->place(), "first defined here");
  }
  spec->id = id->text();
  return true;
}

void RuleReader::ReadTexts(const YamlNode& node, RuleSpec* spec) {
  spec->title = TextOf(node, "title", diagnostics_);
  spec->note = TextOf(node, "note", diagnostics_);
  spec->owner = TextOf(node, "owner", diagnostics_);
}

void RuleReader::ReadEach(const YamlNode& node, RuleSpec* spec) {
  const YamlNode* each = node.Find("each");
  if (each == nullptr || !GetString(*each, "each", diagnostics_)) return;
  constexpr std::string_view kTables = "tables.";
  if (!each->text().starts_with(kTables) || each->text().size() == kTables.size()) {
    diagnostics_->Error(each->place(), "bad-each", "`each` names a table of the book",
                        "write tables.NAME for the file tables/NAME.csv");
    return;
  }
  spec->each = each->text().substr(kTables.size());
  spec->each_node = each;
}

void RuleReader::ReadScope(const YamlNode& node, Rule* rule) {
  if (const YamlNode* direction = node.Find("direction")) {
    rule->directions = ReadMask(*direction, "direction", kDirections, diagnostics_);
    if (config_.direction.path.empty() && rule->directions != parcel::kAllDirections) {
      diagnostics_->Error(direction->place(), "no-such-field",
                          "the book does not say which field holds the direction",
                          "add direction to `fields` in book.yaml");
    }
  }
  if (const YamlNode* phase = node.Find("phase")) {
    rule->phases = ReadMask(*phase, "phase", kPhases, diagnostics_);
    if (config_.phase.path.empty() && rule->phases == parcel::PhaseBit(parcel::Phase::kScanned)) {
      diagnostics_->Warning(
          phase->place(), "never-applies",
          "the book does not say which field holds the phase, so every parcel is at phase declared",
          "add phase to `fields` in book.yaml");
    }
  }
  ReadOffices(node, rule);
  ReadValidity(node, rule);
}

void RuleReader::ReadOffices(const YamlNode& node, Rule* rule) {
  const YamlNode* offices = node.Find("offices");
  if (offices == nullptr) return;
  auto names = GetStringList(*offices, "offices", diagnostics_);
  if (!names) return;
  const auto check = [&](const YamlNode& name) {
    if (!LooksLikeNumber(name)) return;
    diagnostics_->Error(
        name.place(), "office-not-text", "an office's code is a text",
        "write \"" + std::string(name.text()) + "\" in quotes, so that no leading zero is lost");
  };
  if (offices->is_scalar()) check(*offices);
  for (const YamlNode& name : offices->children()) {
    if (offices->is_sequence()) check(name);
  }
  if (names->empty()) {
    diagnostics_->Error(offices->place(), "no-offices",
                        "the rule names no office, so it would never apply",
                        "leave out `offices` for a rule of all offices");
    return;
  }
  if (config_.office.path.empty()) {
    diagnostics_->Error(offices->place(), "no-such-field",
                        "the book does not say which field holds the office",
                        "add office to `fields` in book.yaml");
  }
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
  auto& sets = specs_->office_sets;
  const auto [known, is_new] =
      office_sets_.try_emplace(*names, static_cast<std::uint32_t>(sets.size()));
  rule->offices = known->second;
  if (is_new) sets.push_back(*std::move(names));
}

void RuleReader::ReadValidity(const YamlNode& node, Rule* rule) {
  const YamlNode* valid = node.Find("valid");
  if (valid == nullptr || !ExpectMap(*valid, "valid", diagnostics_)) return;
  CheckKeys(*valid, "valid", kValidKeys, diagnostics_);
  const auto read_day = [&](std::string_view key) -> std::optional<std::chrono::sys_days> {
    const YamlNode* day_node = valid->Find(key);
    if (day_node == nullptr || !GetString(*day_node, key, diagnostics_)) return std::nullopt;
    const auto day = ParseDay(day_node->text());
    if (!day) {
      diagnostics_->Error(day_node->place(), "bad-date",
                          "'" + std::string(day_node->text()) + "' is no date",
                          "write a day as 2026-03-01");
    }
    return day;
  };
  const auto from = read_day("from");
  const auto until = read_day("until");
  if (from && until && *from > *until) {
    diagnostics_->Error(valid->Find("until")->place(), "validity-reversed",
                        "the rule's validity ends before it begins");
  }
  if (from) rule->valid_from = DayStart(config_.zone, *from);
  if (until) rule->valid_until = DayStart(config_.zone, *until + std::chrono::days(1));
}

void RuleReader::ReadFlags(const YamlNode& node, Rule* rule) {
  rule->must_inspect = FlagOf(node, "must_inspect", diagnostics_);
  rule->mandatory = FlagOf(node, "mandatory", diagnostics_);
  if (const YamlNode* mode = node.Find("mode")) {
    if (mode->text() == "shadow") {
      rule->mode = ruleset::RuleMode::kShadow;
    } else if (mode->text() != "live") {
      diagnostics_->Error(mode->place(), "bad-mode", "a rule's mode is live or shadow");
    }
  }
  if (const YamlNode* absent = node.Find("absent")) {
    rule->absent_is_error = absent->text() == "error";
    if (absent->text() != "error" && absent->text() != "no_match") {
      diagnostics_->Error(absent->place(), "bad-absent", "`absent` is error or no_match");
    }
  }
}

std::uint64_t RuleReader::TagBit(const YamlNode& node, std::string_view tag) {
  if (!IsRuleId(tag)) {
    diagnostics_->Error(node.place(), "bad-tag",
                        "a tag is 1 to 64 letters, digits, '_', '.' or '-'");
    return 0;
  }
  const auto bit = specs_->tags.Bit(tag);
  if (!bit) {
    diagnostics_->Error(node.place(), "too-many-tags",
                        "a book has at most " + std::to_string(limits::kTagsMax) + " tags");
  }
  return bit.value_or(0);
}

void RuleReader::ReadTags(const YamlNode& node, Rule* rule) {
  const YamlNode* tags = node.Find("tags");
  if (tags == nullptr) return;
  const auto names = GetStringList(*tags, "tags", diagnostics_);
  if (!names) return;
  for (const std::string& name : *names) rule->tags |= TagBit(*tags, name);
}

void RuleReader::Finish() {
  std::uint64_t carried = 0;
  std::uint64_t can_be_waived = 0;
  for (const RuleSpec& spec : specs_->rules) {
    carried |= spec.rule.tags;
    if (!spec.rule.mandatory && !spec.rule.must_inspect) can_be_waived |= spec.rule.tags;
  }
  for (const auto& [bit, node] : waive_nodes_) {
    const auto& names = specs_->tags.names();
    const auto index = static_cast<std::size_t>(std::countr_zero(bit));
    if ((carried & bit) == 0) {
      std::vector<std::string> others;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if ((carried >> i & 1) != 0) others.push_back(names[i]);
      }
      diagnostics_->Warning(node->place(), "unknown-tag",
                            "no rule has the tag '" + names[index] + "' that is waived",
                            DidYouMean(names[index], others));
    } else if ((can_be_waived & bit) == 0) {
      diagnostics_->Warning(
          node->place(), "waives-nothing",
          "every rule with the tag '" + names[index] + "' is mandatory or must inspect",
          "such matches are never waived");
    }
  }
}

}  // namespace sluice::rules
