// The families of risk patterns: what the generator plants, and what the truth label calls it.
//
// A plain list. The shipped rule pack has a rule for each family but kAeoGuard, which is planted as
// a near-miss only.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::generator {

enum class Family : std::uint8_t {
  kSingleLimit,
  kLowValueScheme,
  kProcedureConflict,
  kAmountMismatch,
  kUndervaluation,
  kTriflingPrice,
  kOvervaluation,
  kLuxuryPrice,
  kWeightMismatch,
  kNetOverGross,
  kDensity,
  kLetterThickness,
  kProhibitedWords,
  kVagueDescription,
  kHeadingMismatch,
  kBattery,
  kBrandInfringement,
  kBrandRoute,
  kLicence,
  kPositiveList,
  kSanctionedParty,
  kAlertList,
  kQuarantine,
  kEmbargoRoute,
  kFreeZoneRoute,
  kOriginFraud,
  kBagDestination,
  kAntiDumping,
  kDishonestParty,
  kNewShipper,
  kGiftMisuse,
  kXrayClass,
  kContraband,
  kRadiation,
  kScanStatus,
  kTargetProfile,
  kAeoGuard,  // a routine finding of a certified operator, which a waiver lets pass
  kNone
};

/// Families with a violation; near-misses come from one more.
inline constexpr std::uint32_t kViolationFamilies = static_cast<std::uint32_t>(Family::kAeoGuard);
inline constexpr std::uint32_t kNearMissFamilies = kViolationFamilies + 1;

/// "single_limit"; empty for kNone.
std::string_view FamilyName(Family family);

}  // namespace sluice::generator
