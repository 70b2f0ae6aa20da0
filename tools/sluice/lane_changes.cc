#include "tools/sluice/lane_changes.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace sluice::tools {

namespace {

using decide::Decision;
using ruleset::LaneIndex;
using ruleset::RuleIndex;

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
  LaneIndex lane = 0;
  std::vector<RuleIndex> rules;  // ascending
  std::string_view id;
};

// Reads the next decision of `bytes` and takes it off.
void Take(std::string_view* bytes, Compact* decision) {
  const auto read = [&](void* to, std::size_t size) {
    std::memcpy(to, bytes->data(), size);
    bytes->remove_prefix(size);
  };
  std::uint32_t size = 0;
  read(&decision->sequence, sizeof decision->sequence);
  read(&decision->lane, sizeof decision->lane);
  read(&size, sizeof size);
  decision->rules.resize(size);
  if (size > 0) read(decision->rules.data(), size * sizeof(RuleIndex));
  read(&size, sizeof size);
  decision->id = bytes->substr(0, size);
  bytes->remove_prefix(size);
}

enum class What : std::uint8_t { kNoMore, kNow, kChanged, kNone };
const char* WhatName(What what) {
  switch (what) {
    case What::kNoMore: return "matches no more";
    case What::kNow: return "matches now";
    case What::kChanged: return "changed";
    case What::kNone: break;
  }
  return "no rule's match differs";
}

// Most parcels first, then by name, whatever order they were met in.
bool MoreParcels(const LaneMove& x, const LaneMove& y) {
  return std::tie(y.parcels, x.from, x.to) < std::tie(x.parcels, y.from, y.to);
}

}  // namespace

class LaneComparison::Counter {
 public:
  Counter(const ruleset::RuleSet& a, const ruleset::RuleSet& b, const std::vector<std::string>& changed)
      : a_(a), b_(b), in_b_(a.rules.size(), ruleset::kNone), changed_(b.rules.size()) {
    std::unordered_map<std::string_view, RuleIndex> by_id;
    for (RuleIndex rule = 0; rule < b.rules.size(); ++rule) by_id.emplace(b.Text(b.rules[rule].id), rule);
    for (RuleIndex rule = 0; rule < a.rules.size(); ++rule) {
      const auto found = by_id.find(a.Text(a.rules[rule].id));
      if (found != by_id.end()) in_b_[rule] = found->second;
    }
    for (const std::string& id : changed) {
      if (const auto found = by_id.find(id); found != by_id.end()) changed_[found->second] = true;
    }
  }

  // The first side's decisions on a batch. Those of an earlier one that have no partner are duplicates to the other.
  void TakeBefore(std::string_view bytes) { before_bytes_.assign(bytes); }

  void TakeAfter(std::string_view bytes) {
    std::string_view rest = before_bytes_;
    bool waiting = false;  // `before_` is not compared yet
    while (!bytes.empty()) {
      Take(&bytes, &after_);
      while ((!waiting || before_.sequence < after_.sequence) && !rest.empty()) {
        Take(&rest, &before_);
        waiting = true;
      }
      if (!waiting || before_.sequence != after_.sequence) continue;
      waiting = false;
      Compare();
    }
  }

  LaneChanges Finish() {
    for (auto& [key, group] : lanes_) {
      found_.lanes.push_back({a_.lanes[key >> 8].name, b_.lanes[key & 0xFF].name, group.parcels,
                              std::move(group.sample)});
    }
    for (auto& [key, group] : rules_) {
      const What what{static_cast<std::uint8_t>(key >> 48)};
      const auto rule = static_cast<RuleIndex>(key);
      const std::string_view id = what == What::kNone     ? std::string_view()
                                  : what == What::kNoMore ? a_.Text(a_.rules[rule].id)
                                                          : b_.Text(b_.rules[rule].id);
      found_.rules.push_back({std::string(id), WhatName(what),
                              {a_.lanes[key >> 40 & 0xFF].name, b_.lanes[key >> 32 & 0xFF].name, group.parcels,
                               std::move(group.sample)}});
    }
    std::sort(found_.lanes.begin(), found_.lanes.end(), MoreParcels);
    std::sort(found_.rules.begin(), found_.rules.end(), [](const RuleMove& x, const RuleMove& y) {
      if (x.move.parcels != y.move.parcels) return x.move.parcels > y.move.parcels;
      return std::tie(x.rule, x.what, x.move.from, x.move.to) < std::tie(y.rule, y.what, y.move.from, y.move.to);
    });
    return std::move(found_);
  }

