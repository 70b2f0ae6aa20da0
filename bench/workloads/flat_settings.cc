#include "bench/workloads/flat_settings.h"

namespace sluice::bench {
namespace {

constexpr FlatSetting kSettings[] = {
    {"flat-40", {.rules = 100}, 7943415373973218016u},
    {"flat-40", {.rules = 1'000}, 18270334910466362467u},
    {"flat-40", {.rules = 10'000}, 6719512988275188491u},
    {"flat-40", {.rules = 100'000}, 6248720956739259422u},
    {"heavy", {.rules = 1'000, .heavy_percent = 100}, 963353327751472906u},
    {"heavy", {.rules = 10'000, .heavy_percent = 100}, 17576007613695507393u},
    {"heavy", {.rules = 100'000, .heavy_percent = 100}, 9638051924347133989u},
    {"unselective", {.rules = 1'000, .unselective_percent = 20}, 7988222668682184547u},
    {"unselective", {.rules = 10'000, .unselective_percent = 20}, 12903269194630325627u},
    {"unselective", {.rules = 100'000, .unselective_percent = 20}, 13413814141434207832u},
    {"large-in", {.rules = 1'000, .large_in_percent = 20}, 1018454421757331488u},
    {"large-in", {.rules = 10'000, .large_in_percent = 20}, 15614880135812200718u},
    {"large-in", {.rules = 100'000, .large_in_percent = 20}, 9342367645362165682u},
    // One knob each.
    {"heavy-10", {.heavy_percent = 10}, 9503979752983892127u},
    {"heavy-50", {.heavy_percent = 50}, 6588335522337837196u},
    {"unselective-5", {.unselective_percent = 5}, 7637307704632969777u},
    {"unselective-50", {.unselective_percent = 50}, 3303270921025878683u},
    {"large-in-50", {.large_in_percent = 50}, 3501781730060141712u},
    {"skew-0", {.skew_percent = 0}, 8679507919875857631u},
    {"skew-50", {.skew_percent = 50}, 4506003802263945202u},
    {"skew-150", {.skew_percent = 150}, 10606559247482781680u},
    {"absent-30", {.absent_percent = 30}, 17245307272489156512u},
    {"lists-1000", {.list_keys = 1'000}, 2582826805218337157u},
    {"lists-100000", {.list_keys = 100'000}, 2582826805218337157u},
    {"lists-1000000", {.list_keys = 1'000'000}, 2582826805218337157u},
};

}  // namespace

std::span<const FlatSetting> FlatSettings() { return kSettings; }

const FlatSetting* FindFlatSetting(const std::string& name) {
  for (const FlatSetting& setting : kSettings) {
    if (name == setting.name && setting.knobs.rules == 10'000) return &setting;
  }
  return nullptr;
}

}  // namespace sluice::bench
