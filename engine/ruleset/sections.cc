#include "engine/ruleset/sections.h"

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

void EncodeSections(const RuleSet& rule_set,
                    const std::function<void(std::string, std::vector<std::uint8_t>)>& take) {
  for (const FixedSection& section : kFixedSections) {
    SectionWriter writer;
    section.encode(writer, rule_set);
    take(section.name, writer.Take());
  }
  for (const ReferenceList& list : rule_set.lists) {
    SectionWriter writer;
    CodeList(writer, list);
    take(std::string(kListPrefix) + list.name, writer.Take());
  }
  for (const Table& table : rule_set.tables) {
    SectionWriter writer;
    CodeTable(writer, table);
    take(std::string(kTablePrefix) + table.name, writer.Take());
  }
}

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
