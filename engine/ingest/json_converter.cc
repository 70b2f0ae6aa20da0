#include "engine/ingest/json_converter.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include <simdjson.h>

#include "engine/ingest/cell.h"
#include "engine/ingest/input_file.h"

namespace sluice::ingest {

using pipeline::RecordBlock;
using simdjson::dom::element;
using simdjson::dom::element_type;
using wire::RecordBuilder;

namespace {

const ruleset::Zone* ZoneOf(const ruleset::RuleSet& rule_set) {
  return rule_set.zone == ruleset::kNone ? nullptr : &rule_set.program.zones[rule_set.zone];
}

// What a JSON name below one place leads to; looked up once, then kept.
struct Target {
  enum class Kind { kIgnored, kUnknown, kObject, kValue, kVector };
  Kind kind = Kind::kUnknown;
  RecordBuilder::Handle handle = RecordBuilder::kNoHandle;
  std::optional<CellFormat> format;
  std::string prefix;             // kObject: path of the names below, with a trailing dot
  std::vector<std::string> null;
  std::string flaw;               // the field cannot hold such a value
};

// Names below one vector's elements (or the root, kNoHandle), each level with its own cache.
using Scope = std::unordered_map<std::string, Target>;

class JsonConverter : public pipeline::RecordConverter {
 public:
  JsonConverter(const Mapping* mapping, ruleset::RuleSetPtr rule_set)
      : mapping_(mapping), rule_set_(std::move(rule_set)), builder_(rule_set_->catalog) {}

  void Convert(RecordBlock* block) override {
    filler_.Start(&block->converted);
    for (std::uint32_t i = 0; i < block->records.size(); ++i) {
      std::span<const std::uint8_t> record;
      if (block->records[i].error == parcel::ReadError::kNone) {
        if (ConvertLine(block->records[i].bytes)) {
          record = builder_.Finish();
        } else {
          SetFlaw(i, parcel::ReadError::kBadCell, flaw_, block);
        }
      }
      filler_.Append(record);
    }
    filler_.Seal(&block->records);
  }

 private:
  bool ConvertLine(std::span<const std::uint8_t> bytes) {
    element root;
    if (const auto error = parser_.parse(bytes.data(), bytes.size()).get(root)) {
      return Fail(std::string("not JSON: ") + simdjson::error_message(error));
    }
    if (root.type() != element_type::OBJECT) return Fail("not a JSON object");
    builder_.Start();
    return ReadObject(root, "", RecordBuilder::kNoHandle, RecordBuilder::kRoot);
  }

  bool Fail(std::string what) {
    flaw_ = std::move(what);
    return false;
  }

  bool ReadObject(const element& object, const std::string& prefix, RecordBuilder::Handle vector,
                  RecordBuilder::Node node) {
    for (const auto& [key, value] : simdjson::dom::object(object)) {
      path_.assign(prefix).append(key);
      const Target& target = Find(path_, vector);
      if (value.is_null()) continue;
      if (!Read(target, value, node)) return AddPath(prefix + std::string(key));
    }
    return true;
  }

  // Puts the place before the message, from the innermost name outwards once.
  bool AddPath(const std::string& path) {
    if (!flaw_.starts_with("field ")) flaw_ = "field " + path + ": " + flaw_;
    return false;
  }

  bool Read(const Target& target, const element& value, RecordBuilder::Node node) {
    switch (target.kind) {
      case Target::Kind::kIgnored: return true;
      case Target::Kind::kUnknown: return Fail(target.flaw);
      case Target::Kind::kObject:
        if (value.type() != element_type::OBJECT) return Fail("expected an object");
        if (target.handle != RecordBuilder::kNoHandle) (void)builder_.SetRecord(target.handle, node);
        return ReadObject(value, target.prefix, scope_vector_, node);
      case Target::Kind::kVector: return ReadVector(target, value, node);
      case Target::Kind::kValue: return ReadValue(target, value, node);
    }
    return false;
  }

  bool ReadVector(const Target& target, const element& value, RecordBuilder::Node node) {
    if (value.type() != element_type::ARRAY) return Fail("expected an array");
    const RecordBuilder::Handle outer = scope_vector_;
    const bool records = builder_.field(target.handle).element_type == parcel::ValueType::kRecord;
    bool ok = true;
    for (const element item : simdjson::dom::array(value)) {
      const RecordBuilder::Node item_node = builder_.AddItem(target.handle, node);
      if (item_node == RecordBuilder::kNoNode) {
        ok = Fail("more elements than the schema allows");
      } else if (records) {
        scope_vector_ = target.handle;
        ok = item.type() == element_type::OBJECT ? ReadObject(item, "", target.handle, item_node)
                                                 : Fail("expected an object");
      } else {
        ok = ReadValue(ElementTarget(target.handle), item, item_node);
      }
      if (!ok) break;
    }
    scope_vector_ = outer;
    return ok;
  }

