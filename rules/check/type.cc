#include "rules/check/type.h"

#include <utility>

namespace sluice::rules {

Unit UnitFromText(std::string_view text) {
  if (text.empty()) return Unit::kNone;
  if (text == "mg") return Unit::kMilligram;
  if (text == "g") return Unit::kGram;
  if (text == "kg") return Unit::kKilogram;
  if (text == "t") return Unit::kTonne;
  return Unit::kOther;
}

bool MoneyTag::SameAs(const MoneyTag& other) const {
  if (kind != other.kind) return false;
  switch (kind) {
    case Kind::kFixed: return currency == other.currency;
    case Kind::kField: return field == other.field && variable == other.variable;
    case Kind::kMixed: return false;
  }
  return false;
}

Type ScalarType(TypeKind kind) {
  Type type;
  type.kind = kind;
  if (kind == TypeKind::kMoney) type.money = std::make_shared<MoneyTag>();
  return type;
}

Type ScalarType(parcel::ValueType type) {
  switch (type) {
    case parcel::ValueType::kBool: return ScalarType(TypeKind::kBool);
    case parcel::ValueType::kInt: return ScalarType(TypeKind::kInt);
    case parcel::ValueType::kUint: return ScalarType(TypeKind::kUint);
    case parcel::ValueType::kDouble: return ScalarType(TypeKind::kDouble);
    case parcel::ValueType::kString: return ScalarType(TypeKind::kString);
    case parcel::ValueType::kTimestamp: return ScalarType(TypeKind::kTimestamp);
    case parcel::ValueType::kDuration: return ScalarType(TypeKind::kDuration);
    case parcel::ValueType::kMoney: return ScalarType(TypeKind::kMoney);
    default: return ScalarType(TypeKind::kError);
  }
}

Type ListOf(Type element) {
  Type type = ScalarType(TypeKind::kList);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type MapOf(Type key, Type value) {
  Type type = ScalarType(TypeKind::kMap);
  type.key = std::make_shared<const Type>(std::move(key));
  type.element = std::make_shared<const Type>(std::move(value));
  return type;
}

Type FixedMoney(base::CurrencyCode currency) {
  Type type;
  type.kind = TypeKind::kMoney;
  type.money = std::make_shared<const MoneyTag>(
      MoneyTag{MoneyTag::Kind::kFixed, currency, std::string(), 0});
  return type;
}

std::optional<parcel::ValueType> ToValueType(TypeKind kind) {
  using parcel::ValueType;
  switch (kind) {
    case TypeKind::kBool: return ValueType::kBool;
    case TypeKind::kInt: return ValueType::kInt;
    case TypeKind::kUint: return ValueType::kUint;
    case TypeKind::kDouble: return ValueType::kDouble;
    case TypeKind::kString: return ValueType::kString;
    case TypeKind::kTimestamp: return ValueType::kTimestamp;
    case TypeKind::kDuration: return ValueType::kDuration;
    case TypeKind::kMoney: return ValueType::kMoney;
    case TypeKind::kRecord: return ValueType::kRecord;
    case TypeKind::kTableRow: return ValueType::kTableRow;
    case TypeKind::kList: return ValueType::kList;
    case TypeKind::kMap: return ValueType::kMap;
    default: return std::nullopt;
  }
}

bool HasAny(const Type& type) {
  if (type.Is(TypeKind::kAny)) return true;
  return (type.key != nullptr && HasAny(*type.key)) || (type.element != nullptr && HasAny(*type.element));
}

bool SameShape(const Type& a, const Type& b) {
  if (a.IsOpen() || b.IsOpen()) return true;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case TypeKind::kRecord: return a.range == b.range && a.reference == b.reference;
    case TypeKind::kTableRow:
    case TypeKind::kReferenceList:
    case TypeKind::kReferenceTable: return a.reference == b.reference;
    case TypeKind::kList: return SameShape(*a.element, *b.element);
    case TypeKind::kMap: return SameShape(*a.key, *b.key) && SameShape(*a.element, *b.element);
    default: return true;
  }
}

bool Equatable(const Type& a, const Type& b) {
  if (a.IsNumber() && b.IsNumber()) return true;
  if (a.IsOpen() || b.IsOpen() || a.kind != b.kind) return SameShape(a, b);
  switch (a.kind) {
    case TypeKind::kList: return Equatable(*a.element, *b.element);
    case TypeKind::kMap: return Equatable(*a.key, *b.key) && Equatable(*a.element, *b.element);
    default: return SameShape(a, b);
  }
}

bool IsComparable(const Type& type) {
  switch (type.kind) {
    case TypeKind::kRecord:
    case TypeKind::kTableRow: return false;
    case TypeKind::kList:
    case TypeKind::kMap: return IsComparable(*type.element);
    default: return true;
  }
}

Type Join(const Type& a, const Type& b) {
  if (a.IsOpen()) return b;
  if (b.IsOpen()) return a;
  switch (a.kind) {
    case TypeKind::kList: return ListOf(Join(*a.element, *b.element));
    case TypeKind::kMap: return MapOf(Join(*a.key, *b.key), Join(*a.element, *b.element));
    case TypeKind::kMoney: return a.money->SameAs(*b.money) ? a : ScalarType(TypeKind::kMoney);
    case TypeKind::kInt:
    case TypeKind::kDouble: {
      Type joined = a;
      if (a.unit != b.unit) joined.unit = Unit::kNone;
      if (a.reference != b.reference) joined.reference = kNoReference;
      return joined;
    }
    default: return a;
  }
}

}  // namespace sluice::rules
