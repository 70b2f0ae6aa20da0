#include <cmath>
#include <deque>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "engine/ruleset/reference_data.h"

namespace sluice::ruleset {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int64_t>::max();

// The definition: of the rows that match, the longest prefixes, first prefix key first, then the first row.
std::optional<std::uint32_t> Scan(const Table& table, std::span<const KeyValue> arguments,
                                  const base::Timestamp& now) {
  std::optional<std::uint32_t> best;
  std::vector<std::size_t> best_lengths;
  for (std::uint32_t row = 0; row < table.row_count; ++row) {
    if (!table.RowMatches(row, arguments, now)) continue;
    std::vector<std::size_t> lengths;
    for (const TableKey& key : table.keys) {
      if (key.kind == KeyKind::kPrefix) lengths.push_back(table.texts[key.texts[row]].size());
    }
    if (!best || lengths > best_lengths) {
      best = row;
      best_lengths = lengths;
    }
  }
  return best;
}

class RandomTable {
 public:
  explicit RandomTable(std::uint32_t seed) : random_(seed) {}

  Table Make() {
    Table table;
    table.row_count = Below(4) == 0 ? Below(400) : Below(30);
    for (std::uint32_t n = Below(5); n > 0; --n) table.keys.push_back(MakeKey(&table));
    if (Below(2) == 0) {
      for (std::uint32_t row = 0; row < table.row_count; ++row) {
        table.valid_from.push_back(Time());
        table.valid_until.push_back(Time());
      }
    }
    table.Prepare();
    return table;
  }

  KeyValue Argument(const TableKey& key) {
    KeyValue value;
    value.type = key.type;
    switch (key.type) {
      case ValueType::kString:
        texts_.push_back(Text(key.kind == KeyKind::kPrefix ? 6 : 1));
        value.text = texts_.back();
        break;
      case ValueType::kDouble: value.real = Real(); break;
      case ValueType::kTimestamp: value.time = Time(); break;
      default: value.number = Number();
    }
    return value;
  }

  base::Timestamp Time() { return {Below(8), Below(3) == 0 ? static_cast<int>(Below(3)) : 0}; }

 private:
  std::uint32_t Below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }

  std::string Text(std::uint32_t length_max) {
    std::string text;
    for (std::uint32_t n = Below(length_max + 1); n > 0; --n) text.push_back(Below(2) == 0 ? 'a' : 'b');
    return text;
  }

  double Real() {
    constexpr double kSpecial[] = {-kInfinity, kInfinity, 0.0, -0.0, 1e308, -1e-308, NAN};
    return Below(6) == 0 ? kSpecial[Below(7)] : static_cast<double>(Below(12)) - 4;
  }

  std::int64_t Number() {
    constexpr std::int64_t kSpecial[] = {kIntMin, kIntMax, kIntMax - 1, 0};
    return Below(8) == 0 ? kSpecial[Below(4)] : static_cast<std::int64_t>(Below(10)) - 4;
  }

  double RealBound() {
    const double real = Real();
    return std::isnan(real) ? 0.5 : real;
  }

  TableKey MakeKey(Table* table) {
    TableKey key;
    key.kind = static_cast<KeyKind>(Below(3));
    if (key.kind == KeyKind::kInterval) {
      constexpr ValueType kTypes[] = {ValueType::kDouble, ValueType::kInt, ValueType::kTimestamp};
      key.type = kTypes[Below(3)];
    } else if (key.kind == KeyKind::kExact && Below(3) == 0) {
      key.type = ValueType::kInt;
    }
    for (std::uint32_t row = 0; row < table->row_count; ++row) FillRow(table, &key);
    return key;
  }

  void FillRow(Table* table, TableKey* key) {
    const bool interval = key->kind == KeyKind::kInterval;
    if (key->type == ValueType::kString) {
      key->texts.push_back(table->texts.Add(Text(key->kind == KeyKind::kPrefix ? 4 : 1)));
    } else if (!interval) {
      key->ints.push_back(static_cast<std::int64_t>(Below(3)));
    } else if (key->type == ValueType::kDouble) {
      key->from_doubles.push_back(RealBound());
      key->to_doubles.push_back(RealBound());
    } else if (key->type == ValueType::kInt) {
      key->from_ints.push_back(Number());
      key->to_ints.push_back(Number());
    } else {
      key->from_times.push_back(Time());
      key->to_times.push_back(Time());
    }
  }

