#include "engine/decide/judge.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

#include "engine/base/limits.h"

namespace sluice::decide {

namespace {

using ruleset::Hit;
using ruleset::kNoLane;
using ruleset::Outcome;
using ruleset::Rule;
using ruleset::RuleMode;
using ruleset::RuleSet;

/// The more severe of two lanes; of equally severe ones the first of the book.
LaneIndex MoreSevere(const RuleSet& rule_set, LaneIndex a, LaneIndex b) {
  if (a == kNoLane) return b;
  if (b == kNoLane) return a;
  const std::int32_t severity_a = rule_set.lanes[a].severity;
  const std::int32_t severity_b = rule_set.lanes[b].severity;
  if (severity_a != severity_b) return severity_a > severity_b ? a : b;
  return std::min(a, b);
}

/// The draws of one parcel: the hash of its draw id is made once, and only where a rule draws.
class Drawer {
 public:
  Drawer(const RuleSet& rule_set, const draw::EpochKey& key, const parcel::Batch& batch,
         std::size_t row)
      : rule_set_(rule_set), key_(key) {
    const parcel::ColumnIndex column =
        rule_set.system.draw_id != ruleset::kNone ? rule_set.system.draw_id : rule_set.system.id;
    if (column != ruleset::kNone && batch.columns[column].Has(row)) {
      draw_id_ = batch.columns[column].texts[row];
    }
  }

  Draw Make(RuleIndex index) {
    const Rule& rule = rule_set_.rules[index];
    Draw draw{.rule = index, .ticket = Ticket(rule)};
    if (rule.split_count != 0) {
      TakeShare(rule, &draw);
    } else {
      draw.threshold = draw::Threshold(rule.probability);
      draw.selected = draw_id_.empty() || draw.ticket < draw.threshold;
      if (draw.selected) draw.lane = rule.lane;
    }
    return draw;
  }

 private:
  std::uint64_t Ticket(const Rule& rule) {
    if (draw_id_.empty()) return 0;
    if (!seed_) seed_ = draw::SeedOf(key_, draw_id_);
    return draw::RuleTicket(key_, *seed_, rule_set_.Text(rule.id));
  }

  /// The first share whose end lies above the ticket; without a draw id, the most severe one.
  void TakeShare(const Rule& rule, Draw* draw) const {
    std::uint32_t cumulated = 0;
    for (std::uint32_t i = 0; i < rule.split_count; ++i) {
      const ruleset::SplitShare& share = rule_set_.split_shares[rule.split_first + i];
      cumulated += share.parts_per_million;
      const bool takes_rest = cumulated >= limits::kProbabilityMax;
      draw->threshold =
          takes_rest ? std::numeric_limits<std::uint64_t>::max() : draw::Threshold(cumulated);
      if (draw_id_.empty()) {
        draw->lane = MoreSevere(rule_set_, draw->lane, share.lane);
        draw->selected = true;
      } else if (takes_rest || draw->ticket < draw->threshold) {
        draw->lane = share.lane;
        draw->selected = true;
        return;
      }
    }
  }

