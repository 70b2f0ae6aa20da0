#include "engine/wire/record_builder.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/utf8.h"
#include "engine/wire/record_writer.h"

namespace sluice::wire {

using parcel::Catalog;
using parcel::Field;
using parcel::kNoIndex;
using parcel::ValueType;
using parcel::WireKind;

namespace {

// A step into a nested record.
struct Hop {
  std::uint32_t field;
  std::uint32_t record;  // that it leads to
};

struct HandleInfo {
  Field field;             // of an element handle ("" in a vector): as if the element were a field
  std::vector<Hop> hops;   // from the handle's base to the instance that holds the field
  std::uint32_t cell = 0;  // in that instance
};

struct Range {
  std::int64_t lowest;
  std::uint64_t highest;
};

template <typename T>
constexpr Range RangeOf() {
  return {static_cast<std::int64_t>(std::numeric_limits<T>::min()),
          static_cast<std::uint64_t>(std::numeric_limits<T>::max())};
}

Range IntegerRange(WireKind wire) {
  switch (wire) {
    case WireKind::kI8: return RangeOf<std::int8_t>();
    case WireKind::kU8: return RangeOf<std::uint8_t>();
    case WireKind::kI16: return RangeOf<std::int16_t>();
    case WireKind::kU16: return RangeOf<std::uint16_t>();
    case WireKind::kI32: return RangeOf<std::int32_t>();
    case WireKind::kU32: return RangeOf<std::uint32_t>();
    case WireKind::kI64: return RangeOf<std::int64_t>();
    default: return RangeOf<std::uint64_t>();
  }
}

bool HoldsInteger(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kUint || type == ValueType::kMoney ||
         type == ValueType::kTimestamp || type == ValueType::kDuration;
}

}  // namespace

const char* SetResultName(SetResult result) {
  switch (result) {
    case SetResult::kOk: return "ok";
    case SetResult::kWrongType: return "wrong_type";
    case SetResult::kOutOfRange: return "out_of_range";
    case SetResult::kTextTooLong: return "text_too_long";
    case SetResult::kBadUtf8: return "bad_utf8";
    case SetResult::kCurrencyMismatch: return "currency_mismatch";
  }
  return "unknown";
}

class RecordBuilder::Impl {
 public:
  explicit Impl(const Catalog& catalog) : catalog_(catalog), writer_(catalog) { Start(); }

  Handle Resolve(std::uint32_t record, std::string_view path) {
    HandleInfo info;
    while (record != kNoIndex) {
      const std::size_t dot = path.find('.');
      const std::uint32_t index = catalog_.records[record].Find(path.substr(0, dot));
      if (index == kNoIndex) return kNoHandle;
      const Field& field = catalog_.records[record].fields[index];
      if (dot == std::string_view::npos) {
        info.field = field;
        info.cell = index + 1;
        return Add(std::move(info));
      }
      info.hops.push_back({index, field.record});
      record = field.type == ValueType::kRecord ? field.record : kNoIndex;
      path.remove_prefix(dot + 1);
    }
    return kNoHandle;
  }

  Handle ResolveFromRoot(std::string_view path) { return Resolve(catalog_.root, path); }

  Handle ResolveInItem(Handle vector, std::string_view path) {
    if (vector >= handles_.size() || handles_[vector].field.wire != WireKind::kVector)
      return kNoHandle;
    const Field field = handles_[vector].field;
    if (!path.empty()) return Resolve(field.record, path);
    HandleInfo info;
    info.field = field;
    info.field.wire = field.element_wire;
    info.field.type = field.element_type;
    info.cell = 1;
    return Add(std::move(info));
  }

  const Field& field(Handle handle) const {
    SLUICE_CHECK(handle < handles_.size());
    return handles_[handle].field;
  }

  void Start() {
    cells_.clear();
    texts_.clear();
    NewInstance(catalog_.records[catalog_.root].fields.size());
  }

  SetResult SetInteger(Handle handle, bool is_negative, std::uint64_t bits, Node node) {
    if (handle >= handles_.size() || !HoldsInteger(handles_[handle].field.type))
      return SetResult::kWrongType;
    const Range range = IntegerRange(handles_[handle].field.wire);
    const bool fits =
        is_negative ? static_cast<std::int64_t>(bits) >= range.lowest : bits <= range.highest;
    if (!fits) return SetResult::kOutOfRange;
    Put(handle, node, {bits, 0, true});
    return SetResult::kOk;
  }

