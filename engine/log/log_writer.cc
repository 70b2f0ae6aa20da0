#include "engine/log/log_writer.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/random.h"
#include "engine/log/bytes.h"
#include "engine/log/log_reader.h"

namespace sluice::log {
namespace {

// Frames of an incident, a configuration and a generation, that a new segment may begin with.
constexpr std::size_t kPreambleBytesMax = 4 * limits::kLogTextBytesMax;
constexpr std::size_t kSealFrameBytes = kFrameHeadBytes + sizeof(Hash256);

Status Invalid(std::string what) { return {StatusCode::kInvalidArgument, std::move(what)}; }

Status CheckOptions(const LogOptions& options) {
  if (options.directory.empty()) return Invalid("a log needs a directory");
  if (options.site.size() > limits::kLogSiteBytesMax) {
    return Invalid("the site's name has more than " + std::to_string(limits::kLogSiteBytesMax) + " bytes");
  }
  if (options.segment_bytes < limits::kLogSegmentBytesMin || options.segment_bytes > limits::kLogSegmentBytesMax) {
    return Invalid("segment_bytes must be from " + std::to_string(limits::kLogSegmentBytesMin) + " to " +
                   std::to_string(limits::kLogSegmentBytesMax));
  }
  if (options.buffer_bytes < limits::kLogBufferBytesMin) {
    return Invalid("buffer_bytes must be at least " + std::to_string(limits::kLogBufferBytesMin));
  }
  if (options.kind == LogKind::kJournal && (options.keys == nullptr) != options.plain) {
    return Invalid("a journal needs keys, or is plain on purpose");
  }
  return Status::Ok();
}

}  // namespace

base::Timestamp SystemNow() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return base::TimestampFromUnits(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count(),
                                  base::kNsPerSecond);
}

LogWriter::LogWriter(const LogOptions& options, Disk* disk)
    : options_(options),
      disk_(disk),
      maker_(disk, options.directory, options.kind, options.prewrite ? SegmentFileBytes(options.segment_bytes) : 0,
             options.aside),
      kept_(options.retention) {
  pending_.reserve(options.buffer_bytes);
  if (options.durability == Durability::kAsync && options.aside) sync_ = std::make_unique<BackgroundSync>();
}

LogWriter::~LogWriter() { sync_.reset(); }

Result<std::unique_ptr<LogWriter>> LogWriter::Open(const LogOptions& options, Disk* disk) {
  if (Status status = CheckOptions(options); !status.ok()) return status;
  std::unique_ptr<LogWriter> writer(new LogWriter(options, disk));
  if (Status status = writer->Resume(); !status.ok()) return status;
  return writer;
}

