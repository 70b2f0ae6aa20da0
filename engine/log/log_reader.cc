#include "engine/log/log_reader.h"

#include <algorithm>
#include <cstring>

#include "engine/base/limits.h"
#include "engine/log/bytes.h"

namespace sluice::log {

LogReader::LogReader(std::string directory, LogKind kind, const ReadOptions& options, Disk* disk)
    : directory_(std::move(directory)), kind_(kind), options_(options), disk_(disk) {}

Result<std::unique_ptr<LogReader>> LogReader::Open(const std::string& directory, LogKind kind,
                                                   const ReadOptions& options, Disk* disk) {
  std::unique_ptr<LogReader> reader(new LogReader(directory, kind, options, disk));
  if (Status status = reader->List(); !status.ok()) return status;
  return reader;
}

Status LogReader::List() {
  std::vector<std::string> names;
  if (const int error = disk_->List(directory_, &names); error != 0) return DiskError(directory_, "open", error);
  std::uint32_t oldest = 0;
  for (const std::string& name : names) {
    const std::uint32_t number = SegmentNumber(kind_, name);
    if (number == 0) continue;
    oldest = oldest == 0 ? number : std::min(oldest, number);
    newest_ = std::max(newest_, number);
  }
  if (newest_ == 0) return {StatusCode::kNotFound, directory_ + ": no segment of such a log is there"};
  std::uint32_t first = options_.from_segment == 0 ? oldest : options_.from_segment;
  if (options_.extent == ReadExtent::kNewest) first = newest_;
  summary_.first_segment = first;
  if (Status status = OpenSegment(first); !status.ok()) return status;
  summary_.log_id = header_.log_id;
  summary_.site = header_.site;
  if (first == 1 && (header_.cause != SegmentCause::kFirst || header_.chain != Hash256{})) {
    return {StatusCode::kCorrupt, path_ + ": byte 0: the first segment does not begin a log"};
  }
  next_sequence_ = header_.first_sequence;
  summary_.end.sequence = header_.first_sequence - 1;
  return Status::Ok();
}

Result<std::unique_ptr<DiskFile>> LogReader::ReadHeader(std::uint32_t number, SegmentHeader* header) {
  const std::string path = directory_ + "/" + SegmentName(kind_, number);
  int error = 0;
  std::unique_ptr<DiskFile> file = disk_->Open(path, &error);
  if (file == nullptr) return DiskError(path, "open", error);
  std::array<std::uint8_t, kBlockBytes> block{};
  const std::int64_t got = ReadUpTo(file.get(), 0, block);
  if (got < 0) return DiskError(path, "read", static_cast<int>(got));
  if (got < static_cast<std::int64_t>(kBlockBytes)) {
    return Status(StatusCode::kCorrupt, path + ": byte " + std::to_string(got) + ": the segment ends in its header");
  }
  Result<SegmentHeader> read = DecodeHeader(block, kind_);
  if (!read.ok()) return Status(read.status().code(), path + ": byte 0: " + read.status().message());
  if (read->number != number) {
    return Status(StatusCode::kCorrupt, path + ": byte 0: it is segment " + std::to_string(read->number));
  }
  *header = *std::move(read);
  return file;
}

Status LogReader::OpenSegment(std::uint32_t number) {
  if (next_header_) {
    header_ = *std::move(next_header_);
    file_ = std::move(next_file_);
    next_header_.reset();
  } else {
    Result<std::unique_ptr<DiskFile>> file = ReadHeader(number, &header_);
    if (!file.ok()) return file.status();
    file_ = *std::move(file);
  }
  path_ = directory_ + "/" + SegmentName(kind_, number);
  stream_.Start(file_.get(), path_, BlockSeed(header_.log_id, number));
  buffer_.clear();
  places_.clear();
  given_ = begin_ = unit_bytes_ = 0;
  unit_position_ = 0;
  link_base_ = ChainStart(header_, header_.chain);
  LogPoint& end = summary_.end;
  end.segment = number;
  end.position = 0;
  end.generation = header_.generation;
  end.rule_set = header_.rule_set;
  end.chain = header_.chain;
  summary_.last_segment = number;
  return number < newest_ ? LookAhead() : Status::Ok();
}

Status LogReader::Corrupt(std::uint64_t position, const std::string& what) const {
  return {StatusCode::kCorrupt, path_ + ": byte " + std::to_string(FileOffset(position)) + ": " + what};
}

Result<bool> LogReader::Next(Frame* frame) {
  while (given_ == places_.size()) {
    const Result<bool> more = NextUnit();
    if (!more.ok() || !*more) return more;
  }
  const Place& place = places_[given_++];
  frame->kind = place.kind;
  frame->payload = PayloadOf(place);
  frame->segment = header_.number;
  frame->byte = FileOffset(unit_position_ + place.begin - begin_ - kFrameHeadBytes);
  return true;
}

void LogReader::DropUnit() {
  begin_ += unit_bytes_;
  unit_position_ += unit_bytes_;
  unit_bytes_ = 0;
  places_.clear();
  given_ = 0;
}

// A writer that failed writes again what was not durable, and a live reader may have given it.
bool LogReader::GivenBefore(std::uint64_t sequence_before) {
  if (!live() || summary_.end.sequence == sequence_before) return false;
  if (summary_.end.sequence <= given_sequence_) return true;
  given_sequence_ = summary_.end.sequence;
  return false;
}

Result<bool> LogReader::NextUnit() {
  DropUnit();
  while (true) {
    const bool at_end = next_header_ && unit_position_ >= next_header_->previous_end;
    if (!at_end) {
      const std::uint64_t sequence = summary_.end.sequence;
      const Result<bool> whole = ParseUnit();
      if (!whole.ok()) return whole;
      if (*whole && !GivenBefore(sequence)) return true;
      DropUnit();
      if (*whole) continue;
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
      begin_ = 0;
      const Result<bool> more = stream_.ReadMore(&buffer_);
      // A block that is being written may be read half old, half new.
      if (!more.ok() && live() && more.status().code() == StatusCode::kCorrupt) return false;
      if (!more.ok()) return more;
      if (*more) continue;
    }
    const Result<bool> opened = NextSegment();
    if (!opened.ok() || !*opened) return opened;
  }
}

// A segment that has a successor ends where that says; so its header is read before the units of the segment are.
Status LogReader::LookAhead() {
  SegmentHeader header;
  Result<std::unique_ptr<DiskFile>> file = ReadHeader(header_.number + 1, &header);
  if (!file.ok()) {
    if (file.status().code() != StatusCode::kNotFound) return file.status();
    if (header_.number >= newest_) return Status::Ok();
    return {StatusCode::kCorrupt, directory_ + "/" + SegmentName(kind_, header_.number + 1) +
                                      ": the segment is missing; later ones are there"};
  }
  next_file_ = *std::move(file);
  next_header_ = std::move(header);
  return Status::Ok();
}

// False: there is no next one now. True: look once more at what stands here, or in the segment that is open by then.
Result<bool> LogReader::NextSegment() {
  if (!next_header_) {
    if (Status status = LookAhead(); !status.ok()) return status;
    return next_header_.has_value();
  }
  if (Status status = EndSegment(); !status.ok()) return status;
  if (Status status = OpenSegment(header_.number + 1); !status.ok()) return status;
  return true;
}

void LogReader::NoteTear(bool recorded) {
  summary_.tears.push_back({path_, FileOffset(unit_position_), recorded});
}

Status LogReader::EndSegment() {
  const SegmentHeader& next = *next_header_;
  if (Status status = stream_.CheckRest(); !status.ok()) return status;
  if (unit_position_ > next.previous_end && !live()) {
    return Corrupt(unit_position_, "the next segment says that this one ends earlier");
  }
  const std::uint64_t durable = std::max(stream_.durable(), next.previous_durable);
  if (unit_position_ < durable) {
    return Corrupt(unit_position_, "what stood here is missing; it was on the medium");
  }
  const bool lost = unit_position_ < next.previous_end;
  if (lost || stream_.strays() || stream_.position() > unit_position_) NoteTear(true);
  if (lost && next.first_sequence > next_sequence_) {
    summary_.losses.push_back({next_sequence_, next.first_sequence - 1, path_});
  }
  if (Status status = Follows(next); !status.ok()) return status;
  summary_.closed = false;
  return Status::Ok();
}

Status LogReader::Follows(const SegmentHeader& next) {
  const std::string path = directory_ + "/" + SegmentName(kind_, next.number);
  const auto corrupt = [&](const std::string& what) {
    return Status(StatusCode::kCorrupt, path + ": byte 0: " + what);
  };
  if (next.log_id != header_.log_id) return corrupt("the segment belongs to another log");
  if (next.cause == SegmentCause::kFirst) return corrupt("the segment begins a log, but others come before it");
  if (unit_position_ < next.previous_end) {
    next_sequence_ = std::max(next_sequence_, next.first_sequence);
  } else if (unit_position_ > next.previous_end) {
    next_sequence_ = next.first_sequence;  // of a live reader: what follows comes again
    summary_.end.sequence = next_sequence_ - 1;
  } else {
    if (next.chain != summary_.end.chain) return corrupt("the chain breaks between this segment and the one before");
    if (next.generation != summary_.end.generation || next.rule_set != summary_.end.rule_set) {
      return corrupt("the segment names another generation than the one before");
    }
  }
  if (next.first_sequence != next_sequence_) {
    return corrupt("the segment begins with sequence " + std::to_string(next.first_sequence) + ", not " +
                   std::to_string(next_sequence_));
  }
  return Status::Ok();
}

Result<bool> LogReader::ParseUnit() {
  places_.clear();
  std::size_t at = begin_;
  while (buffer_.size() - at >= kFrameHeadBytes) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, buffer_.data() + at, sizeof(bytes));
    const std::uint8_t kind = buffer_[at + 4];
    const bool known = kind >= 1 && kind <= static_cast<std::uint8_t>(kLastFrameKind) && buffer_[at + 5] == 0 &&
                       buffer_[at + 6] == 0 && buffer_[at + 7] == 0;
    if (!known) return Corrupt(unit_position_ + at - begin_, "no frame begins here");
    const std::size_t end = at + kFrameHeadBytes + bytes;
    if (end - begin_ > limits::kLogUnitBytesMax) return Corrupt(unit_position_ + at - begin_, "the frame is too long");
    if (end > buffer_.size()) return false;
    places_.push_back({static_cast<FrameKind>(kind), at + kFrameHeadBytes, bytes});
    if (static_cast<FrameKind>(kind) == FrameKind::kSeal) {
      if (Status status = CheckUnit(at); !status.ok()) return status;
      unit_bytes_ = end - begin_;
      return true;
    }
    at = end;
  }
  return false;
}

