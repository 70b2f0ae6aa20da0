// A table's index. Rows that agree in every exact key and prefix text form a group; groups are found by
// hash and hold their keys in one piece. Which prefix lengths occur together ("shapes") is known, so a
// look-up probes once a shape, the longest prefixes first. Within a group, intervals and validity decide,
// as pairs of integers that lie row by row in the group's order: by a scan where the group is small, else
// by a binary search in the first of them (see SortLargeGroups).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "engine/base/hash.h"
#include "engine/base/limits.h"
#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

constexpr std::uint32_t kNoRow = 0xFFFFFFFFu;
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

// Where an interval begins or ends as an integer; "no end" is kNoEnd. Timestamps are cut to seconds.
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

std::int64_t FromOf(const TableKey& key, std::uint32_t row) {
  if (key.type == ValueType::kDouble) return OrderOf(key.from_doubles[row]);
  if (key.type == ValueType::kTimestamp) return key.from_times[row].seconds;
  return key.from_ints[row];
}

// An end within a second is moved to the next one.
std::int64_t EndSecond(const base::Timestamp& time) {
  return time.nanos == 0 || time.seconds == kNoEnd ? time.seconds : time.seconds + 1;
}

std::int64_t ToOf(const TableKey& key, std::uint32_t row) {
  if (key.type == ValueType::kTimestamp) return EndSecond(key.to_times[row]);
  if (key.type != ValueType::kDouble) return key.to_ints[row];
  const double to = key.to_doubles[row];
  return to == std::numeric_limits<double>::infinity() ? kNoEnd : OrderOf(to);
}

std::int64_t NumberOf(const TableKey& key, const KeyValue& value) {
  if (key.type == ValueType::kDouble) return OrderOf(value.real);
  if (key.type == ValueType::kTimestamp) return value.time.seconds;
  return value.number;
}

bool HasNanos(const std::vector<base::Timestamp>& times) {
  return std::any_of(times.begin(), times.end(), [](const auto& time) { return time.nanos != 0; });
}

void AppendKeyText(std::string_view text, std::string* keys) {
  const auto bytes = static_cast<std::uint32_t>(text.size());
  keys->append(reinterpret_cast<const char*>(&bytes), sizeof(bytes));
  keys->append(text);
}

// Compares a text with the one at *key and steps over it.
bool KeyTextEquals(std::string_view text, const char** key) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, *key, sizeof(bytes));
  const char* begin = *key + sizeof(bytes);
  *key = begin + bytes;
  return bytes == text.size() && std::memcmp(begin, text.data(), bytes) == 0;
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
  PrepareBounds();
  SortLargeGroups();
}

