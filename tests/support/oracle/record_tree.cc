#include "tests/support/oracle/record_tree.h"

#include "engine/base/check.h"

namespace sluice::oracle {

using parcel::Field;
using parcel::Presence;
using parcel::ValueType;

namespace {

Value DefaultOf(const Field& field) {
  switch (field.type) {
    case ValueType::kBool: return {field.default_int != 0};
    case ValueType::kUint: return {static_cast<std::uint64_t>(field.default_int)};
    case ValueType::kDouble: return {field.default_double};
    case ValueType::kString: return {std::string()};
    default: return {field.default_int};
  }
}

/// Members of a struct without a mask are all there as soon as one of them is.
bool StructIsPresent(const parcel::Record& record, const RecordTree& tree, const Field& member) {
  for (const Field& other : record.fields) {
    if (other.inline_in == member.inline_in && tree.scalars.contains(other.name)) return true;
  }
  return false;
}

std::optional<Value> RawOf(const parcel::Record& record, const RecordTree& tree,
                           const Field& field) {
  const auto found = tree.scalars.find(field.name);
  if (found != tree.scalars.end()) return found->second;
  if (field.presence == Presence::kAlways) return DefaultOf(field);
  const bool in_plain_struct =
      field.presence == Presence::kSlot && field.inline_in != parcel::kNoIndex;
  if (in_plain_struct && StructIsPresent(record, tree, field)) return DefaultOf(field);
  return std::nullopt;
}

List ListOfVector(const RecordTree& tree, const Field& field) {
  List list;
  if (field.element_type == ValueType::kRecord) {
    const auto found = tree.record_vectors.find(field.name);
    if (found == tree.record_vectors.end()) return list;
    for (const RecordTree& element : found->second) list.push_back({&element});
    return list;
  }
  const auto found = tree.scalar_vectors.find(field.name);
  if (found == tree.scalar_vectors.end()) return list;
  for (const Value& raw : found->second) {
    list.push_back(ScalarFromRaw(field, field.element_type, raw));
  }
  return list;
}

}  // namespace

Value ScalarFromRaw(const Field& field, ValueType type, const Value& raw) {
  if (type != ValueType::kTimestamp && type != ValueType::kDuration) return raw;
  const std::int64_t count = raw.As<std::int64_t>();
  const std::int64_t units = field.time_units_per_second;
  if (type == ValueType::kDuration) return {Duration{count * (1'000'000'000 / units)}};
  std::int64_t seconds = count / units;
  if (count % units < 0) --seconds;
  const std::int64_t rest = count - seconds * units;
  return {base::Timestamp{seconds, static_cast<std::int32_t>(rest * (1'000'000'000 / units))}};
}

Result ReadField(const parcel::Catalog& catalog, const RecordTree& tree, const std::string& name) {
  const parcel::Record& record = catalog.records[tree.record];
  const std::uint32_t index = record.Find(name);
  SLUICE_CHECK(index != parcel::kNoIndex);
  const Field& field = record.fields[index];
  if (field.type == ValueType::kList) return MakeList(ListOfVector(tree, field));
  if (field.type == ValueType::kRecord) {
    const auto found = tree.records.find(name);
    if (found == tree.records.end()) return ErrorKind::kAbsent;
    return Value{&found->second};
  }
  const auto raw = RawOf(record, tree, field);
  if (!raw) return ErrorKind::kAbsent;
  if (field.type != ValueType::kMoney) return ScalarFromRaw(field, field.type, *raw);
  const auto currency = RawOf(record, tree, record.fields[field.currency_field]);
  if (!currency) return ErrorKind::kAbsent;
  return Value{Money{raw->As<std::int64_t>(), currency->As<std::string>()}};
}

std::optional<Value> ReadPath(const parcel::Catalog& catalog, const RecordTree& root,
                              const std::string& path) {
  const RecordTree* at = &root;
  std::size_t begin = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
    const auto found = at->records.find(path.substr(begin, dot - begin));
    if (found == at->records.end()) return std::nullopt;
    at = &found->second;
    begin = dot + 1;
  }
  const Result result = ReadField(catalog, *at, path.substr(begin));
  if (!result.ok()) return std::nullopt;
  return result.value();
}

TreeEncoder::Handle TreeEncoder::Find(Handle vector, const std::string& path) {
  const auto [at, is_new] = handles_.try_emplace({vector, path});
  if (is_new) {
    const bool at_root = vector == wire::RecordBuilder::kNoHandle;
    at->second = at_root ? builder_.Find(path) : builder_.FindInItem(vector, path);
    SLUICE_CHECK(at->second != wire::RecordBuilder::kNoHandle);
  }
  return at->second;
}

void TreeEncoder::PutScalar(const Value& value, Handle handle, Node node) {
  wire::SetResult result = wire::SetResult::kWrongType;
  if (value.Is<bool>()) result = builder_.SetBool(handle, value.As<bool>(), node);
  if (value.Is<std::int64_t>()) result = builder_.SetInt(handle, value.As<std::int64_t>(), node);
  if (value.Is<std::uint64_t>()) result = builder_.SetUint(handle, value.As<std::uint64_t>(), node);
  if (value.Is<double>()) result = builder_.SetDouble(handle, value.As<double>(), node);
  if (value.Is<std::string>()) result = builder_.SetString(handle, value.As<std::string>(), node);
  SLUICE_CHECK(result == wire::SetResult::kOk);
}

void TreeEncoder::Put(const RecordTree& tree, Handle vector, Node node, const std::string& prefix) {
  for (const auto& [name, value] : tree.scalars)
    PutScalar(value, Find(vector, prefix + name), node);
  for (const auto& [name, inner] : tree.records) {
    const auto result = builder_.SetRecord(Find(vector, prefix + name), node);
    SLUICE_CHECK(result == wire::SetResult::kOk);
    Put(inner, vector, node, prefix + name + ".");
  }
  for (const auto& [name, elements] : tree.record_vectors) {
    const Handle handle = Find(vector, prefix + name);
    for (const RecordTree& element : elements) {
      Put(element, handle, builder_.AddItem(handle, node), "");
    }
  }
  for (const auto& [name, elements] : tree.scalar_vectors) {
    const Handle handle = Find(vector, prefix + name);
    for (const Value& element : elements) {
      PutScalar(element, Find(handle, ""), builder_.AddItem(handle, node));
    }
  }
}

std::vector<std::uint8_t> TreeEncoder::Encode(const RecordTree& tree) {
  builder_.Start();
  Put(tree, wire::RecordBuilder::kNoHandle, wire::RecordBuilder::kRoot, "");
  const auto bytes = builder_.Finish();
  return {bytes.begin(), bytes.end()};
}

std::string ToText(const RecordTree& tree) {
  std::string text;
  const auto add = [&text](const std::string& name, const std::string& value) {
    text += (text.empty() ? "" : ", ") + name + ": " + value;
  };
  for (const auto& [name, value] : tree.scalars) add(name, ToText(value));
  for (const auto& [name, inner] : tree.records) add(name, ToText(inner));
  for (const auto& [name, elements] : tree.record_vectors) {
    std::string list;
    for (const RecordTree& element : elements) list += (list.empty() ? "" : ", ") + ToText(element);
    add(name, "[" + list + "]");
  }
  for (const auto& [name, elements] : tree.scalar_vectors) {
    std::string list;
    for (const Value& element : elements) list += (list.empty() ? "" : ", ") + ToText(element);
    add(name, "[" + list + "]");
  }
  return "{" + text + "}";
}

}  // namespace sluice::oracle
