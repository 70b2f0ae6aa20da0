// What the log says, frame by frame (FORMAT.md, "Frames"): the kinds, what is in each, and their bytes.
//
// Thread-safety: plain values and pure functions.   Ownership: views of what was read point into the reader's buffer.
// Errors: Read… give nothing for a payload that is not what its kind demands.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/base/time.h"

namespace sluice::log {

using base::Hash256;
using Bytes = std::span<const std::uint8_t>;

enum class FrameKind : std::uint8_t {
  kConfiguration = 1,  // what ran: versions and options
  kGeneration = 2,     // a rule set takes effect
  kIngest = 3,         // a batch as it was accepted
  kDecision = 4,       // what was decided of it
  kDelivery = 5,       // what was delivered when a deadline passed
  kEffect = 6,         // reserved: on state, by hashed key
  kIncident = 7,       // the log failed, or lost something, and says so
  kRemoved = 8,        // segments that retention removes
  kRecords = 9,        // of a journal: the records of a batch
  kClose = 10,         // the writer ended in order
  kSeal = 11,          // ends a unit: the chain's next link
};
inline constexpr FrameKind kLastFrameKind = FrameKind::kSeal;
const char* FrameKindName(FrameKind kind);  // "ingest"

inline constexpr std::size_t kFrameHeadBytes = 8;

/// First 16 bytes of a keyed BLAKE2b-256 (log_hasher.h).
using IdHash = std::array<std::uint8_t, 16>;

struct Configuration {
  base::Timestamp when;
  std::string_view engine_version;
  std::string_view zone_data_version;
  std::string_view options;  // as JSON
};

struct GenerationRecord {
  std::uint32_t generation = 0;
  Hash256 rule_set{};
  base::Timestamp when;
  std::string_view cause;  // "start", "reload", "rollback", …
  std::string_view who;    // "uid 1000"; of the engine itself: empty
  std::string_view reason; // as it was given
};

/// One parcel as it was accepted. As it stands in the frame: 64 bytes, without padding.
struct ParcelEntry {
  std::uint8_t input_kind = 0;  // of the one stream of inputs
  std::uint8_t read_error = 0;  // decide/FORMAT.md; 0: none
  std::uint16_t reserved = 0;
  std::int32_t now_nanos = 0;   // 0 to 999,999,999
  std::int64_t now_seconds = 0; // since 1970
  IdHash id_hash{};             // zeros: the record has no id
  Hash256 record_hash{};
};
static_assert(sizeof(ParcelEntry) == 64);

struct DeliveryRecord {
  std::uint64_t sequence = 0;  // 0: nothing had been decided on the parcel
  std::uint32_t revision = 0;
  std::uint32_t waited_us = 0;
  base::Timestamp when;
  std::string_view lane;  // that was delivered
  IdHash id_hash = {};    // of the parcel; zeros: it has no id
};

struct IncidentRecord {
  base::Timestamp when;
  std::uint64_t lost_first = 0;  // sequences that may be lost; 0: none
  std::uint64_t lost_last = 0;
  std::string_view what;
};

struct IngestView {
  std::uint64_t first_sequence = 0;
  std::uint32_t generation = 0;
  std::uint32_t count = 0;
  Bytes entries;  // count * 64
  ParcelEntry entry(std::size_t index) const;
};

/// A decision's canonical bytes with an empty parcel id, or, of one too long, their length and BLAKE2b-256.
struct DecisionView {
  bool hashed = false;
  Bytes bytes;                  // canonical, or of the hash
  std::uint32_t length = 0;     // of the canonical bytes
};

struct DecisionsView {
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0;
  Bytes rest;
  /// Takes the next one off `rest`. Nothing where the bytes are not one.
  std::optional<DecisionView> Next();
};

/// A journal's records of consecutive sequences, encrypted or plain (journal.h opens them).
struct RecordsView {
  std::uint64_t first_sequence = 0;
  std::uint32_t count = 0;
  std::int32_t day = 0;  // of the key, since 1970; kPlain: none
  Bytes body;            // FORMAT.md, "Records"
};
inline constexpr std::int32_t kPlainDay = INT32_MIN;

// Payloads. Appending takes no memory where `out` has the capacity.
void Put(const Configuration& what, std::vector<std::uint8_t>* out);
void Put(const GenerationRecord& what, std::vector<std::uint8_t>* out);
void Put(const DeliveryRecord& what, std::vector<std::uint8_t>* out);
void Put(const IncidentRecord& what, std::vector<std::uint8_t>* out);

/// Of the payload.
std::size_t BytesOf(const Configuration& what);
std::size_t BytesOf(const GenerationRecord& what);
std::size_t BytesOf(const DeliveryRecord& what);
std::size_t BytesOf(const IncidentRecord& what);

std::optional<Configuration> ReadConfiguration(Bytes payload);
std::optional<GenerationRecord> ReadGeneration(Bytes payload);
std::optional<IngestView> ReadIngest(Bytes payload);
std::optional<DecisionsView> ReadDecisions(Bytes payload);
std::optional<DeliveryRecord> ReadDelivery(Bytes payload);
std::optional<IncidentRecord> ReadIncident(Bytes payload);
std::optional<RecordsView> ReadRecords(Bytes payload);
std::optional<std::uint32_t> ReadRemoved(Bytes payload);  // number of the first segment that is kept
std::optional<base::Timestamp> ReadClose(Bytes payload);

}  // namespace sluice::log
