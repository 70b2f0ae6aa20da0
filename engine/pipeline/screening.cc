#include "engine/pipeline/screening.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/random.h"
#include "engine/pipeline/ordered_stages.h"

// oneTBB copies closures and hands them to its threads inside its library; ours only forward.
#define SLUICE_CLOSURE __attribute__((no_sanitize("thread")))

namespace sluice::pipeline {

namespace {

/// Workers that wait for a batch. A worker holds an evaluator's scratch, so there are no more of
/// them than threads at work.
class WorkerPool {
 public:
  explicit WorkerPool(const RunPlan& plan) : plan_(plan) {}

  BatchWorker* Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        BatchWorker* worker = idle_.back();
        idle_.pop_back();
        return worker;
      }
    }
    auto made = std::make_unique<BatchWorker>(plan_);
    const std::lock_guard lock(mutex_);
    workers_.push_back(std::move(made));
    return workers_.back().get();
  }

  void Give(BatchWorker* worker) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(worker);
  }

  /// After all work is done.
  void FillSummary(ScreenSummary* summary) const {
    const std::lock_guard lock(mutex_);
    summary->rules.resize(plan_.rule_set->rules.size());
    for (const auto& worker : workers_) {
      summary->matches += worker->matches();
      for (std::size_t i = 0; i < summary->rules.size(); ++i) {
        const RuleCounts& counts = worker->rule_counts()[i];
        summary->rules[i].matched += counts.matched;
        summary->rules[i].suppressed += counts.suppressed;
        summary->rules[i].shadow += counts.shadow;
        summary->rules[i].absent += counts.absent;
        summary->rules[i].errors += counts.errors;
      }
    }
  }

 private:
  const RunPlan& plan_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<BatchWorker>> workers_;
  std::vector<BatchWorker*> idle_;
};

/// One run. The first error of either end is kept; the input is then read no further.
class Run {
 public:
  Run(const RunPlan& plan, const ScreenOptions& options, int threads, RecordSource* source,
      DecisionSink* sink)
      : options_(options),
        threads_(threads),
        source_(source),
        pool_(plan),
        sequencer_(options.start),
        allotter_(plan, options, sequencer_.slot_count(), source, sink) {
    const std::size_t in_flight =
        static_cast<std::size_t>(threads) * limits::kBatchesInFlightPerThread;
    for (std::size_t i = 0; i < in_flight; ++i) {
      slots_.push_back(std::make_unique<BatchSlot>(plan.columns));
    }
  }

  void Go() {
    namespace tbb = oneapi::tbb;
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads_));
    tbb::task_arena arena(threads_);
    constexpr auto kOrdered = tbb::filter_mode::serial_in_order;
    constexpr auto kParallel = tbb::filter_mode::parallel;
    const auto read = tbb::make_filter<void, BatchSlot*>(
        kOrdered, [this](tbb::flow_control& control) SLUICE_CLOSURE { return Read(control); });
    const auto decode = tbb::make_filter<BatchSlot*, BatchSlot*>(
        kParallel,
        [this](BatchSlot* slot) SLUICE_CLOSURE { return Work(slot, &BatchWorker::Decode); });
    const auto sequence = tbb::make_filter<BatchSlot*, BatchSlot*>(
        kOrdered, [this](BatchSlot* slot) SLUICE_CLOSURE { return Sequence(slot); });
    const auto decide = tbb::make_filter<BatchSlot*, BatchSlot*>(
        kParallel,
        [this](BatchSlot* slot) SLUICE_CLOSURE { return Work(slot, &BatchWorker::Decide); });
    const auto allot = tbb::make_filter<BatchSlot*, void>(
        kOrdered, [this](BatchSlot* slot) SLUICE_CLOSURE { Allot(slot); });
    reading_.Give();  // all that this thread has made so far
    arena.execute(
        [&] { tbb::parallel_pipeline(slots_.size(), read & decode & sequence & decide & allot); });
    reading_.Take();
    sequencing_.Take();
    allotting_.Take();
  }

  const Status& status() const { return read_status_.ok() ? write_status_ : read_status_; }

  void FillSummary(ScreenSummary* summary) const {
    pool_.FillSummary(summary);
    allotter_.FillSummary(summary);
    summary->forgotten = sequencer_.forgotten();
    summary->without_received = sequencer_.without_received();
    SLUICE_CHECK(submitted_ == summary->decided + summary->refused);
  }

 private:
  BatchSlot* Read(oneapi::tbb::flow_control& control) {
    const Turn turn(&reading_);
    // The last stage ends in order and no more tokens live than there are slots, so this one is
    // free.
    BatchSlot* slot = slots_[batches_ % slots_.size()].get();
    const Turn slot_turn(&slot->hand_over);
    slot->block.Clear();
    if (!stop_.load(std::memory_order_relaxed)) {
      read_status_ = source_->Read(options_.batch_rows, &slot->block);
    }
    SLUICE_CHECK(slot->block.records.size() <= options_.batch_rows);
    if (!read_status_.ok() || slot->block.records.empty()) {
      control.stop();
      return nullptr;
    }
    ++batches_;
    submitted_ += slot->block.records.size();
    return slot;
  }

  BatchSlot* Work(BatchSlot* slot, void (BatchWorker::*work)(BatchSlot*)) {
    const Turn slot_turn(&slot->hand_over);
    BatchWorker* worker = pool_.Take();
    (worker->*work)(slot);
    pool_.Give(worker);
    return slot;
  }

  BatchSlot* Sequence(BatchSlot* slot) {
    const Turn turn(&sequencing_);
    const Turn slot_turn(&slot->hand_over);
    sequencer_.Sequence(slot);
    return slot;
  }

  void Allot(BatchSlot* slot) {
    const Turn turn(&allotting_);
    const Turn slot_turn(&slot->hand_over);
    if (!write_status_.ok()) return;
    write_status_ = allotter_.Allot(*slot);
    if (!write_status_.ok()) stop_.store(true, std::memory_order_relaxed);
  }

  const ScreenOptions& options_;
  const int threads_;
  RecordSource* source_;
  WorkerPool pool_;
  Sequencer sequencer_;
  Allotter allotter_;
  std::vector<std::unique_ptr<BatchSlot>> slots_;
  HandOver reading_, sequencing_, allotting_;  // of what each stage in order keeps
  // Of the reading stage.
  std::size_t batches_ = 0;
  std::uint64_t submitted_ = 0;
  Status read_status_;
  // Of the allotting stage.
  Status write_status_;
  std::atomic<bool> stop_ = false;
};

