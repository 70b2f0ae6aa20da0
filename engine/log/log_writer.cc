#include "engine/log/log_writer.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/random.h"
#include "engine/base/time_text.h"
#include "engine/log/bytes.h"
#include "engine/log/log_reader.h"

namespace sluice::log {
namespace {

constexpr std::size_t kWriteBlocks = 1024;  // in one call of the system

// A decision's canonical bytes (decide/FORMAT.md): 32 bytes of numbers, then the parcel id, a text, then the rest.
constexpr std::size_t kDecisionIdAt = 32;
constexpr std::size_t kTextHeadBytes = 4;

constexpr std::size_t kSealFrameBytes = kFrameHeadBytes + sizeof(Hash256);
constexpr std::size_t kBatchHeadBytes = 8 + 4 + 4;
constexpr std::size_t kDecisionHeadBytes = 1 + 4;
// Frames of an incident, a configuration and a generation, that a new segment may begin with.
constexpr std::size_t kPreambleBytesMax = 4 * limits::kLogTextBytesMax;

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

// Of a segment with so much payload.
std::uint64_t FileBytes(std::uint64_t payload_bytes) {
  return (1 + (payload_bytes + kBlockPayloadBytes - 1) / kBlockPayloadBytes) * kBlockBytes;
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
      maker_(disk, options.directory, options.kind, options.prewrite ? FileBytes(options.segment_bytes) : 0,
             options.aside) {
  pending_.reserve(options.buffer_bytes);
  tail_.reserve(kBlockPayloadBytes);
  blocks_.resize(kWriteBlocks * kBlockBytes);
}

LogWriter::~LogWriter() = default;

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
  if (Status status = TrackSegments(); !status.ok()) return status;
  return Begin(SegmentCause::kReopened);
}

bool LogWriter::Bounded() const {
  const Retention& bounds = options_.retention;
  return bounds.segments_max != 0 || bounds.bytes_max != 0 || bounds.age_max_s != 0;
}

Status LogWriter::TrackSegments() {
  if (!Bounded()) return Status::Ok();
  std::vector<std::string> names;
  if (const int error = disk_->List(options_.directory, &names); error != 0) {
    return DiskError(options_.directory, "open", error);
  }
  for (const std::string& name : names) {
    const std::uint32_t number = SegmentNumber(options_.kind, name);
    if (number == 0) continue;
    const std::string path = options_.directory + "/" + name;
    int error = 0;
    const std::unique_ptr<DiskFile> file = disk_->Open(path, &error);
    if (file == nullptr) return DiskError(path, "open", error);
    std::array<std::uint8_t, kBlockBytes> block{};
    if (ReadUpTo(file.get(), 0, block) < 0) return DiskError(path, "read", -EIO);
    const Result<SegmentHeader> header = DecodeHeader(block, options_.kind);
    if (!header.ok()) return {header.status().code(), path + ": byte 0: " + header.status().message()};
    kept_.push_back({number, static_cast<std::uint64_t>(std::max<std::int64_t>(file->Size(), 0)),
                     header->created.seconds});
  }
  std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.number < b.number; });
  return Status::Ok();
}

// How many of the oldest segments are beyond a bound.
std::size_t LogWriter::BeyondBounds() const {
  const Retention& bounds = options_.retention;
  std::uint64_t bytes = 0;
  for (const Kept& segment : kept_) bytes += segment.bytes;
  const std::int64_t now_s = options_.clock().seconds;
  std::size_t gone = 0;
  for (; gone < kept_.size(); ++gone) {
    const bool too_many = bounds.segments_max != 0 && kept_.size() - gone + 1 > bounds.segments_max;
    const bool too_large = bounds.bytes_max != 0 && bytes > bounds.bytes_max;
    // A segment is as old as its youngest parcel, which is about when the next one was begun.
    const std::int64_t ended_s = gone + 1 < kept_.size() ? kept_[gone + 1].created_s : now_s;
    const bool too_old = bounds.age_max_s != 0 && now_s - ended_s > static_cast<std::int64_t>(bounds.age_max_s);
    if (!too_many && !too_large && !too_old) break;
    bytes -= kept_[gone].bytes;
  }
  return gone;
}