  const RuleSet& rule_set_;
  const draw::EpochKey& key_;
  std::string_view draw_id_;
  std::optional<draw::DrawSeed> seed_;
};

void Reset(const parcel::ParcelFacts& facts, const draw::EpochKey& key, Decision* decision) {
  decision->parcel_id.clear();
  decision->sequence = facts.sequence;
  decision->revision = facts.revision;
  decision->phase = facts.phase;
  decision->now = facts.now;
  decision->lane = kNoLane;
  decision->by_default = false;
  decision->outcomes = 0;
  decision->test_key = key.is_test;
  decision->must_inspect = false;
  decision->controls = 0;
  decision->score = 0;
  decision->read_error = facts.read_error;
  decision->matched.clear();
  decision->suppressed.clear();
  decision->absent.clear();
  decision->errors.clear();
  decision->shadow.clear();
  decision->draws.clear();
  decision->missing.clear();
}

void SetOutcome(Outcome outcome, Decision* decision) {
  decision->outcomes =
      static_cast<std::uint8_t>(decision->outcomes | 1u << static_cast<int>(outcome));
}

struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A parcel's rows in a domain: one range, also of vectors within vectors.
RowRange RowsOf(const parcel::ColumnPlan& plan, const parcel::Batch& batch,
                parcel::DomainIndex domain, std::size_t parcel_row) {
  if (domain == parcel::kParcelDomain) return {parcel_row, parcel_row + 1};
  const RowRange parents = RowsOf(plan, batch, plan.domains[domain].parent, parcel_row);
  const parcel::DomainRows& rows = batch.domains[domain];
  return {rows.first[parents.begin], rows.first[parents.end]};
}

/// Whether a column lacks a value for the parcel; of a vector's column, for any of its elements.
bool Lacks(const parcel::ColumnPlan& plan, const parcel::Batch& batch, parcel::ColumnIndex index,
           std::size_t row) {
  const parcel::Column& column = batch.columns[index];
  const RowRange rows = RowsOf(plan, batch, plan.columns[index].domain, row);
  for (std::size_t i = rows.begin; i < rows.end; ++i) {
    if (!column.Has(i)) return true;
  }
  return false;
}

void FindMissing(const RuleSet& rule_set, const parcel::Batch& batch, std::size_t row,
                 Decision* decision) {
  const std::uint8_t phase = parcel::PhaseBit(decision->phase);
  for (std::uint32_t i = 0; i < rule_set.required.size(); ++i) {
    const ruleset::RequiredField& field = rule_set.required[i];
    if ((field.phases & phase) != 0 && Lacks(rule_set.columns, batch, field.column, row)) {
      decision->missing.push_back(i);
    }
  }
  if (!decision->missing.empty()) SetOutcome(Outcome::kIncomplete, decision);
}

void RecordErrors(const RuleSet& rule_set, const ruleset::BatchMatches& matches, std::size_t row,
                  Decision* decision) {
  const auto absent = matches.absent.Row(row);
  decision->absent.assign(absent.begin(), absent.end());
  const auto errors = matches.errors.Row(row);
  decision->errors.assign(errors.begin(), errors.end());
  for (const RuleIndex index : errors) {
    if (rule_set.rules[index].mode == RuleMode::kLive) SetOutcome(Outcome::kRuleError, decision);
  }
}

/// Parts the matches into shadow, suppressed and standing ones (design step 2).
void Waive(const RuleSet& rule_set, std::span<const Hit> hits, Decision* decision) {
  std::uint64_t waived = 0;
  for (const Hit& hit : hits) {
    const Rule& rule = rule_set.rules[hit.rule];
    if (rule.mode == RuleMode::kShadow) {
      decision->shadow.push_back(hit);
    } else {
      waived |= rule.waives;
      decision->matched.push_back(hit);
    }
  }
  if (waived == 0) return;
  std::erase_if(decision->matched, [&](const Hit& hit) {
    const Rule& rule = rule_set.rules[hit.rule];
    if ((rule.tags & waived) == 0 || rule.mandatory || rule.must_inspect) return false;
    decision->suppressed.push_back(hit.rule);
    return true;
  });
}

/// Draws, adds scores, and collects lanes and controls of the matches that stand (steps 3 and 4).
LaneIndex Effects(const RuleSet& rule_set, Drawer* drawer, Decision* decision) {
  LaneIndex lane = kNoLane;
  for (const Hit& hit : decision->matched) {
    decision->score = std::min(decision->score + hit.score, limits::kScoreSumMax);
    const Rule& rule = rule_set.rules[hit.rule];
    LaneIndex asked = rule.lane;
    if (rule.split_count != 0 || rule.probability < limits::kProbabilityMax) {
      const Draw& draw = decision->draws.emplace_back(drawer->Make(hit.rule));
      if (!draw.selected) continue;
      asked = draw.lane;
    }
    lane = MoreSevere(rule_set, lane, asked);
    decision->controls |= rule.controls;
    decision->must_inspect |= rule.must_inspect;
  }
  return lane;
}

LaneIndex ScoreLaneOf(const RuleSet& rule_set, std::uint32_t score) {
  LaneIndex lane = kNoLane;
  for (const ruleset::ScoreLane& step : rule_set.score_lanes) {
    if (score >= step.from) lane = step.lane;
  }
  return lane;
}

LaneIndex OutcomeLane(const RuleSet& rule_set, const Decision& decision) {
  LaneIndex lane = kNoLane;
  for (std::uint32_t rest = decision.outcomes; rest != 0; rest &= rest - 1) {
    lane = MoreSevere(rule_set, lane, rule_set.outcome_lanes[static_cast<std::size_t>(std::countr_zero(rest))]);
  }
  return lane;
}

}  // namespace

void Judge(const RuleSet& rule_set, const draw::EpochKey& key, const parcel::Batch& batch,
           std::size_t row, const ruleset::BatchMatches& matches, Decision* decision) {
  const parcel::ParcelFacts& facts = batch.facts[row];
  Reset(facts, key, decision);
  if (facts.read_error != parcel::ReadError::kNone) {
    SetOutcome(Outcome::kUnreadable, decision);
    decision->lane = OutcomeLane(rule_set, *decision);
    return;
  }
  const parcel::ColumnIndex id = rule_set.system.id;
  if (id != ruleset::kNone && batch.columns[id].Has(row)) {
    decision->parcel_id = batch.columns[id].texts[row];
  }
  FindMissing(rule_set, batch, row, decision);
  RecordErrors(rule_set, matches, row, decision);
  Waive(rule_set, matches.hits.Row(row), decision);
  Drawer drawer(rule_set, key, batch, row);
  LaneIndex lane = Effects(rule_set, &drawer, decision);
  lane = MoreSevere(rule_set, lane, ScoreLaneOf(rule_set, decision->score));
  lane = MoreSevere(rule_set, lane, OutcomeLane(rule_set, *decision));
  decision->by_default = lane == kNoLane;
  decision->lane = decision->by_default ? rule_set.default_lane : lane;
}

void AddOutcome(const RuleSet& rule_set, Outcome outcome, Decision* decision) {
  SetOutcome(outcome, decision);
  const LaneIndex lane = rule_set.outcome_lanes[static_cast<std::size_t>(outcome)];
  decision->lane = decision->by_default ? lane : MoreSevere(rule_set, decision->lane, lane);
  decision->by_default = false;
}

}  // namespace sluice::decide
