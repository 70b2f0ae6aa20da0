#include "engine/log/kept_segments.h"

#include <algorithm>
#include <cerrno>

namespace sluice::log {

Status KeptSegments::List(Disk* disk, const std::string& directory, LogKind kind) {
  if (!bounded()) return Status::Ok();
  std::vector<std::string> names;
  if (const int error = disk->List(directory, &names); error != 0) return DiskError(directory, "open", error);
  for (const std::string& name : names) {
    const std::uint32_t number = SegmentNumber(kind, name);
    if (number == 0) continue;
    const std::string path = directory + "/" + name;
    int error = 0;
    const std::unique_ptr<DiskFile> file = disk->Open(path, &error);
    if (file == nullptr) return DiskError(path, "open", error);
    std::array<std::uint8_t, kBlockBytes> block{};
    if (ReadUpTo(file.get(), 0, block) < 0) return DiskError(path, "read", -EIO);
    const Result<SegmentHeader> header = DecodeHeader(block, kind);
    if (!header.ok()) return {header.status().code(), path + ": byte 0: " + header.status().message()};
    const std::int64_t bytes = std::max<std::int64_t>(file->Size(), 0);
    segments_.push_back({number, static_cast<std::uint64_t>(bytes), header->created.seconds});
  }
  std::sort(segments_.begin(), segments_.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return Status::Ok();
}

void KeptSegments::Add(const Segment& segment) {
  if (bounded()) segments_.push_back(segment);
}

KeptSegments::Range KeptSegments::BeyondBounds(std::int64_t now_s) const {
  std::uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.bytes;
  std::size_t gone = 0;
  for (; gone < segments_.size(); ++gone) {
    const bool too_many = bounds_.segments_max != 0 && segments_.size() - gone + 1 > bounds_.segments_max;
    const bool too_large = bounds_.bytes_max != 0 && bytes > bounds_.bytes_max;
    // A segment's youngest parcel is as old as the next segment, about.
    const std::int64_t ended_s = gone + 1 < segments_.size() ? segments_[gone + 1].created_s : now_s;
    const bool too_old = bounds_.age_max_s != 0 && now_s - ended_s > static_cast<std::int64_t>(bounds_.age_max_s);
    if (!too_many && !too_large && !too_old) break;
    bytes -= segments_[gone].bytes;
  }
  if (gone == 0) return {};
  return {segments_.front().number, segments_[gone - 1].number + 1};
}

void KeptSegments::Drop(const Range& range) {
  std::erase_if(segments_, [&](const Segment& segment) { return segment.number < range.end; });
}

}  // namespace sluice::log
