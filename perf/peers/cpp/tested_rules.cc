#include <time.h>

#include <algorithm>
#include <numeric>

#include "engine/base/check.h"
#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

double ShareOf(const FlatModel& model, const Test& test) {
  std::size_t count = 0;
  for (const bench::FlatParcel& parcel : model.parcels) count += test.Holds(parcel[test.field]) ? 1 : 0;
  return static_cast<double>(count) / static_cast<double>(model.parcels.size());
}

}  // namespace

double ThreadNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

Test TestFor(const FlatPredicate& predicate) {
  Test test;
  test.field = predicate.field;
  test.negated = predicate.test == bench::FlatTest::kNotIn;
  if (predicate.test == bench::FlatTest::kRange) {
    test.is_range = true;
    test.low = predicate.low;
    test.width = predicate.high - predicate.low;
    return test;
  }
  SLUICE_CHECK(predicate.test != bench::FlatTest::kInList);
  SLUICE_CHECK(!predicate.values.empty() && predicate.values.size() <= std::size(test.values));
  test.is_range = predicate.values.size() == 1;
  test.low = predicate.values[0];
  for (std::size_t i = 0; i < std::size(test.values); ++i) {
    test.values[i] = predicate.values[std::min(i, predicate.values.size() - 1)];
  }
  return test;
}

std::vector<TestedRule> TestedRules(const FlatModel& model, bool rarest_first) {
  std::vector<TestedRule> rules;
  for (std::uint32_t number = 0; number < model.rules.size(); ++number) {
    std::vector<std::pair<double, Test>> tests;
    for (const FlatPredicate& predicate : model.rules[number].predicates) {
      const Test test = TestFor(predicate);
      tests.emplace_back(ShareOf(model, test), test);
    }
    if (rarest_first) std::ranges::stable_sort(tests, {}, [](const auto& pair) { return pair.first; });
    TestedRule& rule = rules.emplace_back(TestedRule{.rule = number, .tests = {}, .shares = {}});
    for (const auto& [share, test] : tests) {
      rule.tests.push_back(test);
      rule.shares.push_back(share);
    }
  }
  return rules;
}

}  // namespace sluice::peers
