// A C++ host: parcels of a file go through the live engine, and the rules are exchanged while they flow.
//
//   cpp_host BUNDLE NEXT_BUNDLE DAY.parcels
#include <parcels.h>
#include <sluice/engine.h>

#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

int Fail(const std::string& message) {
  std::fprintf(stderr, "cpp_host: %s\n", message.c_str());
  return 1;
}

int Fail(const sluice::Status& status) { return Fail(status.message()); }

/// What a sorting line would do with each decision: here they are counted, and the first of each lane is shown.
class Lanes {
 public:
  void Take(const sluice::Decision& decision) {
    ++generations_[decision.generation];
    if (++counts_[std::string(decision.lane)] > 1) return;
    std::printf("first for %-9.*s %.*s", static_cast<int>(decision.lane.size()), decision.lane.data(),
                static_cast<int>(decision.parcel_id.size()), decision.parcel_id.data());
    sluice::ScoredRules matched = decision.matched;
    std::string_view rule;
    std::uint32_t score = 0;
    while (matched.Next(&rule, &score)) std::printf("  %.*s", static_cast<int>(rule.size()), rule.data());
    std::printf("\n");
  }

  void Print() const {
    for (const auto& [lane, count] : counts_) std::printf("%-10s %8" PRIu64 "\n", lane.c_str(), count);
    for (const auto& [number, count] : generations_) {
      std::printf("generation %" PRIu32 " decided %" PRIu64 "\n", number, count);
    }
  }

 private:
  std::map<std::string, std::uint64_t> counts_;
  std::map<std::uint32_t, std::uint64_t> generations_;
};

/// Submits every record; half way, `next` is put in force by another thread, as an operator would.
bool SubmitAll(parcels* day, sluice::Engine* engine, sluice::Producer* producer, const sluice::RuleSet& next) {
  std::thread reload;
  const unsigned char* record = nullptr;
  std::size_t size = 0;
  bool accepted = true;
  for (std::uint64_t tag = 1; accepted && parcels_next(day, &record, &size); ++tag) {
    if (!reload.joinable() && day->at > day->size / 2) {
      reload = std::thread([engine, &next] {
        const auto published = engine->Publish(next, {.cause = "example", .who = "cpp_host"});
        if (!published.ok()) Fail(published.status());
      });
    }
    // Ten seconds without room: whoever takes the decisions is stuck.
    accepted = producer->SubmitWithin({.record = {record, size}, .tag = tag}, 10s) == sluice::Admission::kAccepted;
  }
  if (reload.joinable()) reload.join();
  return accepted;
}

int Run(parcels* day, const sluice::RuleSet& rules, const sluice::RuleSet& next) {
  auto engine = sluice::Engine::Start(rules, {});
  if (!engine.ok()) return Fail(engine.status());
  auto consumer = (*engine)->OpenConsumer();
  if (!consumer.ok()) return Fail(consumer.status());
  auto producer = (*engine)->OpenProducer();
  if (!producer.ok()) return Fail(producer.status());

  Lanes lanes;
  std::atomic<bool> done = false;
  std::thread taking([&] {
    while ((*consumer)->Wait(20ms) || !done) {
      (*consumer)->Poll(1000, [&](const sluice::Decision& decision) { lanes.Take(decision); });
    }
  });
  const bool accepted = SubmitAll(day, engine->get(), producer->get(), next);
  const sluice::Status stopped = (*engine)->Stop(10s);
  done = true;
  taking.join();
  if (!accepted) return Fail("a record was not accepted");
  if (!stopped.ok()) return Fail(stopped);
  lanes.Print();
  const sluice::EngineStatus status = (*engine)->status();
  std::printf("accepted %" PRIu64 ", decided %" PRIu64 ", refused %" PRIu64 "\n", status.accepted, status.decided,
              status.refused);
  return status.accepted == status.decided ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return Fail("usage: cpp_host BUNDLE NEXT_BUNDLE DAY.parcels");
  const auto rules = sluice::RuleSet::Load(argv[1]);
  if (!rules.ok()) return Fail(rules.status());
  const auto next = sluice::RuleSet::Load(argv[2]);
  if (!next.ok()) return Fail(next.status());
  parcels day;
  const bool opened = parcels_open(&day, argv[3]);
  const int code = opened ? Run(&day, *rules, *next) : Fail(argv[3] + std::string(" has no records"));
  parcels_close(&day);
  return code;
}
