#include "tools/sluice/rule_set_diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "engine/base/time_text.h"
#include "engine/ruleset/node_text.h"
#include "tools/sluice/inspection.h"
#include "tools/sluice/table_diff.h"

namespace sluice::tools {

using ruleset::Rule;
using ruleset::RuleSet;

namespace {

std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string LaneText(const RuleSet& set, ruleset::LaneIndex lane) {
  return lane == ruleset::kNoLane ? "" : set.lanes[lane].name;
}

std::string ScoreText(const RuleSet& set, const Rule& rule) {
  return rule.score_node == ruleset::kNoNode ? std::to_string(rule.score) : ruleset::NodeText(set, rule.score_node);
}

std::string MaskText(std::uint8_t mask, const char* first, const char* second) {
  if ((mask & 3) == 3) return "";
  return (mask & 1) != 0 ? first : second;
}

std::string SplitText(const RuleSet& set, const Rule& rule) {
  std::vector<std::string> shares;
  for (std::uint32_t i = 0; i < rule.split_count; ++i) {
    const ruleset::SplitShare& share = set.split_shares[rule.split_first + i];
    shares.push_back(fmt::format("{}: {}", set.lanes[share.lane].name, share.parts_per_million));
  }
  return Listed(shares);
}

std::string InstantText(const base::Timestamp& time) {
  const bool open = time.seconds < base::kTimestampSecondsMin || time.seconds > base::kTimestampSecondsMax;
  return open ? "" : base::TimestampText(time);
}

std::string BoolText(bool value) { return value ? "true" : "false"; }

// What a rule says beside its expressions, part by part.
struct RulePart {
  const char* name;
  std::function<std::string(const RuleSet&, const Rule&)> text;
};

const std::vector<RulePart>& RuleParts() {
  static const std::vector<RulePart> parts = {
      {"title", [](const RuleSet& s, const Rule& r) { return std::string(s.Text(r.title)); }},
      {"lane", [](const RuleSet& s, const Rule& r) { return LaneText(s, r.lane); }},
      {"split", SplitText},
      {"reason", [](const RuleSet& s, const Rule& r) { return std::string(s.Text(r.reason)); }},
      {"probability", [](const RuleSet&, const Rule& r) { return std::to_string(r.probability); }},
      {"control", [](const RuleSet& s, const Rule& r) { return Listed(NamesOf(r.controls, s.controls)); }},
      {"waive", [](const RuleSet& s, const Rule& r) { return Listed(NamesOf(r.waives, s.tags)); }},
      {"tags", [](const RuleSet& s, const Rule& r) { return Listed(NamesOf(r.tags, s.tags)); }},
      {"mode", [](const RuleSet&, const Rule& r) { return r.mode == ruleset::RuleMode::kShadow ? "shadow" : "live"; }},
      {"must_inspect", [](const RuleSet&, const Rule& r) { return BoolText(r.must_inspect); }},
      {"mandatory", [](const RuleSet&, const Rule& r) { return BoolText(r.mandatory); }},
      {"absent", [](const RuleSet&, const Rule& r) { return r.absent_is_error ? "error" : "no_match"; }},
      {"direction", [](const RuleSet&, const Rule& r) { return MaskText(r.directions, "import", "export"); }},
      {"phase", [](const RuleSet&, const Rule& r) { return MaskText(r.phases, "declared", "scanned"); }},
      {"offices", [](const RuleSet& s,
                     const Rule& r) { return r.offices == ruleset::kNone ? "" : Listed(s.office_sets[r.offices]); }},
      {"valid from", [](const RuleSet&, const Rule& r) { return InstantText(r.valid_from); }},
      {"valid until", [](const RuleSet&, const Rule& r) { return InstantText(r.valid_until); }},
      {"each", [](const RuleSet& s,
                  const Rule& r) { return r.profile_table == ruleset::kNone ? "" : s.tables[r.profile_table].name; }},
      {"owner", [](const RuleSet& s, const Rule& r) { return std::string(s.Text(r.owner)); }},
      {"note", [](const RuleSet& s, const Rule& r) { return std::string(s.Text(r.note)); }}};
  return parts;
}

class Differ {
 public:
  Differ(const RuleSet& a, const RuleSet& b) : a_(a), b_(b), prints_a_(Fingerprints(a)), prints_b_(Fingerprints(b)) {}

  std::vector<Change> Diff() {
    DiffRules();
    DiffLists();
    DiffNamed(Subject::kTable, a_.tables, b_.tables,
              [](const ruleset::Table& x, const ruleset::Table& y) { return TableParts(x, y); });
    if (auto parts = RateParts(a_.rates, b_.rates); !parts.empty()) Add(Subject::kRates, "rates", std::move(parts));
    DiffNamed(Subject::kLane, a_.lanes, b_.lanes,
              [this](const ruleset::Lane& x, const ruleset::Lane& y) { return LaneParts(x, y); });
    if (auto parts = PolicyParts(); !parts.empty()) Add(Subject::kPolicy, "policy", std::move(parts));
    DiffSchema();
    return std::move(changes_);
  }

