#include "engine/ruleset/sections.h"

#include <algorithm>
#include <iterator>

namespace sluice::ruleset {
namespace {

constexpr std::string_view kListPrefix = "list/";
constexpr std::string_view kTablePrefix = "table/";

struct FixedSection {
  const char* name;
  void (*encode)(SectionWriter&, const RuleSet&);
  void (*decode)(SectionReader&, RuleSet&);
};

constexpr FixedSection kFixedSections[] = {
    {"catalog", CodeCatalog<SectionWriter>, CodeCatalog<SectionReader>},
    {"columns", CodeColumns<SectionWriter>, CodeColumns<SectionReader>},
    {"program", CodeProgram<SectionWriter>, CodeProgram<SectionReader>},
    {"zones", CodeZones<SectionWriter>, CodeZones<SectionReader>},
    {"rules", CodeRules<SectionWriter>, CodeRules<SectionReader>},
    {"sources", CodeSources<SectionWriter>, CodeSources<SectionReader>},
    {"policy", CodePolicy<SectionWriter>, CodePolicy<SectionReader>},
    {"rates", CodeRates<SectionWriter>, CodeRates<SectionReader>},
    {"mapping", CodeMapping<SectionWriter>, CodeMapping<SectionReader>},
};

bool DecodeNamed(std::string_view name, SectionReader& reader, RuleSet* rule_set) {
  if (name.starts_with(kListPrefix) && rule_set->tables.empty()) {
    ReferenceList& list = rule_set->lists.emplace_back();
    list.name = name.substr(kListPrefix.size());
    CodeList(reader, list);
  } else if (name.starts_with(kTablePrefix)) {
    Table& table = rule_set->tables.emplace_back();
    table.name = name.substr(kTablePrefix.size());
    CodeTable(reader, table);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::size_t FixedSectionCount() { return std::size(kFixedSections); }

namespace {

// Calls `take` with the name and the bytes of the section at `index`.
template <typename Take>
void EncodeSection(const RuleSet& rule_set, std::size_t index, const Take& take) {
  SectionWriter writer;
  std::string name;
  if (index < FixedSectionCount()) {
    name = kFixedSections[index].name;
    kFixedSections[index].encode(writer, rule_set);
  } else if (const std::size_t list = index - FixedSectionCount(); list < rule_set.lists.size()) {
    name = std::string(kListPrefix) + rule_set.lists[list].name;
    CodeList(writer, rule_set.lists[list]);
  } else {
    const Table& table = rule_set.tables[list - rule_set.lists.size()];
    name = std::string(kTablePrefix) + table.name;
    CodeTable(writer, table);
  }
  take(std::move(name), writer.Take());
}

}  // namespace

void EncodeSections(const RuleSet& rule_set,
                    const std::function<void(std::string, std::vector<std::uint8_t>)>& take) {
  const std::size_t count = FixedSectionCount() + rule_set.lists.size() + rule_set.tables.size();
  for (std::size_t i = 0; i < count; ++i) EncodeSection(rule_set, i, take);
}

SectionInfo HashSection(const RuleSet& rule_set, std::size_t index) {
  SectionInfo info;
  EncodeSection(rule_set, index, [&](std::string name, const std::vector<std::uint8_t>& bytes) {
    info = {std::move(name), bytes.size(), base::Blake2b256(bytes)};
  });
  return info;
}

std::size_t RulesSection() {
  const auto is_rules = [](const FixedSection& section) { return section.name == std::string_view("rules"); };
  return static_cast<std::size_t>(std::ranges::find_if(kFixedSections, is_rules) - std::begin(kFixedSections));
}

std::size_t ListSection(std::size_t list) { return FixedSectionCount() + list; }

Status DecodeSection(std::size_t index, std::string_view name, std::span<const std::uint8_t> bytes,
                     RuleSet* rule_set) {
  SectionReader reader(bytes);
  const bool is_fixed = index < std::size(kFixedSections);
  bool known = is_fixed && name == kFixedSections[index].name;
  if (known) {
    kFixedSections[index].decode(reader, *rule_set);
  } else if (!is_fixed) {
    known = DecodeNamed(name, reader, rule_set);
  }
  if (!known) {
    return {StatusCode::kCorrupt, "section '" + std::string(name) + "' is unknown or out of place"};
  }
  reader.End();
  if (!reader.failed()) return Status::Ok();
  return {StatusCode::kCorrupt, "section '" + std::string(name) + "', offset " +
                                    std::to_string(reader.failure_offset()) + ": " + reader.failure()};
}

base::Hash256 RuleSetHash(std::span<const SectionInfo> sections) {
  SectionWriter writer;
  for (const SectionInfo& section : sections) {
    writer.Block(section.name);
    writer.Bytes(section.hash.data(), section.hash.size());
  }
  return base::Blake2b256(writer.Take());
}

}  // namespace sluice::ruleset
