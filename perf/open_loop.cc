// Latency of the live engine under a load that does not wait for it: parcels are submitted at their intended times,
// and times count from those, so a stall counts for every parcel that it held up. One thread, which spins, submits and
// takes the decisions; before the runs it does nothing but look at the clock, which shows the machine's own stalls.
//
//   sluice_open_loop BUNDLE FILE.parcels [--seconds N] [--agents N] [--idle spin|yield|park]
//                    [--log DIR async|group] [--reload-ms N]
//
// Prints one JSON object: saturation, and quantiles at shares of it.
#include <sluice/engine.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "engine/ingest/parcels_source.h"
#include "engine/observe/histogram.h"

namespace sluice {
namespace {

constexpr double kShares[] = {0.2, 0.5, 0.8, 0.9};
constexpr std::size_t kRecordsMax = 200'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

struct Arguments {
  std::string bundle;
  std::string parcels;
  int seconds = 5;
  EngineOptions engine;
  int reload_ms = 0;
};

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "sluice_open_loop: %s\n", message.c_str());
  std::exit(3);
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  if (argc < 3) Die("usage: sluice_open_loop BUNDLE FILE.parcels [--seconds N] [--agents N] [--idle spin|yield|park] "
                    "[--log DIR async|group] [--reload-ms N]");
  arguments.bundle = argv[1];
  arguments.parcels = argv[2];
  arguments.engine.agents = 1;
  arguments.engine.idle = Idle::kSpin;
  for (int i = 3; i < argc; ++i) {
    const std::string name = argv[i];
    const auto next = [&]() -> std::string { return ++i < argc ? argv[i] : (Die(name + " needs a value"), ""); };
    if (name == "--seconds") {
      arguments.seconds = std::atoi(next().c_str());
    } else if (name == "--agents") {
      arguments.engine.agents = std::atoi(next().c_str());
    } else if (name == "--idle") {
      const std::string idle = next();
      arguments.engine.idle = idle == "park" ? Idle::kPark : idle == "yield" ? Idle::kYield : Idle::kSpin;
    } else if (name == "--log") {
      arguments.engine.log.directory = next();
      arguments.engine.log.durability = next() == "group" ? Durability::kGroup : Durability::kAsync;
    } else if (name == "--reload-ms") {
      arguments.reload_ms = std::atoi(next().c_str());
    } else {
      Die("no option " + name);
    }
  }
  return arguments;
}

std::vector<std::vector<std::uint8_t>> ReadRecords(const std::string& path, const RuleSet& rules) {
  auto source = ingest::OpenParcels(path, *rules.data());
  if (!source.ok()) Die(source.status().message());
  std::vector<std::vector<std::uint8_t>> records;
  pipeline::RecordBlock block;
  while (records.size() < kRecordsMax) {
    block.Clear();
    if (Status status = (*source)->Read(512, &block); !status.ok()) Die(status.message());
    if (block.records.empty()) break;
    for (const auto& record : block.records) records.emplace_back(record.bytes.begin(), record.bytes.end());
  }
  return records;
}

struct Times {
  observe::Histogram histogram;
  std::string Json() const {
    char text[256];
    const auto us = [&](double share) { return static_cast<double>(histogram.QuantileNs(share)) / 1000; };
    std::snprintf(text, sizeof text,
                  "{\"count\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"p9999_us\":%.1f,\"max_us\":%.1f}",
                  static_cast<unsigned long long>(histogram.count()), us(0.5), us(0.99), us(0.999), us(0.9999), us(1));
    return text;
  }
};

/// What the machine takes from a thread that only looks at the clock.
std::string MachineStalls(int seconds) {
  Times gaps;
  const std::int64_t end_ns = SteadyNowNs() + seconds * kNsPerSecond;
  std::int64_t before_ns = SteadyNowNs();
  while (before_ns < end_ns) {
    const std::int64_t now_ns = SteadyNowNs();
    gaps.histogram.Add(now_ns - before_ns);
    before_ns = now_ns;
  }
  return gaps.Json();
}

