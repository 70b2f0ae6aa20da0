#include "engine/wire/schema_loader.h"

#include <flatbuffers/idl.h>

#include <algorithm>
#include <map>

#include "engine/base/limits.h"
#include "engine/wire/schema_field.h"

namespace sluice::wire {

using flatbuffers::FieldDef;
using flatbuffers::StructDef;
using parcel::Catalog;
using parcel::Field;
using parcel::kNoIndex;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;

namespace {

class CatalogMaker {
 public:
  CatalogMaker(const flatbuffers::Parser& parser, std::vector<SkippedField>* skipped)
      : parser_(parser), skipped_(skipped) {}

  Result<Catalog> Make(const StructDef& root) {
    if (Status status = AddRecord(root, &catalog_.root); !status.ok()) return status;
    if (Height(catalog_.root) > limits::kSchemaDepthMax) {
      return Status(StatusCode::kLimitExceeded,
                    root.name + ": records within records are nested deeper than " +
                        std::to_string(limits::kSchemaDepthMax));
    }
    catalog_.file_identifier = parser_.file_identifier_;
    return std::move(catalog_);
  }

 private:
  Status AddRecord(const StructDef& definition, std::uint32_t* index) {
    const auto [known, is_new] =
        index_of_.try_emplace(&definition, static_cast<std::uint32_t>(catalog_.records.size()));
    *index = known->second;
    if (!is_new) return Status::Ok();
    catalog_.records.emplace_back();
    open_.push_back(&definition);
    Record record;
    record.name = definition.name;
    record.is_struct = definition.fixed;
    record.struct_bytes = definition.fixed ? static_cast<std::uint32_t>(definition.bytesize) : 0;
    Status status = AddFields(definition, &record);
    open_.pop_back();
    field_count_ += record.fields.size();
    if (status.ok() && field_count_ > limits::kSchemaFieldsMax) {
      status = {StatusCode::kLimitExceeded,
                "the schema has more than " + std::to_string(limits::kSchemaFieldsMax) + " fields"};
    }
    catalog_.records[*index] = std::move(record);
    return status;
  }

  Status AddFields(const StructDef& definition, Record* record) {
    const FieldDef* mask = nullptr;
    if (Status status = FindMask(definition, &mask); !status.ok()) return status;
    std::size_t member = 0;  // place among the members other than the mask: the mask's bit
    for (const FieldDef* field : definition.fields.vec) {
      const std::size_t bit = field == mask ? 0 : member++;
      if (Skip(definition, *field)) continue;
      Field out;
      if (Status status = ReadField(definition, *field, &out); !status.ok()) return status;
      if (field == mask) {
        record->mask_field = static_cast<std::uint32_t>(record->fields.size());
      } else if (mask != nullptr) {
        out.presence = Presence::kMaskBit;
        out.mask_bit = static_cast<std::uint8_t>(bit);
      }
      if (Status status = ReadRequirement(definition, *field, &out); !status.ok()) return status;
      if (Status status = Link(*field, &out); !status.ok()) return status;
      record->fields.push_back(std::move(out));
    }
    if (Status status = LinkCurrencies(definition, record); !status.ok()) return status;
    return Flatten(record);
  }

  static Status FindMask(const StructDef& definition, const FieldDef** mask) {
    if (!definition.fixed) return Status::Ok();
    for (const FieldDef* field : definition.fields.vec) {
      if (!HasAttribute(*field, "presence_mask")) continue;
      if (*mask != nullptr) {
        return {StatusCode::kInvalidArgument,
                definition.name + "." + field->name + ": a second presence mask"};
      }
      *mask = field;
    }
    if (*mask == nullptr) return Status::Ok();
    const std::size_t bits = 8 * flatbuffers::SizeOf((*mask)->value.type.base_type);
    if (definition.fields.vec.size() - 1 <= bits) return Status::Ok();
    return {StatusCode::kInvalidArgument,
            definition.name + "." + (*mask)->name + ": a mask of " + std::to_string(bits) +
                " bits for " + std::to_string(definition.fields.vec.size() - 1) + " members"};
  }

  bool Skip(const StructDef& definition, const FieldDef& field) {
    std::string reason = WhyUnreadable(field);
    const StructDef* child = field.value.type.struct_def;
    if (reason.empty() && child != nullptr &&
        std::find(open_.begin(), open_.end(), child) != open_.end()) {
      reason = "a record that contains itself";
    }
    if (reason.empty()) return false;
    if (skipped_ != nullptr)
      skipped_->push_back({definition.name + "." + field.name, std::move(reason)});
    return true;
  }

  // Finds or makes the record and the enum that a field refers to.
  Status Link(const FieldDef& field, Field* out) {
    const flatbuffers::Type& type = field.value.type;
    if (type.struct_def != nullptr) return AddRecord(*type.struct_def, &out->record);
    if (type.enum_def == nullptr) return Status::Ok();
    const auto& enums = catalog_.enums;
    const auto found = enum_index_of_.find(type.enum_def);
    if (found != enum_index_of_.end()) {
      out->enumeration = found->second;
      return Status::Ok();
    }
    parcel::Enum made{type.enum_def->name, {}};
    for (const parcel::Enum& other : enums) {
      if (other.name != made.name) continue;
      return {StatusCode::kInvalidArgument, field.name + ": two enums are called " + made.name};
    }
    for (const flatbuffers::EnumVal* value : type.enum_def->Vals())
      made.values.push_back({value->name, value->GetAsInt64()});
    out->enumeration = static_cast<std::uint32_t>(enums.size());
    enum_index_of_.emplace(type.enum_def, out->enumeration);
    catalog_.enums.push_back(std::move(made));
    return Status::Ok();
  }

