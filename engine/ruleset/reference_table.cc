// A table's index. Rows that agree in every exact key and prefix text form a group; groups are found by
// hash. Which prefix lengths occur together ("shapes") is known, so a look-up probes once a shape, the
// longest prefixes first. Within a group, intervals and validity decide: by a scan where it is small,
// else by the coarse order of one range (see Prepare).
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "engine/base/hash.h"
#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

constexpr std::uint32_t kScannedGroupMax = 8;  // rows; above that a binary search is faster

// An integer that orders as the numbers do.
std::int64_t OrderOf(double number) {
  const auto bits = std::bit_cast<std::int64_t>(number + 0.0);  // -0.0 becomes 0.0
  return bits < 0 ? std::numeric_limits<std::int64_t>::max() ^ bits : bits;
}

bool InInterval(const TableKey& key, std::uint32_t row, const KeyValue& value) {
  switch (key.type) {
    case ValueType::kDouble: {
      const double to = key.to_doubles[row];
      const bool unbounded = to == std::numeric_limits<double>::infinity();
      return value.real >= key.from_doubles[row] && (value.real < to || unbounded);
    }
    case ValueType::kTimestamp:
      return value.time >= key.from_times[row] && value.time < key.to_times[row];
    default: {
      const std::int64_t to = key.to_ints[row];
      const bool unbounded = to == std::numeric_limits<std::int64_t>::max();
      return value.number >= key.from_ints[row] && (value.number < to || unbounded);
    }
  }
}

// The interval's ends rounded outward to integers, both inclusive; nanoseconds are left out.
std::int64_t CoarseFrom(const TableKey& key, std::uint32_t row) {
  if (key.type == ValueType::kDouble) return OrderOf(key.from_doubles[row]);
  if (key.type == ValueType::kTimestamp) return key.from_times[row].seconds;
  return key.from_ints[row];
}

std::int64_t CoarseTo(const TableKey& key, std::uint32_t row) {
  if (key.type == ValueType::kDouble) return OrderOf(key.to_doubles[row]);
  if (key.type == ValueType::kTimestamp) return key.to_times[row].seconds;
  return key.to_ints[row];
}

std::int64_t CoarseValue(const TableKey& key, const KeyValue& value) {
  if (key.type == ValueType::kDouble) return OrderOf(value.real);
  if (key.type == ValueType::kTimestamp) return value.time.seconds;
  return value.number;
}

}  // namespace

bool Table::KeyMatches(const TableKey& key, std::uint32_t row, const KeyValue& value) const {
  switch (key.kind) {
    case KeyKind::kPrefix: return value.text.starts_with(texts[key.texts[row]]);
    case KeyKind::kInterval: return InInterval(key, row, value);
    case KeyKind::kExact: break;
  }
  if (key.type == ValueType::kString) return texts[key.texts[row]] == value.text;
  return key.ints[row] == value.number;
}

bool Table::IsValid(std::uint32_t row, const base::Timestamp& now) const {
  if (!valid_from.empty() && now < valid_from[row]) return false;
  return valid_until.empty() || now < valid_until[row];
}

bool Table::RowMatches(std::uint32_t row, std::span<const KeyValue> arguments,
                       const base::Timestamp& now) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!KeyMatches(keys[i], row, arguments[i])) return false;
  }
  return IsValid(row, now);
}

bool Table::RestMatches(std::uint32_t row, std::span<const KeyValue> arguments,
                        const base::Timestamp& now) const {
  for (const std::uint32_t i : interval_keys_) {
    if (!InInterval(keys[i], row, arguments[i])) return false;
  }
  return IsValid(row, now);
}

std::uint64_t Table::HashExact(std::span<const KeyValue> arguments) const {
  std::uint64_t hash = 0;
  for (const std::uint32_t i : exact_keys_) {
    const KeyValue& value = arguments[i];
    const bool is_text = keys[i].type == ValueType::kString;
    hash = base::CombineHash(hash, is_text ? base::Hash64(value.text)
                                           : static_cast<std::uint64_t>(value.number));
  }
  return hash;
}

std::uint64_t Table::HashRow(std::uint32_t row) const {
  std::uint64_t hash = 0;
  for (const std::uint32_t i : exact_keys_) {
    const TableKey& key = keys[i];
    const bool is_text = key.type == ValueType::kString;
    hash = base::CombineHash(hash, is_text ? base::Hash64(texts[key.texts[row]])
                                           : static_cast<std::uint64_t>(key.ints[row]));
  }
  for (const std::uint32_t i : prefix_keys_) {
    hash = base::CombineHash(hash, base::Hash64(texts[keys[i].texts[row]]));
  }
  return hash;
}

bool Table::SameGroup(std::uint32_t row, std::uint32_t other) const {
  for (const TableKey& key : keys) {
    if (key.kind == KeyKind::kInterval) continue;
    const bool is_text = key.type == ValueType::kString;
    if (is_text && texts[key.texts[row]] != texts[key.texts[other]]) return false;
    if (!is_text && key.ints[row] != key.ints[other]) return false;
  }
  return true;
}

void Table::Prepare() {
  exact_keys_.clear();
  prefix_keys_.clear();
  interval_keys_.clear();
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    if (keys[i].kind == KeyKind::kExact) exact_keys_.push_back(i);
    if (keys[i].kind == KeyKind::kPrefix) prefix_keys_.push_back(i);
    if (keys[i].kind == KeyKind::kInterval) interval_keys_.push_back(i);
  }
  PrepareGroups();
  PrepareShapes();
  PrepareRanges();
}

