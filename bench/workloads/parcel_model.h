// parcel-2-items in neutral form: parcels of the synthetic day that have two items, and officers' profiles.
//
// The parcels are drafts of tools/generator with two items each, descriptions of a fixed length, and optional fields
// taken away; the profiles ask for values that such drafts have. Everything is a function of the knobs.
// Thread-safety: immutable once made.   Errors: none; knobs out of range are a programmer's error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tools/generator/day.h"
#include "tools/generator/draft.h"

namespace sluice::bench {

struct ParcelKnobs {
  std::uint32_t profiles = 10'000;    // beside the shipped book
  std::uint32_t parcels = 20'480;
  std::uint32_t text_percent = 5;     // of profiles: a word in an item's description
  std::uint32_t text_bytes = 60;      // of each description, 20 to 1,000
  std::uint32_t absent_percent = 0;   // of optional fields that a parcel of the day has, taken away
  std::uint64_t seed = 43;

  friend bool operator==(const ParcelKnobs&, const ParcelKnobs&) = default;
};

/// Everything said must hold; empty and 0 say nothing.
struct ParcelProfile {
  std::string platform, departure, merchant, office;  // equal
  std::uint32_t weight_from_g = 0;                    // of the parcel, at least
  std::int64_t value_from_minor = 0;                  // CNY, in hundredths, at least
  // Of one and the same item:
  std::string hs_prefix, origin, word;                // begins the code; equal; within the description
  std::uint32_t quantity_from = 0;                    // at least
  std::uint32_t score = 0;

  bool asks_items() const { return !hs_prefix.empty() || !origin.empty() || !word.empty() || quantity_from > 0; }
};

struct ParcelModel {
  ParcelKnobs knobs;
  std::unique_ptr<generator::Day> day;  // of the world that drafts refer to
  std::vector<generator::Draft> parcels;
  std::vector<ParcelProfile> profiles;
};

ParcelModel MakeParcelModel(const ParcelKnobs& knobs);

bool Holds(const ParcelModel& model, const ParcelProfile& profile, const generator::Draft& parcel);

}  // namespace sluice::bench