  static Status LinkCurrencies(const StructDef& definition, Record* record) {
    for (Field& field : record->fields) {
      if (field.type != parcel::ValueType::kMoney) continue;
      const std::string& currency =
          definition.fields.Lookup(field.name)->attributes.Lookup("money")->constant;
      field.currency_field = record->Find(currency);
      if (field.currency_field != kNoIndex) continue;
      return {StatusCode::kInvalidArgument, definition.name + "." + field.name +
                                                ": its currency \"" + currency +
                                                "\" is deprecated or hidden"};
    }
    return Status::Ok();
  }

  // Appends copies of the members of flattened structs, so that a table's fields are all in one
  // place.
  Status Flatten(Record* record) {
    const std::size_t own = record->fields.size();
    for (std::size_t s = 0; s < own; ++s) {
      const Field& place = record->fields[s];
      if (!place.hidden || place.wire != WireKind::kStruct) continue;
      const Record& members = catalog_.records[place.record];
      std::vector<std::uint32_t> index_of(members.fields.size(), kNoIndex);
      std::uint32_t next = static_cast<std::uint32_t>(record->fields.size());
      for (std::size_t m = 0; m < members.fields.size(); ++m) {
        if (!members.fields[m].hidden) index_of[m] = next++;
      }
      for (const Field& member : members.fields) {
        if (member.hidden) continue;
        if (record->Find(member.name) != kNoIndex) {
          return {StatusCode::kInvalidArgument, record->name + "." + member.name +
                                                    ": a member of the flattened " + members.name +
                                                    " has the name of another field"};
        }
        Field copy = member;
        copy.inline_in = static_cast<std::uint32_t>(s);
        if (copy.presence == Presence::kAlways) copy.presence = Presence::kSlot;
        if (copy.currency_field != kNoIndex) copy.currency_field = index_of[copy.currency_field];
        record->fields.push_back(std::move(copy));
      }
    }
    return Status::Ok();
  }

  std::size_t Height(std::uint32_t record) const {
    std::size_t below = 0;
    for (const Field& field : catalog_.records[record].fields) {
      if (field.record != kNoIndex) below = std::max(below, Height(field.record));
    }
    return below + 1;
  }

  const flatbuffers::Parser& parser_;
  std::vector<SkippedField>* skipped_;
  Catalog catalog_;
  std::map<const StructDef*, std::uint32_t> index_of_;
  std::map<const flatbuffers::EnumDef*, std::uint32_t> enum_index_of_;
  std::vector<const StructDef*> open_;  // the records being read, outermost first
  std::size_t field_count_ = 0;
};

const StructDef* FindRoot(const flatbuffers::Parser& parser, const std::string& name) {
  if (name.empty()) return parser.root_struct_def_;
  for (const StructDef* definition : parser.structs_.vec) {
    if (definition->name == name ||
        definition->defined_namespace->GetFullyQualifiedName(definition->name) == name) {
      return definition;
    }
  }
  return nullptr;
}

}  // namespace

Result<Catalog> LoadSchema(const std::string& fbs_text, const std::string& file_name,
                           const std::vector<std::string>& include_dirs,
                           const std::string& root_name, std::vector<SkippedField>* skipped) {
  flatbuffers::Parser parser;
  std::vector<const char*> directories;
  for (const std::string& directory : include_dirs) directories.push_back(directory.c_str());
  directories.push_back(nullptr);
  if (!parser.Parse(fbs_text.c_str(), directories.data(), file_name.c_str())) {
    return Status(StatusCode::kInvalidArgument, parser.error_);
  }
  const StructDef* root = FindRoot(parser, root_name);
  if (root == nullptr) {
    return Status(StatusCode::kInvalidArgument,
                  file_name + (root_name.empty() ? ": no root_type, and no root is named"
                                                 : ": no table " + root_name));
  }
  if (root->fixed)
    return Status(StatusCode::kInvalidArgument,
                  file_name + ": the root " + root->name + " is no table");
  Result<Catalog> made = CatalogMaker(parser, skipped).Make(*root);
  if (made.ok()) return made;
  return Status(made.status().code(), file_name + ": " + made.status().message());
}

base::Hash256 CatalogFingerprint(const Catalog& catalog) {
  std::string text =
      "sluice catalogue 1\n" + catalog.file_identifier + '\n' + std::to_string(catalog.root) + '\n';
  const auto add = [&text](auto number) {
    text += std::to_string(static_cast<std::int64_t>(number)) + ' ';
  };
  for (const Record& record : catalog.records) {
    text += "record " + record.name + ' ';
    add(record.struct_bytes);
    add(record.mask_field);
    for (const Field& field : record.fields) {
      text += '\n' + field.name + ' ';
      add(field.type);
      add(field.element_type);
      add(field.wire);
      add(field.element_wire);
      add(field.presence);
      add(field.mask_bit);
      add(field.slot);
      add(field.fixed_bytes);
      add(field.default_int);
      add(static_cast<std::int64_t>(field.record));
      add(field.inline_in);
      add(field.currency_field);
      add(field.time_units_per_second);
      text += std::to_string(field.default_double) + ' ' + field.unit;
    }
    text += '\n';
  }
  return base::Blake2b256(text);
}

}  // namespace sluice::wire
