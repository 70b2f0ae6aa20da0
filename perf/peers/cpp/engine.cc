// The engine among its peers: the book compiled from YAML, records decoded to batches of 512 beforehand.
#include "bench/workloads/flat_book.h"
#include "engine/match/evaluator.h"
#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

constexpr std::uint32_t kFill = 512;

class Engine : public Peer {
 public:
  Engine(const FlatModel& model, bool from_texts)
      : workload_(bench::MakeFlatWorkload(model)),
        batches_(bench::DecodeBatches(workload_, kFill, model.parcels.size() / kFill)),
        evaluator_(match::MakeMatcher(workload_.rule_set)),
        matches_(batches_.size()),
        from_texts_(from_texts) {}

  const char* name() const override { return from_texts_ ? "Sluice, from texts" : "Sluice, match"; }

  double Run() override {
    double spent = 0;
    for (std::size_t i = 0; i < batches_.size(); ++i) {
      double start = ThreadNanoseconds();
      evaluator_.Encode(*batches_[i]);
      if (!from_texts_) start = ThreadNanoseconds();
      evaluator_.Match(&matches_[i]);
      spent += ThreadNanoseconds() - start;
    }
    return spent;
  }

  std::vector<Found> Matches() const override {
    std::vector<Found> found;
    for (std::uint32_t batch = 0; batch < batches_.size(); ++batch) {
      for (std::uint32_t row = 0; row < kFill; ++row) {
        for (const ruleset::Hit& hit : matches_[batch].hits.Row(row)) found.push_back({batch * kFill + row, hit.rule});
      }
    }
    return found;
  }

 private:
  bench::Workload workload_;
  bench::Batches batches_;
  match::Evaluator evaluator_;
  std::vector<ruleset::BatchMatches> matches_;
  bool from_texts_;
};

}  // namespace

std::unique_ptr<Peer> EngineMatch(const FlatModel& model) { return std::make_unique<Engine>(model, false); }
std::unique_ptr<Peer> EngineFromTexts(const FlatModel& model) { return std::make_unique<Engine>(model, true); }

}  // namespace sluice::peers