 private:
  struct Group {
    std::uint64_t parcels = 0;
    std::vector<std::string> sample;
  };
  using Groups = std::unordered_map<std::uint64_t, Group>;

  void Compare() {
    ++found_.parcels;
    if (a_.lanes[before_.lane].name == b_.lanes[after_.lane].name) return;
    ++found_.moved;
    Count(&lanes_, std::uint64_t{before_.lane} << 8 | after_.lane);
    bool explained = false;
    const auto blame = [&](RuleIndex rule, What what) {
      explained = true;
      CountRule(rule, what);
    };
    kept_.clear();
    for (const RuleIndex rule : before_.rules) {
      const RuleIndex same = in_b_[rule];
      if (same != ruleset::kNone && std::binary_search(after_.rules.begin(), after_.rules.end(), same)) {
        kept_.push_back(same);
      } else {
        blame(rule, What::kNoMore);
      }
    }
    std::sort(kept_.begin(), kept_.end());
    for (const RuleIndex rule : after_.rules) {
      if (!std::binary_search(kept_.begin(), kept_.end(), rule)) {
        blame(rule, What::kNow);
      } else if (changed_[rule]) {
        blame(rule, What::kChanged);
      }
    }
    if (!explained) CountRule(0, What::kNone);
  }

  void CountRule(RuleIndex rule, What what) {
    Count(&rules_, static_cast<std::uint64_t>(what) << 48 | std::uint64_t{before_.lane} << 40 |
                       std::uint64_t{after_.lane} << 32 | rule);
  }

  void Count(Groups* groups, std::uint64_t key) {
    auto found = groups->find(key);
    if (found == groups->end()) {
      if (groups->size() >= kLaneMovesMax) {
        ++found_.not_told;
        return;
      }
      found = groups->try_emplace(key).first;
    }
    ++found->second.parcels;
    if (found->second.sample.size() < kParcelsSampled) found->second.sample.emplace_back(after_.id);
  }

  const ruleset::RuleSet& a_;
  const ruleset::RuleSet& b_;
  std::vector<RuleIndex> in_b_;  // by rule of `a`: the rule of `b` with its id
  std::vector<bool> changed_;    // by rule of `b`
  std::string before_bytes_;
  Compact before_, after_;
  std::vector<RuleIndex> kept_;
  Groups lanes_;
  Groups rules_;
  LaneChanges found_;
};

class LaneComparison::Before : public pipeline::DecisionSink {
 public:
  explicit Before(Counter* counter) : counter_(counter) {}
  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<CompactFormatter>(false);
  }
  Status Write(std::string_view bytes) override {
    counter_->TakeBefore(bytes);
    return Status::Ok();
  }

 private:
  Counter* counter_;
};

class LaneComparison::After : public pipeline::DecisionSink {
 public:
  explicit After(Counter* counter) : counter_(counter) {}
  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<CompactFormatter>(true);
  }
  Status Write(std::string_view bytes) override {
    counter_->TakeAfter(bytes);
    return Status::Ok();
  }

 private:
  Counter* counter_;
};

LaneComparison::LaneComparison(const ruleset::RuleSet& a, const ruleset::RuleSet& b,
                               const std::vector<std::string>& changed)
    : counter_(std::make_unique<Counter>(a, b, changed)),
      a_(std::make_unique<Before>(counter_.get())),
      b_(std::make_unique<After>(counter_.get())) {}

LaneComparison::~LaneComparison() = default;

pipeline::DecisionSink* LaneComparison::a() { return a_.get(); }
pipeline::DecisionSink* LaneComparison::b() { return b_.get(); }
LaneChanges LaneComparison::Finish() { return counter_->Finish(); }

}  // namespace sluice::tools