Status LogReader::CheckUnit(std::size_t seal) {
  Hash256 link{};
  const Place& last = places_.back();
  if (last.bytes != link.size()) return Corrupt(unit_position_ + seal - begin_, "the seal is not one");
  std::memcpy(link.data(), buffer_.data() + last.begin, link.size());
  base::Blake2b hash;
  hash.Update(link_base_);
  hash.Update(Bytes(buffer_).subspan(begin_, seal - begin_));
  if (hash.Digest() != link) return Corrupt(unit_position_, "the chain breaks: the seal is not that of this unit");
  ingested_.reset();
  for (const Place& place : places_) {
    if (Status status = CheckFrame(place); !status.ok()) return status;
    ++summary_.frames[static_cast<std::size_t>(place.kind)];
  }
  if (ingested_) return Corrupt(unit_position_, "a batch was accepted, but not decided, in its unit");
  link_base_ = link;
  summary_.end.chain = link;
  const std::size_t bytes = last.begin + last.bytes - begin_;
  summary_.end.position = static_cast<std::uint32_t>(unit_position_ + bytes);
  summary_.closed = places_.size() > 1 && places_[places_.size() - 2].kind == FrameKind::kClose;
  ++summary_.units;
  summary_.bytes += bytes;
  return Status::Ok();
}

