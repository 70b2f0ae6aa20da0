// Plane: data.
//
// THE SIMPLE STORY
//   for each rule: mask(condition) = combine the masks of its operands
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Demand: a mask is asked for some rows only, so that costly leaves run for rows that cheap ones left open.
//      Kleene's rules make the result independent of that order.
//   2. Masks that several rules share are kept for the batch, with the rows known so far.
//   3. Leaves that are bits already (constants, presence, codes) are views, never copied.
#include "engine/match/mask_evaluator.h"

#include <algorithm>

#include "engine/base/check.h"

namespace sluice::match {

namespace {

// What one level of nesting puts on the stack at most: a mask, and up to three more with a demand each.
constexpr std::size_t kRowsOfWordsPerLevel = 24;

std::size_t MostWords(const Plan& plan) {
  std::size_t words = 0;
  for (const Home& home : plan.homes) words = std::max(words, parcel::WordsFor(RowsMax(home.domain)));
  return words;
}

}  // namespace

MaskEvaluator::MaskEvaluator(const ruleset::RuleSet& rule_set, const Plan& plan)
    : rule_set_(rule_set), plan_(plan), interpreter_(rule_set, &arena_), homes_(rule_set, plan_.homes),
      values_(plan_, rule_set.program.nodes.size(), &homes_, &interpreter_, &arena_),
      absent_(rule_set.columns.columns.size()) {
  for (const Dictionary& dictionary : plan_.dictionaries) coded_.emplace_back(dictionary);
  for (const LiteralSearch& search : plan_.searches) literals_found_.push_back(search.MakeRoom());
  for (const ListSearch& search : plan_.list_searches) lists_found_.push_back(search.MakeRoom());
  for (const NameColumn& name : plan_.name_columns) names_.emplace_back(name.column, name.rows_max);
  interpreter_.SetMemo(&values_);
  const std::size_t words = MostWords(plan_);
  stack_.resize((plan_.depth + 2) * kRowsOfWordsPerLevel * words);
  none_.resize(words);
  std::size_t next = 0;
  for (const HomeIndex home : plan_.mask_memos) {
    const std::size_t room = parcel::WordsFor(RowsMax(plan_.homes[home].domain));
    kept_.push_back({next, room, 0});
    next += 4 * room;
  }
  kept_words_.resize(next);
  for (std::size_t c = 0; c < absent_.size(); ++c) {
    absent_[c].rows.resize(parcel::WordsFor(RowsMax(rule_set.columns.columns[c].domain)));
  }
  for (auto& buffer : buffers_) buffer.resize(words * 64);
}

void MaskEvaluator::Begin(const parcel::Batch& batch) {
  batch_ = &batch;
  ++batch_number_;
  SLUICE_CHECK(batch_number_ != 0);
  top_ = 0;
  arena_.Rewind({});
  interpreter_.SetBatch(batch);
  homes_.Begin(batch);
  values_.Begin();
}

Word* MaskEvaluator::Push(std::size_t words) {
  SLUICE_CHECK(words <= stack_.size() - top_);
  Word* place = &stack_[top_];
  top_ += words;
  return place;
}

MaskEvaluator::MaskWords MaskEvaluator::PushMask(std::size_t words) {
  Word* place = Push(3 * words);
  return {place, place + words, place + 2 * words};
}

void MaskEvaluator::Clear(const MaskWords& out, std::size_t words) {
  FillWords(out.is_true, words, 0);
  FillWords(out.absent, words, 0);
  FillWords(out.error, words, 0);
}

MaskView MaskEvaluator::Eval(std::uint32_t index, const Word* demand) {
  const MaskNode& mask = plan_.masks[index];
  switch (mask.kind) {
    case MaskKind::kConst: return {mask.a != 0 ? homes_.all(mask.home) : none_.data(), none_.data(), none_.data()};
    case MaskKind::kHas: return EvalHas(mask);
    case MaskKind::kCode: return EvalCode(mask);
    case MaskKind::kLiteral: return EvalLiteral(mask);
    case MaskKind::kList: return EvalList(mask);
    default: break;
  }
  if (mask.memo != kNoIndex) return EvalKept(mask, demand);
  const MaskWords out = PushMask(homes_.words(mask.home));
  Compute(mask, demand, out);
  return {out.is_true, out.absent, out.error};
}

MaskView MaskEvaluator::EvalKept(const MaskNode& mask, const Word* demand) {
  Kept& kept = kept_[mask.memo];
  const std::size_t words = homes_.words(mask.home);
  Word* known = &kept_words_[kept.first];
  const MaskWords held{known + kept.room, known + 2 * kept.room, known + 3 * kept.room};
  if (kept.batch != batch_number_) {
    kept.batch = batch_number_;
    FillWords(known, words, 0);
    Clear(held, words);
  }
  const std::size_t before = mark();
  Word* need = Push(words);
  const Word* wanted = mask.whole ? homes_.all(mask.home) : demand;
  for (std::size_t i = 0; i < words; ++i) need[i] = wanted[i] & ~known[i];
  if (AnyBit(need, words)) {
    const MaskWords fresh = PushMask(words);
    Compute(mask, need, fresh);
    for (std::size_t i = 0; i < words; ++i) {
      known[i] |= need[i];
      held.is_true[i] |= fresh.is_true[i];
      held.absent[i] |= fresh.absent[i];
      held.error[i] |= fresh.error[i];
    }
  }
  Rewind(before);
  return {held.is_true, held.absent, held.error};
}

// The mask, in the rows of `home`: its own, or those below the parcels that it speaks of.
MaskView MaskEvaluator::EvalIn(std::uint32_t index, HomeIndex home, const Word* demand) {
  const MaskNode& mask = plan_.masks[index];
  if (mask.home == home) return Eval(index, demand);
  if (mask.kind == MaskKind::kConst) {
    return {mask.a != 0 ? homes_.all(home) : none_.data(), none_.data(), none_.data()};
  }
  return Broadcast(index, home, demand);
}

MaskView MaskEvaluator::Broadcast(std::uint32_t index, HomeIndex home, const Word* demand) {
  const std::size_t words = homes_.words(home);
  const MaskWords out = PushMask(words);
  Clear(out, words);
  const std::size_t before = mark();
  const std::uint32_t* parcels = homes_.parcels(home);
  Word* parcel_demand = Push(homes_.words(kParcelHome));
  FillWords(parcel_demand, homes_.words(kParcelHome), 0);
  ForEachBit(demand, words, [&](std::size_t row) { PutBit(parcel_demand, parcels[row]); });
  const MaskView view = Eval(index, parcel_demand);
  ForEachBit(demand, words, [&](std::size_t row) {
    const std::size_t parcel = parcels[row];
    const auto bit = [&](const Word* from) { return (from[parcel / 64] >> (parcel % 64) & 1) << (row % 64); };
    out.is_true[row / 64] |= bit(view.is_true);
    out.absent[row / 64] |= bit(view.absent);
    out.error[row / 64] |= bit(view.error);
  });
  Rewind(before);
  return {out.is_true, out.absent, out.error};
}

// Sets every word of `out`; bits only for rows of `demand`.
void MaskEvaluator::Compute(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t before = mark();
  switch (mask.kind) {
    case MaskKind::kCodeNot: ComputeCodeNot(mask, demand, out); break;
    case MaskKind::kCodeSet: ComputeCodeSet(mask, demand, out); break;
    case MaskKind::kBool: ComputeBool(mask, demand, out); break;
    case MaskKind::kCompare: ComputeCompare(mask, demand, out); break;
    case MaskKind::kSimilar: ComputeSimilar(mask, demand, out); break;
    case MaskKind::kTest:
      mask.c == kNoIndex ? ComputeTest(mask, demand, out) : ComputeFoldedTest(mask, demand, out);
      break;
    case MaskKind::kTableHas: ComputeTableHas(mask, demand, out); break;
    case MaskKind::kAnd: ComputeAnd(mask, demand, out); break;
    case MaskKind::kOr: ComputeOr(mask, demand, out); break;
    case MaskKind::kNot: ComputeNot(mask, demand, out); break;
    case MaskKind::kCond: ComputeCond(mask, demand, out); break;
    case MaskKind::kQuantifier: ComputeQuantifier(mask, demand, out); break;
    case MaskKind::kRowLeaf: ComputeRowLeaf(mask, demand, out); break;
    default: SLUICE_CHECK(false);
  }
  Rewind(before);
}

}  // namespace sluice::match