// Says in the log which segments go, and only when that is on the medium lets them be removed.
Status LogWriter::Retain() {
  const std::size_t gone = BeyondBounds();
  if (gone == 0) return Status::Ok();
  const std::uint32_t first = kept_.front().number;
  const std::uint32_t end = kept_[gone - 1].number + 1;
  const std::size_t unit = pending_.size();
  const std::size_t frame = BeginFrame(FrameKind::kRemoved);
  PutNumber(end, &pending_);
  EndFrame(frame);
  EndUnit(unit);
  if (Status status = Flush(); !status.ok()) return status;
  if (Status status = Sync(); !status.ok()) return status;
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(gone));
  maker_.RemoveBefore(first, end);
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
  const bool track = Bounded() && file_ != nullptr;
  if (track) kept_.push_back({before.segment, FileBytes(written_.position), segment_created_s_});
  file_ = *std::move(file);
  path_ = std::move(path);
  seed_ = BlockSeed(log_id_, header.number);
  link_base_ = ChainStart(header, header.chain);
  segment_created_s_ = header.created.seconds;
  tail_.clear();
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

Status LogWriter::Fail(Status why) {
  failure_ = std::move(why);
  failed_.store(true, std::memory_order_release);
  return failure_;
}

std::size_t LogWriter::BeginFrame(FrameKind kind) {
  const std::size_t frame = pending_.size();
  PutNumber(std::uint32_t{0}, &pending_);
  PutNumber(static_cast<std::uint32_t>(kind), &pending_);
  return frame;
}

void LogWriter::EndFrame(std::size_t frame) {
  const auto bytes = static_cast<std::uint32_t>(pending_.size() - frame - kFrameHeadBytes);
  std::memcpy(pending_.data() + frame, &bytes, sizeof(bytes));
}

void LogWriter::EndUnit(std::size_t unit) {
  hash_.Reset();
  hash_.Update(link_base_);
  hash_.Update(Bytes(pending_).subspan(unit));
  link_base_ = hash_.Digest();
  const std::size_t frame = BeginFrame(FrameKind::kSeal);
  PutBytes(link_base_, &pending_);
  EndFrame(frame);
  appended_.chain = link_base_;
  appended_.position = static_cast<std::uint32_t>(written_.position + pending_.size() - flushed_);
}

// The links of what is pending, in a segment where it was not linked before.
void LogWriter::Relink() {
  appended_.segment = written_.segment;
  appended_.position = static_cast<std::uint32_t>(pending_.size());
  std::size_t unit = 0;
  for (std::size_t at = 0; at < pending_.size();) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, pending_.data() + at, sizeof(bytes));
    const std::size_t end = at + kFrameHeadBytes + bytes;
    if (static_cast<FrameKind>(pending_[at + 4]) == FrameKind::kSeal) {
      hash_.Reset();
      hash_.Update(link_base_);
      hash_.Update(Bytes(pending_).subspan(unit, at - unit));
      link_base_ = hash_.Digest();
      std::memcpy(pending_.data() + at + kFrameHeadBytes, link_base_.data(), link_base_.size());
      appended_.chain = link_base_;
      unit = end;
    }
    at = end;
  }
  if (pending_.empty()) appended_ = written_;
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
  return Bounded() ? Retain() : Status::Ok();
}

void LogWriter::PutDecision(Bytes canonical) {
  SLUICE_CHECK(canonical.size() >= kDecisionIdAt + kTextHeadBytes);
  std::uint32_t id_bytes = 0;
  std::memcpy(&id_bytes, canonical.data() + kDecisionIdAt, sizeof(id_bytes));
  SLUICE_CHECK(id_bytes <= canonical.size() - kDecisionIdAt - kTextHeadBytes);
  const Bytes head = canonical.first(kDecisionIdAt);
  const Bytes rest = canonical.subspan(kDecisionIdAt + kTextHeadBytes + id_bytes);
  const auto length = static_cast<std::uint32_t>(canonical.size() - id_bytes);
  const bool hashed = length > limits::kLoggedDecisionBytesMax;
  PutNumber(std::uint8_t{hashed}, &pending_);
  PutNumber(length, &pending_);
  const std::uint8_t no_id[kTextHeadBytes] = {};
  if (!hashed) {
    PutBytes(head, &pending_);
    PutBytes(no_id, &pending_);
    PutBytes(rest, &pending_);
    return;
  }
  hash_.Reset();
  hash_.Update(head);
  hash_.Update(no_id);
  hash_.Update(rest);
  PutBytes(hash_.Digest(), &pending_);
}

Status LogWriter::CheckFirst(std::uint64_t first_sequence) const {
  if (failed()) return failure_;
  if (first_sequence <= appended_.sequence + 1) return Status::Ok();
  return Invalid("sequence " + std::to_string(first_sequence) + " was appended, not " +
                 std::to_string(appended_.sequence + 1));
}