  bool ReadValue(const Target& target, const element& value, RecordBuilder::Node node) {
    if (!target.format) return Fail(target.flaw);
    std::string_view text;
    switch (value.type()) {
      case element_type::STRING: text = value; break;
      case element_type::BOOL: text = bool(value) ? "true" : "false"; break;
      case element_type::INT64: text = number_ = std::to_string(std::int64_t(value)); break;
      case element_type::UINT64: text = number_ = std::to_string(std::uint64_t(value)); break;
      case element_type::DOUBLE: text = number_ = simdjson::minify(value); break;
      default: return Fail("expected a single value");
    }
    if (std::find(target.null.begin(), target.null.end(), text) != target.null.end()) return true;
    const bool raw_money = builder_.field(target.handle).type == parcel::ValueType::kMoney && value.is_int64();
    if (raw_money && !in_major_units_.contains(target.handle)) {
      const wire::SetResult result = builder_.SetInt(target.handle, std::int64_t(value), node);
      return result == wire::SetResult::kOk || Fail(wire::SetResultName(result));
    }
    return target.format->Set(text, target.handle, node, &builder_, &flaw_);
  }

  const Target& ElementTarget(RecordBuilder::Handle vector) {
    Scope& scope = scopes_[vector];
    auto [entry, is_new] = scope.try_emplace("");
    if (is_new) entry->second = Bind("", vector, nullptr);
    return entry->second;
  }

  const Target& Find(const std::string& path, RecordBuilder::Handle vector) {
    Scope& scope = scopes_[vector];
    const auto known = scope.find(path);
    if (known != scope.end()) return known->second;
    return scope.emplace(path, Make(path, vector)).first->second;
  }

  // Whether the mapping names something below this JSON path.
  bool LeadsOn(const std::string& prefix) const {
    return std::any_of(mapping_->columns.begin(), mapping_->columns.end(),
                       [&](const ColumnMapping& column) { return column.column.starts_with(prefix); });
  }

  Target Make(const std::string& path, RecordBuilder::Handle vector) {
    const ColumnMapping* column =
        mapping_ != nullptr && vector == RecordBuilder::kNoHandle ? mapping_->Find(path) : nullptr;
    if (column != nullptr) return Bind(column->field, vector, column);
    if (mapping_ != nullptr && vector == RecordBuilder::kNoHandle) {
      Target target;
      target.prefix = path + ".";
      target.flaw = "is not in the mapping";
      target.kind = LeadsOn(target.prefix)         ? Target::Kind::kObject
                    : mapping_->unmapped_is_error ? Target::Kind::kUnknown
                                                  : Target::Kind::kIgnored;
      return target;
    }
    return Bind(path, vector, nullptr);
  }

  Target Bind(const std::string& path, RecordBuilder::Handle vector, const ColumnMapping* column) {
    Target target;
    target.handle = vector == RecordBuilder::kNoHandle ? builder_.Find(path) : builder_.FindInItem(vector, path);
    if (target.handle == RecordBuilder::kNoHandle) {
      target.flaw = "the record has no such field";
      return target;
    }
    const parcel::Field& field = builder_.field(target.handle);
    if (field.type == parcel::ValueType::kRecord) {
      target.kind = Target::Kind::kObject;
      target.prefix = path + ".";
      return target;
    }
    if (field.type == parcel::ValueType::kList && !path.empty()) {
      target.kind = Target::Kind::kVector;
      return target;
    }
    target.kind = Target::Kind::kValue;
    Result<CellFormat> format = CellFormat::Make(rule_set_->catalog, field, column, ZoneOf(*rule_set_));
    if (format.ok()) {
      target.format = *std::move(format);
    } else {
      target.flaw = format.status().message();
    }
    if (mapping_ != nullptr) target.null = mapping_->null;
    if (column != nullptr) target.null.insert(target.null.end(), column->null.begin(), column->null.end());
    if (column != nullptr && column->currency != 0) in_major_units_.insert(target.handle);
    return target;
  }

  const Mapping* mapping_;
  ruleset::RuleSetPtr rule_set_;
  RecordBuilder builder_;
  simdjson::dom::parser parser_;
  std::unordered_map<RecordBuilder::Handle, Scope> scopes_;
  std::unordered_set<RecordBuilder::Handle> in_major_units_;  // money whose mapping names its currency
  RecordBuilder::Handle scope_vector_ = RecordBuilder::kNoHandle;
  std::string path_, number_, flaw_;
  BlockFiller filler_;
};

}  // namespace

std::unique_ptr<pipeline::RecordConverter> MakeJsonConverter(const Mapping* mapping, ruleset::RuleSetPtr rule_set) {
  return std::make_unique<JsonConverter>(mapping, std::move(rule_set));
}

Status CheckJsonMapping(const Mapping& mapping, const ruleset::RuleSet& rule_set) {
  RecordBuilder fields(rule_set.catalog);
  for (const ColumnMapping& column : mapping.columns) {
    const RecordBuilder::Handle handle = fields.Find(column.field);
    if (handle == RecordBuilder::kNoHandle) {
      return {StatusCode::kInvalidArgument,
              "mapping of '" + column.column + "': the record has no field '" + column.field + "'"};
    }
    if (fields.field(handle).type == parcel::ValueType::kList) continue;
    const Result<CellFormat> format =
        CellFormat::Make(rule_set.catalog, fields.field(handle), &column, ZoneOf(rule_set));
    if (!format.ok()) {
      return {StatusCode::kInvalidArgument, "mapping of '" + column.column + "': " + format.status().message()};
    }
  }
  return Status::Ok();
}

}  // namespace sluice::ingest
