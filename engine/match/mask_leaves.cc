// Plane: data. Masks of leaves: presence, codes, comparisons, tests of texts, and row leaves.
//
// THE SIMPLE STORY
//   for each demanded row: the leaf is absent, in error, true or false
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Absence is one bit row a column, taken once a batch; no loop over values knows of it.
//   2. Numbers are compared for all rows and masked after; texts and row leaves only for the rows demanded.
#include <algorithm>

#include "engine/match/mask_evaluator.h"
#include "engine/match/text_ops.h"

namespace sluice::match {

using ruleset::Op;
using ruleset::ValueType;

const Word* MaskEvaluator::AbsentRows(parcel::ColumnIndex index) {
  Absent& absent = absent_[index];
  if (absent.batch == batch_number_) return absent.rows.data();
  absent.batch = batch_number_;
  const std::size_t rows = batch_->domains[rule_set_.columns.columns[index].domain].count;
  const parcel::BitWords& present = batch_->columns[index].present;
  for (std::size_t w = 0; w * 64 < rows; ++w) {
    const Word in_use = rows - w * 64 >= 64 ? ~Word{0} : BitWord(rows) - 1;
    absent.rows[w] = in_use & ~present[w];
  }
  return absent.rows.data();
}

MaskView MaskEvaluator::EvalHas(const MaskNode& mask) {
  return {batch_->columns[mask.a].present.data(), none_.data(), none_.data()};
}

// --- codes -------------------------------------------------------------------------------------------

const CodedColumn& MaskEvaluator::Encoded(std::uint32_t index) {
  CodedColumn& coded = coded_[index];
  const parcel::ColumnIndex column = coded.column();
  const std::size_t rows = batch_->domains[rule_set_.columns.columns[column].domain].count;
  coded.Encode(batch_->columns[column], rows, batch_number_);
  return coded;
}

MaskView MaskEvaluator::EvalCode(const MaskNode& mask) {
  const CodedColumn& coded = Encoded(mask.a);
  const Word* rows = coded.RowsOf(mask.b);
  return {rows == nullptr ? none_.data() : rows, AbsentRows(coded.column()), none_.data()};
}

const Word* MaskEvaluator::RowsOfLiteral(std::uint32_t index, std::uint32_t literal) {
  const LiteralSearch& search = plan_.searches[index];
  const parcel::ColumnIndex column = search.column();
  search.Search(batch_->columns[column], batch_->domains[rule_set_.columns.columns[column].domain].count,
                batch_number_, &literals_found_[index]);
  return literals_found_[index].RowsOf(literal);
}

MaskView MaskEvaluator::EvalLiteral(const MaskNode& mask) {
  const Word* rows = RowsOfLiteral(mask.a, mask.b);
  return {rows == nullptr ? none_.data() : rows, AbsentRows(plan_.searches[mask.a].column()), none_.data()};
}

void MaskEvaluator::ComputeCodeNot(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const MaskView equal = EvalCode(mask);
  for (std::size_t w = 0; w < homes_.words(mask.home); ++w) {
    out.is_true[w] = demand[w] & ~(equal.is_true[w] | equal.absent[w]);
    out.absent[w] = demand[w] & equal.absent[w];
    out.error[w] = 0;
  }
}

// Goes over the constants, or over the codes that the batch has, whichever are fewer.
void MaskEvaluator::ComputeCodeSet(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  const CodedColumn& coded = Encoded(mask.a);
  const Word* absent = AbsentRows(coded.column());
  Clear(out, words);
  const auto add = [&](std::uint32_t code) {
    const Word* rows = coded.RowsOf(code);
    for (std::size_t w = 0; rows != nullptr && w < words; ++w) out.is_true[w] |= rows[w];
  };
  const auto first = plan_.codes.begin() + mask.b;
  if (mask.c <= coded.seen().size()) {
    std::for_each(first, first + mask.c, add);
  } else {
    for (const std::uint32_t code : coded.seen()) {
      if (std::binary_search(first, first + mask.c, code)) add(code);
    }
  }
  for (std::size_t w = 0; w < words; ++w) {
    out.is_true[w] &= demand[w];
    out.absent[w] = demand[w] & absent[w];
  }
}

// --- comparisons -------------------------------------------------------------------------------------

void MaskEvaluator::ComputeBool(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const Column column = Fetch(mask.a, mask.home, 0);
  constexpr std::int64_t kFalse = 0;
  FillWords(out.is_true, homes_.words(mask.home), 0);
  CompareRows(Op::kNe, column.operand, {ValueType::kBool, &kFalse, true}, homes_.rows(mask.home), out.is_true);
  for (std::size_t w = 0; w < homes_.words(mask.home); ++w) {
    out.is_true[w] &= demand[w] & ~(column.absent[w] | column.error[w]);
    out.absent[w] = demand[w] & column.absent[w];
    out.error[w] = demand[w] & column.error[w];
  }
}

// The first operand's error is the comparison's, else the second's; `present` gets the rows that have both values.
void MaskEvaluator::SplitErrors(const Column& a, const Column& b, const Word* demand, const MaskWords& out,
                                Word* present) {
  const std::size_t words = static_cast<std::size_t>(out.absent - out.is_true);
  for (std::size_t w = 0; w < words; ++w) {
    out.absent[w] = demand[w] & (a.absent[w] | (b.absent[w] & ~a.error[w]));
    out.error[w] = demand[w] & (a.error[w] | (b.error[w] & ~a.absent[w]));
    present[w] = demand[w] & ~(out.absent[w] | out.error[w]);
  }
}

void MaskEvaluator::ComputeCompare(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  if (!EnsureSource(mask.a, mask.home, demand) || !EnsureSource(mask.b, mask.home, demand)) {
    return ComputeRowLeaf(mask, demand, out);
  }
  const Column a = Fetch(mask.a, mask.home, 0);
  const Column b = Fetch(mask.b, mask.home, 1);
  Word* present = Push(words);
  SplitErrors(a, b, demand, out, present);
  if (a.operand.type == ValueType::kString) {
    CompareTexts(mask.op, a.operand, b.operand, present, words, out.is_true);
    return;
  }
  if (a.operand.type == ValueType::kMoney) {
    Word* other = Push(words);
    FindOtherCurrencies(a.operand, b.operand, homes_.rows(mask.home), other);
    for (std::size_t w = 0; w < words; ++w) {
      out.error[w] |= other[w] & present[w];
      present[w] &= ~other[w];
    }
  }
  CompareRows(mask.op, a.operand, b.operand, homes_.rows(mask.home), out.is_true);
  for (std::size_t w = 0; w < words; ++w) out.is_true[w] &= present[w];
}

// --- tests and row leaves ----------------------------------------------------------------------------

namespace {

Value ReadOperand(const Operand& operand, std::size_t row) {
  switch (operand.type) {
    case ValueType::kString: return TextValue(static_cast<const std::string_view*>(operand.data)[row]);
    case ValueType::kUint: return NaturalValue(static_cast<const std::uint64_t*>(operand.data)[row]);
    default: return NumberValue(static_cast<const std::int64_t*>(operand.data)[row]);
  }
}

// The choice of the test stands outside the loop over the rows.
template <typename Holds>
void TestTexts(const Operand& operand, const Word* rows, std::size_t words, Word* out, Holds holds) {
  const auto* texts = static_cast<const std::string_view*>(operand.data);
  for (std::size_t w = 0; w < words; ++w) {
    Word held = 0;
    ForEachBit(&rows[w], 1, [&](std::size_t bit) { held |= Word{holds(texts[w * 64 + bit])} << bit; });
    out[w] = held;
  }
}

}  // namespace

void MaskEvaluator::TestRows(const MaskNode& mask, const Operand& operand, const Word* rows, Word* out) const {
  const std::size_t words = homes_.words(mask.home);
  const auto texts = [&](auto holds) { TestTexts(operand, rows, words, out, holds); };
  if (mask.op == Op::kInSet || operand.type != ValueType::kString) {
    FillWords(out, words, 0);
    return ForEachBit(rows, words, [&](std::size_t row) {
      const Value value = ReadOperand(operand, row);
      const bool holds = mask.op == Op::kInSet ? SetContains(rule_set_.program, mask.b, value)
                                               : ListContains(rule_set_.lists[mask.b], value);
      if (holds) PutBit(out, row);
    });
  }
  if (mask.op == Op::kInList) {
    return texts([&list = rule_set_.lists[mask.b]](std::string_view text) { return list.Contains(text); });
  }
  if (mask.op == Op::kListHasPrefix) {
    return texts([&list = rule_set_.lists[mask.b]](std::string_view text) { return list.HasPrefixOf(text); });
  }
  const std::string_view part = plan_.sources[mask.b].constant_text;
  switch (mask.op) {
    case Op::kStartsWith: return texts([=](std::string_view text) { return text.starts_with(part); });
    case Op::kEndsWith: return texts([=](std::string_view text) { return text.ends_with(part); });
    default: return texts([=](std::string_view text) { return TextContains(text, part); });
  }
}

void MaskEvaluator::ComputeTest(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  if (!EnsureSource(mask.a, mask.home, demand)) return ComputeRowLeaf(mask, demand, out);
  const Column column = Fetch(mask.a, mask.home, 0);
  Word* present = Push(words);
  SplitErrors(column, {{}, none_.data(), none_.data()}, demand, out, present);
  TestRows(mask, column.operand, present, out.is_true);
}

// Folding keeps a text's length: those that are longer than all entries of the list are not folded.
void MaskEvaluator::ComputeFoldedTest(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  if (!EnsureSource(mask.c, mask.home, demand)) return ComputeRowLeaf(mask, demand, out);
  const Column column = Fetch(mask.c, mask.home, 0);
  Word* present = Push(words);
  Word* short_enough = Push(words);
  SplitErrors(column, {{}, none_.data(), none_.data()}, demand, out, present);
  const std::size_t bytes_max = rule_set_.lists[mask.b].text_bytes_max();
  TestTexts(column.operand, present, words, short_enough, [=](std::string_view text) {
    return text.size() <= bytes_max;
  });
  const MaskWords few = PushMask(words);
  Clear(few, words);
  if (AnyBit(short_enough, words)) ComputeTest(mask, short_enough, few);
  for (std::size_t w = 0; w < words; ++w) {
    out.is_true[w] = few.is_true[w];
    out.absent[w] |= few.absent[w];
    out.error[w] |= few.error[w];
  }
}

void MaskEvaluator::ComputeRowLeaf(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  Clear(out, words);
  ForEachBit(demand, words, [&](std::size_t row) {
    homes_.Stand(mask.home, row, &interpreter_);
    Value value;
    const ErrorKind error = interpreter_.EvalAndFree(mask.node, &value);
    if (error == ErrorKind::kAbsent) return PutBit(out.absent, row);
    if (error != ErrorKind::kNone) return PutBit(out.error, row);
    if (value.number != 0) PutBit(out.is_true, row);
  });
}

}  // namespace sluice::match
