// Each rule hangs under the values of its rarest test; a parcel asks the rules that hang under its values for the rest.
//
// Values are numbers from 0, so that an array by value stands in for the hash table, which is faster. The texts' form
// has real hash tables, one a field.
#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bench/workloads/flat_book.h"
#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

using bench::kFlatFields;
using bench::kNumberCount;
constexpr std::uint32_t kRangeBuckets = 64;
constexpr std::uint32_t kBucketWidth = kNumberCount / kRangeBuckets;

bool IsNumber(std::uint32_t field) { return bench::KindOf(field) == bench::FieldKind::kNumber; }
std::uint32_t KeyOf(std::uint32_t field, std::uint32_t value) { return IsNumber(field) ? value / kBucketWidth : value; }

/// One rule under one key: what remains to be tested is `tests[first, end)`.
struct Entry {
  std::uint32_t rule, first, end;
};

class Index {
 public:
  Index(const FlatModel& model, bool ranges_are_keys) {
    std::array<std::vector<std::vector<Entry>>, kFlatFields> by_key;
    for (const TestedRule& rule : TestedRules(model, true)) {
      const std::size_t key = KeyTest(rule, ranges_are_keys);
      const auto first = static_cast<std::uint32_t>(tests_.size());
      for (std::size_t i = 0; i < rule.tests.size(); ++i) {
        if (i != key || IsNumber(rule.tests[i].field)) tests_.push_back(rule.tests[i]);
      }
      const Entry entry{rule.rule, first, static_cast<std::uint32_t>(tests_.size())};
      if (key == rule.tests.size()) {
        always_.push_back(entry);
        continue;
      }
      const std::uint32_t field = rule.tests[key].field;
      for (const std::uint32_t value : KeysOf(rule.tests[key])) {
        if (by_key[field].size() <= value) by_key[field].resize(value + 1);
        by_key[field][value].push_back(entry);
      }
    }
    for (std::uint32_t field = 0; field < kFlatFields; ++field) Flatten(by_key[field], &fields_[field]);
  }

  void Ask(const bench::FlatParcel& values, std::uint32_t parcel, std::vector<Found>* found) const {
    AskEach(always_.data(), always_.data() + always_.size(), values, parcel, found);
    for (std::uint32_t field = 0; field < kFlatFields; ++field) {
      const Buckets& buckets = fields_[field];
      const std::uint32_t key = KeyOf(field, values[field]);
      if (key + 1 >= buckets.first.size()) continue;
      const Entry* entries = buckets.entries.data();
      AskEach(entries + buckets.first[key], entries + buckets.first[key + 1], values, parcel, found);
    }
  }

 private:
  struct Buckets {
    std::vector<std::uint32_t> first;  // by key
    std::vector<Entry> entries;
  };

  /// Which test is the rule's key: the rarest that can be one. The number of tests: none can.
  static std::size_t KeyTest(const TestedRule& rule, bool ranges_are_keys) {
    std::size_t best = rule.tests.size();
    double best_share = 2;
    for (std::size_t i = 0; i < rule.tests.size(); ++i) {
      const Test& test = rule.tests[i];
      if (test.negated || (IsNumber(test.field) && !ranges_are_keys)) continue;
      const double share = rule.shares[i] + (IsNumber(test.field) ? 1.0 / kRangeBuckets : 0);
      if (share >= best_share) continue;
      best = i;
      best_share = share;
    }
    return best;
  }

