// To which parcels of a batch a rule applies: direction, office, phase, validity; never to unreadable ones.
//
// One mask a distinct setting and batch, not one a rule. A parcel whose office or direction is absent is at none of
// the offices, and of none of the directions, that a rule restricts itself to.
// Thread-safety: RuleSettings is immutable and shared; Applicability belongs to one evaluator.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/match/bits.h"
#include "engine/parcel/batch.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::match {

/// Why a rule is not asked of a parcel.
enum class Bar : std::uint8_t { kNone, kUnreadable, kDirection, kOffice, kPhase, kNotYetValid, kNoLongerValid };
/// The first bar between a rule and a parcel: one by one what Applicability finds for a whole batch.
Bar BarOf(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule, const parcel::Batch& batch, std::size_t row);

/// What rules say of the parcels that they apply to. The rule set outlives it.
class RuleSettings {
 public:
  struct Setting {
    std::uint8_t directions = 0;
    std::uint8_t phases = 0;
    std::uint32_t offices = ruleset::kNone;
    base::Timestamp from, until;

    friend auto operator<=>(const Setting&, const Setting&) = default;
  };

  explicit RuleSettings(const ruleset::RuleSet& rule_set);

  const ruleset::RuleSet& rule_set() const { return rule_set_; }
  /// Distinct.
  const std::vector<Setting>& settings() const { return settings_; }
  std::uint32_t SettingOf(ruleset::RuleIndex rule) const { return rule_setting_[rule]; }
  /// The office sets that have the office; nullptr: none.
  const std::vector<std::uint32_t>* SetsOfOffice(std::string_view office) const;

 private:
  const ruleset::RuleSet& rule_set_;
  std::vector<Setting> settings_;
  std::vector<std::uint32_t> rule_setting_;  // by rule
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> sets_of_office_;
};

class Applicability {
 public:
  /// `settings` outlives this.
  explicit Applicability(const RuleSettings& settings);

  void Begin(const parcel::Batch& batch);
  /// Rules of setting s apply to the parcels of row s, of kBatchRowsMax bits.
  const Word* rows() const { return rows_.data(); }

 private:
  using Setting = RuleSettings::Setting;
  using Mask = std::vector<Word>;

  void FindReadable(const parcel::Batch& batch);
  void FindDirections(const parcel::Batch& batch);
  void FindPhases(const parcel::Batch& batch);
  void FindOffices(const parcel::Batch& batch);
  void FindSetting(const Setting& setting, const parcel::Batch& batch, Word* rows) const;
  void KeepValid(const Setting& setting, const parcel::Batch& batch, Word* rows) const;

  const RuleSettings& settings_;
  const ruleset::RuleSet& rule_set_;
  std::size_t words_max_;
  std::vector<Word> rows_;                        // by setting
  Mask readable_;
  std::vector<Mask> directions_;                  // by mask of directions
  std::vector<Mask> phases_;                      // by mask of phases
  std::vector<Mask> offices_;                     // by office set
  base::Timestamp earliest_, latest_;             // now in the batch
};

}  // namespace sluice::match
