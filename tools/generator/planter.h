// Plants one pattern of a risk family in a parcel, or its harmless near-miss one step below the
// limit.
//
// Prepare bends the plan before the parcel is drafted, Spoil the draft after. A planted parcel
// shows its own family and, as far as can be, no other. Thread-safety: const calls are. Ownership:
// the world outlives the planter.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/generator/draft.h"
#include "tools/generator/random.h"
#include "tools/generator/world.h"

namespace sluice::generator {

class Planter {
 public:
  explicit Planter(const World& world);

  /// `plan` holds family, near_miss and what an ordinary parcel would have.
  void Prepare(Random* random, Plan* plan) const;
  void Spoil(const Plan& plan, Random* random, Draft* draft) const;

 private:
  using Indexes = std::vector<std::uint32_t>;

  // Prepare, by what the family turns on.
  void PrepareValue(Random* random, Plan* plan) const;
  void PreparePrice(Random* random, Plan* plan) const;
  void PrepareScan(Random* random, Plan* plan) const;
  void PrepareWords(Random* random, Plan* plan) const;
  void PrepareBrand(Random* random, Plan* plan) const;
  void PrepareLists(Random* random, Plan* plan) const;
  void PrepareRoute(Random* random, Plan* plan) const;
  void PrepareProfile(Random* random, Plan* plan) const;
  void PickLuxury(Random* random, Plan* plan) const;
  void PickTrifle(Random* random, Plan* plan) const;
  void PickQuarantined(Random* random, Plan* plan) const;
  void PickEmbargo(Random* random, Plan* plan) const;
  CountryIndex OtherCountry(const Good& good, bool unknown_origin, Random* random) const;
  std::uint32_t OrdinaryMerchant(const Brand* not_of, Random* random) const;

  // Spoil.
  void SpoilValue(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilProcedure(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilWeights(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilScan(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilWords(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilPapers(const Plan& plan, Random* random, Draft* draft) const;
  void SpoilParties(const Plan& plan, Random* random, Draft* draft) const;
  void PlantSanctioned(const Plan& plan, Random* random, Draft* draft) const;
  void PlantAlert(const Plan& plan, Random* random, Draft* draft) const;
  void PlantProhibited(const Plan& plan, Random* random, Draft* draft) const;
  void PlantVague(bool exact, Random* random, Draft* draft) const;

  const World& world_;
  Indexes ordinary_, dear_, single_pieces_, bulky_, heavy_, refunded_, high_duty_, low_duty_,
      letters_, toys_;
  Indexes keyword_goods_, batteries_, licensed_, unlisted_, embargoed_, modest_exports_;
  Indexes luxury_brands_, recorded_brands_;
};

}  // namespace sluice::generator