Status LogWriter::AppendBatch(const LoggedBatch& batch) {
  SLUICE_CHECK(options_.kind == LogKind::kAudit && batch.decision_ends.size() == batch.parcels.size());
  if (Status status = CheckFirst(batch.first_sequence); !status.ok()) return status;
  if (batch.generation != appended_.generation) {
    return Invalid("a batch of generation " + std::to_string(batch.generation) + " was appended; in force is " +
                   std::to_string(appended_.generation));
  }
  const auto bytes_of = [&](std::size_t i) {
    const std::size_t begin = i == 0 ? 0 : batch.decision_ends[i - 1];
    return sizeof(ParcelEntry) + kDecisionHeadBytes +
           std::min(batch.decision_ends[i] - begin, limits::kLoggedDecisionBytesMax);
  };
  std::size_t first = static_cast<std::size_t>(appended_.sequence + 1 - batch.first_sequence);
  while (first < batch.parcels.size()) {
    std::size_t count = 0;
    std::size_t bytes = 2 * (kFrameHeadBytes + kBatchHeadBytes) + kSealFrameBytes;
    do {
      bytes += bytes_of(first + count);
      ++count;
    } while (first + count < batch.parcels.size() && bytes + bytes_of(first + count) <= limits::kLogUnitBytesAim);
    if (Status status = MakeRoom(bytes); !status.ok()) return status;
    AppendPart(batch, first, count);
    first += count;
  }
  return Status::Ok();
}

void LogWriter::AppendPart(const LoggedBatch& batch, std::size_t first, std::size_t count) {
  const std::size_t unit = pending_.size();
  const std::uint64_t sequence = batch.first_sequence + first;
  std::size_t frame = BeginFrame(FrameKind::kIngest);
  PutNumber(sequence, &pending_);
  PutNumber(batch.generation, &pending_);
  PutNumber(static_cast<std::uint32_t>(count), &pending_);
  const auto entries = std::as_bytes(batch.parcels.subspan(first, count));
  PutBytes({reinterpret_cast<const std::uint8_t*>(entries.data()), entries.size()}, &pending_);
  EndFrame(frame);
  frame = BeginFrame(FrameKind::kDecision);
  PutNumber(sequence, &pending_);
  PutNumber(static_cast<std::uint32_t>(count), &pending_);
  for (std::size_t i = first; i < first + count; ++i) {
    const std::size_t begin = i == 0 ? 0 : batch.decision_ends[i - 1];
    PutDecision(batch.decisions.subspan(begin, batch.decision_ends[i] - begin));
  }
  EndFrame(frame);
  EndUnit(unit);
  appended_.sequence = sequence + count - 1;
}

Status LogWriter::AppendRecords(const LoggedRecords& records) {
  SLUICE_CHECK(options_.kind == LogKind::kJournal);
  if (Status status = CheckFirst(records.first_sequence); !status.ok()) return status;
  const base::Key256* const key = options_.plain ? nullptr : options_.keys->Find(DayOf(records.now));
  if (key == nullptr && !options_.plain) {
    return {StatusCode::kNotFound, "no key for the journal's day of " + base::TimestampText(records.now)};
  }
  const auto bytes_of = [&](std::size_t i) {
    return sizeof(std::uint32_t) + records.record_ends[i] - (i == 0 ? 0 : records.record_ends[i - 1]);
  };
  std::size_t first = static_cast<std::size_t>(appended_.sequence + 1 - records.first_sequence);
  while (first < records.record_ends.size()) {
    std::size_t count = 0;
    std::size_t bytes = kFrameHeadBytes + kRecordsHeadBytes + kRecordsBoxBytes + kSealFrameBytes;
    do {
      bytes += bytes_of(first + count);
      ++count;
    } while (first + count < records.record_ends.size() && bytes + bytes_of(first + count) <= limits::kLogUnitBytesAim);
    if (bytes > limits::kLogUnitBytesMax) return Invalid("a record is too long for the journal");
    if (Status status = MakeRoom(bytes); !status.ok()) return status;
    AppendPart(records, key, first, count);
    first += count;
  }
  return Status::Ok();
}

void LogWriter::AppendPart(const LoggedRecords& records, const base::Key256* key, std::size_t first,
                           std::size_t count) {
  const std::size_t unit = pending_.size();
  const std::uint64_t sequence = records.first_sequence + first;
  const std::size_t frame = BeginFrame(FrameKind::kRecords);
  const std::size_t payload = pending_.size();
  PutNumber(sequence, &pending_);
  PutNumber(static_cast<std::uint32_t>(count), &pending_);
  PutNumber(key == nullptr ? kPlainDay : DayOf(records.now), &pending_);
  if (key != nullptr) pending_.resize(pending_.size() + kRecordsBoxBytes);
  for (std::size_t i = first; i < first + count; ++i) {
    const std::size_t begin = i == 0 ? 0 : records.record_ends[i - 1];
    PutNumber(static_cast<std::uint32_t>(records.record_ends[i] - begin), &pending_);
    PutBytes(records.records.subspan(begin, records.record_ends[i] - begin), &pending_);
  }
  if (key != nullptr) SealRecords(*key, log_id_, payload, &pending_);
  EndFrame(frame);
  EndUnit(unit);
  appended_.sequence = sequence + count - 1;
}

