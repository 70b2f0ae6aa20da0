#include "engine/match/index_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::match {
namespace {

constexpr std::uint32_t kSettingMax = (1u << 28) - 1;  // there are no more settings than rules
constexpr double kPlannedFill = 64;       // parcels in a batch that visits are estimated for: good from 1 to 512
constexpr double kVisitsMax = 1.5;        // more expected visits of its lists than this: visited always
constexpr double kShareOfText = 0.01;     // of parcels that have a literal
constexpr double kShareOfMask = 0.3;
constexpr double kShareByElements = 0.05; // of parcels that pass an entry; of more, elements are asked as masks
constexpr double kShareOptional = 0.3;    // of parcels that lack an optional field
constexpr double kShareRequired = 0.002;  // of parcels that lack a required one
constexpr std::uint64_t kSlotKey = std::uint64_t{1} << 63;  // list keys: of a slot, or (code rows, code)

double Visits(double share) { return 1 - std::pow(1 - share, kPlannedFill); }
std::uint64_t KeyOfSlot(Slot slot) { return kSlotKey | slot; }
std::uint64_t KeyOfCode(std::uint32_t codes, std::uint32_t code) { return std::uint64_t{codes} << 32 | code; }

}  // namespace

std::size_t Index::bytes() const {
  std::size_t bytes = entries.size() * sizeof(IndexEntry) + rests.size() * (sizeof(IndexRest) + sizeof(odds[0])) +
                      mores.size() * sizeof(IndexMore) + groups.size() * sizeof(Slot) +
                      ranges.size() * (sizeof(IndexRange) + sizeof(range_lanes[0])) + elements.bytes();
  for (const CodeRows& rows : codes) bytes += rows.slots.size() * sizeof(Slot) + rows.lists.size() * sizeof(ListSpan);
  return bytes;
}

Index IndexBuilder::Build() {
  index_.rule_count = static_cast<std::uint32_t>(rule_set_.rules.size());
  Gather();
  MakeNumbers();
  MakeMasks();
  for (const Pending& pending : pending_) Place(pending);
  GroupByList();
  return std::move(index_);
}

// The terms of all conditions, before any of them gets a slot: bounds and masks depend on how many ask.
void IndexBuilder::Gather() {
  for (ruleset::RuleIndex rule = 0; rule < rule_set_.rules.size(); ++rule) {
    std::vector<Conjunction> conjunctions = ConjunctionsOf(plan_, plan_.rule_masks[rule]);
    met_once_.push_back(conjunctions.size() == 1);
    for (Conjunction& conjunction : conjunctions) {
      std::vector<Term> terms;
      for (const Term& term : conjunction.terms) {
        const auto same = std::find_if(terms.begin(), terms.end(), [&](const Term& other) {
          return term.kind == Term::Kind::kRange && other.kind == term.kind && other.source == term.source &&
                 other.code == term.code;
        });
        if (same == terms.end()) {
          terms.push_back(term);
        } else {
          same->low = std::max(same->low, term.low);
          same->high = std::min(same->high, term.high);
        }
        if (term.kind == Term::Kind::kMask) ++mask_uses_[term.source];
      }
      for (const Term& term : terms) {
        if (term.kind != Term::Kind::kRange) continue;
        std::vector<NumberKey>& bounds = bounds_[{term.source, term.code}];
        if (term.low != kKeyMin) bounds.push_back(term.low);
        if (term.high != kKeyMax) bounds.push_back(term.high + 1);
      }
      conjunction.terms = std::move(terms);
      pending_.push_back({rule, std::move(conjunction)});
    }
  }
}

// --- estimates ---------------------------------------------------------------------------------------

double IndexBuilder::ShareAbsent(std::uint32_t column) const {
  if (!MayBeAbsent(column)) return 0;
  const auto is_column = [&](const ruleset::RequiredField& field) { return field.column == column; };
  const bool required = std::any_of(rule_set_.required.begin(), rule_set_.required.end(), is_column);
  return required || IsAbsentWithItsStruct(column) ? kShareRequired : kShareOptional;
}

double IndexBuilder::ShareOf(const Term& term) const {
  double share = 1;
  switch (term.kind) {
    case Term::Kind::kCodes: {
      const double codes = static_cast<double>(plan_.dictionaries[term.source].code_count());
      share = std::min(1.0, std::max(1u, term.code_count) / (codes + 1));
      break;
    }
    case Term::Kind::kHas: share = 1 - ShareAbsent(term.source); break;
    case Term::Kind::kLiteral:
    case Term::Kind::kList: share = kShareOfText; break;
    default: share = kShareOfMask; break;
  }
  return term.negated ? 1 - share : share;
}

double IndexBuilder::ShareOdd(const Term& term) const { return term.present ? 0 : ShareAbsent(ColumnOf(term)); }