void Table::PrepareGroups() {
  groups_.clear();
  key_bytes_.clear();
  index_.Reset(row_count);
  std::vector<std::uint32_t> group_of(row_count);
  for (std::uint32_t row = 0; row < row_count; ++row) {
    const auto equal = [&](std::uint32_t group) { return SameGroup(row, groups_[group].first); };
    const auto next = static_cast<std::uint32_t>(groups_.size());
    group_of[row] = index_.FindOrAdd(HashRow(row), next, equal);
    if (group_of[row] == next) {
      groups_.push_back({row, 0, key_bytes_.size()});  // first: for now its first row
      AppendKeys(row);
    }
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

void Table::AppendKeys(std::uint32_t row) {
  for (const std::uint32_t i : exact_keys_) {
    const TableKey& key = keys[i];
    if (key.type == ValueType::kString) {
      AppendKeyText(texts[key.texts[row]], &key_bytes_);
    } else {
      key_bytes_.append(reinterpret_cast<const char*>(&key.ints[row]), sizeof(std::int64_t));
    }
  }
  for (const std::uint32_t i : prefix_keys_) AppendKeyText(texts[keys[i].texts[row]], &key_bytes_);
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

void Table::PrepareBounds() {
  bound_count_ = interval_keys_.size() + (valid_from.empty() ? 0 : 1);
  bounds_.clear();
  bounds_.reserve(bound_count_ * row_count);
  for (const std::uint32_t row : rows_) AppendBounds(row);
  cut_seconds_ = HasNanos(valid_from) || HasNanos(valid_until);
  for (const TableKey& key : keys) {
    cut_seconds_ = cut_seconds_ || HasNanos(key.from_times) || HasNanos(key.to_times);
  }
}

void Table::AppendBounds(std::uint32_t row) {
  for (const std::uint32_t i : interval_keys_) {
    bounds_.push_back({FromOf(keys[i], row), ToOf(keys[i], row)});
  }
  if (!valid_from.empty()) bounds_.push_back({valid_from[row].seconds, EndSecond(valid_until[row])});
}

// Groups of many rows are put in ascending order of where their first bound begins, with the highest end
// so far beside: a look-up starts at the last row that begins early enough and walks down until no row
// below can reach up to it.
void Table::SortLargeGroups() {
  highest_to_.clear();
  const auto is_large = [](const Group& group) { return group.count > kScannedGroupMax; };
  if (bound_count_ == 0 || std::none_of(groups_.begin(), groups_.end(), is_large)) return;
  highest_to_.resize(row_count);
  for (const Group& group : groups_) {
    if (!is_large(group)) continue;
    std::vector<std::pair<std::int64_t, std::uint32_t>> order;  // by begin, then row
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      order.push_back({BoundsAt(i)[0].from, rows_[i]});
    }
    std::sort(order.begin(), order.end());
    std::vector<Bound> sorted;
    for (std::uint32_t i = 0; i < group.count; ++i) rows_[group.first + i] = order[i].second;
    std::swap(bounds_, sorted);
    for (const auto& [from, row] : order) AppendBounds(row);
    std::swap(bounds_, sorted);
    std::copy(sorted.begin(), sorted.end(),
              bounds_.begin() + static_cast<std::ptrdiff_t>(group.first * bound_count_));
    std::int64_t highest = std::numeric_limits<std::int64_t>::min();
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      highest = std::max(highest, BoundsAt(i)[0].to);
      highest_to_[i] = highest;
    }
  }
}

// What a look-up asks for, as the index has it.
struct Table::Query {
  std::span<const KeyValue> arguments;
  base::Timestamp now;
  std::array<std::int64_t, limits::kTableKeysMax + 1> numbers{};  // one a bound
};

bool Table::Fits(std::uint32_t position, const Query& query) const {
  const Bound* bounds = BoundsAt(position);
  for (std::size_t i = 0; i < bound_count_; ++i) {
    const std::int64_t number = query.numbers[i];
    if (number < bounds[i].from) return false;
    if (number >= bounds[i].to && bounds[i].to != kNoEnd) return false;
  }
  return !cut_seconds_ || RowMatches(rows_[position], query.arguments, query.now);
}

std::uint32_t Table::FindInGroup(const Group& group, const Query& query) const {
  if (group.count <= kScannedGroupMax || highest_to_.empty()) {
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      if (Fits(i, query)) return rows_[i];
    }
    return kNoRow;
  }
  std::uint32_t low = group.first;  // positions below `low` begin early enough
  std::uint32_t high = group.first + group.count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (BoundsAt(middle)[0].from <= query.numbers[0]) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  std::uint32_t best = kNoRow;
  for (; low > group.first && highest_to_[low - 1] >= query.numbers[0]; --low) {
    if (rows_[low - 1] < best && Fits(low - 1, query)) best = rows_[low - 1];
  }
  return best;
}

const Table::Group* Table::FindGroup(std::uint64_t hash, std::span<const std::uint32_t> shape,
                                     std::span<const KeyValue> arguments) const {
  const auto equal = [&](std::uint32_t group) {
    const char* key = key_bytes_.data() + groups_[group].key_offset;
    for (const std::uint32_t i : exact_keys_) {
      if (keys[i].type == ValueType::kString) {
        if (!KeyTextEquals(arguments[i].text, &key)) return false;
      } else {
        if (std::memcmp(key, &arguments[i].number, sizeof(std::int64_t)) != 0) return false;
        key += sizeof(std::int64_t);
      }
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::string_view text = arguments[prefix_keys_[i]].text;
      if (!KeyTextEquals(text.substr(0, shape[i]), &key)) return false;
    }
    return true;
  };
  const std::uint32_t group = index_.Find(hash, equal);
  return group == FlatIndex::kNotFound ? nullptr : &groups_[group];
}

bool Table::HashShape(std::span<const std::uint32_t> shape, std::span<const KeyValue> arguments,
                      std::uint64_t* hash) const {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string_view text = arguments[prefix_keys_[i]].text;
    if (text.size() < shape[i]) return false;
    *hash = base::CombineHash(*hash, base::Hash64(text.substr(0, shape[i])));
  }
  return true;
}

std::optional<std::uint32_t> Table::Find(std::span<const KeyValue> arguments,
                                         const base::Timestamp& now) const {
  Query query{arguments, now, {}};
  for (std::size_t i = 0; i < interval_keys_.size(); ++i) {
    const TableKey& key = keys[interval_keys_[i]];
    const KeyValue& value = arguments[interval_keys_[i]];
    if (key.type == ValueType::kDouble && std::isnan(value.real)) return std::nullopt;
    query.numbers[i] = NumberOf(key, value);
  }
  query.numbers[interval_keys_.size()] = now.seconds;
  const std::uint64_t exact_hash = HashExact(arguments);
  const std::span<const std::uint32_t> shapes(shape_bytes_);
  const std::size_t width = prefix_keys_.size();
  for (std::size_t i = 0; i < shape_count_; ++i) {
    const auto shape = shapes.subspan(i * width, width);
    std::uint64_t hash = exact_hash;
    if (!HashShape(shape, arguments, &hash)) continue;
    const Group* group = FindGroup(hash, shape, arguments);
    if (group == nullptr) continue;
    const std::uint32_t row = FindInGroup(*group, query);
    if (row != kNoRow) return row;
  }
  return std::nullopt;
}

}  // namespace sluice::ruleset
