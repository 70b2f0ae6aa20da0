// What the audit log and the journal cost.
//
// LogHash: the hashes of a parcel id (15 bytes) and of a record, of 1,024 bytes unless said. LogAppend: batches into a
// writer whose disk takes everything at once: frames, chain, blocks and checksums; a decision has 126 bytes, about one
// match and one draw. LogJournal: the same for records of 1,024 bytes, encrypted. LogCommit: the real disk, at the
// folder of SLUICE_LOG_BENCH or of the system's temporary files: so many parcels waiting for each commit; counters are
// the times of a commit. Real time, and that of a machine's disk.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "engine/log/log_hasher.h"
#include "engine/log/log_writer.h"

namespace sluice::bench {
namespace {

constexpr std::size_t kDecisionBytes = 126;
constexpr std::size_t kRecordBytes = 1024;

class NullFile : public log::DiskFile {
 public:
  std::int64_t Write(std::uint64_t, std::span<const std::uint8_t> bytes) override {
    return static_cast<std::int64_t>(bytes.size());
  }
  std::int64_t Read(std::uint64_t, std::span<std::uint8_t>) override { return 0; }
  int Sync() override { return 0; }
  std::int64_t Size() override { return 0; }
  int Truncate(std::uint64_t) override { return 0; }
};

// Takes everything and keeps nothing.
class NullDisk : public log::Disk {
 public:
  std::unique_ptr<log::DiskFile> Create(const std::string&, int*) override { return std::make_unique<NullFile>(); }
  std::unique_ptr<log::DiskFile> Open(const std::string&, int*) override { return std::make_unique<NullFile>(); }
  int Lock(const std::string&, std::unique_ptr<log::DiskFile>*) override { return 0; }
  int Rename(const std::string&, const std::string&) override { return 0; }
  int Remove(const std::string&) override { return 0; }
  int SyncDirectory(const std::string&) override { return 0; }
  int MakeDirectory(const std::string&) override { return 0; }
  int List(const std::string&, std::vector<std::string>*) override { return 0; }
};

struct Parcels {
  explicit Parcels(std::size_t count)
      : entries(count), decisions(count * kDecisionBytes), records(count * kRecordBytes) {
    for (std::size_t i = 0; i < decisions.size(); ++i) decisions[i] = static_cast<std::uint8_t>(i * 31);
    for (std::size_t i = 0; i < count; ++i) {
      std::fill_n(decisions.begin() + static_cast<std::ptrdiff_t>(i * kDecisionBytes + 32), 4, std::uint8_t{0});
      ends.push_back((i + 1) * kDecisionBytes);
      record_ends.push_back((i + 1) * kRecordBytes);
    }
  }
  std::vector<log::ParcelEntry> entries;
  std::vector<std::uint8_t> decisions, records;
  std::vector<std::size_t> ends, record_ends;
};

// Processor time of this thread.
double ThreadNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void CountParcels(benchmark::State& state, std::size_t each, double begin_ns) {
  const auto parcels = static_cast<double>(state.iterations()) * static_cast<double>(each);
  state.counters["ns_per_parcel"] = (ThreadNs() - begin_ns) / parcels;
}

void LogHash(benchmark::State& state) {
  const log::LogHasher hasher(base::Key256{1});
  std::vector<std::uint8_t> record(static_cast<std::size_t>(state.range(0)));
  const double begin_ns = ThreadNs();
  for (auto _ : state) {
    const auto hash = hasher.OfRecord(record);
    record[0] = hash[0];
    benchmark::DoNotOptimize(hasher.OfId("RR123456785CN0"));
  }
  CountParcels(state, 1, begin_ns);
}
BENCHMARK(LogHash)->ArgName("bytes")->Arg(256)->Arg(1024)->Arg(1800);

std::unique_ptr<log::LogWriter> Open(const log::LogOptions& options, log::Disk* disk) {
  auto writer = log::LogWriter::Open(options, disk);
  log::GenerationRecord generation;
  generation.generation = 1;
  if (!writer.ok() || !(*writer)->AppendGeneration(generation).ok()) return nullptr;
  return *std::move(writer);
}

void LogAppend(benchmark::State& state) {
  const Parcels parcels(static_cast<std::size_t>(state.range(0)));
  NullDisk disk;
  log::LogOptions options;
  options.directory = "log";
  options.aside = options.prewrite = false;
  const auto writer = Open(options, &disk);
  std::uint64_t next = 1;
  const double begin_ns = ThreadNs();
  for (auto _ : state) {
    const Status status = writer->AppendBatch({next, 1, parcels.entries, parcels.decisions, parcels.ends});
    if (!status.ok() || !writer->Commit().ok()) state.SkipWithError("refused");
    next += parcels.entries.size();
  }
  CountParcels(state, parcels.entries.size(), begin_ns);
}
BENCHMARK(LogAppend)->ArgName("batch")->Arg(1)->Arg(16)->Arg(64)->Arg(512);

void LogJournal(benchmark::State& state) {
  const Parcels parcels(static_cast<std::size_t>(state.range(0)));
  const auto keys = log::DayKeys::Parse("1970-01-01 " + std::string(64, 'a'), "keys");
  NullDisk disk;
  log::LogOptions options;
  options.directory = "log";
  options.kind = log::LogKind::kJournal;
  options.keys = &*keys;
  options.aside = options.prewrite = false;
  auto writer = log::LogWriter::Open(options, &disk);
  std::uint64_t next = 1;
  const double begin_ns = ThreadNs();
  for (auto _ : state) {
    const Status status = (*writer)->AppendRecords({next, {}, parcels.records, parcels.record_ends});
    if (!status.ok() || !(*writer)->Commit().ok()) state.SkipWithError("refused");
    next += parcels.entries.size();
  }
  CountParcels(state, parcels.entries.size(), begin_ns);
}
BENCHMARK(LogJournal)->ArgName("batch")->Arg(512);

void CountCommits(benchmark::State& state, std::vector<double>* microseconds) {
  std::sort(microseconds->begin(), microseconds->end());
  const auto at = [&](double share) {
    return (*microseconds)[static_cast<std::size_t>(share * static_cast<double>(microseconds->size() - 1))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["max_us"] = at(1.0);
}

void LogCommit(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const Parcels parcels(std::min<std::size_t>(count, 512));
  const char* const folder = std::getenv("SLUICE_LOG_BENCH");
  log::LogOptions options;
  options.directory = folder != nullptr ? folder : std::filesystem::temp_directory_path().string();
  options.directory += "/sluice_log_bench_" + std::to_string(::getpid());
  options.durability = state.range(1) != 0 ? log::Durability::kGroup : log::Durability::kAsync;
  options.prewrite = state.range(2) != 0;
  options.retention.segments_max = 2;
  std::filesystem::remove_all(options.directory);
  const auto writer = Open(options, &log::RealDisk());
  if (writer == nullptr) return state.SkipWithError("cannot be opened");
  std::uint64_t next = 1;
  std::vector<double> microseconds;
  for (auto _ : state) {
    Status status;
    for (std::size_t done = 0; done < count && status.ok(); done += parcels.entries.size()) {
      status = writer->AppendBatch({next, 1, parcels.entries, parcels.decisions, parcels.ends});
      next += parcels.entries.size();
    }
    const auto begin = std::chrono::steady_clock::now();
    if (!status.ok() || !writer->Commit().ok()) state.SkipWithError("refused");
    microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  state.counters["parcels_per_second"] =
      benchmark::Counter(static_cast<double>(next - 1), benchmark::Counter::kIsRate);
  CountCommits(state, &microseconds);
  std::filesystem::remove_all(options.directory);
}
BENCHMARK(LogCommit)
    ->ArgNames({"waiting", "group", "prewritten"})
    ->ArgsProduct({{1, 64, 1024, 8192}, {1}, {0, 1}})
    ->ArgsProduct({{1024}, {0}, {0, 1}})
    ->UseRealTime();

}  // namespace
}  // namespace sluice::bench
