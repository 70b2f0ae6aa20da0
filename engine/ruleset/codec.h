// How plain data becomes the bytes of a bundle's sections and data again (FORMAT.md): little-endian, packed.
//
// A part of a rule set is described once, by a template Code(codec, part) that names its members in order;
// with a SectionWriter it writes them, with a SectionReader it reads them, so both always agree.
// Thread-safety: an object belongs to one thread.   Ownership: a reader points into the caller's bytes.
// Errors: of a reader, the first is kept and everything read after it is empty; nothing is allocated that
// the bytes left could not fill.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/ruleset/program.h"

namespace sluice::ruleset {

static_assert(std::endian::native == std::endian::little, "sections are copied as they stand");

template <typename T>
concept Number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

class SectionWriter {
 public:
  template <typename T>
  using Of = const T;

  void Bytes(const void* data, std::size_t count) {
    if (count == 0) return;
    const std::size_t end = bytes_.size();
    bytes_.resize(end + count);
    std::memcpy(bytes_.data() + end, data, count);
  }
  template <Number T>
  void Value(const T& value) {
    Bytes(&value, sizeof(value));
  }
  void Value(const bool& value) { bytes_.push_back(value ? 1 : 0); }
  template <typename T>
  void Enum(const T& value, T /*last*/) {
    Bytes(&value, sizeof(value));
  }
  /// Numbers, or structs without padding, as they stand in memory.
  template <typename T>
  void Block(const std::vector<T>& values) {
    Value(std::uint64_t{values.size()});
    Bytes(values.data(), values.size() * sizeof(T));
  }
  void Block(const std::string& text) {
    Value(std::uint64_t{text.size()});
    Bytes(text.data(), text.size());
  }
  /// Parts one after the other, each by its Code().
  template <typename T>
  void Each(const std::vector<T>& parts) {
    Value(std::uint64_t{parts.size()});
    for (const T& part : parts) Code(*this, part);
  }

  std::vector<std::uint8_t> Take() { return std::move(bytes_); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class SectionReader {
 public:
  template <typename T>
  using Of = T;

  explicit SectionReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void Bytes(void* data, std::size_t count) {
    if (count > left()) {
      Fail("the section ends within a value");
      std::memset(data, 0, count);
    } else if (count != 0) {
      std::memcpy(data, bytes_.data() + offset_, count);
      offset_ += count;
    }
  }
  template <Number T>
  void Value(T& value) {
    Bytes(&value, sizeof(value));
  }
  void Value(bool& value) {
    std::uint8_t byte = 0;
    Value(byte);
    if (byte > 1) Fail("a truth value is neither 0 nor 1");
    value = byte == 1;
  }
  /// A value of an enum whose values go from 0 to `last`.
  template <typename T>
  void Enum(T& value, T last) {
    std::underlying_type_t<T> number = 0;
    Value(number);
    if (number > static_cast<std::underlying_type_t<T>>(last)) {
      Fail("an unknown kind, number " + std::to_string(number));
      number = 0;
    }
    value = static_cast<T>(number);
  }
  template <typename T>
  void Block(std::vector<T>& values) {
    static_assert(std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>);
    values.resize(Count(sizeof(T)));
    Bytes(values.data(), values.size() * sizeof(T));
  }
  void Block(std::string& text) {
    text.resize(Count(1));
    Bytes(text.data(), text.size());
  }
  template <typename T>
  void Each(std::vector<T>& parts) {
    static const std::size_t least_bytes = LeastBytes<T>();
    parts.resize(Count(least_bytes));
    for (T& part : parts) {
      Code(*this, part);
      if (failed()) return;
    }
  }

  void Fail(std::string_view what) {
    if (failed()) return;
    failure_ = what;
    failure_offset_ = offset_;
    offset_ = bytes_.size();
  }
  /// Nothing may follow the last value.
  void End() {
    if (left() != 0) Fail("bytes follow the last value of the section");
  }
  bool failed() const { return !failure_.empty(); }
  const std::string& failure() const { return failure_; }
  std::size_t failure_offset() const { return failure_offset_; }

 private:
  std::size_t left() const { return bytes_.size() - offset_; }

  // A count of things of which each takes at least `least_bytes`.
  std::size_t Count(std::size_t least_bytes) {
    std::uint64_t count = 0;
    Value(count);
    if (count > left() / least_bytes) {
      Fail("a count of " + std::to_string(count) + " is more than the section holds");
      return 0;
    }
    return static_cast<std::size_t>(count);
  }

  // What a T without any content takes.
  template <typename T>
  static std::size_t LeastBytes() {
    SectionWriter writer;
    Code(writer, T{});
    return writer.size();
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t offset_ = 0;
  std::string failure_;
  std::size_t failure_offset_ = 0;
};

template <typename C>
void Code(C& codec, typename C::template Of<std::string>& text) {
  codec.Block(text);
}

template <typename C>
void Code(C& codec, typename C::template Of<base::Timestamp>& time) {
  codec.Value(time.seconds);
  codec.Value(time.nanos);
}

template <typename C>
void Code(C& codec, typename C::template Of<base::Money>& money) {
  codec.Value(money.minor_units);
  codec.Value(money.currency);
}

template <typename C>
void Code(C& codec, typename C::template Of<TextPool>& pool) {
  codec.Block(pool.bytes);
  codec.Block(pool.ends);
}

template <typename C>
void Code(C& codec, typename C::template Of<std::vector<std::string>>& texts) {
  codec.Each(texts);
}

}  // namespace sluice::ruleset