 private:
  static void Compare(const char* part, std::string before, std::string after, std::vector<PartChange>* parts) {
    if (before != after) parts->push_back({part, std::move(before), std::move(after)});
  }

  void Add(Subject subject, std::string name, std::vector<PartChange> parts) {
    changes_.push_back({subject, ChangeWay::kChanged, std::move(name), "", std::move(parts)});
  }
  void Add(Subject subject, ChangeWay way, std::string name, std::string title = "") {
    changes_.push_back({subject, way, std::move(name), std::move(title), {}});
  }

  void DiffRules() {
    std::unordered_map<std::string_view, const Rule*> before, after;
    for (const Rule& rule : a_.rules) before.emplace(a_.Text(rule.id), &rule);
    for (const Rule& rule : b_.rules) after.emplace(b_.Text(rule.id), &rule);
    for (const Rule& rule : a_.rules) {
      const std::string id(a_.Text(rule.id));
      if (!after.contains(id)) Add(Subject::kRule, ChangeWay::kRemoved, id, std::string(a_.Text(rule.title)));
    }
    for (const Rule& rule : b_.rules) {
      const std::string id(b_.Text(rule.id));
      const auto known = before.find(id);
      if (known == before.end()) {
        Add(Subject::kRule, ChangeWay::kAdded, id, std::string(b_.Text(rule.title)));
      } else if (auto parts = PartsOf(*known->second, rule); !parts.empty()) {
        Add(Subject::kRule, id, std::move(parts));
        changes_.back().title = b_.Text(rule.title);
      }
    }
  }

  std::vector<PartChange> PartsOf(const Rule& x, const Rule& y) const {
    std::vector<PartChange> parts;
    if (prints_a_[x.condition] != prints_b_[y.condition]) {
      parts.push_back(ConditionChange(x, y));
    }
    const bool expressions = x.score_node != ruleset::kNoNode && y.score_node != ruleset::kNoNode;
    if (expressions ? prints_a_[x.score_node] != prints_b_[y.score_node] : ScoreText(a_, x) != ScoreText(b_, y)) {
      parts.push_back({"score", ScoreText(a_, x), ScoreText(b_, y)});
    }
    for (const RulePart& part : RuleParts()) Compare(part.name, part.text(a_, x), part.text(b_, y), &parts);
    return parts;
  }

  // As it was written; where that is the same (a profile's, by another row), as it was compiled.
  PartChange ConditionChange(const Rule& x, const Rule& y) const {
    const auto written = [](const RuleSet& set, const Rule& rule) {
      return rule.source == ruleset::kNone ? std::string() : std::string(set.Text(set.sources[rule.source].expression));
    };
    std::string before = written(a_, x);
    std::string after = written(b_, y);
    if (before == after) {
      before = ruleset::NodeText(a_, x.condition);
      after = ruleset::NodeText(b_, y.condition);
    }
    return {"condition", std::move(before), std::move(after)};
  }

  template <typename T, typename Parts>
  void DiffNamed(Subject subject, const std::vector<T>& before, const std::vector<T>& after, Parts parts_of) {
    const auto find = [](const std::vector<T>& things, const std::string& name) {
      return std::find_if(things.begin(), things.end(), [&](const T& thing) { return thing.name == name; });
    };
    for (const T& thing : before) {
      if (find(after, thing.name) == after.end()) Add(subject, ChangeWay::kRemoved, thing.name);
    }
    for (const T& thing : after) {
      const auto known = find(before, thing.name);
      if (known == before.end()) {
        Add(subject, ChangeWay::kAdded, thing.name);
      } else if (auto parts = parts_of(*known, thing); !parts.empty()) {
        Add(subject, thing.name, std::move(parts));
      }
    }
  }

  void DiffLists() {
    DiffNamed(Subject::kList, a_.lists, b_.lists,
              [](const ruleset::ReferenceList& x, const ruleset::ReferenceList& y) { return ListParts(x, y); });
  }

  std::vector<PartChange> LaneParts(const ruleset::Lane& x, const ruleset::Lane& y) const {
    std::vector<PartChange> parts;
    Compare("severity", std::to_string(x.severity), std::to_string(y.severity), &parts);
    Compare("releases", BoolText(x.releases), BoolText(y.releases), &parts);
    Compare("capacity", std::to_string(x.capacity_per_hour), std::to_string(y.capacity_per_hour), &parts);
    Compare("overflow", LaneText(a_, x.overflow), LaneText(b_, y.overflow), &parts);
    return parts;
  }

