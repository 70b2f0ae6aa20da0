// The flat workloads, in neutral form: 40 fields, rules of conjunctions, parcels as value numbers. No engine in it.
//
// flat-40, heavy, unselective and large-in are settings of one generator (FlatKnobs). Everything is a function of the
// knobs: the same on every machine. What a rule and a parcel mean is said by Holds(), in the plainest way.
// Thread-safety: immutable once made.   Errors: none; knobs out of range are a programmer's error.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::bench {

/// 20 codes, 12 numbers, 8 ids, in this order.
inline constexpr std::uint32_t kCodeFields = 20, kNumberFields = 12, kIdFields = 8;
inline constexpr std::uint32_t kFlatFields = kCodeFields + kNumberFields + kIdFields;
/// Distinct values of each code field.
inline constexpr std::array<std::uint32_t, kCodeFields> kCodeCounts = {
    3, 5, 8, 10, 20, 20, 30, 50, 50, 100, 100, 200, 250, 250, 500, 1000, 2000, 5000, 200, 50};
inline constexpr std::uint32_t kNumberCount = 65'536;  // numbers are whole, below this
inline constexpr std::uint32_t kWatched = 2'000;       // ids 0 to this - 1 are what rules look for, in each id field
inline constexpr std::uint32_t kIdCount = 1'000'000;   // ids that traffic names

enum class FieldKind : std::uint8_t { kCode, kNumber, kId };
constexpr FieldKind KindOf(std::uint32_t field) {
  return field < kCodeFields ? FieldKind::kCode
                             : (field < kCodeFields + kNumberFields ? FieldKind::kNumber : FieldKind::kId);
}

struct FlatKnobs {
  std::uint32_t rules = 10'000;             // 100 to 100,000
  std::uint32_t parcels = 20'480;
  std::uint32_t heavy_percent = 0;          // of rules: frequent values, wide and one-sided ranges; more matches
  std::uint32_t unselective_percent = 0;    // of rules: 5 to 7 predicates, each true for 10 to 70 % of parcels
  std::uint32_t large_in_percent = 0;       // of predicates on codes of 100 values or more: 8 to 63 values
  std::uint32_t skew_percent = 100;         // of codes in traffic: value of rank r as frequent as 1 / r^(skew / 100)
  std::uint32_t absent_percent = 0;         // of all fields of all parcels
  std::uint32_t list_keys = 0;              // > 0: each second predicate on an id asks a list of so many keys
  std::uint64_t seed = 43;

  friend bool operator==(const FlatKnobs&, const FlatKnobs&) = default;
};

enum class FlatTest : std::uint8_t { kIn, kNotIn, kRange, kInList };

/// One comparison. An absent field makes each of them false.
struct FlatPredicate {
  std::uint32_t field = 0;
  FlatTest test = FlatTest::kIn;
  std::vector<std::uint32_t> values;  // kIn, kNotIn: distinct; one: equality
  std::uint32_t low = 0;              // kRange: low <= number <= high
  std::uint32_t high = kNumberCount - 1;
};

struct FlatRule {
  std::vector<FlatPredicate> predicates;  // all must hold; on distinct fields
  std::uint32_t score = 0;
  std::uint32_t lane = 0;                 // index into kFlatLanes
};
inline constexpr std::array<const char*, 3> kFlatLanes = {"document", "inspect", "hold"};

inline constexpr std::uint32_t kAbsentValue = 0xFFFFFFFFu;
/// By field: number of the code or id, the number itself, or kAbsentValue.
using FlatParcel = std::array<std::uint32_t, kFlatFields>;

struct FlatModel {
  FlatKnobs knobs;
  std::vector<FlatRule> rules;
  std::vector<FlatParcel> parcels;

  /// Whether list of id field `field` names id `value`: each twentieth watched id, and ids that nobody sends.
  static bool IsListed(std::uint32_t value) { return value < kWatched ? value % 20 == 0 : value >= kIdCount; }
  /// All numbers of ids in a list of knobs.list_keys keys, ascending.
  std::vector<std::uint32_t> ListedIds() const;
};

FlatModel MakeFlatModel(const FlatKnobs& knobs);

bool Holds(const FlatPredicate& predicate, const FlatParcel& parcel);
bool Holds(const FlatRule& rule, const FlatParcel& parcel);

/// "code_00", "number_11", "id_7".
std::string FlatFieldName(std::uint32_t field);
/// The text of a value: codes 6 to 10 letters and digits, ids 8 to 14; different values, different texts.
std::string FlatText(std::uint32_t field, std::uint32_t value);

}  // namespace sluice::bench
