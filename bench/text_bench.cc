// containsAny and similarTo as rules ask for them: one rule over one text column, batches of 512.
//
// containsAny: 10,000 literals, texts of 60 bytes. similarTo: 20,000 names at 920, over names that are not listed,
// and over listed ones with one error. Counters: seconds a field, the share of fields that match; of similarTo also
// recall by kind of error and the number of other names that match. The label tells the memory of the list's index.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bench/text_world.h"
#include "engine/match/evaluator.h"
#include "engine/text/literal_lists.h"
#include "engine/text/name_index.h"

namespace sluice::bench {
namespace {

using ruleset::Op;
using ruleset::ValueType;

constexpr std::uint32_t kRows = 512;
constexpr std::uint32_t kThreshold = 920;
constexpr std::size_t kFieldBytes = 60;

/// One rule: op of column 0 with list 0.
ruleset::RuleSetPtr RulesOf(Op op, std::uint32_t argument, std::vector<std::string> entries) {
  auto rules = std::make_shared<ruleset::RuleSet>();
  rules->columns.columns.push_back({parcel::kParcelDomain, {0}, ValueType::kString});
  for (int kind = 0; kind < parcel::kScalarTypeCount; ++kind) {
    rules->program.types.push_back({static_cast<ValueType>(kind), 0, 0, 0});
  }
  rules->program.nodes.push_back({Op::kColumn, ruleset::ScalarTypeId(ValueType::kString), 0, 0, 0});
  rules->program.nodes.push_back({op, ruleset::ScalarTypeId(ValueType::kBool), 0, 0, argument});
  rules->rules.emplace_back().condition = 1;
  std::sort(entries.begin(), entries.end());
  ruleset::ReferenceList& list = rules->lists.emplace_back();
  for (const std::string& entry : entries) list.texts.Add(entry);
  rules->PrepareIndexes();
  return rules;
}

struct Batches {
  Batches(const ruleset::RuleSet& rules, std::vector<std::string> column) : texts(std::move(column)) {
    for (std::size_t first = 0; first + kRows <= texts.size(); first += kRows) {
      auto& batch = batches.emplace_back(std::make_unique<parcel::Batch>(rules.columns));
      batch->Clear();
      batch->domains[parcel::kParcelDomain].count = kRows;
      for (std::size_t row = 0; row < kRows; ++row) {
        parcel::SetBit(batch->columns[0].present, row);
        batch->columns[0].texts[row] = texts[first + row];
      }
    }
  }

  std::vector<std::string> texts;
  std::vector<std::unique_ptr<parcel::Batch>> batches;
};

void Run(benchmark::State& state, const ruleset::RuleSetPtr& rules, const Batches& batches) {
  match::Evaluator evaluator(match::MakeMatcher(rules));
  ruleset::BatchMatches matches;
  std::size_t next = 0, hits = 0;
  for (auto _ : state) {
    evaluator.Evaluate(*batches.batches[next++ % batches.batches.size()], &matches);
    hits += matches.hits.size();
  }
  const double fields = static_cast<double>(state.iterations()) * kRows;
  state.counters["s_per_field"] = benchmark::Counter(fields, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["hits_per_field"] = static_cast<double>(hits) / fields;
}

void BM_ContainsAny(benchmark::State& state, std::uint32_t whole_words) {
  const std::vector<std::string> literals = Literals(1, 10'000);
  const ruleset::RuleSetPtr rules = RulesOf(Op::kContainsAny, whole_words, literals);
  const Batches batches(*rules, Descriptions(2, 16 * kRows, kFieldBytes, literals));
  Run(state, rules, batches);
  state.SetLabel(std::to_string(rules->text.literals->memory_bytes() >> 10) + " KiB");
}

NameWorld& TheNames() {
  static NameWorld world(1, 20'000);
  return world;
}

const ruleset::RuleSetPtr& NameRules() {
  static const ruleset::RuleSetPtr rules = RulesOf(Op::kSimilarTo, kThreshold, TheNames().listed());
  return rules;
}

void BM_SimilarToOthers(benchmark::State& state) {
  static const Batches batches(*NameRules(), TheNames().Others(64 * kRows));
  Run(state, NameRules(), batches);
  const text::NameIndex& index = *NameRules()->text.names[0];
  text::NameIndex::Query query;
  text::Name name;
  std::size_t found = 0;
  for (const std::string& text : batches.texts) {
    name.Assign(text);
    found += index.HasAlike(name, kThreshold, &query) ? 1 : 0;
  }
  state.counters["others"] = static_cast<double>(batches.texts.size());
  state.counters["false_hits"] = static_cast<double>(found);
  state.SetLabel(std::to_string(index.memory_bytes() >> 10) + " KiB");
}

void BM_SimilarToEdited(benchmark::State& state) {
  static const std::vector<EditedName> edited = TheNames().Edited(5'000);
  std::vector<std::string> texts;
  for (const EditedName& one : edited) texts.push_back(one.text);
  const Batches batches(*NameRules(), texts);
  Run(state, NameRules(), batches);
  static constexpr const char* kNames[kEdits] = {"swap", "drop", "order", "pinyin"};
  std::size_t made[kEdits] = {}, found[kEdits] = {};
  text::NameIndex::Query query;
  text::Name name;
  for (const EditedName& one : edited) {
    name.Assign(one.text);
    ++made[static_cast<std::size_t>(one.edit)];
    const bool hit = NameRules()->text.names[0]->HasAlike(name, kThreshold, &query);
    found[static_cast<std::size_t>(one.edit)] += hit ? 1 : 0;
  }
  for (std::size_t i = 0; i < kEdits; ++i) {
    state.counters[kNames[i]] = static_cast<double>(found[i]) / static_cast<double>(made[i]);
  }
}

BENCHMARK_CAPTURE(BM_ContainsAny, words, 1);
BENCHMARK_CAPTURE(BM_ContainsAny, anywhere, 0);
BENCHMARK(BM_SimilarToOthers);
BENCHMARK(BM_SimilarToEdited);

}  // namespace
}  // namespace sluice::bench
