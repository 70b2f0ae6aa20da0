// Turns the YAML map of a test's parcel into a record.
//
// Thread-safety: none.   Ownership: refers to the catalogue, which must outlive it.
// Errors: diagnostics at the value; such a field stays absent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/parcel/catalog.h"
#include "engine/wire/record_builder.h"
#include "rules/diag/diagnostic.h"
#include "rules/syntax/yaml_node.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {

class TestRecord {
 public:
  TestRecord(const parcel::Catalog& catalog, DiagnosticList* diagnostics);

  void Start() { builder_.Start(); }
  /// Sets every field of `parcel` over those of `defaults` (null: none).
  void SetParcel(const YamlNode& parcel, const YamlNode* defaults);
  /// Sets the timestamp field at `path`, such as "received_at".
  void SetTime(std::string_view path, const base::Timestamp& time);
  std::vector<std::uint8_t> Finish();

 private:
  using Builder = wire::RecordBuilder;

  /// Where fields are set: below the root, or below an element of `vector`.
  struct Below {
    Builder::Handle vector = Builder::kNoHandle;
    Builder::Node node = Builder::kRoot;
    std::uint32_t record = 0;
    std::string path;  // of the record within it, with a trailing dot; empty: itself
  };

  Builder::Handle Find(const Below& below, std::string_view name);
  void SetMap(const Below& below, const YamlNode* map, const YamlNode* defaults);
  void SetField(const Below& below, const YamlNode& key, const YamlNode& value,
                const YamlNode* default_value);
  void SetVector(const Below& below, Builder::Handle handle, const YamlNode& value);
  void SetScalar(Builder::Handle handle, const YamlNode& value, Builder::Node node);
  wire::SetResult SetText(Builder::Handle handle, const parcel::Field& field,
                          parcel::ValueType type, const YamlNode& value, Builder::Node node);
  wire::SetResult SetNumber(Builder::Handle handle, const parcel::Field& field,
                            std::string_view text, Builder::Node node);
  void ReportValue(const parcel::Field& field, parcel::ValueType type, const YamlNode& value,
                   wire::SetResult result);

  const parcel::Catalog& catalog_;
  DiagnosticList* diagnostics_;
  Builder builder_;
};

}  // namespace sluice::rules