  SetResult SetBool(Handle handle, bool value, Node node) {
    if (!Is(handle, ValueType::kBool)) return SetResult::kWrongType;
    Put(handle, node, {value ? 1u : 0u, 0, true});
    return SetResult::kOk;
  }

  SetResult SetDouble(Handle handle, double value, Node node) {
    if (!Is(handle, ValueType::kDouble)) return SetResult::kWrongType;
    const bool is_narrow = handles_[handle].field.wire == WireKind::kF32;
    constexpr double kNarrowMax = std::numeric_limits<float>::max();
    const bool is_finite = std::abs(value) <= std::numeric_limits<double>::max();
    if (is_narrow && is_finite && std::abs(value) > kNarrowMax) return SetResult::kOutOfRange;
    Put(handle, node, {std::bit_cast<std::uint64_t>(value), 0, true});
    return SetResult::kOk;
  }

  SetResult SetString(Handle handle, std::string_view value, Node node) {
    if (!Is(handle, ValueType::kString)) return SetResult::kWrongType;
    const Field& target = handles_[handle].field;
    const std::size_t most =
        target.wire == WireKind::kFixedText ? target.fixed_bytes : target.max_bytes;
    if (value.size() > most) return SetResult::kTextTooLong;
    if (!base::IsValidUtf8(value)) return SetResult::kBadUtf8;
    Put(handle, node, TextCell(value));
    return SetResult::kOk;
  }

  SetResult SetMoney(Handle handle, const base::Money& value, Node node) {
    if (!Is(handle, ValueType::kMoney) || value.currency == 0) return SetResult::kWrongType;
    const HandleInfo& info = handles_[handle];
    const std::array<char, 3> letters{static_cast<char>(value.currency >> 16),
                                      static_cast<char>(value.currency >> 8),
                                      static_cast<char>(value.currency)};
    const std::string_view code(letters.data(), letters.size());
    const std::size_t currency_cell = Instance(info, node) + 1 + info.field.currency_field;
    const Cell known = cells_[currency_cell];
    if (known.present && TextOf(known) != code) return SetResult::kCurrencyMismatch;
    const SetResult result = SetInteger(handle, value.minor_units < 0,
                                        static_cast<std::uint64_t>(value.minor_units), node);
    if (result != SetResult::kOk || known.present) return result;
    cells_[currency_cell] = TextCell(code);
    return SetResult::kOk;
  }

  SetResult SetTimestamp(Handle handle, const base::Timestamp& value, Node node) {
    if (!Is(handle, ValueType::kTimestamp)) return SetResult::kWrongType;
    const std::int64_t units = handles_[handle].field.time_units_per_second;
    std::int64_t count = 0;
    if (__builtin_mul_overflow(value.seconds, units, &count) ||
        __builtin_add_overflow(count, value.nanos / (base::kNsPerSecond / units), &count)) {
      return SetResult::kOutOfRange;
    }
    return SetInteger(handle, count < 0, static_cast<std::uint64_t>(count), node);
  }

  SetResult SetDuration(Handle handle, base::DurationNs value, Node node) {
    if (!Is(handle, ValueType::kDuration)) return SetResult::kWrongType;
    const std::int64_t count =
        value / (base::kNsPerSecond / handles_[handle].field.time_units_per_second);
    return SetInteger(handle, count < 0, static_cast<std::uint64_t>(count), node);
  }

  SetResult SetRecord(Handle handle, Node node) {
    if (!Is(handle, ValueType::kRecord)) return SetResult::kWrongType;
    const HandleInfo& info = handles_[handle];
    EnterRecord(Instance(info, node), info.cell - 1, info.field.record);
    return SetResult::kOk;
  }

  Node AddItem(Handle vector, Node parent) {
    if (vector >= handles_.size() || handles_[vector].field.wire != WireKind::kVector)
      return kNoNode;
    const HandleInfo& info = handles_[vector];
    const std::size_t at = Instance(info, parent) + info.cell;
    if (cells_[at].extra >= info.field.max_items) return kNoNode;
    const bool is_record = info.field.record != kNoIndex;
    const Node made =
        NewInstance(is_record ? catalog_.records[info.field.record].fields.size() : 1);
    Cell& cell = cells_[at];
    const Node first = cell.present ? static_cast<Node>(cell.bits) : made;
    if (cell.present) cells_[cell.bits >> 32].bits = made;
    cell = {std::uint64_t{made} << 32 | first, cell.extra + 1, true};
    return made;
  }

