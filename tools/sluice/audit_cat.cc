// sluice audit cat: the frames of a log, a JSON object a line.
#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "engine/base/time_text.h"
#include "engine/log/journal.h"
#include "engine/log/log_reader.h"
#include "tools/sluice/audit_verbs.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

struct CatOptions {
  AuditSource source;
  std::string keys;
};

// Where numbers stand in a decision's canonical bytes, and the lane with an empty parcel id (engine/decide/FORMAT.md).
constexpr std::size_t kOutcomesAt = 2, kRevisionAt = 4, kGenerationAt = 8, kScoreAt = 12, kDuplicateAt = 24;
constexpr std::size_t kLaneAt = 36;
constexpr std::size_t kHeadBytes = kLaneAt + 4;

template <typename T>
T NumberAt(log::Bytes bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

ordered_json DecisionJson(std::uint64_t sequence, const log::DecisionView& decision) {
  ordered_json json = {{"sequence", sequence}};
  if (decision.hashed) {
    json["bytes"] = decision.length;
    json["hash"] = base::Hex(decision.bytes);
    return json;
  }
  const log::Bytes bytes = decision.bytes;
  if (bytes.size() >= kHeadBytes && NumberAt<std::uint32_t>(bytes, kLaneAt) <= bytes.size() - kHeadBytes) {
    const log::Bytes lane = bytes.subspan(kHeadBytes, NumberAt<std::uint32_t>(bytes, kLaneAt));
    json["lane"] = std::string(lane.begin(), lane.end());
    json["revision"] = NumberAt<std::uint32_t>(bytes, kRevisionAt);
    json["generation"] = NumberAt<std::uint32_t>(bytes, kGenerationAt);
    json["score"] = NumberAt<std::uint32_t>(bytes, kScoreAt);
    json["outcomes"] = bytes[kOutcomesAt];
    json["duplicate_of"] = NumberAt<std::uint64_t>(bytes, kDuplicateAt);
  }
  json["canonical"] = base::Hex(bytes);
  return json;
}

ordered_json IngestJson(const log::IngestView& ingest) {
  ordered_json parcels = ordered_json::array();
  for (std::uint32_t i = 0; i < ingest.count; ++i) {
    const log::ParcelEntry entry = ingest.entry(i);
    parcels.push_back({{"sequence", ingest.first_sequence + i},
                       {"input_kind", entry.input_kind},
                       {"now", base::TimestampText({entry.now_seconds, entry.now_nanos})},
                       {"id_hash", base::Hex(entry.id_hash)},
                       {"record_hash", base::Hex(entry.record_hash)},
                       {"read_error", entry.read_error}});
  }
  return {{"first_sequence", ingest.first_sequence}, {"generation", ingest.generation}, {"parcels", parcels}};
}

// Payloads are what their kind demands: the reader has checked it.
ordered_json PayloadJson(const log::Frame& frame) {
  using log::FrameKind;
  ordered_json json = ordered_json::object();
  switch (frame.kind) {
    case FrameKind::kConfiguration: {
      const auto what = *log::ReadConfiguration(frame.payload);
      return {{"when", base::TimestampText(what.when)},
              {"engine_version", what.engine_version},
              {"zone_data_version", what.zone_data_version},
              {"options", what.options}};
    }
    case FrameKind::kGeneration: {
      const auto what = *log::ReadGeneration(frame.payload);
      return {{"generation", what.generation}, {"rule_set", base::Hex(what.rule_set)},
              {"when", base::TimestampText(what.when)}, {"cause", what.cause}, {"who", what.who},
              {"reason", what.reason}};
    }
    case FrameKind::kIngest: return IngestJson(*log::ReadIngest(frame.payload));
    case FrameKind::kDecision: {
      auto what = *log::ReadDecisions(frame.payload);
      ordered_json decisions = ordered_json::array();
      for (std::uint32_t i = 0; i < what.count; ++i) {
        decisions.push_back(DecisionJson(what.first_sequence + i, *what.Next()));
      }
      return {{"first_sequence", what.first_sequence}, {"decisions", decisions}};
    }
    case FrameKind::kDelivery: {
      const auto what = *log::ReadDelivery(frame.payload);
      return {{"sequence", what.sequence}, {"revision", what.revision}, {"waited_us", what.waited_us},
              {"when", base::TimestampText(what.when)}, {"lane", what.lane}, {"id_hash", base::Hex(what.id_hash)}};
    }
    case FrameKind::kIncident: {
      const auto what = *log::ReadIncident(frame.payload);
      return {{"when", base::TimestampText(what.when)}, {"lost_first", what.lost_first}, {"lost_last", what.lost_last},
              {"what", what.what}};
    }
    case FrameKind::kRemoved: return {{"first_kept", *log::ReadRemoved(frame.payload)}};
    case FrameKind::kRecords: {
      const auto what = *log::ReadRecords(frame.payload);
      json = {{"first_sequence", what.first_sequence}, {"count", what.count}};
      json["encrypted"] = what.day != log::kPlainDay;
      return json;
    }
    case FrameKind::kClose: return {{"when", base::TimestampText(*log::ReadClose(frame.payload))}};
    case FrameKind::kSeal: return {{"link", base::Hex(frame.payload)}};
    case FrameKind::kEffect: return {{"bytes", base::Hex(frame.payload)}};
  }
  return json;
}

Status AddRecords(const log::Frame& frame, const log::LogReader& reader, const log::DayKeys& keys, ordered_json* json) {
  log::OpenedRecords opened;
  if (Status status = opened.Open(frame.payload, reader.summary().log_id, &keys); !status.ok()) return status;
  ordered_json records = ordered_json::array();
  for (std::size_t i = 0; i < opened.count(); ++i) records.push_back(base::Hex(opened.record(i)));
  (*json)["records"] = std::move(records);
  return Status::Ok();
}

int CatLog(const CatOptions& options) {
  log::DayKeys keys;
  if (!options.keys.empty()) {
    Result<log::DayKeys> loaded = log::DayKeys::Load(options.keys);
    if (!loaded.ok()) return Fail(loaded.status());
    keys = *std::move(loaded);
  }
  auto opened = log::LogReader::Open(options.source.directory, options.source.kind());
  if (!opened.ok()) return Fail(AuditExitCode(opened.status()), opened.status().message());
  log::LogReader& reader = **opened;
  log::Frame frame;
  while (true) {
    const Result<bool> more = reader.Next(&frame);
    if (!more.ok()) return Fail(AuditExitCode(more.status()), more.status().message());
    if (!*more) break;
    ordered_json json = {{"segment", frame.segment}, {"byte", frame.byte}, {"kind", FrameKindName(frame.kind)}};
    json.update(PayloadJson(frame));
    if (frame.kind == log::FrameKind::kRecords && !options.keys.empty()) {
      const Status status = AddRecords(frame, reader, keys, &json);
      if (!status.ok()) return Fail(AuditExitCode(status), status.message());
    }
    fmt::print("{}\n", json.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  }
  const Status status = reader.Finish();
  return status.ok() ? kExitOk : Fail(AuditExitCode(status), status.message());
}

}  // namespace

void AddAuditCat(CLI::App* audit, Run* run) {
  auto options = std::make_shared<CatOptions>();
  CLI::App* verb = audit->add_subcommand("cat", "Shows the frames of a log, a JSON object a line");
  AddAuditSource(verb, &options->source);
  verb->add_option("--keys", options->keys, "Key file of a journal, a line a day: shows its records, in hexadecimal");
  verb->footer("Only whole units are shown; what is read is checked as by 'verify'.\n\n"
               "Examples:\n  sluice audit cat /var/lib/sluice/log | jq 'select(.kind == \"generation\")'\n"
               "  sluice audit cat /var/lib/sluice/log --journal --keys journal.keys\n\n"
               "Exit codes: 0 ok; 1 damaged; 3 cannot be opened or read, or a key is missing.");
  verb->callback([=] { *run = [=] { return CatLog(*options); }; });
}

}  // namespace sluice::tools
