#include "engine/ruleset/rule_set.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/ruleset/sections.h"

namespace sluice::ruleset {

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnreadable: return "unreadable";
    case Outcome::kIncomplete: return "incomplete";
    case Outcome::kConflict: return "conflict";
    case Outcome::kRuleError: return "rule_error";
    case Outcome::kParked: return "parked";
    case Outcome::kOverflow: return "overflow";
    case Outcome::kInternal: return "internal";
  }
  return "unknown";
}

void RuleSet::Finish() {
  std::vector<SectionInfo> sections;
  EncodeSections(*this, [&](std::string section, std::vector<std::uint8_t> bytes) {
    const base::Hash256 section_hash = base::Blake2b256(bytes);
    sections.push_back({std::move(section), bytes.size(), section_hash});
  });
  Finish(RuleSetHash(sections));
}

void RuleSet::Finish(const base::Hash256& hash_of_sections) {
  PrepareIndexes();
  hash = hash_of_sections;
}

void RuleSet::PrepareIndexes() {
  for (ReferenceList& list : lists) list.Prepare();
  for (Table& table : tables) table.Prepare();
  patterns.clear();
  for (std::uint32_t i = 0; i < program.patterns.size(); ++i) {
    auto pattern = base::Pattern::Compile(program.patterns[i]);
    SLUICE_CHECK(pattern.ok());  // Verify refuses a rule set with another one
    patterns.push_back(*std::move(pattern));
  }
  text = MakeTextIndexes(program, lists);
}

}  // namespace sluice::ruleset
