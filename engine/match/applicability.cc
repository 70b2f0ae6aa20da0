#include "engine/match/applicability.h"

#include <algorithm>
#include <map>

#include "engine/base/limits.h"

namespace sluice::match {

namespace {

bool IsOfDirection(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule, const parcel::Batch& batch,
                   std::size_t row) {
  if ((rule.directions & parcel::kAllDirections) == parcel::kAllDirections) return true;
  if (rule_set.system.direction == ruleset::kNone) return true;
  const parcel::Column& column = batch.columns[rule_set.system.direction];
  const std::int64_t direction = column.Has(row) ? column.ints[row] : -1;
  return (direction == 0 || direction == 1) && (rule.directions >> direction & 1) != 0;
}

bool IsAtOffice(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule, const parcel::Batch& batch,
                std::size_t row) {
  if (rule.offices == ruleset::kNone) return true;
  if (rule_set.system.office == ruleset::kNone || !batch.columns[rule_set.system.office].Has(row)) return false;
  const std::vector<std::string>& offices = rule_set.office_sets[rule.offices];
  return std::binary_search(offices.begin(), offices.end(), batch.columns[rule_set.system.office].texts[row]);
}

}  // namespace

Bar BarOf(const ruleset::RuleSet& rule_set, const ruleset::Rule& rule, const parcel::Batch& batch, std::size_t row) {
  const parcel::ParcelFacts& facts = batch.facts[row];
  if (facts.read_error != parcel::ReadError::kNone) return Bar::kUnreadable;
  if (!IsOfDirection(rule_set, rule, batch, row)) return Bar::kDirection;
  if (!IsAtOffice(rule_set, rule, batch, row)) return Bar::kOffice;
  if ((rule.phases & parcel::PhaseBit(facts.phase)) == 0) return Bar::kPhase;
  if (facts.now < rule.valid_from) return Bar::kNotYetValid;
  return facts.now < rule.valid_until ? Bar::kNone : Bar::kNoLongerValid;
}

RuleSettings::RuleSettings(const ruleset::RuleSet& rule_set) : rule_set_(rule_set) {
  std::map<Setting, std::uint32_t> known;
  for (const ruleset::Rule& rule : rule_set.rules) {
    const Setting setting{static_cast<std::uint8_t>(rule.directions & parcel::kAllDirections),
                          static_cast<std::uint8_t>(rule.phases & parcel::kAllPhases), rule.offices,
                          rule.valid_from, rule.valid_until};
    const auto [at, added] = known.try_emplace(setting, static_cast<std::uint32_t>(settings_.size()));
    if (added) settings_.push_back(setting);
    rule_setting_.push_back(at->second);
  }
  for (std::uint32_t set = 0; set < rule_set.office_sets.size(); ++set) {
    for (const std::string& office : rule_set.office_sets[set]) sets_of_office_[office].push_back(set);
  }
}

const std::vector<std::uint32_t>* RuleSettings::SetsOfOffice(std::string_view office) const {
  const auto at = sets_of_office_.find(office);
  return at == sets_of_office_.end() ? nullptr : &at->second;
}

Applicability::Applicability(const RuleSettings& settings)
    : settings_(settings), rule_set_(settings.rule_set()), words_max_(parcel::WordsFor(limits::kBatchRowsMax)),
      rows_(settings.settings().size() * words_max_), readable_(words_max_),
      directions_(parcel::kAllDirections + 1, Mask(words_max_)), phases_(parcel::kAllPhases + 1, Mask(words_max_)),
      offices_(rule_set_.office_sets.size(), Mask(words_max_)) {}

void Applicability::Begin(const parcel::Batch& batch) {
  FindReadable(batch);
  FindDirections(batch);
  FindPhases(batch);
  FindOffices(batch);
  Word* rows = rows_.data();
  for (const Setting& setting : settings_.settings()) {
    FindSetting(setting, batch, rows);
    rows += words_max_;
  }
}

void Applicability::FindReadable(const parcel::Batch& batch) {
  std::fill(readable_.begin(), readable_.end(), 0);
  earliest_ = latest_ = batch.row_count() == 0 ? base::Timestamp() : batch.facts[0].now;
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    const parcel::ParcelFacts& facts = batch.facts[row];
    earliest_ = std::min(earliest_, facts.now);
    latest_ = std::max(latest_, facts.now);
    if (facts.read_error == parcel::ReadError::kNone) PutBit(readable_.data(), row);
  }
}

void Applicability::FindDirections(const parcel::Batch& batch) {
  for (Mask& mask : directions_) std::fill(mask.begin(), mask.end(), 0);
  PutRange(directions_[parcel::kAllDirections].data(), 0, batch.row_count());
  if (rule_set_.system.direction == ruleset::kNone) {
    for (Mask& mask : directions_) mask = directions_[parcel::kAllDirections];
    return;
  }
  const parcel::Column& column = batch.columns[rule_set_.system.direction];
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    const std::int64_t direction = column.ints[row];
    if (!column.Has(row) || direction < 0 || direction > 1) continue;
    PutBit(directions_[std::size_t{1} << direction].data(), row);
  }
}

void Applicability::FindPhases(const parcel::Batch& batch) {
  for (Mask& mask : phases_) std::fill(mask.begin(), mask.end(), 0);
  PutRange(phases_[parcel::kAllPhases].data(), 0, batch.row_count());
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    PutBit(phases_[parcel::PhaseBit(batch.facts[row].phase)].data(), row);
  }
}

void Applicability::FindOffices(const parcel::Batch& batch) {
  for (Mask& mask : offices_) std::fill(mask.begin(), mask.end(), 0);
  if (rule_set_.system.office == ruleset::kNone || offices_.empty()) return;
  const parcel::Column& column = batch.columns[rule_set_.system.office];
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    if (!column.Has(row)) continue;
    const std::vector<std::uint32_t>* sets = settings_.SetsOfOffice(column.texts[row]);
    if (sets == nullptr) continue;
    for (const std::uint32_t set : *sets) PutBit(offices_[set].data(), row);
  }
}

void Applicability::FindSetting(const Setting& setting, const parcel::Batch& batch, Word* rows) const {
  const Mask& directions = directions_[setting.directions];
  const Mask& phases = phases_[setting.phases];
  for (std::size_t w = 0; w < words_max_; ++w) rows[w] = readable_[w] & directions[w] & phases[w];
  if (setting.offices != ruleset::kNone) {
    for (std::size_t w = 0; w < words_max_; ++w) rows[w] &= offices_[setting.offices][w];
  }
  KeepValid(setting, batch, rows);
}

// Most settings hold for the whole batch or for none of it: a batch spans moments.
void Applicability::KeepValid(const Setting& setting, const parcel::Batch& batch, Word* rows) const {
  if (setting.from <= earliest_ && latest_ < setting.until) return;
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    const base::Timestamp& now = batch.facts[row].now;
    if (now < setting.from || now >= setting.until) rows[row / 64] &= ~BitWord(row);
  }
}

}  // namespace sluice::match
