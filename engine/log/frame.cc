#include "engine/log/frame.h"

#include <cstring>

#include "engine/log/bytes.h"

namespace sluice::log {
namespace {

constexpr std::uint8_t kWhole = 0;
constexpr std::uint8_t kHashed = 1;
constexpr std::size_t kTimeBytes = sizeof(std::int64_t) + sizeof(std::int32_t);
constexpr std::size_t kTextHeadBytes = sizeof(std::uint32_t);

template <typename T>
std::optional<T> WhenDone(const Reader& reader, const T& value) {
  if (!reader.Done()) return std::nullopt;
  return value;
}

}  // namespace

const char* FrameKindName(FrameKind kind) {
  static constexpr const char* kNames[] = {"",         "configuration", "generation", "ingest",  "decision", "delivery",
                                           "effect",   "incident",      "removed",    "records", "close",    "seal"};
  return kNames[static_cast<int>(kind)];
}

ParcelEntry IngestView::entry(std::size_t index) const {
  ParcelEntry entry;
  std::memcpy(static_cast<void*>(&entry), entries.data() + index * sizeof(ParcelEntry), sizeof(ParcelEntry));
  return entry;
}

void Put(const Configuration& what, std::vector<std::uint8_t>* out) {
  PutTime(what.when, out);
  PutText(what.engine_version, out);
  PutText(what.zone_data_version, out);
  PutText(what.options, out);
}

void Put(const GenerationRecord& what, std::vector<std::uint8_t>* out) {
  PutNumber(what.generation, out);
  PutBytes(what.rule_set, out);
  PutTime(what.when, out);
  PutText(what.cause, out);
  PutText(what.who, out);
  PutText(what.reason, out);
}

void Put(const DeliveryRecord& what, std::vector<std::uint8_t>* out) {
  PutNumber(what.sequence, out);
  PutNumber(what.revision, out);
  PutNumber(what.waited_us, out);
  PutTime(what.when, out);
  PutText(what.lane, out);
  PutBytes(what.id_hash, out);
}

void Put(const IncidentRecord& what, std::vector<std::uint8_t>* out) {
  PutTime(what.when, out);
  PutNumber(what.lost_first, out);
  PutNumber(what.lost_last, out);
  PutText(what.what, out);
}

std::size_t BytesOf(const Configuration& what) {
  return kTimeBytes + 3 * kTextHeadBytes + what.engine_version.size() + what.zone_data_version.size() +
         what.options.size();
}

std::size_t BytesOf(const GenerationRecord& what) {
  return sizeof(what.generation) + sizeof(what.rule_set) + kTimeBytes + 3 * kTextHeadBytes + what.cause.size() +
         what.who.size() + what.reason.size();
}

std::size_t BytesOf(const DeliveryRecord& what) {
  return sizeof(what.sequence) + sizeof(what.revision) + sizeof(what.waited_us) + kTimeBytes + kTextHeadBytes +
         what.lane.size() + sizeof(what.id_hash);
}

std::size_t BytesOf(const IncidentRecord& what) {
  return kTimeBytes + sizeof(what.lost_first) + sizeof(what.lost_last) + kTextHeadBytes + what.what.size();
}

std::optional<Configuration> ReadConfiguration(Bytes payload) {
  Reader reader(payload);
  Configuration what;
  what.when = reader.Time();
  what.engine_version = reader.Text();
  what.zone_data_version = reader.Text();
  what.options = reader.Text();
  return WhenDone(reader, what);
}

std::optional<GenerationRecord> ReadGeneration(Bytes payload) {
  Reader reader(payload);
  GenerationRecord what;
  what.generation = reader.Number<std::uint32_t>();
  reader.Array(&what.rule_set);
  what.when = reader.Time();
  what.cause = reader.Text();
  what.who = reader.Text();
  what.reason = reader.Text();
  return WhenDone(reader, what);
}

std::optional<IngestView> ReadIngest(Bytes payload) {
  Reader reader(payload);
  IngestView what;
  what.first_sequence = reader.Number<std::uint64_t>();
  what.generation = reader.Number<std::uint32_t>();
  what.count = reader.Number<std::uint32_t>();
  what.entries = reader.Take(std::size_t{what.count} * sizeof(ParcelEntry));
  return WhenDone(reader, what);
}

std::optional<DecisionsView> ReadDecisions(Bytes payload) {
  Reader reader(payload);
  DecisionsView what;
  what.first_sequence = reader.Number<std::uint64_t>();
  what.count = reader.Number<std::uint32_t>();
  what.rest = reader.rest();
  // All of it holds, so that who goes through it need not ask.
  DecisionsView walk = what;
  for (std::uint32_t i = 0; i < what.count; ++i) {
    if (!walk.Next()) return std::nullopt;
  }
  if (!reader.ok() || !walk.rest.empty()) return std::nullopt;
  return what;
}

std::optional<DecisionView> DecisionsView::Next() {
  Reader reader(rest);
  DecisionView what;
  const auto form = reader.Number<std::uint8_t>();
  what.length = reader.Number<std::uint32_t>();
  what.hashed = form == kHashed;
  what.bytes = reader.Take(what.hashed ? sizeof(Hash256) : what.length);
  if (!reader.ok() || form > kHashed) return std::nullopt;
  rest = reader.rest();
  return what;
}

std::optional<DeliveryRecord> ReadDelivery(Bytes payload) {
  Reader reader(payload);
  DeliveryRecord what;
  what.sequence = reader.Number<std::uint64_t>();
  what.revision = reader.Number<std::uint32_t>();
  what.waited_us = reader.Number<std::uint32_t>();
  what.when = reader.Time();
  what.lane = reader.Text();
  reader.Array(&what.id_hash);
  return WhenDone(reader, what);
}

std::optional<IncidentRecord> ReadIncident(Bytes payload) {
  Reader reader(payload);
  IncidentRecord what;
  what.when = reader.Time();
  what.lost_first = reader.Number<std::uint64_t>();
  what.lost_last = reader.Number<std::uint64_t>();
  what.what = reader.Text();
  return WhenDone(reader, what);
}

std::optional<RecordsView> ReadRecords(Bytes payload) {
  Reader reader(payload);
  RecordsView what;
  what.first_sequence = reader.Number<std::uint64_t>();
  what.count = reader.Number<std::uint32_t>();
  what.day = reader.Number<std::int32_t>();
  what.body = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return what;
}

std::optional<std::uint32_t> ReadRemoved(Bytes payload) {
  Reader reader(payload);
  const auto first_kept = reader.Number<std::uint32_t>();
  return WhenDone(reader, first_kept);
}

std::optional<base::Timestamp> ReadClose(Bytes payload) {
  Reader reader(payload);
  const base::Timestamp when = reader.Time();
  return WhenDone(reader, when);
}

}  // namespace sluice::log
