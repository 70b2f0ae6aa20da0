#include "tests/support/random_record.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/base/utf8.h"

namespace sluice::test_support {

using parcel::Field;
using parcel::ValueType;
using parcel::WireKind;
using wire::RecordBuilder;

namespace {

constexpr std::array<std::string_view, 4> kCurrencies{"CNY", "EUR", "USD", "KWD"};

std::string RandomText(std::mt19937_64& random, std::size_t most) {
  std::string text;
  const std::size_t wanted = random() % (std::min<std::size_t>(most, 60) + 1);
  const bool is_ascii = random() % 2 == 0;
  while (true) {
    char32_t point =
        static_cast<char32_t>(is_ascii ? 1 + random() % 0x7F : 1 + random() % 0x10FFFF);
    if (!base::IsUnicodeScalar(point)) point = 0x4E2D;
    const std::size_t before = text.size();
    base::AppendUtf8(point, &text);
    if (text.size() <= wanted) continue;
    text.resize(before);
    return text;
  }
}

// Small numbers as often as the edges of the field's range.
std::int64_t RandomInt(std::mt19937_64& random, WireKind wire) {
  const std::uint64_t bits = random() >> (random() % 64);
  switch (wire) {
    case WireKind::kI8: return static_cast<std::int8_t>(bits);
    case WireKind::kU8: return static_cast<std::uint8_t>(bits);
    case WireKind::kI16: return static_cast<std::int16_t>(bits);
    case WireKind::kU16: return static_cast<std::uint16_t>(bits);
    case WireKind::kI32: return static_cast<std::int32_t>(bits);
    case WireKind::kU32: return static_cast<std::uint32_t>(bits);
    default: return static_cast<std::int64_t>(bits);
  }
}

// Whether some money of the record takes its currency from this field.
bool IsCurrency(const parcel::Record& record, const Field& field) {
  for (const Field& money : record.fields) {
    if (money.currency_field != parcel::kNoIndex &&
        record.fields[money.currency_field].name == field.name)
      return true;
  }
  return false;
}

}  // namespace

RandomRecord::RandomRecord(const parcel::Catalog& catalog)
    : catalog_(catalog),
      builder_(catalog),
      root_(Entries(catalog.root, "", RecordBuilder::kNoHandle)) {}

std::vector<RandomRecord::Entry> RandomRecord::Entries(std::uint32_t record,
                                                       const std::string& prefix,
                                                       RecordBuilder::Handle vector) {
  std::vector<Entry> entries;
  for (const Field& field : catalog_.records[record].fields) {
    if (field.hidden) continue;
    const std::string path = prefix + field.name;
    const RecordBuilder::Handle handle = vector == RecordBuilder::kNoHandle
                                             ? builder_.Find(path)
                                             : builder_.FindInItem(vector, path);
    Entry entry{handle, IsCurrency(catalog_.records[record], field), {}};
    if (field.type == ValueType::kList) {
      if (field.record != parcel::kNoIndex) {
        entry.elements = Entries(field.record, "", handle);
      } else {
        entry.elements.push_back({builder_.FindInItem(handle, ""), false, {}});
      }
    }
    entries.push_back(std::move(entry));
    if (field.type != ValueType::kRecord) continue;
    for (Entry& inner : Entries(field.record, path + ".", vector))
      entries.push_back(std::move(inner));
  }
  return entries;
}

std::span<const std::uint8_t> RandomRecord::Next(std::mt19937_64& random,
                                                 unsigned presence_percent) {
  builder_.Start();
  Fill(root_, RecordBuilder::kRoot, random, presence_percent);
  return builder_.Finish();
}

void RandomRecord::Fill(const std::vector<Entry>& entries, RecordBuilder::Node node,
                        std::mt19937_64& random, unsigned presence_percent) {
  for (const Entry& entry : entries) {
    if (random() % 100 < presence_percent) Set(entry, node, random, presence_percent);
  }
}

void RandomRecord::Set(const Entry& entry, RecordBuilder::Node node, std::mt19937_64& random,
                       unsigned presence_percent) {
  const Field& field = builder_.field(entry.handle);
  const std::size_t text_bytes =
      field.wire == WireKind::kFixedText ? field.fixed_bytes : field.max_bytes;
  switch (field.type) {
    case ValueType::kBool: (void)builder_.SetBool(entry.handle, random() % 2 == 0, node); break;
    case ValueType::kUint:
      (void)builder_.SetUint(entry.handle, random() >> (random() % 64), node);
      break;
    case ValueType::kDouble:
      (void)builder_.SetDouble(
          entry.handle, static_cast<double>(static_cast<std::int64_t>(random())) / 1e6, node);
      break;
    case ValueType::kString: {
      const std::string text = entry.is_currency
                                   ? std::string(kCurrencies[random() % kCurrencies.size()])
                                   : RandomText(random, text_bytes);
      (void)builder_.SetString(entry.handle, text, node);
      break;
    }
    case ValueType::kTimestamp: {
      const auto span =
          static_cast<std::uint64_t>(base::kTimestampSecondsMax - base::kTimestampSecondsMin);
      const std::int64_t seconds =
          base::kTimestampSecondsMin + static_cast<std::int64_t>(random() % (span + 1));
      const auto nanos = static_cast<std::int32_t>(random() % base::kNsPerSecond);
      (void)builder_.SetTimestamp(entry.handle, {seconds, nanos}, node);
      break;
    }
    case ValueType::kDuration:
      (void)builder_.SetDuration(entry.handle, static_cast<std::int64_t>(random()), node);
      break;
    case ValueType::kMoney: {
      const auto currency = base::ParseCurrency(kCurrencies[random() % kCurrencies.size()]);
      (void)builder_.SetMoney(entry.handle, {RandomInt(random, field.wire), *currency}, node);
      break;
    }
    case ValueType::kRecord: (void)builder_.SetRecord(entry.handle, node); break;
    case ValueType::kList:
      for (std::uint64_t i = random() % 5; i > 0; --i) {
        const RecordBuilder::Node element = builder_.AddItem(entry.handle, node);
        const bool is_scalar = field.record == parcel::kNoIndex;
        if (element != RecordBuilder::kNoNode)
          Fill(entry.elements, element, random, is_scalar ? 100 : presence_percent);
      }
      break;
    default: (void)builder_.SetInt(entry.handle, RandomInt(random, field.wire), node); break;
  }
}

}  // namespace sluice::test_support
