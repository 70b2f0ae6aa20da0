// The sections of a bundle: which parts of a rule set each holds, and their bytes.
//
// Thread-safety: free functions of their arguments.   Errors: kCorrupt, with the offset in the section.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sluice/status.h>

#include "engine/ruleset/bundle.h"
#include "engine/ruleset/codec.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

/// Calls `take` with each section, in the order in which a bundle holds them: the fixed ones, then one a list,
/// then one a table.
void EncodeSections(const RuleSet& rule_set,
                    const std::function<void(std::string name, std::vector<std::uint8_t> bytes)>& take);

/// One of them, by its place in that order.
SectionInfo HashSection(const RuleSet& rule_set, std::size_t index);
/// Places of the rules' section and of a list's.
std::size_t RulesSection();
std::size_t ListSection(std::size_t list);

/// Reads the section that stands at `index` of a bundle into its part of `rule_set`.
Status DecodeSection(std::size_t index, std::string_view name, std::span<const std::uint8_t> bytes,
                     RuleSet* rule_set);
/// Number of sections that each bundle has, whatever lists and tables it holds.
std::size_t FixedSectionCount();

/// BLAKE2b-256 over the names and hashes of the sections, in order.
base::Hash256 RuleSetHash(std::span<const SectionInfo> sections);

// One function a fixed section; instantiated for SectionWriter and SectionReader in code_*.cc.
template <typename C>
void CodeCatalog(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeColumns(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeProgram(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeZones(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeRules(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeSources(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodePolicy(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeRates(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeMapping(C& codec, typename C::template Of<RuleSet>& rule_set);
template <typename C>
void CodeList(C& codec, typename C::template Of<ReferenceList>& list);
template <typename C>
void CodeTable(C& codec, typename C::template Of<Table>& table);

}  // namespace sluice::ruleset
