// What stands at the two ends of screening: a source of raw records and a sink of decisions.
// engine/ingest implements both for files.
//
// Thread-safety: Read, Write and Finish are called by one thread at a time, in order; converters
// and formatters belong to one worker each and run while others read and write; const functions may
// be called from any thread. Errors: a Status ends the run. A record that cannot be read is no
// error: it carries its ReadError.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decide/decision.h"
#include "engine/parcel/batch.h"

namespace sluice::pipeline {

/// One submission as it arrived.
struct RawRecord {
  std::span<const std::uint8_t>
      bytes;  // of the block's storage, or of memory that the source keeps to its end
  parcel::ReadError error =
      parcel::ReadError::kNone;  // found by the reader: no record can be had of the bytes
  parcel::InputKind kind = parcel::InputKind::kParcel;  // a kind that is not built is refused
  std::uint64_t place =
      0;  // the source's own number for where it stood; see RecordSource::PlaceText
};

/// What is wrong with one record, for people: "column weight: \"abc\" is not a whole number".
struct RecordFlaw {
  std::uint32_t record = 0;  // index into RecordBlock::records
  std::string text;
};

/// Records in order. Blocks are reused: Clear keeps the memory.
struct RecordBlock {
  std::vector<RawRecord> records;
  std::vector<RecordFlaw> flaws;        // ascending by record; at most one a record
  std::vector<std::uint8_t> storage;    // for the reader: the bytes that were read
  std::vector<std::uint8_t> converted;  // for the converter: the records that it made of them

  void Clear() {
    records.clear();
    flaws.clear();
    storage.clear();
    converted.clear();
  }
};

/// Turns what a source read (CSV rows, JSON lines) into records of the schema, in place, in
/// parallel.
class RecordConverter {
 public:
  virtual ~RecordConverter() = default;
  /// Replaces the bytes of each record without an error; sets its error, and a flaw, where that
  /// cannot be.
  virtual void Convert(RecordBlock* block) = 0;
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// Adds up to `records_max` (> 0) records to the cleared `block`. None added: the end of the
  /// input.
  virtual Status Read(std::size_t records_max, RecordBlock* block) = 0;
  /// A converter for one worker; null where Read gives records of the schema already.
  virtual std::unique_ptr<RecordConverter> MakeConverter() const { return nullptr; }
  /// "day.csv:17", "day.parcels, byte 1234".
  virtual std::string PlaceText(std::uint64_t place) const = 0;
  /// Bytes read and bytes in all, for progress; total 0: not known.
  virtual std::uint64_t bytes_read() const { return 0; }
  virtual std::uint64_t bytes_total() const { return 0; }
};

/// Writes decisions in one format, one worker's.
class DecisionFormatter {
 public:
  virtual ~DecisionFormatter() = default;
  virtual void Append(const decide::Decision& decision, std::string* bytes) = 0;
};

class DecisionSink {
 public:
  virtual ~DecisionSink() = default;
  virtual std::unique_ptr<DecisionFormatter> MakeFormatter() const = 0;
  /// Whole formatted decisions, in sequence order.
  virtual Status Write(std::string_view bytes) = 0;
  /// After the last Write of a run without errors.
  virtual Status Finish() { return Status::Ok(); }
};

}  // namespace sluice::pipeline
