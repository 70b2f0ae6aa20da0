#include "tools/generator/day.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "engine/base/time_text.h"
#include "engine/wire/parcels_file.h"
#include "engine/wire/schema_loader.h"
#include "tools/generator/encoder.h"

namespace sluice::generator {

namespace {

constexpr double kImportShare = 0.74;
constexpr double kImportMeanCny = 147.50;
constexpr double kExportMeanCny = 95.60;
constexpr std::int64_t kFirstDay = 20523;  // parcel ids count from it
constexpr std::int64_t kMsPerHour = 3'600'000;
constexpr std::int64_t kZoneHours = 8;

// Parcels an hour: quiet before dawn, peaks at ten, mid-afternoon and in the evening.
constexpr std::array<double, 24> kHours = {34, 22, 15, 12, 12, 16, 26, 42, 62, 84, 96, 88,
                                           66, 70, 86, 94, 88, 72, 60, 70, 92, 98, 78, 52};

// What planted parcels add to the day, measured over a million of each with the shipped world:
// their share of imports, and CNY of imports and exports for each planted parcel. Ordinary parcels
// make room for them.
struct Planted {
  double import_share, import_cny, export_cny;
};
constexpr Planted kViolations = {0.862, 270.0, 47.0};
constexpr Planted kNearMisses = {0.853, 238.0, 34.0};

// Mean value of an ordinary parcel as a line in the mean price of the goods on the shelf, fitted
// likewise.
struct Line {
  double offset, slope;
};
constexpr Line kImportLine = {19.0, 1.89};
constexpr Line kExportLine = {10.2, 1.155};

double OrdinaryImportShare(const DayOptions& options) {
  const double planted = options.violations * kViolations.import_share +
                         options.near_misses * kNearMisses.import_share;
  return (kImportShare - planted) / (1.0 - options.violations - options.near_misses);
}

double ShelfPrice(const DayOptions& options, Direction direction) {
  const bool import = direction == Direction::kImport;
  const double share = import ? kImportShare : 1.0 - kImportShare;
  const double mean = import ? kImportMeanCny : kExportMeanCny;
  const double planted =
      options.violations * (import ? kViolations.import_cny : kViolations.export_cny) +
      options.near_misses * (import ? kNearMisses.import_cny : kNearMisses.export_cny);
  const double ordinary = OrdinaryImportShare(options);
  const double ordinary_share =
      (import ? ordinary : 1.0 - ordinary) * (1.0 - options.violations - options.near_misses);
  const Line& line = import ? kImportLine : kExportLine;
  return ((share * mean - planted) / ordinary_share - line.offset) / line.slope;
}

Channel ImportChannel(Random* random) {
  constexpr Channel kChannels[] = {Channel::kDirect, Channel::kBonded, Channel::kBondedA,
                                   Channel::kPersonal};
  return kChannels[random->Pick({60, 29, 4, 7})];
}

Channel ExportChannel(Random* random) {
  constexpr Channel kChannels[] = {Channel::kDirect,    Channel::kBonded,      Channel::kLowValue,
                                   Channel::kB2bDirect, Channel::kB2bOverseas, Channel::kPersonal};
  return kChannels[random->Pick({44, 8, 28, 6, 5, 9})];
}

Status Refuse(const std::string& message) { return Status(StatusCode::kInvalidArgument, message); }

}  // namespace

Result<std::int64_t> ParseDay(std::string_view text) {
  const auto seconds = base::ParseLocalSeconds(text, "%Y-%m-%d");
  if (!seconds) return Refuse("'" + std::string(text) + "' is no date like 2026-03-11");
  return *seconds / 86400;
}

Result<std::unique_ptr<Day>> Day::Make(const DayOptions& options) {
  if (options.parcels < 1 || options.parcels > kParcelsMax) {
    return Refuse("a day has 1 to " + std::to_string(kParcelsMax) + " parcels");
  }
  for (const double share : {options.violations, options.near_misses}) {
    if (!(share >= 0.0 && share <= kPlantedShareMax)) {
      return Refuse("the share of planted parcels must be 0 to 0.2, such as 0.02");
    }
  }
  return std::unique_ptr<Day>(new Day(options));
}

Day::Day(const DayOptions& options)
    : options_(options),
      import_share_(OrdinaryImportShare(options)),
      composer_(world_, ShelfPrice(options, Direction::kImport),
                ShelfPrice(options, Direction::kExport)),
      planter_(world_) {}

std::int64_t Day::ReceivedAt(std::uint64_t number, Random* random) const {
  // The quantile of the parcel's place in the day: its order needs no sorting.
  double sum = 0.0;
  for (const double weight : kHours) sum += weight;
  const double place =
      (static_cast<double>(number) + random->Unit()) / static_cast<double>(options_.parcels);
  double rest = place * sum;
  std::size_t hour = 0;
  while (hour + 1 < kHours.size() && rest >= kHours[hour]) rest -= kHours[hour++];
  const double within = std::min(rest / kHours[hour], 1.0) * static_cast<double>(kMsPerHour - 1);
  const std::int64_t start = options_.date_days * 24 - kZoneHours;
  return (start + static_cast<std::int64_t>(hour)) * kMsPerHour + static_cast<std::int64_t>(within);
}

Plan Day::PlanOf(Random* random) const {
  Plan plan;
  const double kind = random->Unit();
  if (kind < options_.violations) {
    plan.family = static_cast<Family>(random->Below(kViolationFamilies));
  } else if (kind < options_.violations + options_.near_misses) {
    plan.family = static_cast<Family>(random->Below(kNearMissFamilies));
    plan.near_miss = true;
  }
  plan.direction = random->Chance(import_share_) ? Direction::kImport : Direction::kExport;
  plan.channel =
      plan.direction == Direction::kImport ? ImportChannel(random) : ExportChannel(random);
  plan.scanned = random->Chance(0.3);
  if (plan.family != Family::kNone) planter_.Prepare(random, &plan);
  return plan;
}

void Day::Draw(std::uint64_t number, Draft* draft) const {
  Random random(options_.seed, number);
  const std::int64_t received_at = ReceivedAt(number, &random);
  const Plan plan = PlanOf(&random);
  composer_.Compose(plan, received_at, &random, draft);
  planter_.Spoil(plan, &random, draft);
  draft->planted = plan.family;
  draft->near_miss = plan.near_miss;
  // Ten digits: the day modulo a thousand, then the parcel; days that are screened together do not
  // collide.
  constexpr std::int64_t kDays = 1000;
  constexpr std::uint64_t kParcelsOfDay = 10'000'000;
  const auto day =
      static_cast<std::uint64_t>(((options_.date_days - kFirstDay) % kDays + kDays) % kDays);
  char id[32];
  std::snprintf(id, sizeof id, "CB%010lluCN",
                static_cast<unsigned long long>(day * kParcelsOfDay + number + 1));
  draft->parcel_id = id;
}

Status Day::Write(base::ByteSink& sink, const Watcher& watcher) const {
  wire::ParcelsWriter writer(sink);
  wire::ParcelsHeader header;
  header.root_name = "Parcel";
  header.fingerprint = wire::CatalogFingerprint(wire::DefaultCatalog());
  header.record_count = options_.parcels;
  if (Status status = writer.Begin(header); !status.ok()) return status;
  Encoder encoder(world_);
  Draft draft;
  for (std::uint64_t number = 0; number < options_.parcels; ++number) {
    Draw(number, &draft);
    if (Status status = writer.Append(encoder.Encode(draft)); !status.ok()) return status;
    if (Status status = watcher(number, draft); !status.ok()) return status;
  }
  return writer.Finish();
}

}  // namespace sluice::generator
