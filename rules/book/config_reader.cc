#include "rules/book/config_reader.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "rules/book/keys.h"
#include "rules/book/lane_reader.h"
#include "rules/book/silence_reader.h"
#include "rules/book/zone.h"

namespace sluice::rules {

ruleset::LaneIndex BookConfig::FindLane(std::string_view lane_name) const {
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i].name == lane_name) return static_cast<ruleset::LaneIndex>(i);
  }
  return ruleset::kNoLane;
}

namespace {

class ConfigReader {
 public:
  ConfigReader(NameBits* controls, DiagnosticList* diagnostics)
      : controls_(controls), diagnostics_(diagnostics) {}

  BookConfig Read(const YamlNode& root) {
    if (!ExpectMap(root, "the book", diagnostics_)) return std::move(config_);
    CheckKeys(root, "the book", kBookKeys, diagnostics_);
    const YamlNode* name = RequireKey(root, "the book", "book", diagnostics_);
    if (name != nullptr) config_.name = GetString(*name, "book", diagnostics_).value_or("");
    config_.schema_node = ReadText(root, "schema", &config_.schema_file);
    config_.root_node = ReadText(root, "root", &config_.root);
    ReadText(root, "mapping", &config_.mapping_file);
    ReadZone(root);
    const YamlNode* fields = RequireKey(root, "the book", "fields", diagnostics_);
    if (fields != nullptr) ReadFields(*fields);
    ReadLanes(root, &config_, diagnostics_);
    ReadControls(root);
    ReadRates(root);
    RefuseRandomRate(root, "minimum_rate");
    RefuseRandomRate(root, "expected_rates");
    config_.silences = ReadSilences(root, diagnostics_);
    return std::move(config_);
  }

 private:
  const YamlNode* ReadText(const YamlNode& map, std::string_view key, std::string* to) {
    const YamlNode* node = map.Find(key);
    if (node != nullptr) *to = GetString(*node, key, diagnostics_).value_or("");
    return node;
  }

  void ReadZone(const YamlNode& root) {
    std::string name = "UTC";
    const YamlNode* node = ReadText(root, "zone", &name);
    Result<ruleset::Zone> zone = CutZone(name);
    if (!zone.ok()) {
      if (node != nullptr) {
        diagnostics_->Error(node->place(), "unknown-zone", zone.status().message(),
                            "zones are named as in the IANA database, such as Asia/Shanghai");
      }
      config_.zone = {.name = "UTC",
                      .from_seconds = {std::numeric_limits<std::int64_t>::min()},
                      .offset_seconds = {0}};
      return;
    }
    config_.zone = *std::move(zone);
  }

  void ReadFields(const YamlNode& node) {
    config_.fields_node = &node;
    if (!ExpectMap(node, "fields", diagnostics_)) return;
    CheckKeys(node, "fields", kFieldsKeys, diagnostics_);
    RequireKey(node, "fields", "id", diagnostics_);
    RequireKey(node, "fields", "received", diagnostics_);
    const auto read = [&](std::string_view key, FieldName* field) {
      field->node = ReadText(node, key, &field->path);
    };
    read("id", &config_.id);
    read("received", &config_.received);
    read("office", &config_.office);
    read("phase", &config_.phase);
    read("direction", &config_.direction);
    read("draw_id", &config_.draw_id);
  }

  void ReadControls(const YamlNode& root) {
    const YamlNode* node = root.Find("controls");
    if (node == nullptr) return;
    config_.controls_declared = true;
    const auto names = GetStringList(*node, "controls", diagnostics_);
    if (!names) return;
    for (const std::string& name : *names) {
      if (!CheckName(name, "a control", node->place(), diagnostics_)) continue;
      if (controls_->Contains(name)) {
        diagnostics_->Error(node->place(), "duplicate-control",
                            "control '" + name + "' is declared twice");
      } else if (!controls_->Bit(name)) {
        diagnostics_->Error(node->place(), "too-many-controls", "a book has at most 64 controls");
        return;
      }
    }
  }

  void ReadRates(const YamlNode& root) {
    const YamlNode* node = root.Find("rates");
    if (node == nullptr || !ExpectMap(*node, "rates", diagnostics_)) return;
    CheckKeys(*node, "rates", kRatesKeys, diagnostics_);
    const YamlNode* base = RequireKey(*node, "rates", "base", diagnostics_);
    RequireKey(*node, "rates", "table", diagnostics_);
    config_.rate_table_node = ReadText(*node, "table", &config_.rate_table);
    if (base == nullptr) return;
    const auto currency = base::ParseCurrency(base->text());
    if (!currency) {
      diagnostics_->Error(base->place(), "bad-currency",
                          "the base of the rates is a currency, such as CNY");
      return;
    }
    config_.base_currency = *currency;
  }

  void RefuseRandomRate(const YamlNode& root, std::string_view key) {
    const YamlNode* node = root.FindKey(key);
    if (node == nullptr) return;
    diagnostics_->Error(
        node->place(), "unsupported-random-rate",
        "'" + std::string(key) + "' is not built yet: random rates over all parcels",
        "a rule with `probability` draws among the parcels that it matches");
  }

  BookConfig config_;
  NameBits* controls_;
  DiagnosticList* diagnostics_;
};

}  // namespace

BookConfig ReadConfig(const YamlNode& root, NameBits* controls, DiagnosticList* diagnostics) {
  return ConfigReader(controls, diagnostics).Read(root);
}

}  // namespace sluice::rules
