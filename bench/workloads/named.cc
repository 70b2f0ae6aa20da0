#include "bench/workloads/named.h"

#include "bench/workloads/flat_book.h"
#include "bench/workloads/parcel_book.h"

namespace sluice::bench {
namespace {

// Name, rules, knobs; digests of matches and of decisions.
const NamedWorkload kWorkloads[] = {
    {"flat-40", 100, FlatKnobs{.rules = 100},
     7943415373973218016u, 18100505722824637052u},
    {"flat-40", 1'000, FlatKnobs{.rules = 1'000},
     18270334910466362467u, 15373765086349522993u},
    {"flat-40", 10'000, FlatKnobs{},
     6719512988275188491u, 10000080867724290310u},
    {"flat-40", 100'000, FlatKnobs{.rules = 100'000},
     6248720956739259422u, 16177052841165520621u},
    {"heavy", 1'000, FlatKnobs{.rules = 1'000, .heavy_percent = 100},
     963353327751472906u, 401903772200976379u},
    {"heavy", 10'000, FlatKnobs{.heavy_percent = 100},
     17576007613695507393u, 16829399640300315574u},
    {"heavy", 100'000, FlatKnobs{.rules = 100'000, .heavy_percent = 100},
     9638051924347133989u, 48690146630047176u},
    {"unselective", 1'000, FlatKnobs{.rules = 1'000, .unselective_percent = 20},
     7988222668682184547u, 15119189193829869607u},
    {"unselective", 10'000, FlatKnobs{.unselective_percent = 20},
     12903269194630325627u, 15625112713367404423u},
    {"unselective", 100'000, FlatKnobs{.rules = 100'000, .unselective_percent = 20},
     13413814141434207832u, 16167209369773951462u},
    {"large-in", 1'000, FlatKnobs{.rules = 1'000, .large_in_percent = 20},
     1018454421757331488u, 3360327591579310399u},
    {"large-in", 10'000, FlatKnobs{.large_in_percent = 20},
     15614880135812200718u, 4572626755506664830u},
    {"large-in", 100'000, FlatKnobs{.rules = 100'000, .large_in_percent = 20},
     9342367645362165682u, 17422382069399326772u},
    {"parcel-2-items", 100, ParcelKnobs{.profiles = 100},
     13958743161728052354u, 8886379759078105548u},
    {"parcel-2-items", 1'000, ParcelKnobs{.profiles = 1'000},
     14295892682216298577u, 1851934894047841114u},
    {"parcel-2-items", 10'000, ParcelKnobs{},
     5197644117954065487u, 11550944500923528268u},
    {"parcel-2-items", 100'000, ParcelKnobs{.profiles = 100'000},
     11075926793242115647u, 16699486834271128230u},
    // One knob each.
    {"heavy-10", 10'000, FlatKnobs{.heavy_percent = 10},
     9503979752983892127u, 4723600923058925314u},
    {"heavy-50", 10'000, FlatKnobs{.heavy_percent = 50},
     6588335522337837196u, 16816861641429734933u},
    {"unselective-5", 10'000, FlatKnobs{.unselective_percent = 5},
     7637307704632969777u, 460103582924003851u},
    {"unselective-50", 10'000, FlatKnobs{.unselective_percent = 50},
     3303270921025878683u, 9095958790326209564u},
    {"large-in-50", 10'000, FlatKnobs{.large_in_percent = 50},
     3501781730060141712u, 4258751648369754975u},
    {"skew-0", 10'000, FlatKnobs{.skew_percent = 0},
     8679507919875857631u, 7883487571160061376u},
    {"skew-50", 10'000, FlatKnobs{.skew_percent = 50},
     4506003802263945202u, 2791530731611458201u},
    {"skew-150", 10'000, FlatKnobs{.skew_percent = 150},
     10606559247482781680u, 8405921093071482636u},
    {"absent-30", 10'000, FlatKnobs{.absent_percent = 30},
     17245307272489156512u, 18226516320535797354u},
    {"lists-1000", 10'000, FlatKnobs{.list_keys = 1'000},
     2582826805218337157u, 2470816630251850441u},
    {"lists-100000", 10'000, FlatKnobs{.list_keys = 100'000},
     2582826805218337157u, 2470816630251850441u},
    {"lists-1000000", 10'000, FlatKnobs{.list_keys = 1'000'000},
     2582826805218337157u, 2470816630251850441u},
    {"parcel-text-0", 10'000, ParcelKnobs{.text_percent = 0},
     18183426355030730578u, 2523657067216819783u},
    {"parcel-text-50", 10'000, ParcelKnobs{.text_percent = 50},
     8074657783303235505u, 10863808126529104000u},
    {"parcel-text-300-bytes", 10'000, ParcelKnobs{.text_bytes = 300},
     5197644117954065487u, 11550944500923528268u},
    {"parcel-absent-more", 10'000, ParcelKnobs{.absent_percent = 50},
     8556552734141911565u, 4740877166379073082u},
};

}  // namespace

std::span<const NamedWorkload> NamedWorkloads() { return kWorkloads; }

const NamedWorkload* FindWorkload(const std::string& name, std::uint32_t rules) {
  for (const NamedWorkload& named : kWorkloads) {
    if (name == named.name && rules == named.rules) return &named;
  }
  return nullptr;
}

Workload MakeWorkload(const NamedWorkload& named) {
  if (const auto* flat = std::get_if<FlatKnobs>(&named.knobs)) return MakeFlatWorkload(MakeFlatModel(*flat));
  return MakeParcelWorkload(MakeParcelModel(std::get<ParcelKnobs>(named.knobs)));
}

}  // namespace sluice::bench
