// A synthetic day: the shape of a real one in counts, values, hours and gaps, with planted patterns
// and their truth.
//
// A parcel depends on the options and its number alone, so blocks can be made side by side and in
// any order. 70 % of the parcels are submitted as declared, 30 % as scanned; each appears once.
// Hours are those of UTC+8. Thread-safety: const calls are.   Errors: Status for options that
// cannot be meant, and from the sink.
#pragma once

#include <sluice/status.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/base/byte_stream.h"
#include "tools/generator/composer.h"
#include "tools/generator/draft.h"
#include "tools/generator/planter.h"
#include "tools/generator/world.h"

namespace sluice::generator {

inline constexpr std::uint64_t kParcelsMax = 1'000'000'000;  // of one day
inline constexpr double kPlantedShareMax = 0.2;              // of violations, and of near-misses

struct DayOptions {
  std::uint64_t parcels = 1'000'000;
  std::uint64_t seed = 1;
  std::int64_t date_days = 20523;  // since 1970-01-01: 2026-03-11
  double violations = 0.02;        // share of all parcels
  double near_misses = 0.02;       // share of all parcels
};

/// What was planted, by family.
struct PlantedCounts {
  std::array<std::uint64_t, kNearMissFamilies> violations{};
  std::array<std::uint64_t, kNearMissFamilies> near_misses{};
  std::uint64_t clean = 0;
};

class Day {
 public:
  static Result<std::unique_ptr<Day>> Make(const DayOptions& options);

  const World& world() const { return world_; }
  /// Parcel number 0 to parcels - 1.
  void Draw(std::uint64_t number, Draft* draft) const;

  /// Called for each parcel, in order, after its record is written.
  using Watcher = std::function<Status(std::uint64_t number, const Draft& draft)>;
  /// Writes the day as a .parcels file.
  Status Write(base::ByteSink& sink, const Watcher& watcher) const;

 private:
  explicit Day(const DayOptions& options);

  Plan PlanOf(Random* random) const;
  std::int64_t ReceivedAt(std::uint64_t number, Random* random) const;

  DayOptions options_;
  World world_;
  double import_share_;  // of ordinary parcels
  Composer composer_;
  Planter planter_;
};

/// "2026-03-11" as days since 1970; kInvalidArgument for any other text.
Result<std::int64_t> ParseDay(std::string_view text);

}  // namespace sluice::generator
