// Plane: data. Operands of leaf loops: columns where they lie, or brought into the rows of the mask's home.
//
// THE SIMPLE STORY
//   column(source)[row] = the source's value for that row of the home
//
// WHAT THE CODE ADDS TO THE STORY
//   1. A column of the same home is used where it lies.
//   2. Memo columns are computed for the rows demanded; the others get zero values, which loops may look at.
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

void Store(ValueType type, const Value& value, std::size_t row, void* out) {
  switch (type) {
    case ValueType::kUint: static_cast<std::uint64_t*>(out)[row] = value.natural; break;
    case ValueType::kDouble: static_cast<double*>(out)[row] = value.real; break;
    case ValueType::kString: static_cast<std::string_view*>(out)[row] = value.Text(); break;
    case ValueType::kTimestamp: static_cast<base::Timestamp*>(out)[row] = value.time; break;
    case ValueType::kMoney: static_cast<base::Money*>(out)[row] = value.money; break;
    default: static_cast<std::int64_t*>(out)[row] = value.number; break;
  }
}

// Every type's zero value; a text of no bytes.
void StoreZeros(ValueType type, std::size_t rows, void* out) {
  const Value zero = type == ValueType::kString ? TextValue({}) : type == ValueType::kTimestamp ? TimeValue({})
                     : type == ValueType::kMoney ? MoneyValue({}) : Value();
  for (std::size_t row = 0; row < rows; ++row) Store(type, zero, row, out);
}

}  // namespace

MaskEvaluator::Column MaskEvaluator::Fetch(std::uint32_t index, HomeIndex home, const Word* demand, int side) {
  const Source& source = plan_.sources[index];
  switch (source.kind) {
    case Source::Kind::kConstant: return {{source.type, DataOf(source), true}, none_.data(), none_.data()};
    case Source::Kind::kColumn: return FetchColumn(source, home, side);
    case Source::Kind::kMemo: break;
  }
  return FetchMemo(source, home, demand, side);
}

MaskEvaluator::Column MaskEvaluator::FetchColumn(const Source& source, HomeIndex home, int side) {
  const parcel::Column& column = batch_->columns[source.index];
  const Word* absent = AbsentRows(source.index);
  if (source.home == home) return {{source.type, DataOf(column), false}, absent, none_.data()};
  const std::size_t rows = homes_.rows(home);
  const std::uint32_t* parcels = homes_.parcels(home);
  void* buffer = buffers_[side].data();
  GatherTyped(source.type, DataOf(column), parcels, rows, buffer);
  Word* absent_here = Push(homes_.words(home));
  FillWords(absent_here, homes_.words(home), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    absent_here[row / 64] |= Word{BitAt(absent, parcels[row])} << (row % 64);
  }
  return {{source.type, buffer, false}, absent_here, none_.data()};
}

MaskEvaluator::Column MaskEvaluator::FetchMemo(const Source& source, HomeIndex home, const Word* demand, int side) {
  const std::size_t words = homes_.words(home);
  const std::uint32_t* parcels = source.home == home ? nullptr : homes_.parcels(home);
  const Word* wanted = demand;
  if (parcels != nullptr) {
    Word* parcel_demand = Push(homes_.words(kParcelHome));
    FillWords(parcel_demand, homes_.words(kParcelHome), 0);
    ForEachBit(demand, words, [&](std::size_t row) { PutBit(parcel_demand, parcels[row]); });
    wanted = parcel_demand;
  }
  values_.Ensure(source.index, wanted);
  void* buffer = buffers_[side].data();
  StoreZeros(source.type, homes_.rows(home), buffer);
  Word* absent = Push(words);
  Word* error = Push(words);
  FillWords(absent, words, 0);
  FillWords(error, words, 0);
  ForEachBit(demand, words, [&](std::size_t row) {
    const std::size_t from = parcels == nullptr ? row : parcels[row];
    const ErrorKind kind = values_.error(source.index, from);
    if (kind == ErrorKind::kNone) return Store(source.type, values_.value(source.index, from), row, buffer);
    PutBit(kind == ErrorKind::kAbsent ? absent : error, row);
  });
  return {{source.type, buffer, false}, absent, error};
}

}  // namespace sluice::match
