#include "tests/differential/record_generator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sluice::differential {

using oracle::RecordTree;
using oracle::Value;
using parcel::Field;
using parcel::ValueType;
using parcel::WireKind;

namespace {

struct WholeRange {
  std::int64_t lowest;
  std::int64_t highest;
};

WholeRange RangeOf(WireKind wire) {
  switch (wire) {
    case WireKind::kBool: return {0, 1};
    case WireKind::kI8: return {-128, 127};
    case WireKind::kU8: return {0, 255};
    case WireKind::kI16: return {-32768, 32767};
    case WireKind::kU16: return {0, 65535};
    case WireKind::kI32: return {-2147483648LL, 2147483647};
    case WireKind::kU32: return {0, 4294967295};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

}  // namespace

Value RecordGenerator::Whole(const Field& field, WireKind wire) {
  if (field.enumeration != parcel::kNoIndex && !chance_.OneIn(12)) {
    return {chance_.Pick(schema_.catalog.enums[field.enumeration].values).value};
  }
  const WholeRange range = RangeOf(wire);
  for (;;) {
    const std::int64_t number = chance_.Pick(IntPool());
    if (number >= range.lowest && number <= range.highest) return {number};
  }
}

Value RecordGenerator::Time(const Field& field, WireKind wire) {
  const WholeRange range = RangeOf(wire);
  const bool is_span = field.type == ValueType::kDuration;
  static const std::vector<std::int64_t> kSpans = {0,     1,       -1,  3600,   5400,
                                                   86400, 2592000, -90, 1000000};
  for (;;) {
    std::int64_t count = 0;
    const std::int64_t seconds = chance_.Pick(is_span ? kSpans : SecondsPool());
    if (__builtin_mul_overflow(seconds, field.time_units_per_second, &count)) continue;
    if (chance_.OneIn(4) && std::abs(seconds) < 5'000'000'000) {
      count += static_cast<std::int64_t>(chance_.Below(3)) - 1;
    }
    if (count >= range.lowest && count <= range.highest) return {count};
  }
}

Value RecordGenerator::Text(const Field& field) {
  const bool fixed = field.wire == WireKind::kFixedText;
  const std::size_t most = fixed ? field.fixed_bytes : field.max_bytes;
  const std::vector<std::string>& pool = field.name.ends_with("office") ? OfficePool()
                                         : field.name == "currency"     ? CurrencyPool()
                                                                        : TextPool();
  for (;;) {
    const std::string& text = chance_.Pick(pool);
    if (text.size() <= most) return {text};
  }
}

Value RecordGenerator::Scalar(const Field& field, ValueType type, WireKind wire) {
  switch (type) {
    case ValueType::kBool: return {chance_.OneIn(2)};
    case ValueType::kUint: return {chance_.Pick(UintPool())};
    case ValueType::kString: return Text(field);
    case ValueType::kTimestamp:
    case ValueType::kDuration: return Time(field, wire);
    case ValueType::kDouble: {
      const std::size_t special = chance_.Below(30);
      if (special == 0) return {std::numeric_limits<double>::quiet_NaN()};
      if (special == 1) return {std::numeric_limits<double>::infinity()};
      if (special == 2) return {-std::numeric_limits<double>::infinity()};
      const double real = chance_.Pick(DoublePool());
      if (wire != WireKind::kF32) return {real};
      return {std::abs(real) > 1e38 ? 1.5 : static_cast<double>(static_cast<float>(real))};
    }
    default: return Whole(field, wire);
  }
}

void RecordGenerator::AddScalar(const parcel::Record& record, const Field& field,
                                RecordTree* tree) {
  if (tree->scalars.contains(field.name)) return;
  tree->scalars[field.name] = Scalar(field, field.type, field.wire);
  // An amount without its currency is absent: seldom so.
  if (field.type != ValueType::kMoney || chance_.OneIn(10)) return;
  const Field& currency = record.fields[field.currency_field];
  if (!tree->scalars.contains(currency.name)) tree->scalars[currency.name] = Text(currency);
}

void RecordGenerator::AddVector(const Field& field, int depth, RecordTree* tree) {
  std::size_t count = chance_.Below(7);
  if (depth == 0 && chance_.OneIn(many_items_one_in_)) count = 64 + chance_.Below(80);
  if (depth > 0 && count > 4) count = 4;
  count = std::min<std::size_t>(count, field.max_items);
  for (std::size_t i = 0; i < count; ++i) {
    if (field.element_type == ValueType::kRecord) {
      tree->record_vectors[field.name].push_back(Tree(field.record, depth + 1));
    } else {
      tree->scalar_vectors[field.name].push_back(
          Scalar(field, field.element_type, field.element_wire));
    }
  }
}

RecordTree RecordGenerator::Tree(std::uint32_t record, int depth) {
  RecordTree tree;
  tree.record = record;
  const parcel::Record& shape = schema_.catalog.records[record];
  for (const Field& field : shape.fields) {
    const std::size_t percent = field.required_phases != 0 ? 93 : presence_percent_;
    if (field.hidden || !chance_.Percent(percent)) continue;
    if (field.type == ValueType::kList) {
      AddVector(field, depth, &tree);
    } else if (field.type == ValueType::kRecord) {
      tree.records[field.name] = Tree(field.record, depth + 1);
    } else {
      AddScalar(shape, field, &tree);
    }
  }
  return tree;
}

void RecordGenerator::SetSystemFields(std::size_t place, std::size_t count, RecordTree* tree) {
  if (chance_.Percent(95)) {
    tree->scalars[schema_.id] = {chance_.OneIn(50) ? "" : "P" + std::to_string(chance_.Below(60))};
  }
  // Mostly declared or scanned; any other number makes the record unreadable.
  if (tree->scalars.contains(schema_.phase)) {
    tree->scalars[schema_.phase] = {std::int64_t{chance_.OneIn(40) ? 2 : chance_.OneIn(3) ? 1 : 0}};
  }
  const auto received = tree->scalars.find(schema_.received);
  if (received == tree->scalars.end() || chance_.OneIn(400)) return;
  // `now` never goes back: from early to late instants of one year, over the stream.
  std::vector<std::int64_t> instants;
  for (const std::int64_t seconds : SecondsPool()) {
    if (seconds > 1'700'000'000 && seconds < 1'800'000'000) instants.push_back(seconds);
  }
  std::sort(instants.begin(), instants.end());
  const std::size_t at = place * instants.size() / count + chance_.Below(3);
  const parcel::Record& root = schema_.catalog.root_record();
  const std::int64_t units = root.fields[root.Find(schema_.received)].time_units_per_second;
  received->second = {instants[std::min(at, instants.size() - 1)] * units +
                      static_cast<std::int64_t>(chance_.Below(2))};
}

/// What a source itself could not read, or bytes that are cut short.
void RecordGenerator::SpoilSometimes(oracle::Submission* submission) {
  submission->read_error = "none";
  if (chance_.OneIn(60)) {
    submission->read_error = "bad_cell";
  } else if (chance_.OneIn(60)) {
    submission->bytes.resize(2);
    submission->read_error = "too_short";
  }
}

std::vector<oracle::Submission> RecordGenerator::Stream(std::size_t count) {
  std::vector<oracle::Submission> stream;
  // Sometimes more elements than a batch has room for.
  many_items_one_in_ = chance_.OneIn(12) ? 3 : 60;
  while (stream.size() < count) {
    presence_percent_ = chance_.Pick(std::vector<std::size_t>{10, 50, 70, 90, 100});
    oracle::Submission submission;
    if (!stream.empty() && chance_.OneIn(12)) {
      submission.tree = chance_.Pick(stream).tree;  // again, or with another phase
      if (chance_.OneIn(2)) submission.tree.scalars[schema_.phase] = {std::int64_t{1}};
    } else {
      submission.tree = Tree(schema_.catalog.root, 0);
      SetSystemFields(stream.size(), count, &submission.tree);
    }
    submission.bytes = encoder_.Encode(submission.tree);
    SpoilSometimes(&submission);
    stream.push_back(std::move(submission));
  }
  return stream;
}

}  // namespace sluice::differential