Status LogWriter::Resume() {
  if (const int error = disk_->MakeDirectory(options_.directory); error != 0) {
    return DiskError(options_.directory, "make", error);
  }
  const std::string lock = options_.directory + "/" + LogKindName(options_.kind) + ".lock";
  if (const int error = disk_->Lock(lock, &lock_); error != 0) {
    if (error == -EWOULDBLOCK) return {StatusCode::kIo, options_.directory + ": another process writes this log"};
    return DiskError(lock, "lock", error);
  }
  maker_.Order();
  maker_.Wait();
  Result<std::unique_ptr<LogReader>> reader =
      LogReader::Open(options_.directory, options_.kind, {ReadExtent::kNewest, 0}, disk_);
  if (!reader.ok()) {
    if (reader.status().code() != StatusCode::kNotFound) return reader.status();
    const std::uint64_t random[2] = {base::RandomSeed(), base::RandomSeed()};
    std::memcpy(log_id_.data(), random, sizeof(random));
    return Begin(SegmentCause::kFirst);
  }
  Frame frame;
  while (true) {
    const Result<bool> more = (*reader)->Next(&frame);
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  if (Status status = (*reader)->Finish(); !status.ok()) return status;
  const LogSummary& summary = (*reader)->summary();
  found_.existed = true;
  found_.closed = summary.closed;
  found_.torn = !summary.tears.empty();
  if (found_.torn) {
    found_.torn_place = summary.tears.back().file + ", byte " + std::to_string(summary.tears.back().byte);
  }
  found_.end = summary.end;
  if (Status status = SyncFound(summary.end.segment); !status.ok()) return status;
  log_id_ = summary.log_id;
  appended_ = written_ = durable_ = summary.end;
  durable_.position = (*reader)->known_durable();
  acknowledged_.store(summary.end.sequence, std::memory_order_release);
  if (Status status = kept_.List(disk_, options_.directory, options_.kind); !status.ok()) return status;
  return Begin(SegmentCause::kReopened);
}

// Says in the log which segments go, and only when that is on the medium lets them be removed.
Status LogWriter::Retain() {
  const KeptSegments::Range gone = kept_.BeyondBounds(options_.clock().seconds);
  if (gone.first == gone.end) return Status::Ok();
  const std::size_t unit = pending_.size();
  const std::size_t frame = BeginFrame(FrameKind::kRemoved);
  PutNumber(gone.end, &pending_);
  EndFrame(frame);
  EndUnit(unit);
  if (Status status = Flush(); !status.ok()) return status;
  if (Status status = Sync(); !status.ok()) return status;
  kept_.Drop(gone);
  maker_.RemoveBefore(gone.first, gone.end);
  return Status::Ok();
}

// What is gone on from is on the medium, as far as the system can say.
Status LogWriter::SyncFound(std::uint32_t segment) {
  const std::string path = options_.directory + "/" + SegmentName(options_.kind, segment);
  int error = 0;
  const std::unique_ptr<DiskFile> file = disk_->Open(path, &error);
  if (file == nullptr) return DiskError(path, "open", error);
  error = file->Sync();
  return error == 0 ? Status::Ok() : DiskError(path, "bring to the medium", error);
}

// A new segment after the current one. What is pending follows in it.
Status LogWriter::Begin(SegmentCause cause) {
  const bool from_memory = cause == SegmentCause::kFailed && options_.durability == Durability::kGroup;
  const LogPoint before = from_memory ? durable_ : written_;
  SegmentHeader header;
  header.kind = options_.kind;
  header.log_id = log_id_;
  header.number = before.segment + 1;
  header.cause = cause;
  header.created = options_.clock();
  header.first_sequence = before.sequence + 1;
  header.generation = before.generation;
  header.rule_set = before.rule_set;
  header.chain = before.chain;
  header.previous_end = before.position;
  header.previous_durable = durable_.position;
  header.site = options_.site;
  const IncidentRecord lost = Incident(cause, before, header.created);
  std::string path;
  Result<std::unique_ptr<DiskFile>> file = MakeSegment(header, &path);
  if (!file.ok()) return Fail(file.status());
  if (sync_ != nullptr) (void)sync_->Wait();  // of a segment that is left now
  if (output_.open()) kept_.Add({before.segment, SegmentFileBytes(written_.position), segment_created_s_});
  output_.Start(*std::move(file), std::move(path), BlockSeed(log_id_, header.number));
  link_base_ = ChainStart(header, header.chain);
  segment_created_s_ = header.created.seconds;
  written_ = before;
  written_.segment = header.number;
  written_.position = 0;
  durable_ = written_;
  flushed_ = 0;
  PutPreamble(cause, lost);
  Relink();
  return Status::Ok();
}

// Before all else a segment says what is in force, so that it can be read alone, and what had gone wrong.
void LogWriter::PutPreamble(SegmentCause cause, const IncidentRecord& incident) {
  // Of an earlier segment, which the disk refused before any of it was durable.
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(preamble_bytes_));
  const std::size_t unit = pending_.size();
  const auto put = [&](FrameKind kind, Bytes payload) {
    const std::size_t frame = BeginFrame(kind);
    PutBytes(payload, &pending_);
    EndFrame(frame);
  };
  if (cause == SegmentCause::kFirst || cause == SegmentCause::kReopened) return;  // the caller says it
  if (!configuration_.empty()) put(FrameKind::kConfiguration, configuration_);
  // A generation that is itself pending comes later.
  const auto generation = ReadGeneration(generation_);
  if (generation && generation->generation == written_.generation && generation->rule_set == written_.rule_set) {
    put(FrameKind::kGeneration, generation_);
  }
  if (cause == SegmentCause::kFailed) {
    const std::size_t frame = BeginFrame(FrameKind::kIncident);
    Put(incident, &pending_);
    EndFrame(frame);
  }
  if (pending_.size() != unit) {
    const std::size_t seal = BeginFrame(FrameKind::kSeal);
    PutBytes(Hash256{}, &pending_);
    EndFrame(seal);
  }
  preamble_bytes_ = pending_.size() - unit;
  std::rotate(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(unit), pending_.end());
}

IncidentRecord LogWriter::Incident(SegmentCause cause, const LogPoint& before, const base::Timestamp& now) const {
  IncidentRecord incident;
  if (cause != SegmentCause::kFailed) return incident;
  incident.when = now;
  incident.what = std::string_view(failure_.message()).substr(0, limits::kLogTextBytesMax);
  if (before.sequence > durable_.sequence) {
    incident.lost_first = durable_.sequence + 1;
    incident.lost_last = before.sequence;
  }
  return incident;
}

