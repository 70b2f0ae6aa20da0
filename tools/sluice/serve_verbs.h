// The two ends of a socket with parcels: `sluice serve` and `sluice submit`.
#pragma once

#include "tools/sluice/verb.h"

namespace sluice::tools {

void AddServe(CLI::App* app, Run* run);
void AddSubmit(CLI::App* app, Run* run);

}  // namespace sluice::tools
