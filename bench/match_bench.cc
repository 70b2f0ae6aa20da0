// Matching alone: ns a parcel for a shipped-book-like rule set and for ten thousand profiles, batch filled before.
//
// Counters: seconds and matches a parcel; the label is a digest of all matches, the same on every machine.
#include <benchmark/benchmark.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/match/evaluator.h"
#include "tests/support/program_builder.h"

namespace sluice::testing {
namespace {

// Texts of the batches: Zipf-like by squaring a uniform draw.
struct Words {
  Words(const std::string& prefix, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) texts.push_back(prefix + std::to_string(i));
  }
  std::uint32_t Pick(std::mt19937* random) const {
    const double uniform = static_cast<double>((*random)()) / 4294967296.0;
    return static_cast<std::uint32_t>(uniform * uniform * static_cast<double>(texts.size()));
  }
  std::vector<std::string> texts;
};

struct World {
  Words platforms{"platform-", 400}, countries{"C", 220}, codes{"84713000", 5000};
  std::vector<std::string> descriptions;

  World() {
    std::mt19937 random(7);
    for (int i = 0; i < 1000; ++i) {
      std::string text;
      while (text.size() < 60) text += "goods" + std::to_string(random() % 1000) + " ";
      descriptions.push_back(text);
    }
  }
};

const World& TheWorld() {
  static const World world;
  return world;
}

void SetText(parcel::Column* column, std::size_t row, std::string_view text) {
  parcel::SetBit(column->present, row);
  column->texts[row] = text;
}

// Three in ten optional values are absent; two items a parcel.
void FillItems(std::mt19937* random, std::uint32_t rows, parcel::Batch* batch) {
  const World& world = TheWorld();
  parcel::DomainRows& items = batch->domains[kItems];
  items.count = 2 * rows;
  for (std::uint32_t i = 0; i <= rows; ++i) items.first[i] = 2 * i;
  for (std::uint32_t i = 0; i < items.count; ++i) {
    items.parent[i] = i / 2;
    SetText(&batch->columns[kItemText], i, world.codes.texts[world.codes.Pick(random)]);
    parcel::SetBit(batch->columns[kItemNumber].present, i);
    batch->columns[kItemNumber].ints[i] = static_cast<std::int64_t>((*random)() % 100000);
    batch->columns[kItemReal].doubles[i] = static_cast<double>((*random)() % 1000);
    if ((*random)() % 10 >= 3) parcel::SetBit(batch->columns[kItemReal].present, i);
  }
}

void FillBatch(std::uint32_t seed, std::uint32_t rows, parcel::Batch* batch) {
  const World& world = TheWorld();
  std::mt19937 random(seed);
  batch->Clear();
  batch->domains[kParcels].count = rows;
  for (std::uint32_t row = 0; row < rows; ++row) {
    batch->facts[row].now = {1'767'000'000 + row, 0};
    SetText(&batch->columns[kText], row, world.platforms.texts[world.platforms.Pick(&random)]);
    SetText(&batch->columns[kOther], row, world.descriptions[random() % world.descriptions.size()]);
    SetText(&batch->columns[kOffice], row, world.countries.texts[world.countries.Pick(&random)]);
    parcel::SetBit(batch->columns[kNumber].present, row);
    batch->columns[kNumber].ints[row] = static_cast<std::int64_t>(random() % 100000);
    batch->columns[kReal].doubles[row] = static_cast<double>(random() % 1000);
    if (random() % 10 >= 3) parcel::SetBit(batch->columns[kReal].present, row);
    batch->columns[kAmount].moneys[row] = {static_cast<std::int64_t>(random() % 500000), 0x434E59};
    parcel::SetBit(batch->columns[kAmount].present, row);
  }
  FillItems(&random, rows, batch);
}

// Three predicates a rule: limits of value and weight, words in the description, items, converted money.
ruleset::RuleSetPtr BookRules(std::uint32_t count) {
  ProgramBuilder b;
  const World& world = TheWorld();
  std::mt19937 random(11);
  const NodeIndex amount = b.Make(Op::kMoneyTo, ValueType::kMoney, b.Column(kAmount), 0x434E59);
  const NodeIndex lower = b.Make(Op::kLowerAscii, ValueType::kString, b.Column(kOther));
  const auto predicate = [&](std::uint32_t kind) -> NodeIndex {
    switch (kind) {
      case 0: return b.Compare(Op::kGt, b.Column(kNumber), b.Int(static_cast<std::int64_t>(random() % 100000)));
      case 1: return b.Compare(Op::kLt, b.Column(kReal), b.Double(static_cast<double>(random() % 1000)));
      case 2: return b.Compare(Op::kEq, b.Column(kText), b.Text(world.platforms.texts[world.platforms.Pick(&random)]));
      case 3: return b.Compare(Op::kEq, b.Column(kOffice), b.Text(world.countries.texts[random() % 220]));
      case 4: return b.Compare(Op::kGt, amount, b.Money(static_cast<std::int64_t>(random() % 500000), 0x434E59));
      case 5: return b.Make(Op::kContains, ValueType::kBool, lower, b.Text("goods" + std::to_string(random() % 1000)));
      case 6:
        return b.Quantify(Op::kExists, b.Rows(kItems),
                          b.And({b.Compare(Op::kGt, b.Field(0, kItemNumber), b.Int(static_cast<std::int64_t>(random() % 100000))),
                                 b.Compare(Op::kLt, b.Field(0, kItemReal), b.Double(static_cast<double>(random() % 1000)))}), 0);
      default:
        return b.Compare(Op::kGt, b.Make(Op::kAdd, ValueType::kInt, b.Column(kNumber), b.Int(static_cast<std::int64_t>(random() % 1000))),
                         b.Int(static_cast<std::int64_t>(random() % 100000)));
    }
  };
  const auto below = [&](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  for (std::uint32_t r = 0; r < count; ++r) {
    const NodeIndex first = predicate(below(4));
    const NodeIndex second = predicate(below(7));
    b.Rule(b.And({first, second, predicate(below(8))})).score = 10;
  }
  return b.Finish();
}

// platform == X && country == Y && some item's code == Z, as officers' tables make them.
ruleset::RuleSetPtr ProfileRules(std::uint32_t count) {
  ProgramBuilder b;
  const World& world = TheWorld();
  std::mt19937 random(13);
  for (std::uint32_t r = 0; r < count; ++r) {
    const auto& platform = world.platforms.texts[random() % world.platforms.texts.size()];
    const auto& country = world.countries.texts[random() % world.countries.texts.size()];
    const auto& code = world.codes.texts[random() % world.codes.texts.size()];
    const NodeIndex item = b.Quantify(Op::kExists, b.Rows(kItems),
                                      b.Compare(Op::kEq, b.Field(0, kItemText), b.Text(code)), 0);
    const NodeIndex third = random() % 2 == 0 ? item : b.Compare(Op::kGt, b.Column(kNumber), b.Int(static_cast<std::int64_t>(random() % 1000)));
    b.Rule(b.And({b.Compare(Op::kEq, b.Column(kText), b.Text(platform)),
                  b.Compare(Op::kEq, b.Column(kOffice), b.Text(country)), third})).score = 10;
  }
  return b.Finish();
}

std::uint64_t Digest(const ruleset::BatchMatches& matches, std::uint64_t seed) {
  const auto add = [&](const auto& list) {
    using T = std::decay_t<decltype(list[0])>;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(list.data());
    seed = base::Hash64(std::span<const std::uint8_t>(bytes, list.size() * sizeof(T)), seed);
  };
  add(matches.hits.first);
  add(matches.hits.values);
  add(matches.absent.first);
  add(matches.absent.values);
  add(matches.errors.values);
  return seed;
}

// `expected`: the digest of eight batches of 256.
void RunMatch(benchmark::State& state, const ruleset::RuleSetPtr& rules, std::uint64_t expected) {
  const auto rows = static_cast<std::uint32_t>(state.range(0));
  constexpr std::uint32_t kBatches = 8;
  std::vector<std::unique_ptr<parcel::Batch>> batches;
  match::Evaluator evaluator(rules);
  ruleset::BatchMatches matches;
  std::uint64_t digest = 0;
  std::size_t hits = 0, absent = 0;
  for (std::uint32_t i = 0; i < kBatches; ++i) {
    FillBatch(i, rows, batches.emplace_back(std::make_unique<parcel::Batch>(rules->columns)).get());
    evaluator.Evaluate(*batches.back(), &matches);
    digest = Digest(matches, digest);
    hits += matches.hits.values.size();
    absent += matches.absent.values.size();
  }
  if (rows == 256 && digest != expected) state.SkipWithError("the matches have changed");
  std::size_t next = 0;
  for (auto _ : state) {
    evaluator.Evaluate(*batches[next++ % kBatches], &matches);
    benchmark::DoNotOptimize(matches.hits.values.data());
  }
  const auto parcels = static_cast<double>(state.iterations()) * rows;
  state.counters["s_per_parcel"] =
      benchmark::Counter(parcels, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["hits_per_parcel"] = static_cast<double>(hits) / (kBatches * rows);
  state.counters["absent_per_parcel"] = static_cast<double>(absent) / (kBatches * rows);
  state.SetLabel("digest " + std::to_string(digest));
}

void BM_Book500(benchmark::State& state) {
  static const ruleset::RuleSetPtr rules = BookRules(500);
  RunMatch(state, rules, 16946973268148842299u);
}
void BM_Profiles10000(benchmark::State& state) {
  static const ruleset::RuleSetPtr rules = ProfileRules(10'000);
  RunMatch(state, rules, 497439298733715202u);
}

BENCHMARK(BM_Book500)->Arg(1)->Arg(64)->Arg(256)->Arg(512);
BENCHMARK(BM_Profiles10000)->Arg(1)->Arg(64)->Arg(256)->Arg(512);

}  // namespace
}  // namespace sluice::testing