  std::span<const std::uint8_t> Finish() { return writer_.Write(cells_, texts_); }

 private:
  Handle Add(HandleInfo info) {
    handles_.push_back(std::move(info));
    return static_cast<Handle>(handles_.size() - 1);
  }

  bool Is(Handle handle, ValueType type) const {
    return handle < handles_.size() && handles_[handle].field.type == type;
  }

  Node NewInstance(std::size_t fields) {
    const std::size_t at = cells_.size();
    cells_.resize(at + 1 + fields);
    return static_cast<Node>(at);
  }

  Cell TextCell(std::string_view text) {
    const Cell cell{texts_.size(), static_cast<std::uint32_t>(text.size()), true};
    texts_.append(text);
    return cell;
  }
  std::string_view TextOf(const Cell& cell) const {
    return std::string_view(texts_).substr(cell.bits, cell.extra);
  }

  // The instance behind a record field, made when it is not there yet.
  std::size_t EnterRecord(std::size_t instance, std::uint32_t field, std::uint32_t record) {
    const std::size_t at = instance + 1 + field;
    if (!cells_[at].present) {
      const Node made = NewInstance(catalog_.records[record].fields.size());
      cells_[at] = {made, 0, true};
    }
    return cells_[at].bits;
  }

  std::size_t Instance(const HandleInfo& info, Node node) {
    SLUICE_DCHECK(node < cells_.size());
    std::size_t instance = node;
    for (const Hop& hop : info.hops) instance = EnterRecord(instance, hop.field, hop.record);
    return instance;
  }

  void Put(Handle handle, Node node, const Cell& value) {
    const HandleInfo& info = handles_[handle];
    const std::size_t instance = Instance(info, node);
    cells_[instance + info.cell] = value;
  }

  const Catalog& catalog_;
  RecordWriter writer_;
  std::vector<HandleInfo> handles_;
  std::vector<Cell> cells_;
  std::string texts_;
};

RecordBuilder::RecordBuilder(const Catalog& catalog) : impl_(std::make_unique<Impl>(catalog)) {}
RecordBuilder::~RecordBuilder() = default;
RecordBuilder::RecordBuilder(RecordBuilder&&) noexcept = default;
RecordBuilder& RecordBuilder::operator=(RecordBuilder&&) noexcept = default;

RecordBuilder::Handle RecordBuilder::Find(std::string_view path) {
  return impl_->ResolveFromRoot(path);
}
RecordBuilder::Handle RecordBuilder::FindInItem(Handle vector, std::string_view path) {
  return impl_->ResolveInItem(vector, path);
}
const Field& RecordBuilder::field(Handle handle) const { return impl_->field(handle); }
void RecordBuilder::Start() { impl_->Start(); }

SetResult RecordBuilder::SetBool(Handle handle, bool value, Node node) {
  return impl_->SetBool(handle, value, node);
}
SetResult RecordBuilder::SetInt(Handle handle, std::int64_t value, Node node) {
  return impl_->SetInteger(handle, value < 0, static_cast<std::uint64_t>(value), node);
}
SetResult RecordBuilder::SetUint(Handle handle, std::uint64_t value, Node node) {
  return impl_->SetInteger(handle, false, value, node);
}
SetResult RecordBuilder::SetDouble(Handle handle, double value, Node node) {
  return impl_->SetDouble(handle, value, node);
}
SetResult RecordBuilder::SetString(Handle handle, std::string_view value, Node node) {
  return impl_->SetString(handle, value, node);
}
SetResult RecordBuilder::SetMoney(Handle handle, const base::Money& value, Node node) {
  return impl_->SetMoney(handle, value, node);
}
SetResult RecordBuilder::SetTimestamp(Handle handle, const base::Timestamp& value, Node node) {
  return impl_->SetTimestamp(handle, value, node);
}
SetResult RecordBuilder::SetDuration(Handle handle, base::DurationNs value, Node node) {
  return impl_->SetDuration(handle, value, node);
}
SetResult RecordBuilder::SetRecord(Handle handle, Node node) {
  return impl_->SetRecord(handle, node);
}
RecordBuilder::Node RecordBuilder::AddItem(Handle vector, Node parent) {
  return impl_->AddItem(vector, parent);
}
std::span<const std::uint8_t> RecordBuilder::Finish() { return impl_->Finish(); }

}  // namespace sluice::wire