// The file gets its name when its header is on the medium: a segment that is there has a header.
Result<std::unique_ptr<DiskFile>> LogWriter::MakeSegment(const SegmentHeader& header, std::string* path) {
  *path = options_.directory + "/" + SegmentName(options_.kind, header.number);
  std::string fresh = maker_.path();
  int error = 0;
  std::unique_ptr<DiskFile> file = maker_.Take();
  if (file == nullptr) {
    fresh = *path + ".fresh";
    file = disk_->Create(fresh, &error);
  }
  if (file == nullptr) return DiskError(*path, "make", error);
  std::array<std::uint8_t, kBlockBytes> block{};
  const std::vector<std::uint8_t> payload = HeaderPayload(header);
  std::copy(payload.begin(), payload.end(), block.begin() + kBlockHeadBytes);
  SealBlock({0, static_cast<std::uint16_t>(payload.size())}, 0, 0, block);
  error = WriteAll(file.get(), 0, block);
  if (error == 0) error = file->Sync();
  if (error == 0) error = disk_->Rename(fresh, *path);
  if (error == 0) error = disk_->SyncDirectory(options_.directory);
  if (error != 0) return DiskError(*path, "make", error);
  maker_.Order();
  return file;
}

// What the sync beside has done.
Status LogWriter::TakeSynced(const std::optional<BackgroundSync::Done>& done) {
  if (!done) return Status::Ok();
  if (done->error != 0) return Fail(DiskError(output_.path(), "bring to the medium", done->error));
  if (done->point.segment == durable_.segment && done->point.position > durable_.position) durable_ = done->point;
  return Status::Ok();
}

void LogWriter::SyncAside() {
  if (sync_ == nullptr || !sync_->idle() || durable_.position == written_.position) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - synced_at_ < std::chrono::milliseconds(options_.async_sync_ms)) return;
  synced_at_ = now;
  sync_->Begin(output_.file(), written_);
}

Status LogWriter::Fail(Status why) {
  failure_ = std::move(why);
  failed_.store(true, std::memory_order_release);
  return failure_;
}

Status LogWriter::MakeRoom(std::size_t bytes) {
  if (failed()) return failure_;
  SLUICE_CHECK(!closed_);
  const std::size_t used = written_.position + pending_.size() - flushed_;
  if (used > 0 && used + bytes > options_.segment_bytes) {
    if (Status status = Rotate(); !status.ok()) return status;
  }
  if (pending_.size() + bytes + kPreambleBytesMax <= options_.buffer_bytes) return Status::Ok();
  return Commit();
}

Status LogWriter::Rotate() {
  if (Status status = Flush(); !status.ok()) return status;
  if (Status status = Sync(); !status.ok()) return status;
  if (Status status = Begin(SegmentCause::kRotated); !status.ok()) return status;
  return Retain();
}

Status LogWriter::Flush() {
  if (failed()) return failure_;
  if (sync_ != nullptr) {
    if (Status status = TakeSynced(sync_->Poll()); !status.ok()) return status;
  }
  if (flushed_ < pending_.size()) {
    if (const int error = output_.Append(Bytes(pending_).subspan(flushed_), durable_.position); error != 0) {
      return Fail(DiskError(output_.path(), "write", error));
    }
    flushed_ = pending_.size();
    written_ = appended_;
  }
  if (options_.durability == Durability::kAsync) {
    pending_.clear();
    flushed_ = preamble_bytes_ = 0;
    acknowledged_.store(written_.sequence, std::memory_order_release);
    SyncAside();
  }
  return Status::Ok();
}

Status LogWriter::Sync() {
  if (failed()) return failure_;
  if (sync_ != nullptr) {
    if (Status status = TakeSynced(sync_->Wait()); !status.ok()) return status;
  }
  if (durable_.segment == written_.segment && durable_.position == written_.position) return Status::Ok();
  if (const int error = output_.Sync(); error != 0) {
    return Fail(DiskError(output_.path(), "bring to the medium", error));
  }
 
  durable_ = written_;
  if (options_.durability == Durability::kAsync) return Status::Ok();
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(flushed_));
  flushed_ = preamble_bytes_ = 0;
  acknowledged_.store(durable_.sequence, std::memory_order_release);
  return Status::Ok();
}

Status LogWriter::Commit() {
  if (Status status = Flush(); !status.ok() || options_.durability == Durability::kAsync) return status;
  return Sync();
}

Status LogWriter::Close() {
  if (Status status = MakeRoom(2 * kSealFrameBytes); !status.ok()) return status;
  const std::size_t unit = pending_.size();
  const std::size_t frame = BeginFrame(FrameKind::kClose);
  PutTime(options_.clock(), &pending_);
  EndFrame(frame);
  EndUnit(unit);
  if (Status status = Flush(); !status.ok()) return status;
  if (Status status = Sync(); !status.ok()) return status;
  closed_ = true;
  // Zeros that were written ahead go; should they stay, nothing is wrong.
  if (options_.prewrite) output_.Truncate();
  return Status::Ok();
}

Status LogWriter::Recover() {
  if (!failed()) return Status::Ok();
  failed_.store(false, std::memory_order_release);
  if (Status status = Begin(SegmentCause::kFailed); !status.ok()) return status;
  return Commit();
}

}  // namespace sluice::log
