// Which segments of a log are there, and which of them retention lets go.
//
// Thread-safety: one thread.   Ownership: plain values.   Errors: of List, kIo, kCorrupt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/log/disk.h"
#include "engine/log/segment.h"

namespace sluice::log {

/// Old segments are removed while any of these bounds is passed; 0: no such bound. The newest segment always stays.
struct Retention {
  std::uint32_t segments_max = 0;
  std::uint64_t bytes_max = 0;   // of all but the newest
  std::uint64_t age_max_s = 0;   // of a segment's youngest parcel
};

class KeptSegments {
 public:
  struct Segment {
    std::uint32_t number = 0;
    std::uint64_t bytes = 0;
    std::int64_t created_s = 0;  // since 1970
  };
  /// Numbers from `first` up to the one before `end`.
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
  };

  explicit KeptSegments(const Retention& bounds) : bounds_(bounds) {}

  /// What is there when a writer begins.
  Status List(Disk* disk, const std::string& directory, LogKind kind);
  /// One that is full; numbers go up.
  void Add(const Segment& segment);
  /// The oldest ones that are beyond a bound.
  Range BeyondBounds(std::int64_t now_s) const;
  void Drop(const Range& range);

 private:
  bool bounded() const { return bounds_.segments_max != 0 || bounds_.bytes_max != 0 || bounds_.age_max_s != 0; }

  const Retention bounds_;
  std::vector<Segment> segments_;  // all but the newest, oldest first; empty where nothing is bounded
};

}  // namespace sluice::log
