// sluice screen: files in, decisions out.
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "engine/base/limits.h"
#include "engine/ingest/decision_writer.h"
#include "engine/ingest/open.h"
#include "engine/pipeline/screening.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/progress_line.h"
#include "tools/sluice/screen_report.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

struct ScreenArguments {
  std::vector<std::string> inputs;
  std::string rules;
  std::string mapping;
  std::string output;
  std::string format = "ndjson";
  std::string epoch_key;
  std::string summary = "table";
  std::vector<std::string> labels;
  int threads = 0;
  std::size_t batch = limits::kBatchRowsMax;
};

// Whether the decisions would overwrite what is still to be read.
bool IsAnInput(const std::string& path, const std::vector<std::string>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [&](const std::string& input) {
    std::error_code error;  // of a file that is not there: no input
    return std::filesystem::equivalent(path, input, error);
  });
}

int Screen(const ScreenArguments& arguments) {
  LoadedRules rules;
  if (const int code = LoadRules(arguments.rules, arguments.mapping, &rules); code != kExitOk) return code;
  const Result<draw::EpochKey> key = arguments.epoch_key.empty() ? Result<draw::EpochKey>(draw::TestEpochKey())
                                                                 : draw::ReadEpochKey(arguments.epoch_key);
  if (!key.ok()) return Fail(kExitBadArguments, key.status().message());
  auto source = ingest::OpenInputs(arguments.inputs, rules.mapping, rules.rule_set);
  if (!source.ok()) return Fail(kExitBadArguments, source.status().message());

  base::FileSink file;
  std::unique_ptr<pipeline::DecisionSink> sink;
  if (!arguments.output.empty()) {
    if (IsAnInput(arguments.output, arguments.inputs)) {
      return Fail(kExitBadArguments, arguments.output + ": is an input, so the decisions cannot be written there");
    }
    if (Status status = file.Open(arguments.output); !status.ok()) return Fail(kExitBadArguments, status.message());
    sink = ingest::MakeDecisionSink(*ingest::ParseDecisionFormat(arguments.format), rules.rule_set, &file);
  }
  ProgressLine progress;
  pipeline::ScreenOptions options;
  options.threads = arguments.threads;
  options.batch_rows = arguments.batch;
  options.label_fields = arguments.labels;
  options.progress = [&](const pipeline::Progress& now) { progress.Show(now); };
  const Result<pipeline::ScreenSummary> summary =
      pipeline::Screen(rules.rule_set, *key, options, source->get(), sink.get());
  if (!summary.ok()) return Fail(kExitBadArguments, summary.status().message());
  if (Status status = file.Close(); !status.ok()) return Fail(kExitBadArguments, status.message());
  ReportFailures(*summary);
  if (arguments.summary == "json") {
    fmt::print("{}\n", SummaryJson(*rules.rule_set, *summary, arguments.labels));
  } else {
    fmt::print(arguments.output == "-" ? stderr : stdout, "{}",
               SummaryTable(*rules.rule_set, *summary, arguments.labels));
  }
  return kExitOk;
}

}  // namespace

void AddScreen(CLI::App* app, Run* run) {
  auto arguments = std::make_shared<ScreenArguments>();
  CLI::App* verb = app->add_subcommand("screen", "Decides every parcel of files");
  verb->add_option("FILE", arguments->inputs, "Input files, in this order: .parcels, .csv, .ndjson")->required();
  verb->add_option("--rules", arguments->rules, "Rule book folder or bundle")->required();
  verb->add_option("--out", arguments->output, "Write the decisions to this file (-: standard output)");
  verb->add_option("--format", arguments->format, "Of the decisions: ndjson, csv or flatbuffers")
      ->check(CLI::IsMember({"ndjson", "csv", "flatbuffers"}));
  verb->add_option("--summary", arguments->summary, "table or json")->check(CLI::IsMember({"table", "json"}));
  verb->add_option("--label", arguments->labels, "Count lanes by this truth label; may be given again")
      ->take_all()
      ->expected(1);
  verb->add_option("--mapping", arguments->mapping,
                   "mapping.yaml for CSV and NDJSON, instead of the one that the rules bring");
  verb->add_option("--epoch-key", arguments->epoch_key, "Key of the epoch's draws (JSON); without it a test key");
  verb->add_option("--threads", arguments->threads, "Threads; 0: one a core")
      ->check(CLI::Range(std::size_t{0}, limits::kThreadsMax));
  verb->add_option("--batch", arguments->batch, "Parcels in a batch")
      ->check(CLI::Range(std::size_t{1}, limits::kBatchRowsMax));
  verb->footer(
      "Decisions do not depend on --threads or --batch. Records that cannot be read get outcome unreadable and are\n"
      "counted; the exit code stays 0, the first of them are named on standard error.\n\n"
      "Examples:\n"
      "  sluice screen day.parcels --rules cbec.bundle --out decisions.ndjson\n"
      "  sluice screen export.csv --rules rules/packs/kcs --label fraud --summary json\n"
      "  sluice screen day.parcels --rules rules/packs/cbec_import --out - --format csv | head");
  verb->callback([=] { *run = [=] { return Screen(*arguments); }; });
}

}  // namespace sluice::tools