template <typename T>
Status LogWriter::AppendOne(FrameKind kind, const T& what) {
  const std::size_t bytes = BytesOf(what);
  if (bytes > limits::kLogTextBytesMax) {
    return {StatusCode::kLimitExceeded, std::string("a frame of kind ") + FrameKindName(kind) + " has more than " +
                                            std::to_string(limits::kLogTextBytesMax) + " bytes"};
  }
  if (Status status = MakeRoom(kFrameHeadBytes + bytes + kSealFrameBytes); !status.ok()) return status;
  const std::size_t unit = pending_.size();
  const std::size_t frame = BeginFrame(kind);
  Put(what, &pending_);
  EndFrame(frame);
  const Bytes payload = Bytes(pending_).subspan(frame + kFrameHeadBytes);
  if (kind == FrameKind::kConfiguration) configuration_.assign(payload.begin(), payload.end());
  if (kind == FrameKind::kGeneration) generation_.assign(payload.begin(), payload.end());
  EndUnit(unit);
  return Status::Ok();
}

Status LogWriter::AppendConfiguration(const Configuration& what) { return AppendOne(FrameKind::kConfiguration, what); }

Status LogWriter::AppendGeneration(const GenerationRecord& what) {
  if (Status status = AppendOne(FrameKind::kGeneration, what); !status.ok()) return status;
  appended_.generation = what.generation;
  appended_.rule_set = what.rule_set;
  return Status::Ok();
}

Status LogWriter::AppendDelivery(const DeliveryRecord& what) { return AppendOne(FrameKind::kDelivery, what); }

Status LogWriter::Flush() {
  if (failed()) return failure_;
  if (flushed_ < pending_.size()) {
    if (const int error = WriteBlocks(Bytes(pending_).subspan(flushed_)); error != 0) {
      return Fail(DiskError(path_, "write", error));
    }
    flushed_ = pending_.size();
    written_ = appended_;
  }
  if (options_.durability == Durability::kAsync) {
    pending_.clear();
    flushed_ = preamble_bytes_ = 0;
    acknowledged_.store(written_.sequence, std::memory_order_release);
  }
  return Status::Ok();
}

// Payload after what the segment has, from the block on that is not full yet.
int LogWriter::WriteBlocks(Bytes payload) {
  std::uint32_t index = 1 + written_.position / static_cast<std::uint32_t>(kBlockPayloadBytes);
  while (!payload.empty()) {
    std::size_t count = 0;
    for (; count < kWriteBlocks && !payload.empty(); ++count) {
      const std::span<std::uint8_t, kBlockBytes> block(blocks_.data() + count * kBlockBytes, kBlockBytes);
      const auto room = block.subspan(kBlockHeadBytes);
      std::copy(tail_.begin(), tail_.end(), room.begin());
      const std::size_t more = std::min(payload.size(), kBlockPayloadBytes - tail_.size());
      std::copy_n(payload.begin(), more, room.begin() + static_cast<std::ptrdiff_t>(tail_.size()));
      payload = payload.subspan(more);
      const std::size_t used = tail_.size() + more;
      std::fill(room.begin() + static_cast<std::ptrdiff_t>(used), room.end(), std::uint8_t{0});
      SealBlock({durable_.position, static_cast<std::uint16_t>(used)}, seed_,
                index + static_cast<std::uint32_t>(count), block);
      tail_.clear();
      if (used < kBlockPayloadBytes) tail_.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(used));
    }
    const int error =
        WriteAll(file_.get(), std::uint64_t{index} * kBlockBytes, Bytes(blocks_).first(count * kBlockBytes));
    if (error != 0) return error;
    index += static_cast<std::uint32_t>(count);
  }
  return 0;
}

Status LogWriter::Sync() {
  if (failed()) return failure_;
  if (durable_.segment == written_.segment && durable_.position == written_.position) return Status::Ok();
  if (const int error = file_->Sync(); error != 0) return Fail(DiskError(path_, "bring to the medium", error));
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
  if (options_.prewrite) file_->Truncate(FileBytes(written_.position));
  return Status::Ok();
}

Status LogWriter::Recover() {
  if (!failed()) return Status::Ok();
  failed_.store(false, std::memory_order_release);
  if (Status status = Begin(SegmentCause::kFailed); !status.ok()) return status;
  return Commit();
}

}  // namespace sluice::log