// Expected visits of the lists that reach the term; more than any other: it has none.
double IndexBuilder::VisitsOf(const Term& term) const {
  constexpr double kNever = 1e9;
  switch (term.kind) {
    case Term::Kind::kCodes: {
      if (term.negated || term.code_count > kListCodesMax) return kNever;
      const double codes = std::max(1u, term.code_count);
      return codes * Visits(ShareOf(term) / codes) + Visits(ShareOdd(term));
    }
    case Term::Kind::kLiteral:
    case Term::Kind::kList: return term.negated ? kNever : Visits(kShareOfText) + Visits(ShareOdd(term));
    case Term::Kind::kHas: return term.negated ? Visits(ShareAbsent(term.source)) : kNever;
    case Term::Kind::kMask: return term.negated || !mask_of_.contains(term.source) ? kNever : Visits(kShareOfMask);
    case Term::Kind::kRange: return kNever;
  }
  return kNever;
}

// --- placing -----------------------------------------------------------------------------------------

// The keys of the lists that together reach every parcel that passes the term; none: there is no room for them.
std::vector<std::uint64_t> IndexBuilder::ListsOf(const Term& term) {
  std::vector<std::uint64_t> lists;
  if (const AbsentRows* odd = OddOf(term)) {
    if (odd->slot == kNoRows) return {};
    lists.push_back(KeyOfSlot(odd->slot));
  }
  switch (term.kind) {
    case Term::Kind::kCodes: {
      const std::uint32_t codes = CodesOf(term);
      const std::uint32_t* first = term.code_count == 0 ? &term.code : &plan_.codes[term.code_first];
      for (std::uint32_t i = 0; i < std::max(1u, term.code_count); ++i) {
        if (term.home != kParcelHome && SlotOfCode(codes, first[i]) == kNoRows) return {};
        lists.push_back(KeyOfCode(codes, first[i]));
      }
      return lists;
    }
    case Term::Kind::kLiteral:
    case Term::Kind::kList: {
      const Slot slot = SlotOfText(TextsOf(term), term.code);
      if (slot == kNoRows) return {};
      lists.push_back(KeyOfSlot(slot));
      return lists;
    }
    case Term::Kind::kMask: return {KeyOfSlot(index_.masks[mask_of_.at(term.source)].not_false)};
    default: {  // kHas, negated
      const AbsentRows* absent = AbsentOf(term.source, term.home);
      return absent->slot == kNoRows ? std::vector<std::uint64_t>{} : std::vector{KeyOfSlot(absent->slot)};
    }
  }
}

void IndexBuilder::Place(const Pending& pending) {
  Draft draft;
  draft.rest.rule = pending.rule;
  draft.rest.exact = pending.conjunction.exact ? 1 : 0;
  draft.rest.setting = settings_.SettingOf(pending.rule) & kSettingMax;
  const std::vector<Term>& terms = pending.conjunction.terms;
  std::size_t access = terms.size();
  double visits = kVisitsMax;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const double its = VisitsOf(terms[t]);
    if (its < visits) {
      access = t;
      visits = its;
    }
  }
  std::vector<std::uint64_t> lists;
  if (access != terms.size()) lists = ListsOf(terms[access]);
  // A parcel's elements may have several of the codes.
  if (access != terms.size() && terms[access].lifted && terms[access].code_count > 1) {
    met_once_[pending.rule] = false;
  }
  if (lists.empty()) {
    access = terms.size();
    lists = {KeyOfSlot(kAllRows)};
    ++index_.always_count;
  }
  std::vector<Group> groups;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const AbsentRows* odd = OddOf(terms[t]);
    if (odd != nullptr && !terms[t].lifted) draft.odd |= std::uint64_t{1} << odd->odd_bit;
    if (t == access && terms[t].kind == Term::Kind::kMask) {
      draft.odd |= std::uint64_t{1} << index_.masks[mask_of_.at(terms[t].source)].odd_bit;
    }
    if (t != access && !AddGroup(terms[t], &draft, &groups) && !terms[t].lifted) draft.rest.exact = 0;
  }
  double share = access == terms.size() ? 1 : ShareOf(terms[access]);
  for (const Group& group : groups) share *= group.pass;
  AddClauses(pending.conjunction, share, &draft);
  Placed placed;
  placed.entry.rest = static_cast<std::uint32_t>(index_.rests.size());
  Fill(std::move(groups), &placed.entry, &draft);
  AddRest(&draft);
  for (const std::uint64_t list : lists) {
    placed.list = list;
    placed_.push_back(placed);
  }
}

void IndexBuilder::AddClauses(const Conjunction& conjunction, double share, Draft* draft) {
  if (conjunction.clauses.empty()) return;
  bool is_exact = draft->rest.exact != 0 && share <= kShareByElements;
  if (share <= kShareByElements) {
    draft->more.clauses_first = index_.elements.Add(plan_, conjunction.clauses, &is_exact);
    draft->rest.has_clauses = 1;
  }
  draft->rest.exact = is_exact ? 1 : 0;
}

