// Plane: data. And, Or, Not, Cond of masks, and quantifiers: from rows of elements to rows of what they belong to.
//
// THE SIMPLE STORY
//   and: false where any operand is false; else error where any errs; else absent where any is; else true
//   exists: the Kleene or of a parcel's elements; all: the Kleene and
//
// WHAT THE CODE ADDS TO THE STORY
//   1. `open` holds the rows that later operands can still change; none left: the rest is not asked.
//   2. Elements' bits are put to the parcel's bit one by one: there are few true ones under exists and few false
//      ones under all.
#include <algorithm>

#include "engine/match/mask_evaluator.h"

namespace sluice::match {

void MaskEvaluator::ComputeAnd(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  Word* open = Push(words);  // not false so far
  CopyWords(open, demand, words);
  CopyWords(out.is_true, demand, words);
  FillWords(out.absent, words, 0);
  FillWords(out.error, words, 0);
  const std::size_t before = mark();
  for (std::uint32_t i = 0; i < mask.c && AnyBit(open, words); ++i) {
    const MaskView operand = EvalIn(plan_.operands[mask.b + i], mask.home, open);
    for (std::size_t w = 0; w < words; ++w) {
      open[w] &= operand.is_true[w] | operand.absent[w] | operand.error[w];
      out.is_true[w] &= operand.is_true[w];
      out.absent[w] |= operand.absent[w];
      out.error[w] |= operand.error[w];
    }
    Rewind(before);
  }
  for (std::size_t w = 0; w < words; ++w) {
    out.is_true[w] &= open[w];
    out.error[w] &= open[w];
    out.absent[w] &= open[w] & ~out.error[w];
  }
}

void MaskEvaluator::ComputeOr(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  Word* open = Push(words);  // not true so far
  CopyWords(open, demand, words);
  Clear(out, words);
  const std::size_t before = mark();
  for (std::uint32_t i = 0; i < mask.c && AnyBit(open, words); ++i) {
    const MaskView operand = EvalIn(plan_.operands[mask.b + i], mask.home, open);
    for (std::size_t w = 0; w < words; ++w) {
      out.is_true[w] |= operand.is_true[w] & open[w];
      out.absent[w] |= operand.absent[w];
      out.error[w] |= operand.error[w];
      open[w] &= ~operand.is_true[w];
    }
    Rewind(before);
  }
  for (std::size_t w = 0; w < words; ++w) {
    out.error[w] &= open[w];
    out.absent[w] &= open[w] & ~out.error[w];
  }
}

void MaskEvaluator::ComputeNot(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const MaskView operand = EvalIn(mask.a, mask.home, demand);
  for (std::size_t w = 0; w < homes_.words(mask.home); ++w) {
    out.is_true[w] = demand[w] & ~(operand.is_true[w] | operand.absent[w] | operand.error[w]);
    out.absent[w] = demand[w] & operand.absent[w];
    out.error[w] = demand[w] & operand.error[w];
  }
}

void MaskEvaluator::ComputeCond(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  Word* chosen[2] = {Push(words), Push(words)};
  const MaskView condition = EvalIn(mask.a, mask.home, demand);
  for (std::size_t w = 0; w < words; ++w) {
    const Word failed = condition.absent[w] | condition.error[w];
    chosen[0][w] = demand[w] & condition.is_true[w];
    chosen[1][w] = demand[w] & ~(condition.is_true[w] | failed);
    out.is_true[w] = 0;
    out.absent[w] = demand[w] & condition.absent[w];
    out.error[w] = demand[w] & condition.error[w];
  }
  for (int branch = 0; branch < 2; ++branch) {
    if (!AnyBit(chosen[branch], words)) continue;
    const MaskView view = EvalIn(branch == 0 ? mask.b : mask.c, mask.home, chosen[branch]);
    for (std::size_t w = 0; w < words; ++w) {
      out.is_true[w] |= view.is_true[w] & chosen[branch][w];
      out.absent[w] |= view.absent[w] & chosen[branch][w];
      out.error[w] |= view.error[w] & chosen[branch][w];
    }
  }
}

// --- quantifiers -------------------------------------------------------------------------------------

// The elements whose bodies are asked for: all of them where that costs nothing or is wanted anyway.
const Word* MaskEvaluator::DemandedElements(const MaskNode& mask, const Word* demand) {
  const HomeIndex home = mask.b;
  const std::size_t words = homes_.words(mask.home);
  if (plan_.masks[mask.a].whole || std::equal(demand, demand + words, homes_.all(mask.home))) return homes_.all(home);
  Word* elements = Push(homes_.words(home));
  FillWords(elements, homes_.words(home), 0);
  const std::vector<std::uint32_t>& first = homes_.domain(home).first;
  ForEachBit(demand, words, [&](std::size_t row) { PutRange(elements, first[row], first[row + 1]); });
  return elements;
}

void MaskEvaluator::ComputeQuantifier(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const HomeIndex home = mask.b;
  const std::size_t words = homes_.words(mask.home);
  const Word* elements = DemandedElements(mask, demand);
  const MaskView body = EvalIn(mask.a, home, elements);
  Clear(out, words);
  switch (mask.op) {
    case ruleset::Op::kAll: ReduceAll(body, elements, home, demand, out, words); break;
    case ruleset::Op::kExists: ReduceExists(body, elements, home, out, words); break;
    default: ReduceExistsOne(body, elements, home, out, words); break;
  }
  for (std::size_t w = 0; w < words; ++w) {
    out.is_true[w] &= demand[w];
    out.absent[w] &= demand[w];
    out.error[w] &= demand[w];
  }
}

namespace {

// Sets the bit of what each element belongs to.
template <typename Rows>
void PutAbove(std::size_t words, const std::uint32_t* above, Word* out, Rows rows) {
  for (std::size_t w = 0; w < words; ++w) {
    const Word own = rows(w);
    ForEachBit(&own, 1, [&](std::size_t bit) { PutBit(out, above[w * 64 + bit]); });
  }
}

}  // namespace

void MaskEvaluator::ReduceExists(const MaskView& body, const Word* elements, HomeIndex home, const MaskWords& out,
                                 std::size_t words) {
  const std::uint32_t* above = homes_.domain(home).parent.data();
  const std::size_t element_words = homes_.words(home);
  PutAbove(element_words, above, out.is_true, [&](std::size_t w) { return elements[w] & body.is_true[w]; });
  PutAbove(element_words, above, out.absent, [&](std::size_t w) { return elements[w] & body.absent[w]; });
  PutAbove(element_words, above, out.error, [&](std::size_t w) { return elements[w] & body.error[w]; });
  for (std::size_t w = 0; w < words; ++w) {
    out.error[w] &= ~out.is_true[w];
    out.absent[w] &= ~(out.is_true[w] | out.error[w]);
  }
}

void MaskEvaluator::ReduceAll(const MaskView& body, const Word* elements, HomeIndex home, const Word* demand,
                              const MaskWords& out, std::size_t words) {
  const std::uint32_t* above = homes_.domain(home).parent.data();
  const std::size_t element_words = homes_.words(home);
  Word* is_false = Push(words);
  FillWords(is_false, words, 0);
  PutAbove(element_words, above, is_false, [&](std::size_t w) {
    return elements[w] & ~(body.is_true[w] | body.absent[w] | body.error[w]);
  });
  PutAbove(element_words, above, out.absent, [&](std::size_t w) { return elements[w] & body.absent[w]; });
  PutAbove(element_words, above, out.error, [&](std::size_t w) { return elements[w] & body.error[w]; });
  for (std::size_t w = 0; w < words; ++w) {
    out.error[w] &= ~is_false[w];
    out.absent[w] &= ~(is_false[w] | out.error[w]);
    out.is_true[w] = demand[w] & ~(is_false[w] | out.error[w] | out.absent[w]);
  }
}

void MaskEvaluator::ReduceExistsOne(const MaskView& body, const Word* elements, HomeIndex home,
                                    const MaskWords& out, std::size_t words) {
  const std::uint32_t* above = homes_.domain(home).parent.data();
  const std::size_t element_words = homes_.words(home);
  Word* twice = Push(words);
  FillWords(twice, words, 0);
  for (std::size_t w = 0; w < element_words; ++w) {
    const Word own = elements[w] & body.is_true[w];
    ForEachBit(&own, 1, [&](std::size_t bit) {
      const std::uint32_t row = above[w * 64 + bit];
      PutBit(BitAt(out.is_true, row) ? twice : out.is_true, row);
    });
  }
  PutAbove(element_words, above, out.absent, [&](std::size_t w) { return elements[w] & body.absent[w]; });
  PutAbove(element_words, above, out.error, [&](std::size_t w) { return elements[w] & body.error[w]; });
  for (std::size_t w = 0; w < words; ++w) {
    out.absent[w] &= ~out.error[w];
    out.is_true[w] &= ~(twice[w] | out.absent[w] | out.error[w]);
  }
}

}  // namespace sluice::match