  std::mt19937 random_;
  std::deque<std::string> texts_;
};

TEST(ReferenceTableTest, FindEqualsAScanOverRandomTables) {
  std::size_t found = 0;
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    RandomTable maker(seed);
    const Table table = maker.Make();
    for (int i = 0; i < 60; ++i) {
      std::vector<KeyValue> arguments;
      for (const TableKey& key : table.keys) arguments.push_back(maker.Argument(key));
      const base::Timestamp now = maker.Time();
      const auto expected = Scan(table, arguments, now);
      ASSERT_EQ(table.Find(arguments, now), expected) << "seed " << seed;
      found += expected ? 1 : 0;
    }
  }
  EXPECT_GT(found, 10'000u);
}

Table PrefixTable(const std::vector<std::string>& prefixes) {
  Table table;
  table.row_count = static_cast<std::uint32_t>(prefixes.size());
  table.keys.resize(1);
  table.keys[0].kind = KeyKind::kPrefix;
  for (const std::string& prefix : prefixes) table.keys[0].texts.push_back(table.texts.Add(prefix));
  table.Prepare();
  return table;
}

KeyValue TextKey(std::string_view text) {
  KeyValue value;
  value.text = text;
  return value;
}

TEST(ReferenceTableTest, TheLongestPrefixWinsAndThenTheFirstRow) {
  const Table table = PrefixTable({"85", "8517", "8517", ""});
  const auto find = [&](std::string_view text) {
    const KeyValue key = TextKey(text);
    return table.Find({&key, 1}, {}).value_or(99);
  };
  EXPECT_EQ(find("851712"), 1u);
  EXPECT_EQ(find("8518"), 0u);
  EXPECT_EQ(find("8"), 3u);
  EXPECT_EQ(find(""), 3u);
}

TEST(ReferenceTableTest, ALongerPrefixThatIsNotValidNowGivesWayToAShorterOne) {
  Table table = PrefixTable({"85", "8517"});
  table.valid_from = {{0, 0}, {100, 0}};
  table.valid_until = {{1000, 0}, {200, 5}};
  table.Prepare();
  const KeyValue key = TextKey("85171");
  EXPECT_EQ(table.Find({&key, 1}, {99, 999'999'999}), 0u);
  EXPECT_EQ(table.Find({&key, 1}, {100, 0}), 1u);
  EXPECT_EQ(table.Find({&key, 1}, {200, 4}), 1u);
  EXPECT_EQ(table.Find({&key, 1}, {200, 5}), 0u);
  EXPECT_EQ(table.Find({&key, 1}, {1000, 0}), std::nullopt);
}

TEST(ReferenceTableTest, ManyIntervalsOfOneKeyAreFoundAtTheirEdges) {
  Table table;
  table.row_count = 1000;
  table.keys.resize(1);
  table.keys[0].kind = KeyKind::kInterval;
  table.keys[0].type = ValueType::kInt;
  for (std::int64_t row = 0; row < 1000; ++row) {
    table.keys[0].from_ints.push_back(row == 0 ? kIntMin : row * 10);
    table.keys[0].to_ints.push_back(row == 999 ? kIntMax : row * 10 + 10);
  }
  table.Prepare();
  const auto find = [&](std::int64_t number) {
    KeyValue key;
    key.type = ValueType::kInt;
    key.number = number;
    return table.Find({&key, 1}, {}).value_or(9999);
  };
  EXPECT_EQ(find(kIntMin), 0u);
  EXPECT_EQ(find(9), 0u);
  EXPECT_EQ(find(10), 1u);
  EXPECT_EQ(find(4999), 499u);
  EXPECT_EQ(find(9990), 999u);
  EXPECT_EQ(find(kIntMax), 999u);
}

TEST(ReferenceTableTest, ATableWithoutRowsHasNoRow) {
  const Table table = PrefixTable({});
  const KeyValue key = TextKey("");
  EXPECT_EQ(table.Find({&key, 1}, {}), std::nullopt);
}

}  // namespace
}  // namespace sluice::ruleset
