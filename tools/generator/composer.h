// Drafts an ordinary parcel: goods, prices, weights, route, parties, scan, as a plan asks and
// chance decides the rest.
//
// Thread-safety: const calls are.   Ownership: the world outlives the composer.   Errors: none.
#pragma once

#include <array>
#include <cstdint>

#include "tools/generator/draft.h"
#include "tools/generator/random.h"
#include "tools/generator/world.h"

namespace sluice::generator {

class Composer {
 public:
  /// Mean prices, in CNY, at which goods are drawn: they set the mean value of a parcel.
  Composer(const World& world, double import_price_cny, double export_price_cny);

  void Compose(const Plan& plan, std::int64_t received_at, Random* random, Draft* draft) const;

 private:
  /// Goods of one kind of trade, drawn by popularity, overall or within a chapter.
  struct Shelf {
    std::vector<std::uint32_t> goods;
    Alias alias;
    std::array<std::vector<std::uint32_t>, 100> chapter_goods;
    std::array<Alias, 100> chapters;
  };

  template <typename Accept>
  Shelf MakeShelf(double mean_price_cny, Accept accept) const;
  const Shelf& ShelfOf(const Plan& plan) const;

  void Reset(const Plan& plan, std::int64_t received_at, Random* random, Draft* draft) const;
  std::int64_t MerchantOf(const Plan& plan, Random* random) const;
  void AddTrader(std::int64_t merchant, const Plan& plan, Random* random, Draft* draft) const;
  void AddItems(const Plan& plan, std::int64_t merchant, Random* random, Draft* draft) const;
  void AddItem(const Plan& plan, std::int64_t merchant, Random* random, Draft* draft) const;
  std::uint32_t GoodOf(const Plan& plan, const Brand* brand, Random* random,
                       const Draft& draft) const;
  std::int64_t BrandOf(const Plan& plan, std::int64_t merchant, Random* random) const;
  CountryIndex OriginOf(const Plan& plan, const Good& good, const Brand* brand,
                        Random* random) const;
  double PriceOf(const Plan& plan, const DraftItem& item, Random* random) const;
  void PriceItem(const Plan& plan, Random* random, const Draft& draft, DraftItem* item) const;
  void ReachTotal(double total_cny, const Draft& draft, DraftItem* item) const;
  void Describe(Random* random, DraftItem* item) const;
  void KeepBelowLimit(const Plan& plan, Random* random, Draft* draft) const;
  void AddRoute(const Plan& plan, Random* random, Draft* draft) const;
  void AddTransit(const Plan& plan, Random* random, Draft* draft) const;
  void AddMoney(const Plan& plan, Random* random, Draft* draft) const;
  void AddWeights(Random* random, Draft* draft) const;
  void AddProcedure(const Plan& plan, Random* random, Draft* draft) const;
  void AddPapers(const Plan& plan, Random* random, Draft* draft) const;
  void AddNumbers(Random* random, Draft* draft) const;
  void AddScan(Random* random, Draft* draft) const;

  const World& world_;
  Shelf import_shelf_, personal_shelf_, export_shelf_;
};

/// Minor units of the draft's currency, rounded to the nearest.
std::int64_t MinorUnits(double cny, const Currency& currency);
double Cny(std::int64_t minor, const Currency& currency);

/// Sets the scanned sides so that the scanned weight has this density, and the last side is the
/// smallest.
void ShapeByDensity(double g_per_cm3, Random* random, DraftScan* scan);
/// The densities that the chapters of all items allow, with a margin.
struct DensityRange {
  double low, high;
};
DensityRange AllowedDensity(const World& world, const Draft& draft);

/// Private and trading parties: names, addresses, phones, tokens. `country` is where they live.
void MakePerson(const Country& country, Random* random, DraftParty* party);
void MakeFirm(const Country& country, std::uint64_t identity, DraftParty* party);
/// "h" and sixteen hexadecimal digits.
void AppendToken(std::uint64_t value, std::string* text);
void AppendDigits(Random* random, int count, std::string* text);

}  // namespace sluice::generator
