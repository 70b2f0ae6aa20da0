#include "rules/check/type_text.h"

#include <span>

#include "rules/diag/suggest.h"

namespace sluice::rules {

std::string MoneyTagText(const MoneyTag& tag) {
  switch (tag.kind) {
    case MoneyTag::Kind::kFixed: return "in " + base::CurrencyText(tag.currency);
    case MoneyTag::Kind::kField: return "in the currency of " + tag.field;
    case MoneyTag::Kind::kMixed: return "in a currency that depends on the item";
  }
  return {};
}

namespace {

std::string ReferenceText(const Type& type, const Environment& environment) {
  switch (type.kind) {
    case TypeKind::kRecord: return "record " + environment.catalog->records[type.reference].name;
    case TypeKind::kTableRow: return "a row of tables." + environment.tables[type.reference].name;
    case TypeKind::kReferenceList: return "lists." + environment.lists[type.reference].name;
    case TypeKind::kReferenceTable: return "tables." + environment.tables[type.reference].name;
    default: return "a name";
  }
}

}  // namespace

std::string TypeText(const Type& type, const Environment& environment) {
  switch (type.kind) {
    case TypeKind::kError: return "unknown";
    case TypeKind::kAny: return "any";
    case TypeKind::kInt:
      if (type.reference != kNoReference) return environment.catalog->enums[type.reference].name;
      return "int";
    case TypeKind::kList: return "list(" + TypeText(*type.element, environment) + ")";
    case TypeKind::kMap:
      return "map(" + TypeText(*type.key, environment) + ", " +
             TypeText(*type.element, environment) + ")";
    case TypeKind::kRecord:
    case TypeKind::kTableRow:
    case TypeKind::kReferenceList:
    case TypeKind::kReferenceTable:
    case TypeKind::kNamespace: return ReferenceText(type, environment);
    default: return parcel::ValueTypeName(*ToValueType(type.kind));
  }
}

std::string NameList(const std::vector<std::string_view>& names) {
  constexpr std::size_t kShown = 10;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > kShown) text += " and more";
  return text;
}

std::string SuggestOrList(std::string_view name, const std::vector<std::string_view>& known,
                          std::string_view what) {
  std::string hint = DidYouMean(name, std::span<const std::string_view>(known));
  if (!hint.empty()) return hint;
  if (known.empty()) return "there are no " + std::string(what);
  return "the " + std::string(what) + " are " + NameList(known);
}

}  // namespace sluice::rules
