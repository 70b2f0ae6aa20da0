// sluice audit verify: whether a log is as it was written.
#include <algorithm>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "engine/log/log_reader.h"
#include "tools/sluice/audit_verbs.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

struct VerifyOptions {
  AuditSource source;
  std::string link;
  bool json = false;
};

struct Verified {
  Status status;  // why it is no sound log
  std::optional<log::LogSummary> summary;  // of what was read; none where there is no segment
  bool link_found = false;
};

bool IsLink(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Verified Verify(const VerifyOptions& options) {
  Verified verified;
  auto opened = log::LogReader::Open(options.source.directory, options.source.kind());
  if (!opened.ok()) return {opened.status(), std::nullopt, false};
  log::LogReader& reader = **opened;
  log::Frame frame;
  while (true) {
    const Result<bool> more = reader.Next(&frame);
    verified.status = more.status();
    if (!more.ok() || !*more) break;
    if (frame.kind == log::FrameKind::kSeal && base::Hex(frame.payload) == options.link) verified.link_found = true;
  }
  if (verified.status.ok()) verified.status = reader.Finish();
  verified.summary = reader.summary();
  return verified;
}

const char* Verdict(const Verified& verified) {
  if (!verified.status.ok()) return AuditExitCode(verified.status) == kExitFindings ? "corrupt" : "unreadable";
  if (!verified.summary->losses.empty()) return "lost";
  return verified.summary->tears.empty() ? "clean" : "torn";
}

std::string Json(const VerifyOptions& options, const Verified& verified) {
  ordered_json json = {{"log", options.source.directory}, {"verdict", Verdict(verified)}};
  if (!verified.status.ok()) json["error"] = verified.status.message();
  if (!options.link.empty()) json["link_found"] = verified.link_found;
  if (!verified.summary) return json.dump(2);
  const log::LogSummary& summary = *verified.summary;
  json["log_id"] = base::Hex(summary.log_id);
  json["site"] = summary.site;
  json["first_segment"] = summary.first_segment;
  json["last_segment"] = summary.last_segment;
  json["removed_before"] = summary.removed_before;
  json["parcels"] = summary.parcels;
  json["first_sequence"] = summary.first_sequence;
  json["last_sequence"] = summary.end.sequence;
  json["generation"] = summary.end.generation;
  json["rule_set"] = base::Hex(summary.end.rule_set);
  json["units"] = summary.units;
  json["frames"] = ordered_json::object();
  for (std::size_t kind = 1; kind < summary.frames.size(); ++kind) {
    const char* const name = FrameKindName(static_cast<log::FrameKind>(kind));
    if (summary.frames[kind] != 0) json["frames"][name] = summary.frames[kind];
  }
  json["link"] = base::Hex(summary.end.chain);
  json["closed"] = summary.closed;
  json["tears"] = ordered_json::array();
  for (const log::Tear& tear : summary.tears) {
    json["tears"].push_back({{"file", tear.file}, {"byte", tear.byte}, {"recorded", tear.recorded}});
  }
  json["lost"] = ordered_json::array();
  for (const log::Loss& loss : summary.losses) {
    json["lost"].push_back(
        {{"first_sequence", loss.first_sequence}, {"last_sequence", loss.last_sequence}, {"file", loss.file}});
  }
  return json.dump(2);
}

std::string Text(const VerifyOptions& options, const Verified& verified) {
  const log::LogSummary& summary = *verified.summary;
  std::string text = fmt::format("log         {}, site {}\n", base::Hex(summary.log_id),
                                 summary.site.empty() ? "not named" : summary.site);
  text += fmt::format("segments    {} to {}{}\n", summary.first_segment, summary.last_segment,
                      summary.first_segment > 1 ? "; those before were removed by retention, as the log says" : "");
  if (summary.parcels == 0) {
    text += "parcels     none\n";
  } else {
    text += fmt::format("parcels     {}, sequences {} to {}, in {} units\n", summary.parcels, summary.first_sequence,
                        summary.end.sequence, summary.units);
  }
  if (summary.end.generation != 0) {
    text += fmt::format("generation  {}, rule set {}\n", summary.end.generation, base::Hex(summary.end.rule_set));
  }
  text += fmt::format("last link   {}\n", base::Hex(summary.end.chain));
  if (verified.status.ok()) text += fmt::format("closed      {}\n", summary.closed ? "yes" : "no");
  for (const log::Tear& tear : summary.tears) {
    text += fmt::format("torn tail   {}, byte {}{}: a unit not finished, never acknowledged as durable\n", tear.file,
                        tear.byte, tear.recorded ? ", recorded by the next segment" : "");
  }
  for (const log::Loss& loss : summary.losses) {
    text += fmt::format("lost        sequences {} to {}, after {}\n", loss.first_sequence, loss.last_sequence,
                        loss.file);
  }
  if (!options.link.empty()) text += fmt::format("given link  {}\n", verified.link_found ? "found" : "NOT FOUND");
  return text + fmt::format("verdict     {}\n", Verdict(verified));
}

int VerifyLog(const VerifyOptions& options) {
  if (!options.link.empty() && !IsLink(options.link)) {
    return Fail(kExitBadArguments,
                fmt::format("--link: '{}' is no link: 64 hexadecimal digits in lower case", options.link));
  }
  const Verified verified = Verify(options);
  if (options.json) {
    fmt::print("{}\n", Json(options, verified));
  } else if (verified.summary) {
    fmt::print("{}", Text(options, verified));
  }
  if (!verified.status.ok()) return Fail(AuditExitCode(verified.status), verified.status.message());
  const bool found = options.link.empty() || verified.link_found;
  return verified.summary->losses.empty() && found ? kExitOk : kExitFindings;
}

}  // namespace

void AddAuditVerify(CLI::App* audit, Run* run) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verb = audit->add_subcommand("verify", "Checks that a log is as it was written");
  AddAuditSource(verb, &options->source);
  verb->add_option("--link", options->link, "A link of the chain, noted before, that must be in the log");
  verb->add_flag("--json", options->json, "As one JSON object");
  verb->footer("Every block's checksum, every unit's link, sequences and segments without gaps. A torn tail (a crash\n"
               "left a unit unfinished) is said, and is no finding; engine/log/FORMAT.md: what tells it from damage.\n"
               "Who notes the last link elsewhere can show later that nothing was cut off.\n\n"
               "Examples:\n  sluice audit verify /var/lib/sluice/log\n"
               "  sluice audit verify /var/lib/sluice/log --journal --json\n\n"
               "Exit codes: 0 as it was written; 1 damaged, something missing or lost, or the link is not there;\n"
               "3 cannot be opened or read.");
  verb->callback([=] { *run = [=] { return VerifyLog(*options); }; });
}

}  // namespace sluice::tools