class Host {
 public:
  explicit Host(const Arguments& arguments)
      : arguments_(arguments), rules_(Load(arguments.bundle)), records_(ReadRecords(arguments.parcels, rules_)) {
    if (!arguments.engine.log.directory.empty()) std::filesystem::remove_all(arguments.engine.log.directory);
    auto engine = Engine::Start(rules_, arguments.engine);
    if (!engine.ok()) Die(engine.status().message());
    engine_ = *std::move(engine);
    producer_ = *engine_->OpenProducer();
    auto consumer = engine_->OpenConsumer();
    if (!consumer.ok()) Die(consumer.status().message());
    consumer_ = *std::move(consumer);
  }

  /// Parcels a second when as many are submitted as are taken.
  double Saturation() {
    const std::int64_t begin_ns = SteadyNowNs();
    const std::int64_t end_ns = begin_ns + arguments_.seconds * kNsPerSecond;
    std::uint64_t taken = 0;
    while (SteadyNowNs() < end_ns) {
      for (int i = 0; i < 64; ++i) Submit(0);
      taken += consumer_->Poll(256, [](const Decision&) {});
    }
    const double seconds = static_cast<double>(SteadyNowNs() - begin_ns) / kNsPerSecond;
    TakeTheRest();
    return static_cast<double>(taken) / seconds;
  }

  std::string OpenLoop(double parcels_per_second) {
    Times latency;
    const double gap_ns = kNsPerSecond / parcels_per_second;
    const std::int64_t begin_ns = SteadyNowNs();
    const auto count = static_cast<std::uint64_t>(parcels_per_second * arguments_.seconds);
    std::uint64_t submitted = 0;
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
    const auto take = [&](const Decision& decision) {
      latency.histogram.Add(SteadyNowNs() - static_cast<std::int64_t>(decision.tag));
      ++taken;
    };
    while (taken < count) {
      const std::int64_t intended_ns = begin_ns + static_cast<std::int64_t>(gap_ns * static_cast<double>(submitted));
      if (submitted < count && SteadyNowNs() >= intended_ns) {
        if (Submit(intended_ns)) {
          ++submitted;
        } else {
          ++refused;
        }
      }
      consumer_->Poll(8, take);
    }
    return "{\"parcels_per_second\":" + std::to_string(static_cast<std::uint64_t>(parcels_per_second)) +
           ",\"refused\":" + std::to_string(refused) + ",\"latency\":" + latency.Json() + "}";
  }

  void ReloadUntil(const std::atomic<bool>& stop, std::uint64_t* reloads) {
    while (!stop.load()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(arguments_.reload_ms));
      if (engine_->Publish(Load(arguments_.bundle)).ok()) ++*reloads;
    }
  }

 private:
  static RuleSet Load(const std::string& path) {
    auto rules = RuleSet::Load(path);
    if (!rules.ok()) Die(rules.status().message());
    return *rules;
  }

  /// The tag says when the parcel was to be submitted.
  bool Submit(std::int64_t intended_ns) {
    const auto& record = records_[next_];
    Submission submission{record, static_cast<std::uint64_t>(intended_ns)};
    submission.intended_ns = intended_ns;
    if (producer_->Submit(submission) != Admission::kAccepted) return false;
    next_ = next_ + 1 == records_.size() ? 0 : next_ + 1;
    return true;
  }

  void TakeTheRest() {
    while (engine_->status().waiting != 0 || consumer_->Poll(4096, [](const Decision&) {}) != 0) {
    }
  }

  const Arguments& arguments_;
  const RuleSet rules_;
  const std::vector<std::vector<std::uint8_t>> records_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Consumer> consumer_;
  std::size_t next_ = 0;
};

int Main(int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  Host host(arguments);
  const double saturation = host.Saturation();
  std::printf("{\"saturation_per_second\":%.0f,\"machine\":%s,\"loads\":[", saturation,
              MachineStalls(arguments.seconds).c_str());
  std::atomic<bool> stop = false;
  std::uint64_t reloads = 0;
  std::thread reloading;
  if (arguments.reload_ms > 0) reloading = std::thread([&] { host.ReloadUntil(stop, &reloads); });
  const char* separator = "";
  for (const double share : kShares) {
    std::printf("%s\n{\"share\":%.1f,\"run\":%s}", separator, share, host.OpenLoop(saturation * share).c_str());
    separator = ",";
  }
  stop.store(true);
  if (reloading.joinable()) reloading.join();
  std::printf("],\n\"reloads\":%llu}\n", static_cast<unsigned long long>(reloads));
  return 0;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) { return sluice::Main(argc, argv); }
