// The parts of Verify (verify.h), one a topic, in the order in which they may rely on each other.
//
// Private to this room.   Thread-safety: free functions of immutable arguments.   Errors: as Verify's.
#pragma once

#include <string>
#include <string_view>

#include <sluice/status.h>

#include "engine/ruleset/rule_set.h"

namespace sluice::ruleset {

/// kCorrupt: "<where> <index>: <what>".
Status Flaw(std::string_view where, std::size_t index, std::string_view what);
Status Flaw(std::string_view where, std::string_view what);

/// Records, fields and enums of the catalogue.
Status VerifyCatalog(const parcel::Catalog& catalog);
/// Texts, types, constants, sets, zones.
Status VerifyPools(const RuleSet& rule_set);
/// The column plan against the catalogue, and what the engine itself reads.
Status VerifyColumns(const RuleSet& rule_set);
/// Lists, tables, rates.
Status VerifyReferenceData(const RuleSet& rule_set);
/// Nodes: operands, types, depth, scope of comprehension variables; and that no rule's expression has a
/// variable without a comprehension around it.
Status VerifyNodes(const RuleSet& rule_set);
/// The lists that texts are searched by, and the version of the Unicode data.
Status VerifyTextSearch(const RuleSet& rule_set);
/// Lanes, outcomes, scores, rules.
Status VerifyPolicy(const RuleSet& rule_set);
Status VerifyRules(const RuleSet& rule_set);

/// Bounds of a pool's texts, and that each is UTF-8.
Status VerifyTexts(const TextPool& texts, std::string_view where);
bool IsCurrency(base::CurrencyCode currency);
/// Of a name that people read: UTF-8, not empty, not over kNameBytesMax.
bool IsName(std::string_view text);
bool IsTimestamp(const base::Timestamp& time);

}  // namespace sluice::ruleset
