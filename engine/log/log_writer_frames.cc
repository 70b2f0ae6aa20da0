// What a LogWriter appends: frames, units, batches cut into them.
#include <algorithm>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/base/time_text.h"
#include "engine/log/bytes.h"
#include "engine/log/log_writer.h"

namespace sluice::log {
namespace {

// A decision's canonical bytes (decide/FORMAT.md): 32 bytes of numbers, then the parcel id, a text, then the rest.
constexpr std::size_t kDecisionIdAt = 32;
constexpr std::size_t kTextHeadBytes = 4;

constexpr std::size_t kSealFrameBytes = kFrameHeadBytes + sizeof(Hash256);
constexpr std::size_t kBatchHeadBytes = 8 + 4 + 4;
constexpr std::size_t kDecisionHeadBytes = 1 + 4;

Status Invalid(std::string what) { return {StatusCode::kInvalidArgument, std::move(what)}; }

}  // namespace

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

}  // namespace sluice::log