  static std::vector<std::uint32_t> KeysOf(const Test& test) {
    if (IsNumber(test.field)) {
      std::vector<std::uint32_t> keys;
      for (std::uint32_t key = test.low / kBucketWidth; key <= (test.low + test.width) / kBucketWidth; ++key) {
        keys.push_back(key);
      }
      return keys;
    }
    if (test.is_range) return {test.low};
    std::vector<std::uint32_t> keys(std::begin(test.values), std::end(test.values));
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  static void Flatten(const std::vector<std::vector<Entry>>& by_key, Buckets* buckets) {
    buckets->first.push_back(0);
    for (const std::vector<Entry>& entries : by_key) {
      buckets->entries.insert(buckets->entries.end(), entries.begin(), entries.end());
      buckets->first.push_back(static_cast<std::uint32_t>(buckets->entries.size()));
    }
  }

  void AskEach(const Entry* entry, const Entry* end, const bench::FlatParcel& values, std::uint32_t parcel,
               std::vector<Found>* found) const {
    for (; entry != end; ++entry) {
      const Test* test = tests_.data() + entry->first;
      const Test* tests_end = tests_.data() + entry->end;
      while (test != tests_end && test->Holds(values[test->field])) ++test;
      if (test == tests_end) found->push_back({parcel, entry->rule});
    }
  }

  std::vector<Test> tests_;
  std::vector<Entry> always_;
  std::array<Buckets, kFlatFields> fields_;
};

class OneKey : public Peer {
 public:
  OneKey(const FlatModel& model, bool ranges_are_keys, const char* name)
      : model_(model), index_(model, ranges_are_keys), name_(name) {}

  const char* name() const override { return name_; }
  std::vector<Found> Matches() const override { return found_; }

  double Run() override {
    const double start = ThreadNanoseconds();
    found_.clear();
    for (std::uint32_t parcel = 0; parcel < model_.parcels.size(); ++parcel) {
      index_.Ask(model_.parcels[parcel], parcel, &found_);
    }
    return ThreadNanoseconds() - start;
  }

 private:
  const FlatModel& model_;
  Index index_;
  const char* name_;
  std::vector<Found> found_;
};

class FromTexts : public Peer {
 public:
  explicit FromTexts(const FlatModel& model) : index_(model, true) {
    for (const bench::FlatRule& rule : model.rules) {
      for (const FlatPredicate& predicate : rule.predicates) {
        for (const std::uint32_t value : predicate.values) {
          const std::string& text = texts_.emplace_back(bench::FlatText(predicate.field, value));
          values_[predicate.field].emplace(text, value);
        }
      }
    }
    for (const bench::FlatParcel& parcel : model.parcels) {
      Raw& raw = raws_.emplace_back();
      for (std::uint32_t field = 0; field < kFlatFields; ++field) {
        if (IsNumber(field)) {
          raw.numbers[field - bench::kCodeFields] = parcel[field];
        } else {
          raw.texts[field] = texts_.emplace_back(bench::FlatText(field, parcel[field]));
        }
      }
    }
  }

  const char* name() const override { return "one-key index, from texts"; }
  std::vector<Found> Matches() const override { return found_; }

  double Run() override {
    const double start = ThreadNanoseconds();
    found_.clear();
    bench::FlatParcel values;
    for (std::uint32_t parcel = 0; parcel < raws_.size(); ++parcel) {
      const Raw& raw = raws_[parcel];
      for (std::uint32_t field = 0; field < kFlatFields; ++field) {
        if (IsNumber(field)) {
          values[field] = static_cast<std::uint32_t>(raw.numbers[field - bench::kCodeFields]);
          continue;
        }
        const auto found = values_[field].find(raw.texts[field]);
        values[field] = found == values_[field].end() ? kOther : found->second;
      }
      index_.Ask(values, parcel, &found_);
    }
    return ThreadNanoseconds() - start;
  }

 private:
  static constexpr std::uint32_t kOther = 0xFFFF'FFFEu;  // a text that no rule names

  struct Raw {
    std::array<std::string_view, kFlatFields> texts;
    std::array<double, bench::kNumberFields> numbers;
  };

  Index index_;
  std::deque<std::string> texts_;
  std::array<std::unordered_map<std::string_view, std::uint32_t>, kFlatFields> values_;
  std::vector<Raw> raws_;
  std::vector<Found> found_;
};

}  // namespace

std::unique_ptr<Peer> OneKeyIndex(const FlatModel& model) {
  return std::make_unique<OneKey>(model, false, "one-key index");
}
std::unique_ptr<Peer> OneKeyIndexWithRanges(const FlatModel& model) {
  return std::make_unique<OneKey>(model, true, "one-key index, ranges too");
}
std::unique_ptr<Peer> OneKeyIndexFromTexts(const FlatModel& model) { return std::make_unique<FromTexts>(model); }

}  // namespace sluice::peers
