// Plane: data. Memo columns computed by loops.
//
// THE SIMPLE STORY
//   ensure the operands' columns; for each row: the operands' error, or the value
//
// WHAT THE CODE ADDS TO THE STORY
//   1. Rows are asked for as masks need them; only those that are missing are computed.
//   2. Arithmetic goes over all rows and hides what is absent after; everything dearer goes over the rows asked for.
//   3. Keys of look-ups are read where they lie: a parcel's key is not copied to each of its items.
//   4. Texts that find no room (value_columns.h) end a loop: the row interpreter takes over, with the same answers.
#include <array>

#include "engine/base/check.h"
#include "engine/base/utf8.h"
#include "engine/match/mask_evaluator.h"
#include "engine/match/text_ops.h"
#include "engine/match/value_loops.h"

namespace sluice::match {

using ruleset::KeyValue;
using ruleset::Op;
using ruleset::Table;
using ruleset::ValueType;

// False: the column's texts find no room, so that no loop can read it.
bool MaskEvaluator::EnsureValues(std::uint32_t index, const Word* demand) {
  if (!values_.available(index)) return false;
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  const std::size_t words = homes_.words(spec.home);
  const std::size_t before = mark();
  Word* missing = Push(words);
  if (values_.Missing(index, demand, missing)) {
    const MaskWords errors = PushMask(words);
    Clear(errors, words);
    if (RunLoop(index, missing, errors)) {
      values_.Take(index, missing, errors.absent, errors.error);
    } else {
      values_.ComputeRows(index, missing);
    }
  }
  Rewind(before);
  return values_.available(index);
}

// False: there is no loop, or no room for the texts of an operand; the row interpreter makes the values then.
bool MaskEvaluator::RunLoop(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  switch (plan_.memo_columns[index].loop.kind) {
    case ValueLoop::Kind::kCalculate: return Calculate(index, rows, errors);
    case ValueLoop::Kind::kChoose: return ChooseValues(index, rows, errors);
    case ValueLoop::Kind::kMoneyTo: return ConvertMoneys(index, rows, errors);
    case ValueLoop::Kind::kToDouble: return ConvertToDoubles(index, rows, errors);
    case ValueLoop::Kind::kText: return ChangeTexts(index, rows, errors);
    case ValueLoop::Kind::kTableRow: return FindTableRows(index, rows, errors);
    case ValueLoop::Kind::kTableCell: return ReadCells(index, rows, errors);
    case ValueLoop::Kind::kRows: break;
  }
  return false;
}

bool MaskEvaluator::Calculate(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  const std::size_t words = homes_.words(spec.home);
  if (!EnsureSource(spec.loop.a, spec.home, rows) || !EnsureSource(spec.loop.b, spec.home, rows)) return false;
  const Column a = Fetch(spec.loop.a, spec.home, 0);
  const Column b = Fetch(spec.loop.b, spec.home, 1);
  Word* present = Push(words);
  Word* failed = Push(words);
  SplitErrors(a, b, rows, errors, present);
  CalculateRows(spec.op, a.operand, b.operand, homes_.rows(spec.home), values_.room(index), failed);
  for (std::size_t w = 0; w < words; ++w) errors.error[w] |= failed[w] & present[w];
  return true;
}

bool MaskEvaluator::ChooseValues(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  const std::size_t words = homes_.words(spec.home);
  Word* chosen[2] = {Push(words), Push(words)};
  const std::size_t before = mark();
  const MaskView condition = EvalIn(spec.loop.a, spec.home, rows);
  for (std::size_t w = 0; w < words; ++w) {
    chosen[0][w] = rows[w] & condition.is_true[w];
    chosen[1][w] = rows[w] & ~(condition.is_true[w] | condition.absent[w] | condition.error[w]);
    errors.absent[w] = rows[w] & condition.absent[w];
    errors.error[w] = rows[w] & condition.error[w];
  }
  Rewind(before);
  for (int branch = 0; branch < 2; ++branch) {
    if (!AnyBit(chosen[branch], words)) continue;
    const MaskWords own = PushMask(words);
    Column column;
    const Word* present =
        FetchOne(branch == 0 ? spec.loop.b : spec.loop.c, spec.home, chosen[branch], own, &column);
    if (present == nullptr) return false;
    CopyRows(column.operand, present, words, values_.room(index));
    for (std::size_t w = 0; w < words; ++w) {
      errors.absent[w] |= own.absent[w];
      errors.error[w] |= own.error[w];
    }
    Rewind(before);
  }
  return true;
}

// The operand of a loop of one operand: sets the errors of `rows`, returns the rows that have a value; null where no
// loop can read the operand.
const Word* MaskEvaluator::FetchOne(std::uint32_t source, HomeIndex home, const Word* rows, const MaskWords& errors,
                                    Column* column) {
  if (!EnsureSource(source, home, rows)) return nullptr;
  *column = Fetch(source, home, 0);
  Word* present = Push(homes_.words(home));
  SplitErrors(*column, {{}, none_.data(), none_.data()}, rows, errors, present);
  return present;
}

namespace {

template <typename T>
const T& At(const Operand& operand, std::size_t row) {
  return static_cast<const T*>(operand.data)[operand.constant ? 0 : row];
}

Value ValueAt(const Operand& operand, std::size_t row) {
  switch (operand.type) {
    case ValueType::kString: return TextValue(At<std::string_view>(operand, row));
    case ValueType::kUint: return NaturalValue(At<std::uint64_t>(operand, row));
    case ValueType::kDouble: return RealValue(At<double>(operand, row));
    case ValueType::kTimestamp: return TimeValue(At<base::Timestamp>(operand, row));
    default: return NumberValue(At<std::int64_t>(operand, row));
  }
}

}  // namespace

bool MaskEvaluator::ConvertMoneys(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  using Outcome = ruleset::RateTable::Outcome;
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  Column amounts;
  const Word* present = FetchOne(spec.loop.a, spec.home, rows, errors, &amounts);
  if (present == nullptr) return false;
  const std::uint32_t* parcels = spec.home == kParcelHome ? nullptr : homes_.parcels(spec.home);
  auto* converted = static_cast<base::Money*>(values_.room(index));
  ForEachBit(present, homes_.words(spec.home), [&](std::size_t row) {
    const base::Timestamp& now = batch_->facts[parcels == nullptr ? row : parcels[row]].now;
    const Outcome outcome =
        rule_set_.rates.Convert(At<base::Money>(amounts.operand, row), spec.loop.b, now, &converted[row]);
    if (outcome == Outcome::kNoRate) PutBit(errors.absent, row);
    if (outcome == Outcome::kOverflow) PutBit(errors.error, row);
  });
  return true;
}

bool MaskEvaluator::ConvertToDoubles(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  Column numbers;
  const Word* present = FetchOne(spec.loop.a, spec.home, rows, errors, &numbers);
  if (present == nullptr) return false;
  auto* doubles = static_cast<double*>(values_.room(index));
  ForEachBit(present, homes_.words(spec.home), [&](std::size_t row) {
    doubles[row] = static_cast<double>(At<std::int64_t>(numbers.operand, row));
  });
  return true;
}

bool MaskEvaluator::ChangeTexts(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  Column texts;
  const Word* present = FetchOne(spec.loop.a, spec.home, rows, errors, &texts);
  if (present == nullptr) return false;
  auto* changed = static_cast<std::string_view*>(values_.room(index));
  auto* sizes = static_cast<std::int64_t*>(values_.room(index));
  ForEachBit(present, homes_.words(spec.home), [&](std::size_t row) {
    const std::string_view text = At<std::string_view>(texts.operand, row);
    if (spec.op == Op::kSize) {
      sizes[row] = static_cast<std::int64_t>(base::CountCodePoints(text));
    } else if (spec.op == Op::kTrim) {
      changed[row] = TrimWhiteSpace(text);
    } else if (LowerLetters(text, values_.kept_texts(), &changed[row]) != ErrorKind::kNone) {
      values_.GiveUp(index);
    }
  });
  return values_.available(index);
}

// --- tables ------------------------------------------------------------------------------------------

// Calls use(row, found) for each row whose keys all have values; the others get their first key's error. False: no loop
// can read some key.
template <typename Use>
bool MaskEvaluator::LookUp(std::uint32_t table, std::uint32_t first_key, std::uint32_t key_count, HomeIndex home,
                           const Word* rows, const MaskWords& errors, Use use) {
  struct Key {
    Column column;
    bool is_parcels;  // the key belongs to the row's parcel
  };
  std::array<Key, limits::kTableKeysMax> keys;
  std::array<KeyValue, limits::kTableKeysMax> values;
  for (std::uint32_t k = 0; k < key_count; ++k) {
    if (!EnsureSource(plan_.keys[first_key + k], home, rows)) return false;
  }
  for (std::uint32_t k = 0; k < key_count; ++k) {
    const Source& source = plan_.sources[plan_.keys[first_key + k]];
    keys[k] = {OwnColumn(source), source.kind != Source::Kind::kConstant && source.home != home};
  }
  const std::uint32_t* parcels = home == kParcelHome ? nullptr : homes_.parcels(home);
  ForEachBit(rows, homes_.words(home), [&](std::size_t row) {
    const std::size_t parcel = parcels == nullptr ? row : parcels[row];
    for (std::uint32_t k = 0; k < key_count; ++k) {
      const std::size_t at = keys[k].is_parcels ? parcel : row;
      if (!keys[k].column.operand.constant) {
        if (BitAt(keys[k].column.absent, at)) return PutBit(errors.absent, row);
        if (BitAt(keys[k].column.error, at)) return PutBit(errors.error, row);
      }
      values[k] = MakeKey(keys[k].column.operand.type, ValueAt(keys[k].column.operand, at));
    }
    use(row, rule_set_.tables[table].Find({values.data(), key_count}, batch_->facts[parcel].now));
  });
  return true;
}

bool MaskEvaluator::FindTableRows(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  auto* found_rows = static_cast<std::uint32_t*>(values_.room(index));
  const auto take = [&](std::size_t row, const auto& found) {
    if (!found.has_value()) return PutBit(errors.absent, row);
    found_rows[row] = *found;
  };
  return LookUp(spec.loop.a, spec.loop.b, spec.loop.c, spec.home, rows, errors, take);
}

void MaskEvaluator::ComputeTableHas(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  Clear(out, homes_.words(mask.home));
  const auto take = [&](std::size_t row, const auto& found) {
    if (found.has_value()) PutBit(out.is_true, row);
  };
  if (!LookUp(mask.a, mask.b, mask.c, mask.home, demand, out, take)) ComputeRowLeaf(mask, demand, out);
}

namespace {

/// The cell as a value of its type, put into its place of a column.
void PutCell(const Table& table, const ruleset::TableValueColumn& cells, std::size_t cell, std::size_t row, void* out) {
  switch (cells.type) {
    case ValueType::kUint: static_cast<std::uint64_t*>(out)[row] = cells.uints[cell]; break;
    case ValueType::kDouble: static_cast<double*>(out)[row] = cells.doubles[cell]; break;
    case ValueType::kString: static_cast<std::string_view*>(out)[row] = table.texts[cells.texts[cell]]; break;
    case ValueType::kTimestamp: static_cast<base::Timestamp*>(out)[row] = cells.times[cell]; break;
    case ValueType::kMoney: static_cast<base::Money*>(out)[row] = {cells.ints[cell], cells.currency}; break;
    default: static_cast<std::int64_t*>(out)[row] = cells.ints[cell]; break;
  }
}

}  // namespace

bool MaskEvaluator::ReadCells(std::uint32_t index, const Word* rows, const MaskWords& errors) {
  const MemoColumnSpec& spec = plan_.memo_columns[index];
  const std::uint32_t from = spec.loop.a;
  const Table& table = rule_set_.tables[spec.loop.c];
  const ruleset::TableValueColumn& cells = table.values[spec.loop.b];
  SLUICE_DCHECK(plan_.memo_columns[from].home == spec.home);  // a cell depends on what its row depends on
  EnsureValues(from, rows);
  const auto* found = static_cast<const std::uint32_t*>(values_.data(from));
  ForEachBit(rows, homes_.words(spec.home), [&](std::size_t row) {
    if (BitAt(values_.error(from), row)) return PutBit(errors.error, row);
    if (BitAt(values_.absent(from), row) || cells.present[found[row]] == 0) return PutBit(errors.absent, row);
    PutCell(table, cells, found[row], row, values_.room(index));
  });
  return true;
}

}  // namespace sluice::match