Status CheckOptions(const ScreenOptions& options) {
  if (options.threads < 0 || static_cast<std::size_t>(options.threads) > limits::kThreadsMax) {
    return {StatusCode::kInvalidArgument,
            "threads must be 0 to " + std::to_string(limits::kThreadsMax)};
  }
  if (options.batch_rows == 0 || options.batch_rows > limits::kBatchRowsMax) {
    return {StatusCode::kInvalidArgument,
            "the batch size must be 1 to " + std::to_string(limits::kBatchRowsMax)};
  }
  return Status::Ok();
}

/// Adds a column for each label to the plan.
Status AddLabels(const parcel::Catalog& catalog, const std::vector<std::string>& fields,
                 parcel::ColumnPlan* columns, std::vector<parcel::ColumnIndex>* labels) {
  using parcel::ValueType;
  for (const std::string& name : fields) {
    const auto path = parcel::FindPath(catalog, name);
    if (!path) {
      return {StatusCode::kInvalidArgument,
              "label \"" + name + "\" is not a field of " + catalog.root_record().name};
    }
    const ValueType type = parcel::FieldAt(catalog, catalog.root, *path).type;
    if (type != ValueType::kBool && type != ValueType::kInt && type != ValueType::kUint &&
        type != ValueType::kString) {
      return {StatusCode::kInvalidArgument, "label \"" + name + "\" is a " +
                                                parcel::ValueTypeName(type) +
                                                "; a label is a bool, int, uint or string"};
    }
    labels->push_back(columns->AddColumn(catalog, parcel::kParcelDomain, *path));
  }
  return Status::Ok();
}

Result<ScreenSummary> ScreenWithPlan(const RunPlan& plan, const ScreenOptions& options,
                                     RecordSource* source, DecisionSink* sink) {
  const auto begin = std::chrono::steady_clock::now();
  ScreenSummary summary;
  summary.threads = options.threads > 0 ? options.threads
                                        : std::min(oneapi::tbb::info::default_concurrency(),
                                                   static_cast<int>(limits::kThreadsMax));
  summary.generation = plan.generation;
  summary.rule_set = plan.rule_set->hash;
  summary.test_key = plan.key.is_test;
  Run run(plan, options, summary.threads, source, sink);
  run.Go();
  if (!run.status().ok()) return run.status();
  if (sink != nullptr) {
    if (Status status = sink->Finish(); !status.ok()) return status;
  }
  run.FillSummary(&summary);
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return summary;
}

}  // namespace

Result<ScreenSummary> Screen(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key,
                             const ScreenOptions& options, RecordSource* source,
                             DecisionSink* sink) {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  parcel::ColumnPlan columns = rule_set->columns;
  std::vector<parcel::ColumnIndex> labels;
  if (Status status = AddLabels(rule_set->catalog, options.label_fields, &columns, &labels);
      !status.ok()) {
    return status;
  }
  // Threads and memory are the machine's to give: what it throws becomes the operator's message.
  try {
    wire::DecodePlan decode(rule_set->catalog, columns);
    const RunPlan plan{std::move(rule_set),
                       key,
                       std::move(columns),
                       std::move(labels),
                       std::move(decode),
                       options.generation,
                       base::RandomSeed(),
                       source,
                       sink};
    return ScreenWithPlan(plan, options, source, sink);
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kLimitExceeded, "out of memory while screening");
  } catch (const std::exception& error) {
    return Status(StatusCode::kLimitExceeded,
                  std::string("the machine cannot run the screening threads: ") + error.what());
  }
}

std::vector<LabelCounts> CountLabel(const ScreenSummary& summary, std::size_t label) {
  std::vector<LabelCounts> counts(summary.lanes.size());
  for (const auto& [values, group] : summary.labelled) {
    const std::string& value = values[label];
    const bool positive = !value.empty() && value != "0" && value != "false";
    for (std::size_t lane = 0; lane < group.lanes.size(); ++lane) {
      counts[lane].count += group.lanes[lane];
      if (positive) counts[lane].positive += group.lanes[lane];
    }
  }
  return counts;
}

}  // namespace sluice::pipeline
