// The time zones of the system, cut once each when an expression first names them.
//
// Thread-safety: none.   Ownership: zones live as long as the provider.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "rules/book/zone.h"
#include "rules/check/environment.h"

namespace sluice::rules {

class SystemZones : public ZoneProvider {
 public:
  const ruleset::Zone* Find(std::string_view name) const override {
    const auto [place, is_new] = zones_.try_emplace(std::string(name));
    if (is_new) {
      Result<ruleset::Zone> zone = CutZone(place->first);
      if (zone.ok()) place->second = std::make_unique<ruleset::Zone>(*std::move(zone));
    }
    return place->second.get();
  }

 private:
  mutable std::map<std::string, std::unique_ptr<ruleset::Zone>>
      zones_;  // null: there is no such zone
};

}  // namespace sluice::rules
