// What stands behind the handles of the C interface.
//
// Thread-safety: as the C++ objects within.   Ownership: the host frees each; a producer or consumer keeps its engine's
// memory, so that the order in which a host frees them does not matter.   Errors: none.
#pragma once

#include <sluice/engine.h>
#include <sluice/screener.h>
#include <sluice/sluice.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The kinds by number, none of them likely to stand in memory by accident.
enum class SluiceKind : std::uint32_t {
  kFreed = 0,
  kRuleSet = 0x5375'0001,
  kScreener = 0x5375'0002,
  kEngine = 0x5375'0003,
  kProducer = 0x5375'0004,
  kConsumer = 0x5375'0005,
};

struct sluice_rule_set {
  explicit sluice_rule_set(sluice::RuleSet its_rules)
      : rules(std::move(its_rules)), lanes(rules.lanes()), hash(rules.hash()) {}

  static constexpr SluiceKind kKind = SluiceKind::kRuleSet;
  SluiceKind kind = kKind;
  sluice::RuleSet rules;
  std::vector<sluice::LaneInfo> lanes;
  std::string hash;
};

struct sluice_screener {
  explicit sluice_screener(sluice::Screener its_screener) : screener(std::move(its_screener)) {}

  static constexpr SluiceKind kKind = SluiceKind::kScreener;
  SluiceKind kind = kKind;
  sluice::Screener screener;
};

struct sluice_engine {
  explicit sluice_engine(std::shared_ptr<sluice::Engine> its_engine) : engine(std::move(its_engine)) {}

  static constexpr SluiceKind kKind = SluiceKind::kEngine;
  SluiceKind kind = kKind;
  std::shared_ptr<sluice::Engine> engine;
};

struct sluice_producer {
  sluice_producer(std::shared_ptr<sluice::Engine> its_engine, std::unique_ptr<sluice::Producer> its_producer)
      : engine(std::move(its_engine)), producer(std::move(its_producer)) {}

  static constexpr SluiceKind kKind = SluiceKind::kProducer;
  SluiceKind kind = kKind;
  std::shared_ptr<sluice::Engine> engine;  // goes after the producer
  std::unique_ptr<sluice::Producer> producer;
};

struct sluice_consumer {
  sluice_consumer(std::shared_ptr<sluice::Engine> its_engine, std::unique_ptr<sluice::Consumer> its_consumer)
      : engine(std::move(its_engine)), consumer(std::move(its_consumer)) {}

  static constexpr SluiceKind kKind = SluiceKind::kConsumer;
  SluiceKind kind = kKind;
  std::shared_ptr<sluice::Engine> engine;  // goes after the consumer
  std::unique_ptr<sluice::Consumer> consumer;
};

namespace sluice::abi {

template <typename Handle>
bool Is(const Handle* handle) {
  return handle != nullptr && handle->kind == Handle::kKind;
}

/// Frees a handle; leaves alone what is none.
template <typename Handle>
void Free(Handle* handle) {
  if (!Is(handle)) return;
  handle->kind = SluiceKind::kFreed;
  delete handle;
}

}  // namespace sluice::abi
