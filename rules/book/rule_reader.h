// Reads `rules:` of rules/**/*.yaml: every key of a rule but what its expressions mean.
//
// Thread-safety: none.   Ownership: refers to the configuration, the diagnostics and the YAML
// documents, which must outlive it and the specs.   Errors: diagnostics; a rule without a usable id
// is left out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"

namespace sluice::rules {

class RuleReader {
 public:
  RuleReader(const BookConfig& config, RuleSpecs* specs, DiagnosticList* diagnostics);

  /// The content of one file.
  void ReadFile(const YamlNode& root);
  /// What can only be said once all files are read: waived tags that no rule has.
  void Finish();

 private:
  void ReadRule(const YamlNode& node);
  bool ReadId(const YamlNode& node, RuleSpec* spec);
  void ReadTexts(const YamlNode& node, RuleSpec* spec);
  void ReadEach(const YamlNode& node, RuleSpec* spec);
  void ReadScope(const YamlNode& node, ruleset::Rule* rule);
  void ReadOffices(const YamlNode& node, ruleset::Rule* rule);
  void ReadValidity(const YamlNode& node, ruleset::Rule* rule);
  void ReadFlags(const YamlNode& node, ruleset::Rule* rule);
  void ReadTags(const YamlNode& node, ruleset::Rule* rule);
  void ReadThen(const YamlNode& node, RuleSpec* spec);
  bool TakesRowColumn(const YamlNode& value, const RuleSpec& spec, RowColumn* column);
  void ReadScore(const YamlNode& value, RuleSpec* spec);
  void ReadSplit(const YamlNode& value, ruleset::Rule* rule);
  void ReadControl(const YamlNode& value, ruleset::Rule* rule);
  void ReadWaive(const YamlNode& value, ruleset::Rule* rule);
  void CheckEffect(const YamlNode& node, const RuleSpec& spec);
  std::uint64_t TagBit(const YamlNode& node, std::string_view tag);

  const BookConfig& config_;
  RuleSpecs* specs_;
  DiagnosticList* diagnostics_;
  std::unordered_map<std::string_view, const YamlNode*> ids_;  // where each was first given
  std::map<std::vector<std::string>, std::uint32_t> office_sets_;  // in RuleSpecs::office_sets
  std::vector<std::pair<std::uint64_t, const YamlNode*>>
      waive_nodes_;  // tag bit, where it is waived
};

/// Parts per million of a scalar ("250000", "25 %"), 1 to 1,000,000; nothing, with an error,
/// otherwise.
std::optional<std::uint32_t> ReadShare(const YamlNode& node, std::string_view what,
                                       DiagnosticList* diagnostics);

/// 1 to 64 of A-Z a-z 0-9 _ . -
bool IsRuleId(std::string_view text);

}  // namespace sluice::rules
