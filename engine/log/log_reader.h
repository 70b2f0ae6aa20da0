// The reader of a log: its frames in order, with a bounded memory, and everything checked on the way: blocks, units,
// the chain, sequences, segments (FORMAT.md, "Reading").
//
// It tells a torn tail (a crash left a unit unfinished: reported, no error) from corruption (an error, with file and
// byte). Only whole units are given.
// Thread-safety: one thread.   Ownership: a frame's payload holds until the next call.
// Errors: kNotFound where the directory or a segment is not there, kIo, kCorrupt, kUnsupported.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/log/block_stream.h"
#include "engine/log/disk.h"
#include "engine/log/frame.h"
#include "engine/log/log_point.h"
#include "engine/log/segment.h"

namespace sluice::log {

struct Frame {
  FrameKind kind = FrameKind::kSeal;
  Bytes payload;
  std::uint32_t segment = 0;
  std::uint64_t byte = 0;  // of its beginning, in the segment's file
};

/// A unit that was begun and not ended, or blocks behind the end: what a crash or a failing disk leaves. It does not
/// count, and nothing in it was acknowledged as durable.
struct Tear {
  std::string file;
  std::uint64_t byte = 0;
  bool recorded = false;  // a later segment says so
};

/// Sequences that were handed to the system but never known to be on the medium, and that a crash or the disk lost.
struct Loss {
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::string file;  // after whose end they would stand
};

struct LogSummary {
  LogId log_id{};
  std::string site;
  std::uint32_t first_segment = 0;
  std::uint32_t last_segment = 0;
  std::uint64_t bytes = 0;  // of frames
  std::uint64_t units = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(kLastFrameKind) + 1> frames{};  // by kind
  std::uint64_t first_sequence = 0;  // of the first batch; 0: none
  std::uint64_t parcels = 0;
  LogPoint end;
  bool closed = false;              // the last unit ends it in order
  std::vector<Tear> tears;
  std::vector<Loss> losses;
  std::uint32_t removed_before = 0;  // segments with lower numbers were removed by retention, as the log says
};

enum class ReadExtent : std::uint8_t {
  kWhole,
  kNewest,  // the newest segment alone: it says what was in force before
  kLive,    // while a writer goes on: what is not whole yet will be later
};

struct ReadOptions {
  ReadExtent extent = ReadExtent::kWhole;
  std::uint32_t from_segment = 0;  // 0: the oldest that is there
};

class LogReader {
 public:
  static Result<std::unique_ptr<LogReader>> Open(const std::string& directory, LogKind kind,
                                                 const ReadOptions& options = {}, Disk* disk = &RealDisk());

  /// The next frame, seals too. False: there is none now. A live reader may ask again later; it gives what was written,
  /// durable or not (LogWriter::acknowledged_sequence), and no sequence twice.
  Result<bool> Next(Frame* frame);
  /// After the last frame: checks what stands behind it, and whether segments are missing.
  Status Finish();
  /// Of what was read so far.
  const LogSummary& summary() const { return summary_; }
  /// Position in the segment being read up to which it is known to be on the medium.
  std::uint32_t known_durable() const { return stream_.durable(); }

 private:
  struct Place {
    FrameKind kind;
    std::size_t begin;  // of the payload, in buffer_
    std::size_t bytes;
  };

  LogReader(std::string directory, LogKind kind, const ReadOptions& options, Disk* disk);
  bool live() const { return options_.extent == ReadExtent::kLive; }
  bool GivenBefore(std::uint64_t sequence_before);
  void DropUnit();
  Status List();
  Status OpenSegment(std::uint32_t number);
  Result<std::unique_ptr<DiskFile>> ReadHeader(std::uint32_t number, SegmentHeader* header);
  Status Follows(const SegmentHeader& header);
  Status LookAhead();
  Result<bool> NextSegment();
  Status EndSegment();
  void NoteTear(bool recorded);
  Result<bool> NextUnit();
  /// Frames of the unit at the front of buffer_; false where it is not all there.
  Result<bool> ParseUnit();
  Status CheckUnit(std::size_t seal);
  Status CheckFrame(const Place& place);
  Status Corrupt(std::uint64_t position, const std::string& what) const;
  Bytes PayloadOf(const Place& place) const { return Bytes(buffer_).subspan(place.begin, place.bytes); }

  const std::string directory_;
  const LogKind kind_;
  const ReadOptions options_;
  Disk* const disk_;
  std::uint32_t newest_ = 0;  // known
  SegmentHeader header_;
  std::optional<SegmentHeader> next_header_;
  std::unique_ptr<DiskFile> file_, next_file_;
  std::string path_;
  BlockStream stream_;
  std::vector<std::uint8_t> buffer_;  // payload; from begin_ on that from unit_position_ on
  std::size_t begin_ = 0;
  std::size_t unit_bytes_ = 0;        // of the unit whose frames are being given
  std::uint64_t unit_position_ = 0;
  std::vector<Place> places_;
  std::size_t given_ = 0;             // of places_
  Hash256 link_base_{};
  std::uint64_t next_sequence_ = 0;
  std::uint64_t given_sequence_ = 0;  // of a live reader, the highest
  std::optional<IngestView> ingested_;  // of this unit, not yet decided
  LogSummary summary_;
};

}  // namespace sluice::log
