#include "tests/support/reflection_decoder.h"

#include <flatbuffers/idl.h>
#include <flatbuffers/reflection.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace sluice::test_support {

using parcel::Catalog;
using parcel::ColumnPlan;
using parcel::FieldPath;
using parcel::ValueType;

namespace {

// A table, a struct, or an element of a vector of scalars or strings.
struct Thing {
  const reflection::Object* object = nullptr;
  const flatbuffers::Table* table = nullptr;
  const flatbuffers::Struct* structure = nullptr;
  std::string element;  // its text, when it is no record
};

std::string DoubleText(double value) { return std::to_string(std::bit_cast<std::uint64_t>(value)); }

const reflection::KeyValue* Attribute(const reflection::Field& field, const char* name) {
  return field.attributes() == nullptr ? nullptr : field.attributes()->LookupByKey(name);
}

std::string AttributeText(const reflection::Field& field, const char* name, const char* otherwise) {
  const reflection::KeyValue* found = Attribute(field, name);
  return found == nullptr || found->value() == nullptr || found->value()->str() == "0"
             ? otherwise
             : found->value()->str();
}

std::int64_t UnitsPerSecond(const reflection::Field& field, const char* attribute) {
  const std::string unit = AttributeText(field, attribute, "ms");
  return unit == "s" ? 1 : unit == "ms" ? 1'000 : unit == "us" ? 1'000'000 : 1'000'000'000;
}

std::string TimeText(std::int64_t count, std::int64_t units) {
  const __int128 ns = static_cast<__int128>(count) * (1'000'000'000 / units);
  __int128 seconds = ns / 1'000'000'000;
  __int128 nanos = ns % 1'000'000'000;
  if (nanos < 0) {
    nanos += 1'000'000'000;
    --seconds;
  }
  return std::to_string(static_cast<std::int64_t>(seconds)) + "s" +
         std::to_string(static_cast<std::int64_t>(nanos));
}

std::string FixedArrayText(const flatbuffers::Struct& structure, const reflection::Field& field) {
  const char* bytes = reinterpret_cast<const char*>(structure.GetAddressOf(field.offset()));
  std::string text(bytes, field.type()->fixed_length());
  return text.substr(0, text.find('\0'));
}

class Reader {
 public:
  explicit Reader(const reflection::Schema& schema) : schema_(schema) {}

  // A field by name; members of flattened structs are found in their table, and `thing` becomes the
  // struct.
  const reflection::Field& Field(Thing* thing, const std::string& name) const {
    if (const auto* field = thing->object->fields()->LookupByKey(name.c_str())) return *field;
    for (const reflection::Field* outer : *thing->object->fields()) {
      if (Attribute(*outer, "flatten") == nullptr) continue;
      const reflection::Object* inner =
          schema_.objects()->Get(static_cast<unsigned>(outer->type()->index()));
      const reflection::Field* field = inner->fields()->LookupByKey(name.c_str());
      if (field == nullptr) continue;
      *thing = {inner, nullptr, flatbuffers::GetFieldStruct(*thing->table, *outer), {}};
      return *field;
    }
    throw std::logic_error("no field " + name);
  }

  bool Has(const Thing& thing, const reflection::Field& field) const {
    if (thing.table != nullptr) {
      const bool always =
          flatbuffers::IsScalar(static_cast<flatbuffers::BaseType>(field.type()->base_type())) &&
          !field.optional();
      return always || thing.table->CheckField(field.offset());
    }
    if (thing.structure == nullptr) return false;
    std::vector<const reflection::Field*> members;
    const reflection::Field* mask = nullptr;
    for (const reflection::Field* member : *thing.object->fields()) {
      if (Attribute(*member, "presence_mask") != nullptr) {
        mask = member;
      } else {
        members.push_back(member);
      }
    }
    if (mask == nullptr) return true;
    std::sort(members.begin(), members.end(),
              [](auto* a, auto* b) { return a->offset() < b->offset(); });
    const auto bit = std::find(members.begin(), members.end(), &field) - members.begin();
    const auto bits =
        static_cast<std::uint64_t>(flatbuffers::GetAnyFieldI(*thing.structure, *mask));
    return (bits >> bit & 1) != 0;
  }

  std::int64_t Int(const Thing& thing, const reflection::Field& field) const {
    return thing.table != nullptr ? flatbuffers::GetAnyFieldI(*thing.table, field)
                                  : flatbuffers::GetAnyFieldI(*thing.structure, field);
  }
  double Double(const Thing& thing, const reflection::Field& field) const {
    return thing.table != nullptr ? flatbuffers::GetAnyFieldF(*thing.table, field)
                                  : flatbuffers::GetAnyFieldF(*thing.structure, field);
  }
  std::string Text(const Thing& thing, const reflection::Field& field) const {
    if (thing.structure != nullptr) return FixedArrayText(*thing.structure, field);
    return flatbuffers::GetFieldS(*thing.table, field)->str();
  }

  std::optional<std::string> ValueOf(Thing thing, const std::string& name, ValueType type) const {
    const reflection::Field& field = Field(&thing, name);
    if (!Has(thing, field)) return std::nullopt;
    switch (type) {
      case ValueType::kDouble: return DoubleText(Double(thing, field));
      case ValueType::kString: return Text(thing, field);
      case ValueType::kRecord: return "record";
      case ValueType::kTimestamp:
        return TimeText(Int(thing, field), UnitsPerSecond(field, "timestamp"));
      case ValueType::kDuration:
        return std::to_string(Int(thing, field) *
                              (1'000'000'000 / UnitsPerSecond(field, "duration")));
      case ValueType::kMoney: {
        const auto* currency =
            thing.object->fields()->LookupByKey(AttributeText(field, "money", "").c_str());
        if (!Has(thing, *currency)) return std::nullopt;
        return std::to_string(Int(thing, field)) + ' ' + Text(thing, *currency);
      }
      case ValueType::kUint: return std::to_string(static_cast<std::uint64_t>(Int(thing, field)));
      case ValueType::kBool: return Int(thing, field) != 0 ? "1" : "0";  // any byte but zero is true
      default: return std::to_string(Int(thing, field));
    }
  }

  // The record behind a record field; nothing when it is absent.
  std::optional<Thing> Enter(Thing thing, const std::string& name) const {
    const reflection::Field& field = Field(&thing, name);
    if (!Has(thing, field)) return std::nullopt;
    const reflection::Object* object =
        schema_.objects()->Get(static_cast<unsigned>(field.type()->index()));
    if (!object->is_struct())
      return Thing{object, flatbuffers::GetFieldT(*thing.table, field), nullptr, {}};
    if (thing.table != nullptr)
      return Thing{object, nullptr, flatbuffers::GetFieldStruct(*thing.table, field), {}};
    return Thing{object, nullptr, flatbuffers::GetFieldStruct(*thing.structure, field), {}};
  }

  std::vector<Thing> Elements(Thing thing, const std::string& name, ValueType type) const {
    const reflection::Field& field = Field(&thing, name);
    const flatbuffers::VectorOfAny* vector = flatbuffers::GetFieldAnyV(*thing.table, field);
    std::vector<Thing> out;
    for (unsigned i = 0; vector != nullptr && i < vector->size(); ++i) {
      out.push_back(Element(vector, *field.type(), i, field, type));
    }
    return out;
  }

 private:
  Thing Element(const flatbuffers::VectorOfAny* vector, const reflection::Type& type, unsigned i,
                const reflection::Field& field, ValueType value_type) const {
    if (type.element() == reflection::Obj) {
      const reflection::Object* object =
          schema_.objects()->Get(static_cast<unsigned>(type.index()));
      if (!object->is_struct()) {
        return {object,
                flatbuffers::GetAnyVectorElemPointer<const flatbuffers::Table>(vector, i),
                nullptr,
                {}};
      }
      const auto bytes = static_cast<std::size_t>(object->bytesize());
      return {object,
              nullptr,
              flatbuffers::GetAnyVectorElemAddressOf<const flatbuffers::Struct>(vector, i, bytes),
              {}};
    }
    Thing thing;
    if (type.element() == reflection::String) {
      thing.element = flatbuffers::GetAnyVectorElemS(vector, type.element(), i);
    } else if (value_type == ValueType::kDouble) {
      thing.element = DoubleText(flatbuffers::GetAnyVectorElemF(vector, type.element(), i));
    } else if (value_type == ValueType::kTimestamp) {
      thing.element = TimeText(flatbuffers::GetAnyVectorElemI(vector, type.element(), i),
                               UnitsPerSecond(field, "timestamp"));
    } else if (value_type == ValueType::kUint) {
      thing.element = std::to_string(
          static_cast<std::uint64_t>(flatbuffers::GetAnyVectorElemI(vector, type.element(), i)));
    } else if (value_type == ValueType::kBool) {
      thing.element = flatbuffers::GetAnyVectorElemI(vector, type.element(), i) != 0 ? "1" : "0";
    } else {
      thing.element = std::to_string(flatbuffers::GetAnyVectorElemI(vector, type.element(), i));
    }
    return thing;
  }

  const reflection::Schema& schema_;
};

std::vector<std::string> Names(const Catalog& catalog, std::uint32_t record,
                               const FieldPath& path) {
  std::vector<std::string> names;
  for (const std::uint32_t index : path) {
    const parcel::Field& field = catalog.records[record].fields[index];
    names.push_back(field.name);
    record = field.record;
  }
  return names;
}

std::optional<Thing> Follow(const Reader& reader, Thing thing,
                            const std::vector<std::string>& names) {
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const std::optional<Thing> next = reader.Enter(thing, names[i]);
    if (!next) return std::nullopt;
    thing = *next;
  }
  return thing;
}

void AddEverything(const Catalog& catalog, parcel::DomainIndex domain, std::uint32_t record,
                   const FieldPath& prefix, ColumnPlan* plan) {
  for (std::uint32_t f = 0; f < catalog.records[record].fields.size(); ++f) {
    const parcel::Field& field = catalog.records[record].fields[f];
    if (field.hidden) continue;
    FieldPath path = prefix;
    path.push_back(f);
    if (field.type == ValueType::kList) {
      const parcel::DomainIndex inner = plan->AddDomain(catalog, domain, path);
      plan->AddColumn(catalog, inner, {});
      if (field.record != parcel::kNoIndex) AddEverything(catalog, inner, field.record, {}, plan);
      continue;
    }
    plan->AddColumn(catalog, domain, path);
    if (field.type == ValueType::kRecord) AddEverything(catalog, domain, field.record, path, plan);
  }
}

}  // namespace

ReflectionDecoder::ReflectionDecoder(const std::string& fbs_text) {
  flatbuffers::Parser parser;
  if (!parser.Parse(fbs_text.c_str())) throw std::logic_error(parser.error_);
  parser.Serialize();
  binary_schema_.assign(reinterpret_cast<const char*>(parser.builder_.GetBufferPointer()),
                        parser.builder_.GetSize());
}

bool ReflectionDecoder::Verify(std::span<const std::uint8_t> record) const {
  const reflection::Schema* schema = reflection::GetSchema(binary_schema_.data());
  return flatbuffers::Verify(*schema, *schema->root_table(), record.data(), record.size());
}

std::vector<ColumnTexts> ReflectionDecoder::Decode(const Catalog& catalog, const ColumnPlan& plan,
                                                   std::span<const std::uint8_t> record) const {
  const reflection::Schema* schema = reflection::GetSchema(binary_schema_.data());
  const Reader reader(*schema);
  std::vector<std::vector<Thing>> rows(plan.domains.size());
  rows[0].push_back({schema->root_table(), flatbuffers::GetAnyRoot(record.data()), nullptr, {}});
  for (std::size_t d = 1; d < plan.domains.size(); ++d) {
    const parcel::Domain& domain = plan.domains[d];
    const std::uint32_t from = parcel::DomainRecord(catalog, plan, domain.parent);
    const std::vector<std::string> names = Names(catalog, from, domain.path);
    const ValueType type = parcel::FieldAt(catalog, from, domain.path).element_type;
    for (const Thing& parent : rows[domain.parent]) {
      const std::optional<Thing> holder = Follow(reader, parent, names);
      if (!holder) continue;
      for (Thing& element : reader.Elements(*holder, names.back(), type))
        rows[d].push_back(std::move(element));
    }
  }
  std::vector<ColumnTexts> columns;
  for (const parcel::ColumnSpec& spec : plan.columns) {
    ColumnTexts& texts = columns.emplace_back();
    const auto names = Names(catalog, parcel::DomainRecord(catalog, plan, spec.domain), spec.path);
    for (const Thing& row : rows[spec.domain]) {
      if (names.empty()) {
        texts.push_back(row.object != nullptr ? "record" : row.element);
        continue;
      }
      const std::optional<Thing> holder = Follow(reader, row, names);
      texts.push_back(holder ? reader.ValueOf(*holder, names.back(), spec.type) : std::nullopt);
    }
  }
  return columns;
}

ColumnTexts BatchTexts(const parcel::Column& column, std::size_t first, std::size_t last) {
  ColumnTexts texts;
  for (std::size_t row = first; row < last; ++row) {
    if (!column.Has(row)) {
      texts.push_back(std::nullopt);
      continue;
    }
    switch (column.type) {
      case ValueType::kUint: texts.push_back(std::to_string(column.uints[row])); break;
      case ValueType::kDouble: texts.push_back(DoubleText(column.doubles[row])); break;
      case ValueType::kString: texts.push_back(std::string(column.texts[row])); break;
      case ValueType::kTimestamp:
        texts.push_back(std::to_string(column.times[row].seconds) + "s" +
                        std::to_string(column.times[row].nanos));
        break;
      case ValueType::kMoney:
        texts.push_back(std::to_string(column.moneys[row].minor_units) + ' ' +
                        base::CurrencyText(column.moneys[row].currency));
        break;
      case ValueType::kRecord: texts.push_back("record"); break;
      default: texts.push_back(std::to_string(column.ints[row])); break;
    }
  }
  return texts;
}

ColumnPlan PlanOfEverything(const Catalog& catalog) {
  ColumnPlan plan;
  AddEverything(catalog, parcel::kParcelDomain, catalog.root, {}, &plan);
  return plan;
}

}  // namespace sluice::test_support
