#include "engine/pipeline/screening.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/random.h"
#include "engine/pipeline/batch_worker.h"
#include "engine/pipeline/ordered_stages.h"

// oneTBB copies closures and hands them to its threads inside its library; ours only forward.
#define SLUICE_CLOSURE __attribute__((no_sanitize("thread")))

namespace sluice::pipeline {

namespace {

void AddCounts(const RuleCounts& counts, RuleCounts* sum) {
  sum->matched += counts.matched;
  sum->suppressed += counts.suppressed;
  sum->shadow += counts.shadow;
  sum->absent += counts.absent;
  sum->errors += counts.errors;
  sum->matched_positive += counts.matched_positive;
  sum->shadow_positive += counts.shadow_positive;
}

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
  void FillSummary(std::size_t side, ScreenSummary* summary) const {
    const std::lock_guard lock(mutex_);
    summary->rules.resize(plan_.sides[side].rule_set().rules.size());
    for (const auto& worker : workers_) {
      const Decider& decider = worker->decider(side);
      summary->matches += decider.matches();
      for (std::size_t i = 0; i < summary->rules.size(); ++i) {
        AddCounts(decider.rule_counts()[i], &summary->rules[i]);
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
  Run(const RunPlan& plan, const ScreenOptions& options, int threads)
      : options_(options), threads_(threads), plan_(plan), pool_(plan) {
    for (std::size_t i = 0; i < plan.readings.size(); ++i) sequencers_.emplace_back(options.start);
    for (std::size_t i = 0; i < plan.sides.size(); ++i) {
      allotters_.emplace_back(plan, i, options, sequencers_[plan.sides[i].reading].slot_count());
    }
    const std::size_t in_flight =
        static_cast<std::size_t>(threads) * limits::kBatchesInFlightPerThread;
    for (std::size_t i = 0; i < in_flight; ++i) slots_.push_back(std::make_unique<BatchSlot>(plan));
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

  void FillSummary(std::size_t side, ScreenSummary* summary) const {
    const Sequencer& sequencer = sequencers_[plan_.sides[side].reading];
    pool_.FillSummary(side, summary);
    allotters_[side].FillSummary(summary);
    summary->forgotten = sequencer.forgotten();
    summary->without_received = sequencer.without_received();
    SLUICE_CHECK(submitted_ == summary->decided + summary->refused);
  }

 private:
  BatchSlot* Read(oneapi::tbb::flow_control& control) {
    const Turn turn(&reading_);
    // The last stage ends in order and no more tokens live than there are slots, so this one is
    // free.
    BatchSlot* slot = slots_[batches_ % slots_.size()].get();
    const Turn slot_turn(&slot->hand_over);
    for (RecordBlock& block : slot->blocks) block.Clear();
    if (!stop_.load(std::memory_order_relaxed)) read_status_ = ReadBlocks(slot);
    const std::size_t records = slot->blocks.front().records.size();
    SLUICE_CHECK(records <= options_.batch_rows);
    if (!read_status_.ok() || records == 0) {
      control.stop();
      return nullptr;
    }
    ++batches_;
    submitted_ += records;
    return slot;
  }

  Status ReadBlocks(BatchSlot* slot) {
    for (std::size_t i = 0; i < slot->blocks.size(); ++i) {
      RecordBlock& block = slot->blocks[i];
      if (Status status = plan_.sources[i]->Read(options_.batch_rows, &block); !status.ok()) {
        return status;
      }
      if (block.records.size() != slot->blocks.front().records.size()) {
        return {StatusCode::kInvalidArgument,
                "the rule sets do not read the same records of the input"};
      }
    }
    return Status::Ok();
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
    for (std::size_t i = 0; i < sequencers_.size(); ++i) {
      sequencers_[i].Sequence(&slot->readings[i].heads);
    }
    return slot;
  }

  void Allot(BatchSlot* slot) {
    const Turn turn(&allotting_);
    const Turn slot_turn(&slot->hand_over);
    for (Allotter& allotter : allotters_) {
      if (!write_status_.ok()) return;
      write_status_ = allotter.Allot(*slot);
      if (!write_status_.ok()) stop_.store(true, std::memory_order_relaxed);
    }
  }

  const ScreenOptions& options_;
  const int threads_;
  const RunPlan& plan_;
  WorkerPool pool_;
  std::vector<Sequencer> sequencers_;  // as RunPlan::readings
  std::deque<Allotter> allotters_;     // as RunPlan::sides; they cannot be moved
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

/// The reading of `side`, shared with an earlier side that decodes and names parcels alike.
Status AddReading(const Side& side, const std::vector<std::string>& label_fields, RunPlan* plan,
                  std::size_t* reading) {
  const auto known = std::find(plan->sources.begin(), plan->sources.end(), side.source);
  const auto source = static_cast<std::size_t>(known - plan->sources.begin());
  if (known == plan->sources.end()) plan->sources.push_back(side.source);
  parcel::ColumnPlan columns = side.rule_set->columns;
  std::vector<parcel::ColumnIndex> labels;
  if (Status status = AddLabels(side.rule_set->catalog, label_fields, &columns, &labels);
      !status.ok()) {
    return status;
  }
  for (*reading = 0; *reading < plan->readings.size(); ++*reading) {
    const Reading& other = plan->readings[*reading];
    if (other.source != source) continue;
    if (other.rule_set->catalog != side.rule_set->catalog) {
      return {StatusCode::kInvalidArgument, "the rule sets are for different schemas"};
    }
    if (other.columns == columns && other.rule_set->system == side.rule_set->system) {
      return Status::Ok();
    }
  }
  wire::DecodePlan decode(side.rule_set->catalog, columns);
  plan->readings.push_back(
      {source, side.rule_set, std::move(columns), std::move(labels), std::move(decode)});
  return Status::Ok();
}

Result<RunPlan> MakePlan(const std::vector<Side>& sides, const draw::EpochKey& key,
                         const ScreenOptions& options) {
  RunPlan plan;
  plan.key = key;
  plan.generation = options.generation;
  plan.hash_seed = base::RandomSeed();
  for (const Side& side : sides) {
    std::size_t reading = 0;
    if (Status status = AddReading(side, options.label_fields, &plan, &reading); !status.ok()) {
      return status;
    }
    plan.sides.push_back({match::MakeMatcher(side.rule_set), reading, side.sink});
  }
  return plan;
}

Result<std::vector<ScreenSummary>> ScreenWithPlan(const RunPlan& plan, const ScreenOptions& options,
                                                  std::chrono::steady_clock::time_point begin) {
  const int threads = options.threads > 0 ? options.threads
                                          : std::min(oneapi::tbb::info::default_concurrency(),
                                                     static_cast<int>(limits::kThreadsMax));
  Run run(plan, options, threads);
  run.Go();
  if (!run.status().ok()) return run.status();
  std::vector<ScreenSummary> summaries(plan.sides.size());
  for (std::size_t i = 0; i < plan.sides.size(); ++i) {
    const SidePlan& side = plan.sides[i];
    if (side.sink != nullptr) {
      if (Status status = side.sink->Finish(); !status.ok()) return status;
    }
    ScreenSummary& summary = summaries[i];
    summary.threads = threads;
    summary.generation = plan.generation;
    summary.rule_set = side.rule_set().hash;
    summary.test_key = plan.key.is_test;
    run.FillSummary(i, &summary);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  for (ScreenSummary& summary : summaries) summary.seconds = took.count();
  return summaries;
}

}  // namespace

Result<std::vector<ScreenSummary>> ScreenSides(const std::vector<Side>& sides,
                                               const draw::EpochKey& key,
                                               const ScreenOptions& options) {
  SLUICE_CHECK(!sides.empty());
  if (Status status = CheckOptions(options); !status.ok()) return status;
  // Threads and memory are the machine's to give: what it throws becomes the operator's message.
  try {
    const auto begin = std::chrono::steady_clock::now();
    const Result<RunPlan> plan = MakePlan(sides, key, options);
    if (!plan.ok()) return plan.status();
    return ScreenWithPlan(*plan, options, begin);
  } catch (const std::bad_alloc&) {
    return Status(StatusCode::kLimitExceeded, "out of memory while screening");
  } catch (const std::exception& error) {
    return Status(StatusCode::kLimitExceeded,
                  std::string("the machine cannot run the screening threads: ") + error.what());
  }
}

Result<ScreenSummary> Screen(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key,
                             const ScreenOptions& options, RecordSource* source,
                             DecisionSink* sink) {
  auto summaries = ScreenSides({{std::move(rule_set), source, sink}}, key, options);
  if (!summaries.ok()) return summaries.status();
  return std::move(summaries->front());
}

bool IsPositiveLabel(std::string_view text) {
  return !text.empty() && text != "0" && text != "false";
}

std::vector<LabelCounts> CountLabel(const ScreenSummary& summary, std::size_t label) {
  std::vector<LabelCounts> counts(summary.lanes.size());
  for (const auto& [values, group] : summary.labelled) {
    const std::string& value = values[label];
    const bool positive = IsPositiveLabel(value);
    for (std::size_t lane = 0; lane < group.lanes.size(); ++lane) {
      counts[lane].count += group.lanes[lane];
      if (positive) counts[lane].positive += group.lanes[lane];
    }
  }
  return counts;
}

}  // namespace sluice::pipeline
