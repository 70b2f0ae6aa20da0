// Types as authors read them in messages.
//
// Thread-safety: pure functions.   Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/check/environment.h"
#include "rules/check/type.h"

namespace sluice::rules {

/// "int", "Direction", "list(string)", "record Item", "a row of tables.T".
std::string TypeText(const Type& type, const Environment& environment);
/// "in CNY", "in the currency of parcel.currency", "in a currency that depends on the item".
std::string MoneyTagText(const MoneyTag& tag);
/// "a, b and c"; at most ten names, then "and more".
std::string NameList(const std::vector<std::string_view>& names);

/// "did you mean ...?", or the names there are: `what` is "fields of Parcel".
std::string SuggestOrList(std::string_view name, const std::vector<std::string_view>& known,
                          std::string_view what);

}  // namespace sluice::rules