  static std::string ScoreLanesText(const RuleSet& set) {
    std::vector<std::string> steps;
    for (const ruleset::ScoreLane& step : set.score_lanes) {
      steps.push_back(fmt::format("{}: {}", step.from, set.lanes[step.lane].name));
    }
    return Listed(steps);
  }
  static std::string ColumnOr(const RuleSet& set, parcel::ColumnIndex column) {
    return column == ruleset::kNone ? "" : ColumnText(set, column);
  }

  std::vector<PartChange> PolicyParts() const {
    std::vector<PartChange> parts;
    Compare("book", a_.name, b_.name, &parts);
    Compare("mapping", a_.mapping, b_.mapping, &parts);
    Compare("default_lane", LaneText(a_, a_.default_lane), LaneText(b_, b_.default_lane), &parts);
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      const auto at = static_cast<std::size_t>(i);
      Compare(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)), LaneText(a_, a_.outcome_lanes[at]),
              LaneText(b_, b_.outcome_lanes[at]), &parts);
    }
    Compare("score_lanes", ScoreLanesText(a_), ScoreLanesText(b_), &parts);
    Compare("controls", Listed(a_.controls), Listed(b_.controls), &parts);
    const auto zone = [](const RuleSet& set) { return set.program.zones[set.zone].name; };
    Compare("zone", zone(a_), zone(b_), &parts);
    const std::pair<const char*, parcel::ColumnIndex ruleset::SystemColumns::*> fields[] = {
        {"fields: id", &ruleset::SystemColumns::id},
        {"fields: received", &ruleset::SystemColumns::received},
        {"fields: office", &ruleset::SystemColumns::office},
        {"fields: phase", &ruleset::SystemColumns::phase},
        {"fields: direction", &ruleset::SystemColumns::direction},
        {"fields: draw_id", &ruleset::SystemColumns::draw_id}};
    for (const auto& [name, member] : fields) {
      Compare(name, ColumnOr(a_, a_.system.*member), ColumnOr(b_, b_.system.*member), &parts);
    }
    return parts;
  }

  // The fields of all records, as "Parcel.value" and what is said of each.
  static std::vector<std::pair<std::string, std::string>> Fields(const RuleSet& set) {
    std::vector<std::pair<std::string, std::string>> fields;
    for (const parcel::Record& record : set.catalog.records) {
      for (const parcel::Field& field : record.fields) {
        std::string text = parcel::ValueTypeName(field.type);
        if (field.type == parcel::ValueType::kList)
          text += std::string(" of ") + parcel::ValueTypeName(field.element_type);
        if (field.record != parcel::kNoIndex) text += " " + set.catalog.records[field.record].name;
        if (field.enumeration != parcel::kNoIndex) text += " " + EnumText(set.catalog.enums[field.enumeration]);
        text += fmt::format(", slot {}, required {}, {} bytes, {} items", field.slot, field.required_phases,
                            field.max_bytes, field.max_items);
        if (!field.unit.empty()) text += ", unit " + field.unit;
        fields.emplace_back(record.name + "." + field.name, std::move(text));
      }
    }
    return fields;
  }
  static std::string EnumText(const parcel::Enum& type) {
    std::vector<std::string> values;
    for (const parcel::EnumValue& value : type.values)
      values.push_back(fmt::format("{} = {}", value.name, value.value));
    return type.name + " (" + Listed(values) + ")";
  }

  void DiffSchema() {
    const auto before = Fields(a_);
    const auto after = Fields(b_);
    const auto find = [](const auto& fields, const std::string& name) {
      return std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; });
    };
    for (const auto& [name, text] : before) {
      if (find(after, name) == after.end()) Add(Subject::kSchema, ChangeWay::kRemoved, name);
    }
    for (const auto& [name, text] : after) {
      const auto known = find(before, name);
      if (known == before.end()) {
        Add(Subject::kSchema, ChangeWay::kAdded, name);
      } else if (known->second != text) {
        Add(Subject::kSchema, name, {{"field", known->second, text}});
      }
    }
  }

  const RuleSet& a_;
  const RuleSet& b_;
  const std::vector<base::Hash128> prints_a_, prints_b_;
  std::vector<Change> changes_;
};

}  // namespace

const char* SubjectName(Subject subject) {
  static constexpr const char* kNames[kSubjectCount] = {"rule", "list", "table", "rates", "lane", "policy", "schema"};
  return kNames[static_cast<int>(subject)];
}

const char* ChangeWayName(ChangeWay way) {
  static constexpr const char* kNames[] = {"added", "removed", "changed"};
  return kNames[static_cast<int>(way)];
}

std::vector<Change> DiffRuleSets(const RuleSet& a, const RuleSet& b) { return Differ(a, b).Diff(); }

}  // namespace sluice::tools
