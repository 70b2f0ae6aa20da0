// Every rule asked of every parcel, up to its first test that does not hold.
#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

class Scan : public Peer {
 public:
  Scan(const FlatModel& model, bool rarest_first)
      : model_(model), name_(rarest_first ? "scan, rarest test first" : "scan, tests as written") {
    for (const TestedRule& rule : TestedRules(model, rarest_first)) {
      tests_.insert(tests_.end(), rule.tests.begin(), rule.tests.end());
      ends_.push_back(static_cast<std::uint32_t>(tests_.size()));
    }
  }

  const char* name() const override { return name_; }
  std::vector<Found> Matches() const override { return found_; }

  double Run() override {
    const double start = ThreadNanoseconds();
    found_.clear();
    for (std::uint32_t parcel = 0; parcel < model_.parcels.size(); ++parcel) {
      const bench::FlatParcel& values = model_.parcels[parcel];
      const Test* test = tests_.data();
      for (std::uint32_t rule = 0; rule < ends_.size(); ++rule) {
        const Test* end = tests_.data() + ends_[rule];
        while (test != end && test->Holds(values[test->field])) ++test;
        if (test == end) found_.push_back({parcel, rule});
        test = end;
      }
    }
    return ThreadNanoseconds() - start;
  }

 private:
  const FlatModel& model_;
  const char* name_;
  std::vector<Test> tests_;  // rule after rule
  std::vector<std::uint32_t> ends_;
  std::vector<Found> found_;
};

}  // namespace

std::unique_ptr<Peer> ScanAsWritten(const FlatModel& model) { return std::make_unique<Scan>(model, false); }
std::unique_ptr<Peer> ScanRarestFirst(const FlatModel& model) { return std::make_unique<Scan>(model, true); }

}  // namespace sluice::peers
