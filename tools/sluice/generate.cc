// sluice generate: a synthetic day of parcels with planted risk patterns and their truth.
#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/byte_stream.h"
#include "tools/generator/day.h"
#include "tools/sluice/load_rules.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

struct GenerateOptions {
  generator::DayOptions day;
  std::string date = "2026-03-11";
  std::string output;
  std::string truth;
};

Status Write(base::ByteSink* sink, const std::string& text) {
  return sink->Write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// The truth of each parcel as CSV, if asked for; else takes parcels and does nothing.
class TruthFile {
 public:
  Status Open(const std::string& path) {
    if (path.empty()) return Status::Ok();
    wanted_ = true;
    text_ = "parcel_id,planted,near_miss\n";
    return sink_.Open(path);
  }

  Status Add(const generator::Draft& draft) {
    if (!wanted_) return Status::Ok();
    text_ += fmt::format("{},{},{}\n", draft.parcel_id, generator::FamilyName(draft.planted),
                         draft.near_miss ? 1 : 0);
    constexpr std::size_t kBlockBytes = 1 << 20;
    return text_.size() < kBlockBytes ? Status::Ok() : Flush();
  }

  Status Close() {
    if (!wanted_) return Status::Ok();
    if (Status status = Flush(); !status.ok()) return status;
    return sink_.Close();
  }

 private:
  Status Flush() {
    Status status = Write(&sink_, text_);
    text_.clear();
    return status;
  }

  base::FileSink sink_;
  std::string text_;
  bool wanted_ = false;
};

void Count(const generator::Draft& draft, generator::PlantedCounts* counts) {
  if (draft.planted == generator::Family::kNone) {
    ++counts->clean;
    return;
  }
  auto& families = draft.near_miss ? counts->near_misses : counts->violations;
  ++families[static_cast<std::size_t>(draft.planted)];
}

void PrintCounts(const generator::PlantedCounts& counts, std::uint64_t parcels) {
  std::uint64_t violations = 0;
  std::uint64_t near_misses = 0;
  fmt::print(stderr, "{:<20} {:>10} {:>11}\n", "planted", "violations", "near-misses");
  for (std::uint32_t i = 0; i < generator::kNearMissFamilies; ++i) {
    violations += counts.violations[i];
    near_misses += counts.near_misses[i];
    fmt::print(stderr, "{:<20} {:>10} {:>11}\n",
               generator::FamilyName(static_cast<generator::Family>(i)), counts.violations[i],
               counts.near_misses[i]);
  }
  fmt::print(stderr, "{:<20} {:>10} {:>11}\n", "all", violations, near_misses);
  fmt::print(stderr, "{} parcels, {} of them with nothing planted\n", parcels, counts.clean);
}

Status WriteDay(const GenerateOptions& options, const generator::Day& day,
                generator::PlantedCounts* counts) {
  base::FileSink sink;
  if (Status status = sink.Open(options.output); !status.ok()) return status;
  TruthFile truth;
  if (Status status = truth.Open(options.truth); !status.ok()) return status;
  const bool progress = OnTerminal();
  const auto watcher = [&](std::uint64_t number, const generator::Draft& draft) {
    constexpr std::uint64_t kStep = 20'000;
    if (progress && number % kStep == 0)
      fmt::print(stderr, "\r{} of {} parcels", number, options.day.parcels);
    Count(draft, counts);
    return truth.Add(draft);
  };
  Status status = day.Write(sink, watcher);
  if (progress) fmt::print(stderr, "\r\033[K");
  if (status.ok()) status = truth.Close();
  return status.ok() ? sink.Close() : status;
}

int Generate(GenerateOptions options) {
  if (options.output != "-" && !options.output.ends_with(".parcels")) {
    return Fail(
        kExitBadArguments,
        fmt::format("'{}' must end in .parcels, or be - for standard output", options.output));
  }
  if (options.truth == options.output) {
    return Fail(kExitBadArguments, options.truth + ": parcels and truth need a file each");
  }
  const Result<std::int64_t> date = generator::ParseDay(options.date);
  if (!date.ok()) return Fail(date.status());
  options.day.date_days = *date;
  const auto day = generator::Day::Make(options.day);
  if (!day.ok()) return Fail(day.status());
  generator::PlantedCounts counts;
  if (const Status status = WriteDay(options, **day, &counts); !status.ok()) return Fail(status);
  PrintCounts(counts, options.day.parcels);
  return kExitOk;
}

}  // namespace

void AddGenerate(CLI::App* app, Run* run) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* verb = app->add_subcommand(
      "generate", "Writes a synthetic day of parcels, with planted patterns and truth");
  verb->add_option("--parcels", options->day.parcels, "How many, at most one billion")->required();
  verb->add_option("--seed", options->day.seed, "Same seed, same bytes")->required();
  verb->add_option("--date", options->date, "The day, in UTC+8; the shipped lists hold for 2026")
      ->capture_default_str();
  verb->add_option("--violations", options->day.violations,
                   "Share of parcels with a planted violation, 0 to 0.2")
      ->capture_default_str();
  verb->add_option("--near-misses", options->day.near_misses,
                   "Share of harmless parcels one step below a limit, 0 to 0.2")
      ->capture_default_str();
  verb->add_option("-o,--output", options->output,
                   "File that ends in .parcels, or - for standard output")
      ->required();
  verb->add_option("--truth", options->truth,
                   "Also write parcel_id,planted,near_miss as CSV to this file");
  verb->footer(
      "Example:\n  sluice generate --parcels 1000000 --seed 1 -o day.parcels --truth truth.csv\n"
      "  sluice screen day.parcels --rules rules/packs/cbec_import --label planted");
  verb->callback([options, run] { *run = [options] { return Generate(*options); }; });
}

}  // namespace sluice::tools
