// What the parcel weighs and what the sorting line measured and saw.
#include <algorithm>
#include <cmath>

#include "tools/generator/composer.h"

namespace sluice::generator {

namespace {

std::uint32_t Millimetres(double value) {
  return static_cast<std::uint32_t>(std::max(1.0, std::floor(value + 0.5)));
}

}  // namespace

void Composer::AddWeights(Random* random, Draft* draft) const {
  std::uint32_t net = 0;
  for (std::size_t i = 0; i < draft->item_count; ++i) net += draft->items[i].net_weight_g;
  const double padded = net * random->Between(1.05, 1.2);
  draft->gross_weight_g = static_cast<std::uint32_t>(padded + random->Between(10.0, 90.0));
  draft->net_weight_g = random->Chance(0.9) ? std::optional(net) : std::nullopt;
}

void ShapeByDensity(double g_per_cm3, Random* random, DraftScan* scan) {
  const double volume_mm3 = scan->weight_g / g_per_cm3 * 1000.0;
  const double side = CubeRoot(volume_mm3);
  const double length = side * random->Between(1.3, 1.7);
  const double width = side * random->Between(0.95, 1.15);
  scan->length_mm = Millimetres(length);
  scan->width_mm = Millimetres(width);
  // From the rounded sides, so that rounding moves the density as little as may be.
  scan->height_mm = Millimetres(volume_mm3 / scan->length_mm / scan->width_mm);
}

DensityRange AllowedDensity(const World& world, const Draft& draft) {
  DensityRange range{0.0, 100.0};
  for (std::size_t i = 0; i < draft.item_count; ++i) {
    const Chapter& chapter = world.chapters[world.goods[draft.items[i].good].chapter];
    range.low = std::max(range.low, chapter.density_low);
    range.high = std::min(range.high, chapter.density_high);
  }
  return range;
}

void Composer::AddScan(Random* random, Draft* draft) const {
  DraftScan& scan = draft->scan;
  scan.scanned_at = draft->received_at - random->Whole(20, 400);
  scan.status = ReaderStatus::kOk;
  scan.radiation_alarm = false;
  scan.trace_alarm = false;
  scan.weight_g =
      static_cast<std::uint32_t>(draft->gross_weight_g * random->Between(0.97, 1.03)) + 1;
  const DensityRange range = AllowedDensity(world_, *draft);
  const Good& first = world_.goods[draft->items[0].good];
  const double density =
      world_.chapters[first.chapter].density_typical * Exp(0.25 * random->Normal());
  ShapeByDensity(std::clamp(density, range.low * 1.25, range.high * 0.8), random, &scan);
  if (draft->category == Category::kDocuments) {
    // Flat: at most 25 mm, of the same volume.
    const double volume = static_cast<double>(scan.length_mm) * scan.width_mm * scan.height_mm;
    scan.height_mm = static_cast<std::uint32_t>(random->Whole(6, 25));
    const double width = std::sqrt(volume / scan.height_mm / 1.4);
    scan.width_mm = Millimetres(std::max(width, scan.height_mm + 1.0));
    scan.length_mm = Millimetres(volume / scan.height_mm / scan.width_mm);
  }
  scan.confidence = random->Between(0.55, 0.99);
  bool one_chapter = true;
  for (std::size_t i = 1; i < draft->item_count; ++i) {
    one_chapter &= world_.goods[draft->items[i].good].chapter == first.chapter;
  }
  scan.xray_class = one_chapter ? first.xray_class : "mixed";
  if (random->Chance(0.6)) {
    draft->scan_image_id = "IMG";
    AppendDigits(random, 12, &draft->scan_image_id);
  }
}

}  // namespace sluice::generator
