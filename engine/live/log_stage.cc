#include "engine/live/log_stage.h"

#include <pthread.h>
#include <sluice/version.h>

#include "engine/live/steady.h"

namespace sluice::live {

namespace {

constexpr int kLooksBeforePark = 200;
constexpr std::int64_t kParkNs = 50'000'000;
constexpr auto kBetweenRecoveries = std::chrono::milliseconds(100);
constexpr std::size_t kRecordBytes = 2048;  // of an ordinary record, with room to spare
constexpr const char* kEngineVersion = "sluice " SLUICE_VERSION;

}  // namespace

LogStage::LogStage(Core* core, LogWriters writers) : core_(*core), writers_(std::move(writers)) {
  records_.reserve(limits::kBatchRowsMax * kRecordBytes);
  record_ends_.reserve(limits::kBatchRowsMax);
}

Status LogStage::Start(const std::string& zone_data_version, const std::string& options) {
  const log::Configuration configuration{log::SystemNow(), kEngineVersion, zone_data_version, options};
  if (Status status = writers_.audit->AppendConfiguration(configuration); !status.ok()) return status;
  if (writers_.journal != nullptr) {
    if (Status status = writers_.journal->AppendConfiguration(configuration); !status.ok()) return status;
  }
  // The first generation is on disk before anything is accepted.
  if (Status status = Write(0, 1); !status.ok()) return status;
  core_.Logged(1);
  thread_ = std::thread([this] { Run(); });
  return Status::Ok();
}

void LogStage::Stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_seq_cst);
  core_.log_work().NotifyAll();
  thread_.join();
  if (writers_.journal != nullptr && !writers_.journal->failed()) static_cast<void>(writers_.journal->Close());
  if (!writers_.audit->failed()) static_cast<void>(writers_.audit->Close());
  writers_ = {};  // others may go on with the log
}

std::string LogStage::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

void LogStage::Run() {
  pthread_setname_np(pthread_self(), "sluice-log");
  int looks = 0;
  while (true) {
    if (Step()) {
      looks = 0;
    } else if (stopping_.load(std::memory_order_seq_cst)) {
      return;
    } else if (++looks < kLooksBeforePark) {
      std::this_thread::yield();
    } else {
      const auto wanted = [this] { return stopping_.load(std::memory_order_seq_cst) || core_.HasLogWork(); };
      core_.log_work().Park(kParkNs, wanted);
    }
  }
}

bool LogStage::Step() {
  const std::uint64_t begin = core_.logged();
  const std::uint64_t end = core_.settled();
  if (begin == end && !core_.HasDeliveryNotes() && !has_delivery_) return false;
  Status status = Write(begin, end);
  if (!status.ok()) {
    Recover(status);
    return !stopping_.load(std::memory_order_seq_cst);  // who stops does not wait for a disk
  }
  core_.Logged(end);
  return true;
}

// The journal first, and committed: whatever the audit log says was decided can be decided again. A batch that was
// taken before the disk refused is passed over by the writers when it comes again.
Status LogStage::Write(std::uint64_t begin, std::uint64_t end) {
  Status status = Status::Ok();
  if (writers_.journal != nullptr) {
    for (std::uint64_t number = begin; number < end && status.ok(); ++number) {
      const LiveBatch& batch = core_.Settled(number);
      status = batch.begins_generation ? AppendGeneration(batch, writers_.journal.get()) : AppendRecords(batch);
    }
    if (status.ok()) status = writers_.journal->Commit();
  }
  if (status.ok()) status = AppendDeliveries();
  for (std::uint64_t number = begin; number < end && status.ok(); ++number) {
    const LiveBatch& batch = core_.Settled(number);
    status = batch.begins_generation ? AppendGeneration(batch, writers_.audit.get()) : AppendParcels(batch);
  }
  return status.ok() ? writers_.audit->Commit() : status;
}

Status LogStage::AppendGeneration(const LiveBatch& batch, log::LogWriter* writer) {
  const Generation& generation = *batch.generation;
  if (writer->appended().generation == generation.number()) return Status::Ok();
  return writer->AppendGeneration({generation.number(), generation.rule_set()->hash, batch.now, generation.cause(),
                                   generation.who(), {}});
}

Status LogStage::AppendParcels(const LiveBatch& batch) {
  log::LoggedBatch logged;
  logged.first_sequence = batch.heads().front().sequence;
  logged.generation = batch.generation->number();
  logged.parcels = batch.entries;
  logged.decisions = batch.canonical;
  logged.decision_ends = batch.canonical_ends;
  return writers_.audit->AppendBatch(logged);
}

Status LogStage::AppendRecords(const LiveBatch& batch) {
  records_.clear();
  record_ends_.clear();
  for (std::size_t i = 0; i < batch.count; ++i) {
    const auto bytes = batch.messages[i].bytes;
    records_.insert(records_.end(), bytes.begin(), bytes.end());
    record_ends_.push_back(records_.size());
  }
  return writers_.journal->AppendRecords(
      {batch.heads().front().sequence, batch.now, records_, record_ends_});
}

Status LogStage::AppendDeliveries() {
  while (has_delivery_ || core_.TakeDeliveryNote(&delivery_)) {
    has_delivery_ = true;
    const log::DeliveryRecord record{delivery_.sequence, delivery_.revision, delivery_.waited_us, log::SystemNow(),
                                     core_.LaneName(delivery_.lane), delivery_.id_hash};
    if (Status status = writers_.audit->AppendDelivery(record); !status.ok()) return status;
    has_delivery_ = false;
  }
  return Status::Ok();
}

void LogStage::Recover(const Status& why) {
  {
    const std::lock_guard lock(trouble_mutex_);
    trouble_ = why.message();
  }
  std::this_thread::sleep_for(kBetweenRecoveries);
  for (log::LogWriter* writer : {writers_.journal.get(), writers_.audit.get()}) {
    if (writer != nullptr && writer->failed() && !writer->Recover().ok()) return;
  }
  const std::lock_guard lock(trouble_mutex_);
  trouble_.clear();
}

}  // namespace sluice::live
