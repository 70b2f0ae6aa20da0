// Reads families off a draft in the plainest way: what the shipped rules look for, written apart
// from the planter.
#pragma once

#include <set>

#include "tools/generator/draft.h"
#include "tools/generator/world.h"

namespace sluice::generator {

/// Families whose pattern the parcel shows.
std::set<Family> FamiliesShown(const World& world, const Draft& draft);

}  // namespace sluice::generator
