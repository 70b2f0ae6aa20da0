// sluice backtest: recorded days decided by a book, or by two side by side.
#include <fmt/core.h>

#include "engine/base/limits.h"
#include "tools/sluice/backtest_report.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/progress_line.h"
#include "tools/sluice/screen_report.h"
#include "tools/sluice/side_by_side.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

struct BacktestArguments {
  std::string a, b;
  SideBySideInput input;
  std::string format = "pretty";
  std::string label;
  int threads = 0;
  std::size_t batch = limits::kBatchRowsMax;
};

Result<SideBySide> Decide(const BacktestArguments& arguments, const LoadedRules& a, const LoadedRules* b) {
  ProgressLine progress;
  pipeline::ScreenOptions options;
  options.threads = arguments.threads;
  options.batch_rows = arguments.batch;
  options.by_office = true;
  if (!arguments.label.empty()) options.label_fields = {arguments.label};
  options.progress = [&](const pipeline::Progress& now) { progress.Show(now); };
  const std::vector<Change> changes =
      b == nullptr ? std::vector<Change>() : DiffRuleSets(*a.rule_set, *b->rule_set);
  return DecideSideBySide(a, b, changes, arguments.input, options);
}

void Print(const BacktestArguments& arguments, const Backtest& backtest) {
  if (arguments.format == "json") {
    fmt::print("{}\n", BacktestJson(backtest));
  } else {
    fmt::print("{}", BacktestText(backtest, arguments.format == "markdown" ? &MarkdownTable : &PrettyTable));
  }
}

int RunBacktest(const BacktestArguments& arguments) {
  LoadedRules a, b;
  const bool two = !arguments.b.empty();
  if (const int code = LoadRules(arguments.a, arguments.input.mapping, &a); code != kExitOk) return code;
  if (two) {
    if (const int code = LoadRules(arguments.b, arguments.input.mapping, &b); code != kExitOk) return code;
  }
  Result<SideBySide> decided = Decide(arguments, a, two ? &b : nullptr);
  if (!decided.ok()) return Fail(kExitBadArguments, decided.status().message());
  const std::vector<pipeline::ScreenSummary>& summaries = decided->summaries;
  Backtest backtest{{arguments.a, *a.rule_set, summaries.front()}, {}, std::move(decided->changes),
                    arguments.input.files, arguments.label};
  if (two) backtest.b.emplace(BacktestSide{arguments.b, *b.rule_set, summaries.back()});
  ReportFailures(summaries.front());
  // Rules read fields in their own way, so that one of the two may read what the other cannot.
  if (summaries.back().read_failure_count != summaries.front().read_failure_count) ReportFailures(summaries.back());
  Print(arguments, backtest);
  return Differs(backtest) ? kExitFindings : kExitOk;
}

}  // namespace

void AddBacktest(CLI::App* app, Run* run) {
  auto arguments = std::make_shared<BacktestArguments>();
  CLI::App* verb = app->add_subcommand("backtest", "Decides recorded days by a book, or by two side by side");
  verb->add_option("A", arguments->a, "Rule book folder or bundle")->required();
  verb->add_option("B", arguments->b, "Another one, a draft");
  verb->add_option("--on", arguments->input.files, "Files of parcels, in this order: .parcels, .csv, .ndjson")
      ->required();
  verb->add_option("--label", arguments->label, "Precision of lanes and rules by this truth label");
  verb->add_option("--format", arguments->format, "pretty, json or markdown")
      ->check(CLI::IsMember({"pretty", "json", "markdown"}));
  verb->add_option("--mapping", arguments->input.mapping,
                   "mapping.yaml for CSV and NDJSON, instead of those that the rules bring");
  verb->add_option("--epoch-key", arguments->input.epoch_key, "Key of the epoch's draws (JSON); without it a test key");
  verb->add_option("--threads", arguments->threads, "Threads; 0: one a core")
      ->check(CLI::Range(std::size_t{0}, limits::kThreadsMax));
  verb->add_option("--batch", arguments->batch, "Parcels in a batch")
      ->check(CLI::Range(std::size_t{1}, limits::kBatchRowsMax));
  verb->footer(
      "Both sides decide each parcel in one pass over the files, with the same draws; what is said of a side is what\n"
      "'sluice screen' says of it alone. Hits are matches that stand, or of a rule in shadow its matches there. An\n"
      "office's work leaves duplicates out. A parcel that changes lane counts for each rule whose match differs, and\n"
      "the first five of each group are named. With --label, a parcel is true where the label is true, not 0, or a\n"
      "text that is not empty.\n\n"
      "Examples:\n"
      "  sluice backtest cbec.bundle --on monday.parcels tuesday.parcels\n"
      "  sluice backtest cbec.bundle draft --on day.parcels --label planted\n"
      "  sluice backtest rules/packs/kcs draft --on export.csv --label fraud --format markdown > report.md\n\n"
      "Exit codes: 0 the same, or A alone; 1 some parcel changes lane or some rule's hits differ; 2 the rules do not\n"
      "compile; 3 bad arguments, or input that cannot be opened.");
  verb->callback([=] { *run = [=] { return RunBacktest(*arguments); }; });
}

}  // namespace sluice::tools
