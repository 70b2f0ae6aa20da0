#include "tools/generator/families.h"

#include <array>
#include <cstddef>

namespace sluice::generator {

std::string_view FamilyName(Family family) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(Family::kNone) + 1>
      kNames = {"single_limit",
                "low_value_scheme",
                "procedure_conflict",
                "amount_mismatch",
                "undervaluation",
                "trifling_price",
                "overvaluation",
                "luxury_price",
                "weight_mismatch",
                "net_over_gross",
                "density",
                "letter_thickness",
                "prohibited_words",
                "vague_description",
                "heading_mismatch",
                "battery",
                "brand_infringement",
                "brand_route",
                "licence",
                "positive_list",
                "sanctioned_party",
                "alert_list",
                "quarantine",
                "embargo_route",
                "free_zone_route",
                "origin_fraud",
                "bag_destination",
                "anti_dumping",
                "dishonest_party",
                "new_shipper",
                "gift_misuse",
                "xray_class",
                "contraband",
                "radiation",
                "scan_status",
                "target_profile",
                "aeo_guard",
                ""};
  return kNames[static_cast<std::size_t>(family)];
}

}  // namespace sluice::generator
