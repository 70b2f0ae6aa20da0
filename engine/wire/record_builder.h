// Builds records of any catalogue at run time: the writing side of CSV and NDJSON input, rule
// tests, the generator.
//
// Find handles once, then for each record: Start, any number of Set and AddItem calls in any order,
// Finish. The same calls give the same bytes. Presence masks set themselves. Texts are copied.
// Thread-safety: a builder belongs to one thread at a time; the catalogue outlives it.
// Errors: every Set returns a SetResult; a value that was refused leaves the field as it was.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/parcel/catalog.h"

namespace sluice::wire {

enum class SetResult : std::uint8_t {
  kOk,
  kWrongType,    // the field does not hold such a value, or the handle is kNoHandle
  kOutOfRange,   // the number does not fit the field's integer, or the time its unit
  kTextTooLong,  // over max_bytes, or over the N bytes of a fixed text
  kBadUtf8,
  kCurrencyMismatch,  // the record already names another currency for this money
};
const char* SetResultName(SetResult result);

class RecordBuilder {
 public:
  using Handle = std::uint32_t;  // a field, as seen from the root or from an element of a vector
  using Node = std::uint32_t;    // the root or one element of a vector, in the record being built
  static constexpr Handle kNoHandle = 0xFFFFFFFFu;
  static constexpr Node kRoot = 0;
  static constexpr Node kNoNode = 0xFFFFFFFFu;

  explicit RecordBuilder(const parcel::Catalog& catalog);
  ~RecordBuilder();
  RecordBuilder(RecordBuilder&&) noexcept;
  RecordBuilder& operator=(RecordBuilder&&) noexcept;

  /// The field at "consignee.name" below the root; kNoHandle when there is none.
  Handle Find(std::string_view path);
  /// The field at `path` below an element of `vector`; "" is the element itself, for vectors of
  /// scalars.
  Handle FindInItem(Handle vector, std::string_view path);
  const parcel::Field& field(Handle handle) const;

  /// Begins a new record; spans of the one before end here.
  void Start();

  /// Each sets a field below `node`: the root, or an element of the vector that `handle` was found
  /// in.
  SetResult SetBool(Handle handle, bool value, Node node = kRoot);
  /// Integers, enums, and the raw count of a money, timestamp or duration field.
  SetResult SetInt(Handle handle, std::int64_t value, Node node = kRoot);
  SetResult SetUint(Handle handle, std::uint64_t value, Node node = kRoot);
  SetResult SetDouble(Handle handle, double value, Node node = kRoot);
  SetResult SetString(Handle handle, std::string_view value, Node node = kRoot);
  /// Sets the minor units and the currency field beside it.
  SetResult SetMoney(Handle handle, const base::Money& value, Node node = kRoot);
  /// Cuts what is finer than the field's unit, towards the past.
  SetResult SetTimestamp(Handle handle, const base::Timestamp& value, Node node = kRoot);
  SetResult SetDuration(Handle handle, base::DurationNs value, Node node = kRoot);
  /// Makes the table or struct at `handle` present, with none of its fields.
  SetResult SetRecord(Handle handle, Node node = kRoot);

  /// Appends an element to `vector` below `parent`; kNoNode when `handle` is no vector or max_items
  /// is reached.
  Node AddItem(Handle vector, Node parent = kRoot);

  /// The finished record, valid until the next Start. It may be longer than kRecordBytesMax: the
  /// reader says so.
  std::span<const std::uint8_t> Finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::wire
