// Nothing is allocated where parcels flow: every call of the allocator is counted, whoever makes it. A program of its
// own, since it replaces the allocator's entry points.
#include <sluice/engine.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "bench/workloads/parcel_book.h"

namespace {

std::atomic<std::uint64_t> allocations = 0;

}  // namespace

void* operator new(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t bytes) { return ::operator new(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const auto step = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(step, (bytes + step - 1) / step * step);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) { return ::operator new(bytes, alignment); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace sluice {
namespace {

class DataPlaneTest : public testing::Test {
 protected:
  /// Submits records in bursts of `burst`, at most kBursts of them, and takes every decision.
  void Pass(Producer* producer, Consumer* consumer, std::size_t burst) {
    const std::size_t last = std::min(workload_.records.size(), kBursts * burst);
    for (std::size_t begin = 0; begin < last; begin += burst) {
      const std::size_t end = std::min(begin + burst, last);
      for (std::size_t i = begin; i < end; ++i) {
        while (producer->Submit({workload_.records[i], i}) != Admission::kAccepted) {
        }
      }
      for (std::size_t taken = 0; taken < end - begin;) {
        taken += consumer->Poll(512, [](const Decision&) {});
      }
    }
  }

  static constexpr std::size_t kBursts = 100;

  bench::Workload workload_ = bench::MakeParcelWorkload(bench::MakeParcelModel({.profiles = 500, .parcels = 4096}));
};

TEST_F(DataPlaneTest, ParcelsAreDecidedAndLoggedWithoutAllocating) {
  const std::string directory = testing::TempDir() + "/sluice_allocation_log";
  for (const bool logged : {false, true}) {
    SCOPED_TRACE(logged ? "with log and journal" : "without a log");
    std::filesystem::remove_all(directory);
    EngineOptions options;
    options.agents = 2;
    if (logged) {
      options.log.directory = directory;
      options.log.journal = true;
    }
    const auto engine = *Engine::Start(RuleSet(workload_.rule_set), options);
    const auto producer = *engine->OpenProducer();
    const auto consumer = *engine->OpenConsumer();
    // An agent's scratch grows to what the largest batch needs; which agent sees it when is chance. What allocates for
    // each parcel never comes to three passes in a row without.
    int passes_without = 0;
    for (int passes = 0; passes < 60 && passes_without < 3; ++passes) {
      const std::uint64_t before = allocations.load();
      for (const std::size_t burst : {1u, 100u, 4096u}) Pass(producer.get(), consumer.get(), burst);
      passes_without = allocations.load() == before ? passes_without + 1 : 0;
    }
    EXPECT_EQ(passes_without, 3);
    EXPECT_TRUE(engine->Stop(std::chrono::milliseconds(10'000)).ok());
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace sluice
