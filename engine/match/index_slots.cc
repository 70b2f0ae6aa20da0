// Which slots the terms have: private to IndexBuilder.
#include <algorithm>

#include "engine/match/index_builder.h"

namespace sluice::match {
namespace {

constexpr std::uint32_t kMaskUsesMin = 3;    // fewer: the mask is computed where the other terms leave parcels
constexpr std::size_t kMemoBoundsMin = 6;    // of a computed number; fewer: the same

// At most kBoundsMax of the bounds that are asked for, spread as they are.
std::vector<NumberKey> Spread(std::vector<NumberKey> asked) {
  std::sort(asked.begin(), asked.end());
  std::vector<NumberKey> distinct = asked;
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() <= kBoundsMax) return distinct;
  std::vector<NumberKey> chosen;
  for (std::size_t i = 0; i < kBoundsMax; ++i) chosen.push_back(asked[(2 * i + 1) * asked.size() / (2 * kBoundsMax)]);
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

}  // namespace

/// The first of `count` new slots; kNoRows: there are none left.
Slot IndexBuilder::NewSlots(std::size_t count) {
  if (index_.slot_count + count > kSlotsMax) return kNoRows;
  const auto first = static_cast<Slot>(index_.slot_count);
  index_.slot_count += static_cast<std::uint32_t>(count);
  return first;
}

// --- numbers and masks -------------------------------------------------------------------------------

void IndexBuilder::MakeNumbers() {
  for (auto& [key, asked] : bounds_) {
    const Source& source = plan_.sources[key.first];
    if (source.home != kParcelHome) continue;
    const bool memo = source.kind == Source::Kind::kMemo;
    if (memo && asked.size() < kMemoBoundsMin) continue;
    if (index_.numbers.size() == kLanesMax) return;
    NumberRows rows;
    rows.source = key.first;
    rows.currency = key.second;
    rows.may_be_odd = memo || MayBeAbsent(source.index) || source.type == ruleset::ValueType::kDouble ||
                      source.type == ruleset::ValueType::kMoney;
    rows.odd_bit = NextOddBit();
    rows.bounds = Spread(std::move(asked));
    rows.below = rows.below_or_odd = NewSlots(rows.bounds.size());
    if (rows.may_be_odd) rows.below_or_odd = NewSlots(rows.bounds.size());
    if (rows.below == kNoRows || rows.below_or_odd == kNoRows) rows.bounds.clear();
    number_of_[key] = static_cast<std::uint32_t>(index_.numbers.size());
    index_.numbers.push_back(std::move(rows));
  }
}

void IndexBuilder::MakeMasks() {
  for (const auto& [mask, uses] : mask_uses_) {
    if (uses < kMaskUsesMin) continue;
    const Slot slots = NewSlots(2);
    if (slots == kNoRows) return;
    mask_of_[mask] = static_cast<std::uint32_t>(index_.masks.size());
    index_.masks.push_back({mask, slots, static_cast<Slot>(slots + 1), NextOddBit()});
  }
}

bool IndexBuilder::RangeSlots(const Term& term, Draft* draft, Group* group) {
  const auto at = number_of_.find({term.source, term.code});
  if (at == number_of_.end() || draft->ranges.size() == kRangesMax) return false;
  const NumberRows& number = index_.numbers[at->second];
  const auto& bounds = number.bounds;
  const auto lane = static_cast<std::uint16_t>(at->second);
  draft->odd |= std::uint64_t{number.may_be_odd} << number.odd_bit;
  if (term.low > term.high) {  // two conditions that no number meets: but an odd one may
    draft->rest.exact = 0;
    return true;
  }
  const auto place = [&](auto bound) { return static_cast<std::size_t>(bound - bounds.begin()); };
  const bool bounded = term.high != kKeyMax;
  const std::size_t low = place(std::upper_bound(bounds.begin(), bounds.end(), term.low));
  const std::size_t high =
      bounded ? place(std::lower_bound(bounds.begin(), bounds.end(), term.high + 1)) : bounds.size();
  const bool low_exact = term.low == kKeyMin || (low != 0 && bounds[low - 1] == term.low);
  const bool high_exact = !bounded || (high != bounds.size() && bounds[high] == term.high + 1);
  if (!low_exact || !high_exact) {
    const auto span = static_cast<std::uint64_t>(term.high) - static_cast<std::uint64_t>(term.low);
    draft->ranges.push_back({term.low, span});
    draft->lanes.push_back(lane);
  }
  group->pass = static_cast<double>(high + 1 - low) / static_cast<double>(bounds.size() + 1);
  if (low == 0 && high == bounds.size()) return true;  // no row says anything
  group->slots.push_back(high == bounds.size() ? kAllRows : static_cast<Slot>(number.below_or_odd + high));
  if (low != 0) group->slots.push_back(static_cast<Slot>(number.below + low - 1));
  return true;
}

// --- texts -------------------------------------------------------------------------------------------

std::uint32_t IndexBuilder::CodesOf(const Term& term) {
  const auto [at, added] =
      codes_of_.try_emplace({term.source, term.home, term.present}, static_cast<std::uint32_t>(index_.codes.size()));
  if (added) {
    CodeRows rows;
    rows.dictionary = term.source;
    rows.home = term.home;
    if (const AbsentRows* odd = OddOf(term)) rows.odd = odd->slot;
    rows.slots.resize(plan_.dictionaries[term.source].code_count());
    index_.codes.push_back(std::move(rows));
  }
  return at->second;
}

std::uint32_t IndexBuilder::TextsOf(const Term& term) {
  const bool lists = term.kind == Term::Kind::kList;
  auto& known = lists ? lists_of_ : literals_of_;
  const auto [at, added] =
      known.try_emplace({term.source, term.home, term.present}, static_cast<std::uint32_t>(index_.texts.size()));
  if (added) {
    FoundTextRows rows;
    rows.lists = lists;
    rows.search = term.source;
    rows.home = term.home;
    if (const AbsentRows* odd = OddOf(term)) rows.odd = odd->slot;
    index_.texts.push_back(std::move(rows));
  }
  return at->second;
}

Slot IndexBuilder::SlotOfCode(std::uint32_t codes, std::uint32_t code) {
  Slot& slot = index_.codes[codes].slots[code];
  if (slot == kNoRows) slot = NewSlots(1);
  return slot;
}

Slot IndexBuilder::SlotOfText(std::uint32_t texts, std::uint32_t code) {
  auto& slots = index_.texts[texts].slots;
  if (slots.size() <= code) slots.resize(code + 1, kNoRows);
  if (slots[code] == kNoRows) slots[code] = NewSlots(1);
  return slots[code];
}

// Of elements, rows of several codes are not disjoint: only one code is a term of rows.
bool IndexBuilder::CodeSlots(const Term& term, std::vector<Slot>* slots) {
  const std::uint32_t count = std::max(1u, term.code_count);
  if (count > kGroupSlotsMax - 2 || (term.home != kParcelHome && count > 1)) return false;
  const AbsentRows* odd = OddOf(term);
  if (odd != nullptr && odd->slot == kNoRows) return false;
  if (term.negated) slots->push_back(kAllRows);
  if (odd != nullptr && !term.negated) slots->push_back(odd->slot);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t code = term.code_count == 0 ? term.code : plan_.codes[term.code_first + i];
    const bool codes = term.kind == Term::Kind::kCodes;
    const Slot slot = codes ? SlotOfCode(CodesOf(term), code) : SlotOfText(TextsOf(term), code);
    if (slot == kNoRows) return false;
    slots->push_back(slot);
  }
  return true;
}