void Table::PrepareGroups() {
  groups_.clear();
  index_.Reset(row_count);
  std::vector<std::uint32_t> group_of(row_count);
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const auto equal = [&](std::uint32_t group) { return SameGroup(row, groups_[group].first); };
    const auto next = static_cast<std::uint32_t>(groups_.size());
    group_of[row] = index_.FindOrAdd(HashRow(row), next, equal);
    if (group_of[row] == next) groups_.push_back({row, 0});  // first: for now its first row
    ++groups_[group_of[row]].count;
  }
  std::uint32_t first = 0;
  for (Group& group : groups_) {
    group.first = first;
    first += group.count;
    group.count = 0;
  }
  rows_.assign(row_count, 0);
  for (std::uint32_t row = 0; row < row_count; ++row) {
    Group& group = groups_[group_of[row]];
    rows_[group.first + group.count++] = row;
  }
}

void Table::PrepareShapes() {
  std::set<std::vector<std::uint32_t>, std::greater<>> shapes;
  std::vector<std::uint32_t> shape(prefix_keys_.size());
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::string_view text = texts[keys[prefix_keys_[i]].texts[rows_[group.first]]];
      shape[i] = static_cast<std::uint32_t>(text.size());
    }
    shapes.insert(shape);
  }
  shape_count_ = shapes.size();
  shape_bytes_.clear();
  for (const auto& one : shapes) shape_bytes_.insert(shape_bytes_.end(), one.begin(), one.end());
}

// Groups of many rows are put in ascending order of where their first interval (or, without intervals,
// their validity) begins, with the highest end so far beside: a look-up starts at the last row that
// begins early enough and walks down until no row below can reach up to it.
void Table::PrepareRanges() {
  ranges_.clear();
  const bool has_range = !interval_keys_.empty() || !valid_from.empty();
  const auto is_large = [](const Group& group) { return group.count > kScannedGroupMax; };
  if (!has_range || std::none_of(groups_.begin(), groups_.end(), is_large)) return;
  ranges_.resize(row_count);
  for (const Group& group : groups_) {
    if (!is_large(group)) continue;
    const auto begin = rows_.begin() + group.first;
    std::stable_sort(begin, begin + group.count, [&](std::uint32_t row, std::uint32_t other) {
      return RangeOf(row).from < RangeOf(other).from;
    });
    std::int64_t highest_to = std::numeric_limits<std::int64_t>::min();
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      const Range range = RangeOf(rows_[i]);
      highest_to = std::max(highest_to, range.highest_to);
      ranges_[i] = {range.from, highest_to};
    }
  }
}

Table::Range Table::RangeOf(std::uint32_t row) const {
  if (interval_keys_.empty()) {
    constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
    return {valid_from[row].seconds, valid_until.empty() ? kForever : valid_until[row].seconds};
  }
  const TableKey& key = keys[interval_keys_[0]];
  return {CoarseFrom(key, row), CoarseTo(key, row)};
}

std::optional<std::uint32_t> Table::FindInGroup(const Group& group,
                                                std::span<const KeyValue> arguments,
                                                const base::Timestamp& now) const {
  if (group.count <= kScannedGroupMax || ranges_.empty()) {
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      if (RestMatches(rows_[i], arguments, now)) return rows_[i];
    }
    return std::nullopt;
  }
  const std::int64_t value =
      interval_keys_.empty() ? now.seconds
                             : CoarseValue(keys[interval_keys_[0]], arguments[interval_keys_[0]]);
  const auto begin = ranges_.begin() + group.first;
  auto at = std::partition_point(begin, begin + group.count,
                                 [&](const Range& range) { return range.from <= value; });
  std::uint32_t best = FlatIndex::kNotFound;
  while (at != begin && (at - 1)->highest_to >= value) {
    --at;
    const std::uint32_t row = rows_[static_cast<std::size_t>(at - ranges_.begin())];
    if (row < best && RestMatches(row, arguments, now)) best = row;
  }
  return best == FlatIndex::kNotFound ? std::nullopt : std::optional(best);
}

const Table::Group* Table::FindGroup(std::uint64_t hash, std::span<const std::uint32_t> shape,
                                     std::span<const KeyValue> arguments) const {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string_view text = arguments[prefix_keys_[i]].text;
    if (text.size() < shape[i]) return nullptr;
    hash = base::CombineHash(hash, base::Hash64(text.substr(0, shape[i])));
  }
  const auto equal = [&](std::uint32_t group) {
    const std::uint32_t row = rows_[groups_[group].first];
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::string_view text = arguments[prefix_keys_[i]].text.substr(0, shape[i]);
      if (texts[keys[prefix_keys_[i]].texts[row]] != text) return false;
    }
    return std::all_of(exact_keys_.begin(), exact_keys_.end(), [&](std::uint32_t i) {
      return KeyMatches(keys[i], row, arguments[i]);
    });
  };
  const std::uint32_t group = index_.Find(hash, equal);
  return group == FlatIndex::kNotFound ? nullptr : &groups_[group];
}

std::optional<std::uint32_t> Table::Find(std::span<const KeyValue> arguments,
                                         const base::Timestamp& now) const {
  const std::uint64_t hash = HashExact(arguments);
  const std::span<const std::uint32_t> shapes(shape_bytes_);
  const std::size_t width = prefix_keys_.size();
  for (std::size_t i = 0; i < shape_count_; ++i) {
    const Group* group = FindGroup(hash, shapes.subspan(i * width, width), arguments);
    if (group == nullptr) continue;
    const std::optional<std::uint32_t> row = FindInGroup(*group, arguments, now);
    if (row) return row;
  }
  return std::nullopt;
}

}  // namespace sluice::ruleset