// False: the term has no rows, and the condition must be asked.
bool IndexBuilder::AddGroup(const Term& term, Draft* draft, std::vector<Group>* groups) {
  Group group;
  group.pass = ShareOf(term);
  switch (term.kind) {
    case Term::Kind::kRange:
      if (!RangeSlots(term, draft, &group)) return false;
      break;
    case Term::Kind::kMask: {
      const auto at = mask_of_.find(term.source);
      if (at == mask_of_.end()) return false;
      const MaskRows& mask = index_.masks[at->second];
      draft->odd |= std::uint64_t{1} << mask.odd_bit;
      if (term.negated) {
        group.slots = {kAllRows, mask.is_true};
      } else {
        group.slots = {mask.not_false};
      }
      break;
    }
    case Term::Kind::kHas: {
      const AbsentRows* absent = AbsentOf(term.source, term.home);
      if (absent->slot == kNoRows) return false;
      if (!term.negated) group.slots.push_back(kAllRows);
      group.slots.push_back(absent->slot);
      break;
    }
    default:
      if (!CodeSlots(term, &group.slots)) return false;
      break;
  }
  if (!group.slots.empty()) groups->push_back(std::move(group));
  return true;
}

// The two rarest terms of at most two slots go into the entry, the next two of at most four into the rest.
void IndexBuilder::Fill(std::vector<Group> groups, IndexEntry* entry, Draft* draft) {
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.pass < b.pass; });
  draft->more.groups_first = static_cast<std::uint32_t>(index_.groups.size());
  std::size_t in_entry = 0, in_rest = 0;
  for (const Group& group : groups) {
    const std::vector<Slot>& slots = group.slots;
    if (slots.size() <= 2 && in_entry < 2) {
      (in_entry == 0 ? entry->a1 : entry->a2) = slots[0];
      (in_entry == 0 ? entry->b1 : entry->b2) = slots.size() == 2 ? slots[1] : kNoRows;
      ++in_entry;
      continue;
    }
    if (slots.size() <= draft->rest.terms[0].size() && in_rest < draft->rest.terms.size()) {
      draft->rest.terms[in_rest].fill(kNoRows);
      std::copy(slots.begin(), slots.end(), draft->rest.terms[in_rest++].begin());
      continue;
    }
    if (draft->more.group_count == kGroupsMax) {
      draft->rest.exact = 0;
      continue;
    }
    ++draft->more.group_count;
    index_.groups.push_back(static_cast<Slot>(slots.size()));
    index_.groups.insert(index_.groups.end(), slots.begin(), slots.end());
  }
}

void IndexBuilder::AddRest(Draft* draft) {
  IndexRest& rest = draft->rest;
  const std::size_t in_rest = std::min(draft->ranges.size(), rest.ranges.size());
  std::copy_n(draft->ranges.begin(), in_rest, rest.ranges.begin());
  std::copy_n(draft->lanes.begin(), in_rest, rest.lanes.begin());
  draft->more.ranges_first = static_cast<std::uint32_t>(index_.ranges.size());
  draft->more.range_count = static_cast<std::uint16_t>(draft->ranges.size() - in_rest);
  for (std::size_t i = in_rest; i < draft->ranges.size(); ++i) {
    index_.ranges.push_back(draft->ranges[i]);
    index_.range_lanes.push_back(draft->lanes[i]);
  }
  if (draft->more.group_count != 0 || draft->more.range_count != 0 || rest.has_clauses != 0) {
    index_.mores.push_back(draft->more);
    rest.more = static_cast<std::uint32_t>(index_.mores.size());
    rest.more_ranges = draft->more.range_count != 0 ? 1 : 0;
  }
  index_.rests.push_back(rest);
  index_.odds.push_back(draft->odd);
}

// Entries by list.
void IndexBuilder::GroupByList() {
  std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
    return a.list != b.list ? a.list < b.list : a.entry.a1 < b.entry.a1;
  });
  for (CodeRows& rows : index_.codes) rows.lists.resize(plan_.dictionaries[rows.dictionary].code_count());
  for (const Placed& placed : placed_) index_.entries.push_back(placed.entry);
  for (IndexRest& rest : index_.rests) rest.met_once = met_once_[rest.rule] ? 1 : 0;
  NoteLists();
}

void IndexBuilder::NoteLists() {
  for (std::size_t first = 0; first < placed_.size();) {
    const std::uint64_t list = placed_[first].list;
    std::size_t last = first;
    while (last < placed_.size() && placed_[last].list == list) ++last;
    const ListSpan span{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first)};
    if ((list & kSlotKey) != 0) {
      index_.slot_lists.push_back({static_cast<Slot>(list), span});
    } else {
      index_.codes[list >> 32].lists[static_cast<std::uint32_t>(list)] = span;
    }
    first = last;
  }
}

}  // namespace sluice::match
