#include "bench/workloads/flat_model.h"

#include <algorithm>
#include <span>

#include "engine/base/check.h"
#include "tools/generator/random.h"

namespace sluice::bench {
namespace {

using generator::Alias;
using generator::Random;

// Streams of random numbers, so that more rules or parcels leave the first ones as they are.
constexpr std::uint64_t kRuleStream = 1'000'000'000, kParcelStream = 2'000'000'000;
constexpr double kWatchedTraffic = 0.02;
constexpr double kHeavySkew = 0.7;  // of the values that heavy rules ask for
constexpr std::uint32_t kUnselectiveCodesMax = 100;  // values of a code that an unselective predicate asks for
constexpr std::uint32_t kLargeCodesMin = 100;        // values of a code that may be asked for by a long list

std::vector<std::uint64_t> PowerWeights(std::uint32_t count, double skew) {
  constexpr double kScale = 1e9;
  std::vector<std::uint64_t> weights(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    weights[i] = static_cast<std::uint64_t>(kScale * generator::Exp(-skew * generator::Log(i + 1)));
  }
  return weights;
}

class RuleMaker {
 public:
  explicit RuleMaker(const FlatKnobs& knobs) : knobs_(knobs) {
    for (const std::uint32_t count : kCodeCounts) {
      popular_.emplace_back(PowerWeights(count, kHeavySkew));
      const auto weights = PowerWeights(count, knobs.skew_percent / 100.0);
      double sum = 0;
      for (const std::uint64_t weight : weights) sum += static_cast<double>(weight);
      std::vector<double>& shares = shares_.emplace_back();
      for (const std::uint64_t weight : weights) shares.push_back(static_cast<double>(weight) / sum);
    }
  }

  FlatRule Make(std::uint32_t number) {
    Random random(knobs_.seed, kRuleStream + number);
    used_.fill(false);
    const bool unselective = random.Below(100) < knobs_.unselective_percent;
    const bool heavy = random.Below(100) < knobs_.heavy_percent;
    FlatRule rule;
    const std::uint32_t count = (unselective ? 5 : 3) + random.Below(3);
    for (std::uint32_t i = 0; i < count; ++i) {
      rule.predicates.push_back(unselective ? Unselective(&random) : Selective(i > 0, heavy, &random));
    }
    rule.score = 1 + random.Below(50);
    rule.lane = random.Pick({70, 25, 5});
    return rule;
  }

 private:
  FlatPredicate Selective(bool may_negate, bool heavy, Random* random) {
    const std::uint32_t kind = random->Pick({60, 30, 10});
    if (kind == 0) return Code(may_negate, heavy, random);
    return kind == 1 ? Number(heavy, random) : Id(random);
  }

  FlatPredicate Code(bool may_negate, bool heavy, Random* random) {
    FlatPredicate predicate;
    predicate.field = Unused(0, kCodeFields, random);
    const std::uint32_t all = kCodeCounts[predicate.field];
    std::uint32_t count = random->Chance(0.6) ? 1 : 2 + random->Below(2);
    if (random->Below(100) < knobs_.large_in_percent && all >= kLargeCodesMin) count = 8 + random->Below(56);
    count = std::min(count, all - 1);
    while (predicate.values.size() < count) {
      const std::uint32_t value = heavy ? popular_[predicate.field].Draw(random) : random->Below(all);
      if (std::ranges::find(predicate.values, value) == predicate.values.end()) predicate.values.push_back(value);
    }
    if (may_negate && random->Chance(0.08)) predicate.test = FlatTest::kNotIn;
    return predicate;
  }

  FlatPredicate Number(bool heavy, Random* random) {
    if (!heavy) return Range(random->Between(0.02, 0.22), random);
    if (random->Chance(0.35)) return Range(random->Between(0.05, 0.5), random);
    FlatPredicate predicate = Range(0.0, random);  // one limit, anywhere
    if (random->Chance(0.5)) {
      predicate.low = 0;
    } else {
      predicate.high = kNumberCount - 1;
    }
    return predicate;
  }

  FlatPredicate Range(double share, Random* random) {
    FlatPredicate predicate;
    predicate.field = Unused(kCodeFields, kNumberFields, random);
    predicate.test = FlatTest::kRange;
    const auto width = static_cast<std::uint32_t>(share * kNumberCount);
    predicate.low = random->Below(kNumberCount - width);
    predicate.high = predicate.low + width;
    return predicate;
  }

  FlatPredicate Id(Random* random) {
    FlatPredicate predicate;
    predicate.field = Unused(kCodeFields + kNumberFields, kIdFields, random);
    predicate.values.push_back(random->Below(kWatched));
    if (random->Chance(0.5) && knobs_.list_keys > 0) {
      predicate.test = FlatTest::kInList;
      predicate.values.clear();
    }
    return predicate;
  }

