// Numbers and texts as the log lays them out: little-endian, a text with its length (u32) before it.
//
// Thread-safety: a Reader belongs to one thread.   Ownership: what is read points into the bytes given.
// Errors: a Reader that was asked for more than there is gives zeros and is not ok() from then on.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/time.h"

namespace sluice::log {

static_assert(std::endian::native == std::endian::little, "numbers are copied as they stand");

inline void PutBytes(std::span<const std::uint8_t> bytes, std::vector<std::uint8_t>* out) {
  out->insert(out->end(), bytes.begin(), bytes.end());
}
template <typename T>
void PutNumber(T value, std::vector<std::uint8_t>* out) {
  std::uint8_t raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  PutBytes(raw, out);
}
inline void PutText(std::string_view text, std::vector<std::uint8_t>* out) {
  PutNumber(static_cast<std::uint32_t>(text.size()), out);
  out->insert(out->end(), text.begin(), text.end());
}
inline void PutTime(const base::Timestamp& time, std::vector<std::uint8_t>* out) {
  PutNumber(time.seconds, out);
  PutNumber(time.nanos, out);
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  template <typename T>
  T Number() {
    T value{};
    const auto raw = Take(sizeof(T));
    if (!raw.empty()) std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  std::span<const std::uint8_t> Take(std::size_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::string_view Text() {
    const auto raw = Take(Number<std::uint32_t>());
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
  }
  base::Timestamp Time() {
    base::Timestamp time;
    time.seconds = Number<std::int64_t>();
    time.nanos = Number<std::int32_t>();
    if (time.nanos < 0 || time.nanos >= base::kNsPerSecond) ok_ = false;
    return time;
  }
  template <std::size_t N>
  void Array(std::array<std::uint8_t, N>* out) {
    const auto raw = Take(N);
    if (!raw.empty()) std::memcpy(out->data(), raw.data(), N);
  }
  std::span<const std::uint8_t> rest() const { return rest_; }
  bool ok() const { return ok_; }
  /// Everything was there, and nothing follows.
  bool Done() const { return ok_ && rest_.empty(); }

 private:
  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace sluice::log