// --- absence -----------------------------------------------------------------------------------------

AbsentRows* IndexBuilder::AbsentOf(parcel::ColumnIndex column, HomeIndex home) {
  const auto [at, added] = absent_of_.try_emplace({column, home}, static_cast<std::uint32_t>(index_.absents.size()));
  if (added) index_.absents.push_back({column, home, NewSlots(1), NextOddBit()});
  return &index_.absents[at->second];
}

/// The rows for which a term on texts or codes has no plain answer; nullptr: there are none.
AbsentRows* IndexBuilder::OddOf(const Term& term) {
  using Kind = Term::Kind;
  if (term.kind != Kind::kCodes && term.kind != Kind::kLiteral && term.kind != Kind::kList) return nullptr;
  const parcel::ColumnIndex column = ColumnOf(term);
  return !term.present && MayBeAbsent(column) ? AbsentOf(column, term.home) : nullptr;
}

parcel::ColumnIndex IndexBuilder::ColumnOf(const Term& term) const {
  switch (term.kind) {
    case Term::Kind::kCodes: return plan_.dictionaries[term.source].column();
    case Term::Kind::kLiteral: return plan_.searches[term.source].column();
    default: return plan_.list_searches[term.source].column();
  }
}

bool IndexBuilder::MayBeAbsent(parcel::ColumnIndex column) const {
  const parcel::ColumnSpec& spec = rule_set_.columns.columns[column];
  if (spec.path.empty()) return false;  // an element of a vector of scalars
  std::uint32_t record = parcel::DomainRecord(rule_set_.catalog, rule_set_.columns, spec.domain);
  for (const std::uint32_t step : spec.path) {
    if (record >= rule_set_.catalog.records.size()) return true;
    const parcel::Field& field = rule_set_.catalog.records[record].fields[step];
    if (field.presence != parcel::Presence::kAlways) return true;
    record = field.record;
  }
  return false;
}

// A member of a flattened struct that has no presence of its own: rarely one is left out whole.
bool IndexBuilder::IsAbsentWithItsStruct(parcel::ColumnIndex column) const {
  const parcel::ColumnSpec& spec = rule_set_.columns.columns[column];
  const std::uint32_t record = parcel::DomainRecord(rule_set_.catalog, rule_set_.columns, spec.domain);
  if (spec.path.size() != 1 || record >= rule_set_.catalog.records.size()) return false;
  const parcel::Field& field = rule_set_.catalog.records[record].fields[spec.path[0]];
  return field.inline_in != parcel::kNoIndex && field.presence == parcel::Presence::kSlot;
}

}  // namespace sluice::match