  FlatPredicate Unselective(Random* random) {
    if (random->Chance(0.4)) return Range(random->Between(0.15, 0.6), random);
    FlatPredicate predicate;
    do {
      predicate.field = Unused(0, kCodeFields, random);
    } while (kCodeCounts[predicate.field] > kUnselectiveCodesMax);
    const std::vector<double>& shares = shares_[predicate.field];
    const bool negated = random->Chance(0.3);
    const double wanted = random->Between(0.1, 0.7);
    predicate.test = negated ? FlatTest::kNotIn : FlatTest::kIn;
    // The most frequent values but the first few, until their share of traffic is what is wanted.
    const std::uint32_t first = random->Below(std::min<std::uint32_t>(3, static_cast<std::uint32_t>(shares.size())));
    double share = 0;
    for (std::uint32_t value = first; value + 1 < shares.size() || predicate.values.empty(); ++value) {
      predicate.values.push_back(value);
      share += shares[value];
      if (share >= (negated ? 1 - wanted : wanted)) break;
    }
    return predicate;
  }

  std::uint32_t Unused(std::uint32_t first, std::uint32_t count, Random* random) {
    std::uint32_t field;
    do {
      field = first + random->Below(count);
    } while (used_[field]);
    used_[field] = true;
    return field;
  }

  const FlatKnobs& knobs_;
  std::vector<Alias> popular_;               // by code field
  std::vector<std::vector<double>> shares_;  // of traffic, by code field and value
  std::array<bool, kFlatFields> used_{};
};

std::vector<FlatParcel> MakeParcels(const FlatKnobs& knobs) {
  std::vector<Alias> codes;
  for (const std::uint32_t count : kCodeCounts) codes.emplace_back(PowerWeights(count, knobs.skew_percent / 100.0));
  std::vector<FlatParcel> parcels(knobs.parcels);
  for (std::uint32_t number = 0; number < knobs.parcels; ++number) {
    Random random(knobs.seed, kParcelStream + number);
    for (std::uint32_t field = 0; field < kFlatFields; ++field) {
      std::uint32_t& value = parcels[number][field];
      switch (KindOf(field)) {
        case FieldKind::kCode: value = codes[field].Draw(&random); break;
        case FieldKind::kNumber: value = random.Below(kNumberCount); break;
        case FieldKind::kId:
          value = random.Chance(kWatchedTraffic) ? random.Below(kWatched)
                                                 : kWatched + random.Below(kIdCount - kWatched);
      }
      if (random.Below(100) < knobs.absent_percent) value = kAbsentValue;
    }
  }
  return parcels;
}

}  // namespace

std::vector<std::uint32_t> FlatModel::ListedIds() const {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t id = 0; id < kWatched && ids.size() < knobs.list_keys; ++id) {
    if (IsListed(id)) ids.push_back(id);
  }
  for (std::uint32_t id = kIdCount; ids.size() < knobs.list_keys; ++id) ids.push_back(id);
  return ids;
}

FlatModel MakeFlatModel(const FlatKnobs& knobs) {
  SLUICE_CHECK(knobs.list_keys == 0 || knobs.list_keys >= kWatched / 20);
  FlatModel model{.knobs = knobs, .rules = {}, .parcels = MakeParcels(knobs)};
  RuleMaker maker(knobs);
  for (std::uint32_t number = 0; number < knobs.rules; ++number) model.rules.push_back(maker.Make(number));
  return model;
}

bool Holds(const FlatPredicate& predicate, const FlatParcel& parcel) {
  const std::uint32_t value = parcel[predicate.field];
  if (value == kAbsentValue) return false;
  const bool is_named = std::ranges::find(predicate.values, value) != predicate.values.end();
  switch (predicate.test) {
    case FlatTest::kIn: return is_named;
    case FlatTest::kNotIn: return !is_named;
    case FlatTest::kRange: return predicate.low <= value && value <= predicate.high;
    case FlatTest::kInList: return FlatModel::IsListed(value);
  }
  return false;
}

bool Holds(const FlatRule& rule, const FlatParcel& parcel) {
  return std::ranges::all_of(rule.predicates, [&](const FlatPredicate& one) { return Holds(one, parcel); });
}

std::string FlatFieldName(std::uint32_t field) {
  const auto padded = [](std::uint32_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  switch (KindOf(field)) {
    case FieldKind::kCode: return "code_" + padded(field);
    case FieldKind::kNumber: return "number_" + padded(field - kCodeFields);
    case FieldKind::kId: break;
  }
  return "id_" + std::to_string(field - kCodeFields - kNumberFields);
}

std::string FlatText(std::uint32_t field, std::uint32_t value) {
  constexpr char kSigns[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::uint32_t kBase = 36;
  const bool is_id = KindOf(field) == FieldKind::kId;
  const std::uint32_t own = is_id ? 5 : 3;  // signs that alone tell values apart
  const std::uint32_t places = is_id ? kBase * kBase * kBase * kBase * kBase : kBase * kBase * kBase;
  SLUICE_CHECK(value < places);
  std::uint64_t rest = generator::Mix((std::uint64_t{field} << 32) + value);
  const auto size = static_cast<std::uint32_t>((is_id ? 8 : 6) + rest % (is_id ? 7 : 5));
  // A prime that does not divide `places` scatters the values over them.
  std::uint64_t scattered = (std::uint64_t{value} * 7'919 + field) % places;
  std::string text;
  for (std::uint32_t i = 0; i < size; ++i) {
    std::uint64_t& from = i < own ? scattered : rest;
    text += kSigns[from % kBase];
    from /= kBase;
  }
  return text;
}

}  // namespace sluice::bench
