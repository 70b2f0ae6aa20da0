// Plane: data. Operands of leaf loops: columns where they lie, or brought into the rows of the mask's home.
//
// THE SIMPLE STORY
//   column(source)[row] = the source's value for that row of the home
//
// WHAT THE CODE ADDS TO THE STORY
//   1. A column of the same home is used where it lies.
//   2. Memo columns are computed for the rows demanded (EnsureSource, before any operand is fetched, since computing
//      uses the same buffers); the others keep old values, which number loops look at and masks then hide.
#include "engine/base/check.h"
#include "engine/match/mask_evaluator.h"

namespace sluice::match {

using ruleset::ValueType;

namespace {

const void* DataOf(const parcel::Column& column) {
  switch (column.type) {
    case ValueType::kUint: return column.uints.data();
    case ValueType::kDouble: return column.doubles.data();
    case ValueType::kString: return column.texts.data();
    case ValueType::kTimestamp: return column.times.data();
    case ValueType::kMoney: return column.moneys.data();
    default: return column.ints.data();
  }
}

const void* DataOf(const Source& source) {
  switch (source.type) {
    case ValueType::kUint: return &source.constant.natural;
    case ValueType::kDouble: return &source.constant.real;
    case ValueType::kString: return &source.constant_text;
    case ValueType::kTimestamp: return &source.constant.time;
    case ValueType::kMoney: return &source.constant.money;
    default: return &source.constant.number;
  }
}

template <typename T>
void Gather(const void* data, const std::uint32_t* from, std::size_t rows, void* out) {
  const auto* values = static_cast<const T*>(data);
  auto* gathered = static_cast<T*>(out);
  for (std::size_t row = 0; row < rows; ++row) gathered[row] = values[from[row]];
}

void GatherTyped(ValueType type, const void* data, const std::uint32_t* from, std::size_t rows, void* out) {
  switch (type) {
    case ValueType::kUint: return Gather<std::uint64_t>(data, from, rows, out);
    case ValueType::kDouble: return Gather<double>(data, from, rows, out);
    case ValueType::kString: return Gather<std::string_view>(data, from, rows, out);
    case ValueType::kTimestamp: return Gather<base::Timestamp>(data, from, rows, out);
    case ValueType::kMoney: return Gather<base::Money>(data, from, rows, out);
    default: return Gather<std::int64_t>(data, from, rows, out);
  }
}

}  // namespace

// The source's values where they lie, in the rows of its own home. Those of a memo column must be there.
MaskEvaluator::Column MaskEvaluator::OwnColumn(const Source& source) {
  switch (source.kind) {
    case Source::Kind::kConstant: return {{source.type, DataOf(source), true}, none_.data(), none_.data()};
    case Source::Kind::kMemo:
      return {{source.type, values_.data(source.index), false}, values_.absent(source.index),
              values_.error(source.index)};
    default:
      return {{source.type, DataOf(batch_->columns[source.index]), false}, AbsentRows(source.index), none_.data()};
  }
}

MaskEvaluator::Column MaskEvaluator::Fetch(std::uint32_t index, HomeIndex home, int side) {
  const Source& source = plan_.sources[index];
  const Column column = OwnColumn(source);
  return source.kind == Source::Kind::kConstant || source.home == home ? column : BringBelow(column, home, side);
}

// Computes what is missing of a memo column for the rows of `home` that `demand` has. False: no loop can read it.
bool MaskEvaluator::EnsureSource(std::uint32_t index, HomeIndex home, const Word* demand) {
  const Source& source = plan_.sources[index];
  if (source.kind != Source::Kind::kMemo) return true;
  if (source.home == home) return EnsureValues(source.index, demand);
  const std::size_t before = mark();
  const std::uint32_t* parcels = homes_.parcels(home);
  Word* parcel_demand = Push(homes_.words(kParcelHome));
  FillWords(parcel_demand, homes_.words(kParcelHome), 0);
  ForEachBit(demand, homes_.words(home), [&](std::size_t row) { PutBit(parcel_demand, parcels[row]); });
  const bool available = EnsureValues(source.index, parcel_demand);
  Rewind(before);
  return available;
}

NumberColumn MaskEvaluator::NumbersOf(std::uint32_t source) {
  const std::size_t before = mark();
  SLUICE_CHECK(EnsureSource(source, kParcelHome, homes_.all(kParcelHome)));  // texts alone may find no room
  const Column column = OwnColumn(plan_.sources[source]);
  Rewind(before);
  return {column.operand.type, column.operand.data, column.absent, column.error};
}

// A column of the parcels, in the rows of `home`.
MaskEvaluator::Column MaskEvaluator::BringBelow(const Column& column, HomeIndex home, int side) {
  const std::size_t rows = homes_.rows(home);
  const std::size_t words = homes_.words(home);
  const std::uint32_t* parcels = homes_.parcels(home);
  void* buffer = buffers_[side].data();
  GatherTyped(column.operand.type, column.operand.data, parcels, rows, buffer);
  Word* absent = Push(words);
  Word* error = Push(words);
  FillWords(absent, words, 0);
  FillWords(error, words, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    absent[row / 64] |= Word{BitAt(column.absent, parcels[row])} << (row % 64);
    error[row / 64] |= Word{BitAt(column.error, parcels[row])} << (row % 64);
  }
  return {{column.operand.type, buffer, false}, absent, error};
}

}  // namespace sluice::match