Status LogReader::CheckFrame(const Place& place) {
  const Bytes payload = PayloadOf(place);
  const std::uint64_t position = unit_position_ + place.begin - begin_ - kFrameHeadBytes;
  const auto bad = [&] { return Corrupt(position, std::string("the frame is no ") + FrameKindName(place.kind)); };
  const auto out_of_order = [&](std::uint64_t sequence) {
    return Corrupt(position, "sequence " + std::to_string(sequence) + " stands where " +
                                 std::to_string(next_sequence_) + " should");
  };
  const auto advance = [&](std::uint64_t first, std::uint32_t count) {
    if (summary_.first_sequence == 0) summary_.first_sequence = first;
    next_sequence_ = first + count;
    summary_.end.sequence = next_sequence_ - 1;
    summary_.parcels += count;
  };
  switch (place.kind) {
    case FrameKind::kConfiguration: return ReadConfiguration(payload) ? Status::Ok() : bad();
    case FrameKind::kGeneration: {
      const auto what = ReadGeneration(payload);
      if (!what) return bad();
      summary_.end.generation = what->generation;
      summary_.end.rule_set = what->rule_set;
      return Status::Ok();
    }
    case FrameKind::kIngest: {
      const auto what = ReadIngest(payload);
      if (!what || what->count == 0 || ingested_) return bad();
      if (what->first_sequence != next_sequence_) return out_of_order(what->first_sequence);
      if (what->generation != summary_.end.generation) {
        return Corrupt(position, "the batch was decided by generation " + std::to_string(what->generation) +
                                     ", in force is " + std::to_string(summary_.end.generation));
      }
      ingested_ = what;
      return Status::Ok();
    }
    case FrameKind::kDecision: {
      const auto what = ReadDecisions(payload);
      if (!what || !ingested_ || what->count != ingested_->count) return bad();
      if (what->first_sequence != next_sequence_) return out_of_order(what->first_sequence);
      ingested_.reset();
      advance(what->first_sequence, what->count);
      return Status::Ok();
    }
    case FrameKind::kRecords: {
      const auto what = ReadRecords(payload);
      if (!what || what->count == 0) return bad();
      if (what->first_sequence != next_sequence_) return out_of_order(what->first_sequence);
      advance(what->first_sequence, what->count);
      return Status::Ok();
    }
    case FrameKind::kDelivery: return ReadDelivery(payload) ? Status::Ok() : bad();
    case FrameKind::kIncident: return ReadIncident(payload) ? Status::Ok() : bad();
    case FrameKind::kRemoved: {
      const auto first_kept = ReadRemoved(payload);
      if (!first_kept) return bad();
      summary_.removed_before = std::max(summary_.removed_before, *first_kept);
      return Status::Ok();
    }
    case FrameKind::kClose: return ReadClose(payload) ? Status::Ok() : bad();
    case FrameKind::kEffect:
    case FrameKind::kSeal: return Status::Ok();
  }
  return bad();
}

Status LogReader::Finish() {
  if (Status status = stream_.CheckRest(); !status.ok()) return status;
  if (unit_position_ < stream_.durable()) {
    return Corrupt(unit_position_, "what stood here is missing; it was on the medium");
  }
  if (stream_.strays() || stream_.position() > unit_position_) NoteTear(false);
  const bool from_oldest = options_.extent == ReadExtent::kWhole && options_.from_segment == 0;
  if (from_oldest && summary_.first_segment > 1 && summary_.removed_before < summary_.first_segment) {
    return {StatusCode::kCorrupt, directory_ + ": segments 1 to " + std::to_string(summary_.first_segment - 1) +
                                      " are missing, and the log does not say that they were removed"};
  }
  return Status::Ok();
}

}  // namespace sluice::log
