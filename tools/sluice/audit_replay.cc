// sluice audit replay: decides again what a log says was decided.
#include <filesystem>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "engine/live/replay.h"
#include "engine/ruleset/bundle.h"
#include "tools/sluice/audit_verbs.h"
#include "tools/sluice/progress_line.h"

namespace sluice::tools {

namespace {

struct ReplayArguments {
  std::string directory;
  std::vector<std::string> bundles;
  std::string key;
  std::string journal_keys;
  std::string epoch_key;
  bool json = false;
};

using RuleSets = std::map<base::Hash256, ruleset::RuleSetPtr>;

Status AddBundle(const std::string& path, RuleSets* rule_sets) {
  auto rules = ruleset::ReadBundle(path);
  if (!rules.ok()) return rules.status();
  rule_sets->emplace((*rules)->hash, *rules);
  return Status::Ok();
}

/// Bundles by the hash of their rule set; of a folder, the files *.bundle.
Status AddBundles(const std::string& path, RuleSets* rule_sets) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return AddBundle(path, rule_sets);
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() != ".bundle") continue;
    if (Status status = AddBundle(entry.path(), rule_sets); !status.ok()) return status;
  }
  return error ? Status(StatusCode::kIo, path + ": " + error.message()) : Status::Ok();
}

std::string Json(const live::ReplayReport& report) {
  nlohmann::ordered_json json = {{"parcels", report.parcels},
                                 {"equal", report.equal},
                                 {"different", report.difference_count},
                                 {"without_record", report.without_record},
                                 {"first_sequence", report.first_sequence},
                                 {"generations", report.generations},
                                 {"differences", nlohmann::ordered_json::array()}};
  for (const live::ReplayDifference& difference : report.differences) {
    json["differences"].push_back({{"sequence", difference.sequence}, {"what", difference.what}});
  }
  return json.dump(2);
}

void Print(const live::ReplayReport& report) {
  fmt::print("{} of {} under {}: {} decided alike, {} differently", Count(report.parcels, "parcel"),
             report.first_sequence <= 1 ? "the whole log" : fmt::format("the log from {} on", report.first_sequence),
             Count(report.generations, "generation"), report.equal, report.difference_count);
  if (report.without_record != 0) fmt::print("; {} without a record in the journal", report.without_record);
  fmt::print("\n");
  for (const live::ReplayDifference& difference : report.differences) {
    fmt::print("  {}: {}\n", difference.sequence, difference.what);
  }
  if (report.difference_count > report.differences.size()) {
    fmt::print("  and {} more\n", report.difference_count - report.differences.size());
  }
}

int Replay(const ReplayArguments& arguments) {
  RuleSets rule_sets;
  for (const std::string& path : arguments.bundles) {
    if (Status status = AddBundles(path, &rule_sets); !status.ok()) return Fail(kExitBadArguments, status.message());
  }
  live::ReplayOptions options;
  options.directory = arguments.directory;
  options.key_file = arguments.key;
  options.journal_key_file = arguments.journal_keys;
  options.epoch_key_file = arguments.epoch_key;
  options.rule_set_of = [&](const base::Hash256& hash) {
    const auto found = rule_sets.find(hash);
    return found == rule_sets.end() ? nullptr : found->second;
  };
  ProgressLine progress;
  options.progress = [&](std::uint64_t sequence) { progress.Show({sequence, 0, 0}); };
  const auto report = live::Replay(options);
  if (!report.ok()) return Fail(AuditExitCode(report.status()), report.status().message());
  if (arguments.json) {
    fmt::print("{}\n", Json(*report));
  } else {
    Print(*report);
  }
  return report->difference_count == 0 ? kExitOk : kExitFindings;
}

}  // namespace

void AddAuditReplay(CLI::App* audit, Run* run) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App* verb = audit->add_subcommand("replay", "Decides again what the log says was decided, and compares");
  verb->add_option("DIR", arguments->directory, "Directory of audit log and journal")->required();
  verb->add_option("--bundles", arguments->bundles, "Bundles of the generations in the log, or folders of *.bundle")
      ->required();
  verb->add_option("--key", arguments->key, "The site's key; without it DIR/site.key");
  verb->add_option("--journal-keys", arguments->journal_keys, "Keys of the journal's days; without it, it is plain");
  verb->add_option("--epoch-key", arguments->epoch_key, "Key of the epoch's draws (JSON); without it a test key");
  verb->add_flag("--json", arguments->json, "The report as JSON");
  verb->footer(
      "Compares canonical bytes, byte for byte. Exit codes: 0 all alike, 1 something differs or the log is damaged,\n"
      "3 something cannot be opened.\n\n"
      "Examples:\n"
      "  sluice audit replay /var/lib/sluice/log --bundles cbec.bundle\n"
      "  sluice audit replay log --bundles generations --journal-keys days.keys --json");
  verb->callback([=] { *run = [=] { return Replay(*arguments); }; });
}

}  // namespace sluice::tools
