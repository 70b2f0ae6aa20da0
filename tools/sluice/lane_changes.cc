#include "tools/sluice/lane_changes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <unordered_set>

#include "engine/pipeline/screening.h"

namespace sluice::tools {

namespace {

using decide::Decision;

// A decision as bytes between a formatter and its sink: sequence, lane, rules that stand, and on demand the id.
void AppendBytes(const void* from, std::size_t size, std::string* to) {
  to->append(static_cast<const char*>(from), size);
}

class CompactFormatter : public pipeline::DecisionFormatter {
 public:
  explicit CompactFormatter(bool with_id) : with_id_(with_id) {}

  void Append(const Decision& decision, std::string* bytes) override {
    if (decision.duplicate_of != 0) return;  // it says what the one that it repeats says
    AppendBytes(&decision.sequence, sizeof decision.sequence, bytes);
    bytes->push_back(static_cast<char>(decision.lane));
    const auto count = static_cast<std::uint32_t>(decision.matched.size());
    AppendBytes(&count, sizeof count, bytes);
    for (const ruleset::Hit& hit : decision.matched) AppendBytes(&hit.rule, sizeof hit.rule, bytes);
    const auto id_bytes = static_cast<std::uint32_t>(with_id_ ? decision.parcel_id.size() : 0);
    AppendBytes(&id_bytes, sizeof id_bytes, bytes);
    bytes->append(decision.parcel_id, 0, id_bytes);
  }

 private:
  bool with_id_;
};

struct Compact {
  std::uint64_t sequence = 0;
  ruleset::LaneIndex lane = 0;
  std::vector<ruleset::RuleIndex> rules;  // ascending
  std::string_view id;
};

// Reads the next decision of `bytes` and takes it off.
Compact Take(std::string_view* bytes) {
  const auto read = [&](void* to, std::size_t size) {
    std::memcpy(to, bytes->data(), size);
    bytes->remove_prefix(size);
  };
  Compact decision;
  std::uint32_t size = 0;
  read(&decision.sequence, sizeof decision.sequence);
  read(&decision.lane, sizeof decision.lane);
  read(&size, sizeof size);
  decision.rules.resize(size);
  if (size > 0) read(decision.rules.data(), size * sizeof(ruleset::RuleIndex));
  read(&size, sizeof size);
  decision.id = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return decision;
}

class CompactSink : public pipeline::DecisionSink {
 public:
  CompactSink(bool with_id, std::function<void(std::string_view)> take) : with_id_(with_id), take_(std::move(take)) {}

  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<CompactFormatter>(with_id_);
  }
  Status Write(std::string_view bytes) override {
    take_(bytes);
    return Status::Ok();
  }

 private:
  bool with_id_;
  std::function<void(std::string_view)> take_;
};

class Comparer {
 public:
  Comparer(const ruleset::RuleSet& a, const ruleset::RuleSet& b, const std::vector<std::string>& changed)
      : a_(a), b_(b), changed_(changed.begin(), changed.end()) {}

  void Compare(const Compact& before, const Compact& after) {
    ++found_.parcels;
    const std::string& from = a_.lanes[before.lane].name;
    const std::string& to = b_.lanes[after.lane].name;
    if (from == to) return;
    ++found_.moved;
    Count(&lanes_[{"", "", from, to}], after.id);
    bool explained = false;
    const auto blame = [&](std::string_view rule, const char* what) {
      explained = true;
      Count(&rules_[{std::string(rule), what, from, to}], after.id);
    };
    std::unordered_set<std::string_view> before_ids;
    for (const ruleset::RuleIndex rule : before.rules) before_ids.insert(a_.Text(a_.rules[rule].id));
    for (const ruleset::RuleIndex rule : after.rules) {
      const std::string_view id = b_.Text(b_.rules[rule].id);
      if (before_ids.erase(id) == 0) {
        blame(id, "matches now");
      } else if (changed_.contains(std::string(id))) {
        blame(id, "changed");
      }
    }
    for (const std::string_view id : before_ids) blame(id, "matches no more");
    if (!explained) blame("", "no rule's match differs");
  }

  LaneChanges Finish() {
    for (auto& [key, move] : lanes_) found_.lanes.push_back({key[2], key[3], move.parcels, std::move(move.sample)});
    for (auto& [key, move] : rules_) {
      found_.rules.push_back({key[0], key[1], {key[2], key[3], move.parcels, std::move(move.sample)}});
    }
    std::stable_sort(found_.lanes.begin(), found_.lanes.end(),
                     [](const LaneMove& x, const LaneMove& y) { return x.parcels > y.parcels; });
    std::stable_sort(found_.rules.begin(), found_.rules.end(),
                     [](const RuleMove& x, const RuleMove& y) { return x.move.parcels > y.move.parcels; });
    return std::move(found_);
  }

 private:
  using Key = std::array<std::string, 4>;  // rule, what, from, to
  struct Group {
    std::uint64_t parcels = 0;
    std::vector<std::string> sample;
  };

  static void Count(Group* group, std::string_view id) {
    ++group->parcels;
    if (group->sample.size() < kParcelsSampled) group->sample.emplace_back(id);
  }

  const ruleset::RuleSet& a_;
  const ruleset::RuleSet& b_;
  const std::set<std::string> changed_;
  std::map<Key, Group> lanes_;
  std::map<Key, Group> rules_;
  LaneChanges found_;
};

}  // namespace

Result<LaneChanges> FindLaneChanges(LaneSide a, LaneSide b, const draw::EpochKey& key,
                                    const std::vector<std::string>& changed) {
  std::string decisions;
  CompactSink keep(false, [&](std::string_view bytes) { decisions += bytes; });
  const auto first = pipeline::Screen(a.rule_set, key, {}, a.source.get(), &keep);
  if (!first.ok()) return first.status();

  Comparer comparer(*a.rule_set, *b.rule_set, changed);
  std::string_view rest = decisions;
  bool aligned = true;
  CompactSink compare(true, [&](std::string_view bytes) {
    while (!bytes.empty() && aligned) {
      const Compact after = Take(&bytes);
      aligned = !rest.empty();
      if (!aligned) return;
      const Compact before = Take(&rest);
      aligned = before.sequence == after.sequence;
      if (aligned) comparer.Compare(before, after);
    }
  });
  const auto second = pipeline::Screen(b.rule_set, key, {}, b.source.get(), &compare);
  if (!second.ok()) return second.status();
  if (!aligned || !rest.empty()) {
    return Status(StatusCode::kInvalidArgument, "the two rule sets do not decide the same records of the input");
  }
  return comparer.Finish();
}

}  // namespace sluice::tools
