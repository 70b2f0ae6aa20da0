// Static types of expressions: what the engine's values are, and what only the checker knows of
// them (the unit of a number, the enum of an int, the currency of money).
//
// Plain values, cheap to copy; thread-safe to read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/money.h"
#include "engine/parcel/types.h"

namespace sluice::rules {

enum class TypeKind : std::uint8_t {
  kError,  // already reported; fits everything, silently
  kAny,    // element of an empty list or map, until it is known (unknowns.h); fits everything
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kTimestamp,
  kDuration,
  kMoney,
  kRecord,    // a record of the schema
  kTableRow,  // a row found in a reference table
  kList,
  kMap,
  // Names that are no values: only certain functions and operators take them.
  kReferenceList,   // lists.L
  kReferenceTable,  // tables.T
  kNamespace,       // lists, tables, an enum's name, row
};

/// Units of weight that literals can be converted to; kOther is any further unit of the schema.
enum class Unit : std::uint8_t { kNone, kMilligram, kGram, kKilogram, kTonne, kOther };
Unit UnitFromText(std::string_view text);

/// Which currency an amount is in, as far as it is known before a parcel is seen.
struct MoneyTag {
  enum class Kind : std::uint8_t {
    kFixed,  // `currency`
    kField,  // whatever the field named `field` says
    kMixed,  // amounts of several parcels' items: unknown, equal to no other tag
  };
  Kind kind = Kind::kMixed;
  base::CurrencyCode currency = 0;
  std::string field;           // as authors write it: "parcel.currency", "i.currency"
  std::uint32_t variable = 0;  // kField: the comprehension variable it is read from; 0: the parcel

  bool SameAs(const MoneyTag& other) const;
};

inline constexpr std::uint32_t kNoReference = 0xFFFFFFFFu;

struct Type {
  TypeKind kind = TypeKind::kError;
  Unit unit = Unit::kNone;  // kInt, kDouble
  // kAny: which unknown; kInt: enum of the catalogue; kRecord: record of the catalogue; kTableRow, kReferenceTable:
  // table; kReferenceList: list.
  std::uint32_t reference = kNoReference;
  std::uint32_t range = 0;  // kRecord: the range whose elements it is (checker.h), 0: the parcel
  std::shared_ptr<const MoneyTag> money;  // kMoney
  std::shared_ptr<const Type> key;        // kMap
  std::shared_ptr<const Type> element;    // kList; value type of kMap

  bool Is(TypeKind wanted) const { return kind == wanted; }
  bool IsNumber() const {
    return kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kDouble;
  }
  /// An error, or of unknown element: nothing can be said against it.
  bool IsOpen() const { return kind == TypeKind::kError || kind == TypeKind::kAny; }
};

Type ScalarType(TypeKind kind);
/// Of a scalar; kMoney gets the tag kMixed.
Type ScalarType(parcel::ValueType type);
Type ListOf(Type element);
Type MapOf(Type key, Type value);
Type FixedMoney(base::CurrencyCode currency);

/// The engine's name of a value kind; nothing for errors and names.
std::optional<parcel::ValueType> ToValueType(TypeKind kind);

/// Whether == can compare such values: no records and no table rows in them.
bool IsComparable(const Type& type);
/// Whether it, or a part of it, is not known.
bool HasAny(const Type& type);
/// Whether values of both have one type, apart from units, enums and currencies.
bool SameShape(const Type& a, const Type& b);
/// Whether == compares values of both: one shape, or shapes that differ in their numbers alone.
bool Equatable(const Type& a, const Type& b);
/// The type of a place that holds values of `a` or of `b`, which have one shape: tags that differ
/// are dropped.
Type Join(const Type& a, const Type& b);

}  // namespace sluice::rules
