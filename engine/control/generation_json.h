// A stored generation as JSON, for the disk and for `generations`.
//
// Thread-safety: free functions.   Errors: kCorrupt, with what is wrong.
#pragma once

#include <string_view>

#include "engine/control/generation_store.h"
#include "engine/control/protocol.h"

namespace sluice::control {

Json ChangeJson(const TimedChange& change);
Json GenerationJson(const StoredGeneration& generation);
Result<StoredGeneration> ParseGeneration(std::string_view text);

}  // namespace sluice::control
