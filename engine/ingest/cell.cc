#include "engine/ingest/cell.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/base/time_text.h"

namespace sluice::ingest {

using parcel::ValueType;
using wire::RecordBuilder;
using wire::SetResult;

namespace {

constexpr std::size_t kQuotedBytesMax = 40;  // bytes of a cell shown in a message

struct Unit {
  std::string_view name;
  char dimension;
  double size;  // in grams, or millimetres
};
constexpr std::array<Unit, 7> kUnits{{{"mg", 'm', 0.001},
                                      {"g", 'm', 1},
                                      {"kg", 'm', 1000},
                                      {"t", 'm', 1'000'000},
                                      {"mm", 'l', 1},
                                      {"cm", 'l', 10},
                                      {"m", 'l', 1000}}};

const Unit* FindUnit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

std::optional<double> Factor(std::string_view from, std::string_view to) {
  const Unit* source = FindUnit(from);
  const Unit* target = FindUnit(to);
  if (source == nullptr || target == nullptr || source->dimension != target->dimension) return std::nullopt;
  return source->size / target->size;
}

template <typename T>
bool ParseWhole(std::string_view text, T* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool ParseBool(std::string_view text, bool* value) {
  *value = text == "true" || text == "1";
  return *value || text == "false" || text == "0";
}

bool Refused(SetResult result, std::string_view text, std::string* flaw) {
  if (result == SetResult::kOk) return false;
  *flaw = Quoted(text) + ": " + wire::SetResultName(result);
  return true;
}

bool Flaw(std::string_view text, const char* what, std::string* flaw) {
  *flaw = Quoted(text) + " is not " + what;
  return false;
}

// The UTC second at which a clock of the zone showed `local`. In the hour that a clock skips or repeats: the
// later offset's reading.
std::int64_t UtcOfLocal(const ruleset::Zone* zone, std::int64_t local_seconds) {
  if (zone == nullptr) return local_seconds;
  const std::int64_t guess = local_seconds - zone->OffsetAt(local_seconds);
  return local_seconds - zone->OffsetAt(guess);
}

}  // namespace

std::string Quoted(std::string_view text) {
  if (text.size() <= kQuotedBytesMax) return "\"" + std::string(text) + "\"";
  std::size_t cut = kQuotedBytesMax;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not inside a code point
  return "\"" + std::string(text.substr(0, cut)) + "…\"";
}

Result<CellFormat> CellFormat::Make(const parcel::Catalog& catalog, const parcel::Field& field,
                                    const ColumnMapping* mapping, const ruleset::Zone* zone) {
  CellFormat format;
  format.field_ = field;
  format.zone_ = zone;
  if (field.enumeration != parcel::kNoIndex) format.enumeration_ = &catalog.enums[field.enumeration];
  if (!parcel::IsScalar(field.type)) {
    return Status(StatusCode::kInvalidArgument, "field '" + field.name + "' is a " +
                                                    parcel::ValueTypeName(field.type) + ", not a single value");
  }
  if (mapping == nullptr) return format;
  format.currency_ = mapping->currency;
  format.format_ = mapping->format;
  if (mapping->currency != 0 && field.type != ValueType::kMoney) {
    return Status(StatusCode::kInvalidArgument, "'currency' is for money, field '" + field.name + "' is a " +
                                                    parcel::ValueTypeName(field.type));
  }
  if (!mapping->format.empty() && field.type != ValueType::kTimestamp) {
    return Status(StatusCode::kInvalidArgument, "'format' is for timestamps, field '" + field.name + "' is a " +
                                                    parcel::ValueTypeName(field.type));
  }
  if (!mapping->unit.empty()) {
    const auto factor = Factor(mapping->unit, field.unit);
    if (!factor) {
      return Status(StatusCode::kInvalidArgument, "unit '" + mapping->unit + "' cannot become '" + field.unit +
                                                      "' of field '" + field.name + "'");
    }
    format.factor_ = *factor;
  }
  return format;
}

bool CellFormat::SetEnum(std::string_view text, std::int64_t* value) const {
  for (const parcel::EnumValue& entry : enumeration_->values) {
    if (entry.name == text) {
      *value = entry.value;
      return true;
    }
  }
  return ParseWhole(text, value);
}

bool CellFormat::ParseTime(std::string_view text, base::Timestamp* time) const {
  if (!format_.empty()) {
    const auto local = base::ParseLocalSeconds(text, format_);
    if (local) *time = {UtcOfLocal(zone_, *local), 0};
    return local.has_value();
  }
  std::int64_t count = 0;
  if (ParseWhole(text, &count)) {
    *time = base::TimestampFromUnits(count, field_.time_units_per_second);
    return true;
  }
  const auto parsed = base::ParseTimestamp(text);
  if (parsed) *time = *parsed;
  return parsed.has_value();
}

bool CellFormat::SetNumber(std::string_view text, RecordBuilder::Handle handle, RecordBuilder::Node node,
                           RecordBuilder* builder, std::string* flaw) const {
  std::int64_t whole = 0;
  std::uint64_t natural = 0;
  double real = 0;
  if (field_.type == ValueType::kDouble || factor_ != 1) {
    if (!ParseWhole(text, &real)) return Flaw(text, "a number", flaw);
    real *= factor_;
    if (field_.type == ValueType::kDouble) return !Refused(builder->SetDouble(handle, real, node), text, flaw);
    if (!(std::fabs(real) < 9e15)) return Flaw(text, "within the range of whole numbers", flaw);
    whole = std::llround(real);
    if (field_.type == ValueType::kInt) return !Refused(builder->SetInt(handle, whole, node), text, flaw);
    if (whole < 0) return Flaw(text, "zero or more", flaw);
    return !Refused(builder->SetUint(handle, static_cast<std::uint64_t>(whole), node), text, flaw);
  }
  if (field_.type == ValueType::kUint) {
    if (!ParseWhole(text, &natural)) return Flaw(text, "a whole number of zero or more", flaw);
    return !Refused(builder->SetUint(handle, natural, node), text, flaw);
  }
  if (enumeration_ != nullptr ? !SetEnum(text, &whole) : !ParseWhole(text, &whole)) {
    return Flaw(text, enumeration_ != nullptr ? "a value of the enum" : "a whole number", flaw);
  }
  return !Refused(builder->SetInt(handle, whole, node), text, flaw);
}

bool CellFormat::Set(std::string_view text, RecordBuilder::Handle handle, RecordBuilder::Node node,
                     RecordBuilder* builder, std::string* flaw) const {
  switch (field_.type) {
    case ValueType::kString: return !Refused(builder->SetString(handle, text, node), text, flaw);
    case ValueType::kBool: {
      bool value = false;
      if (!ParseBool(text, &value)) return Flaw(text, "true, false, 1 or 0", flaw);
      return !Refused(builder->SetBool(handle, value, node), text, flaw);
    }
    case ValueType::kTimestamp: {
      base::Timestamp time;
      if (!ParseTime(text, &time)) {
        return Flaw(text, format_.empty() ? "a timestamp" : "a time of the mapping's format", flaw);
      }
      return !Refused(builder->SetTimestamp(handle, time, node), text, flaw);
    }
    case ValueType::kDuration: {
      std::int64_t count = 0;
      if (ParseWhole(text, &count)) return !Refused(builder->SetInt(handle, count, node), text, flaw);
      const auto duration = base::ParseDuration(text);
      if (!duration) return Flaw(text, "a duration", flaw);
      return !Refused(builder->SetDuration(handle, *duration, node), text, flaw);
    }
    case ValueType::kMoney: {
      const auto money = currency_ != 0 ? base::ParseMoneyAmount(text, currency_) : base::ParseMoney(text);
      if (!money)
        return Flaw(text, currency_ != 0 ? "an amount of the mapping's currency" : "money (\"12.50 EUR\")", flaw);
      return !Refused(builder->SetMoney(handle, *money, node), text, flaw);
    }
    default: return SetNumber(text, handle, node, builder, flaw);
  }
}

}  // namespace sluice::ingest
