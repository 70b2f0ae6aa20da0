// Structs of the C interface cross by the size that the caller says: it may be older or newer than this library.
//
// Thread-safety: pure functions.   Ownership: none is taken.   Errors: codes, with words where they are a Status.
#pragma once

#include <sluice/sluice.h>
#include <sluice/status.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::abi {

/// Sizes of the structs in version 1 of the interface, bytes: what every host has at least.
template <typename T>
inline constexpr std::size_t kLeastBytes = 0;
template <>
inline constexpr std::size_t kLeastBytes<sluice_error> = 1024;
template <>
inline constexpr std::size_t kLeastBytes<sluice_rule_set_info> = 56;
template <>
inline constexpr std::size_t kLeastBytes<sluice_lane_info> = 32;
template <>
inline constexpr std::size_t kLeastBytes<sluice_decision> = 272;
template <>
inline constexpr std::size_t kLeastBytes<sluice_screener_options> = 16;
template <>
inline constexpr std::size_t kLeastBytes<sluice_engine_options> = 120;
template <>
inline constexpr std::size_t kLeastBytes<sluice_publish_options> = 32;
template <>
inline constexpr std::size_t kLeastBytes<sluice_generation> = 88;
template <>
inline constexpr std::size_t kLeastBytes<sluice_engine_status> = 88;
template <>
inline constexpr std::size_t kLeastBytes<sluice_delivery> = 296;
template <>
inline constexpr std::size_t kLeastBytes<sluice_submission> = 48;
template <>
inline constexpr std::size_t kLeastBytes<sluice_producer_info> = 32;
template <>
inline constexpr std::size_t kLeastBytes<sluice_consumer_options> = 48;

/// A size above is not believed: the member was not set.
inline constexpr std::size_t kStructBytesMax = 4096;

template <typename T>
bool HasSize(const T* given) {
  static_assert(kLeastBytes<T> != 0 && kLeastBytes<T> <= sizeof(T));
  return given->size >= kLeastBytes<T> && given->size <= kStructBytesMax;
}

/// Whether there is room for an answer; clears it.
template <typename T>
bool Clear(T* answer) {
  if (answer == nullptr || !HasSize(answer)) return false;
  std::memset(reinterpret_cast<char*>(answer) + sizeof answer->size, 0, answer->size - sizeof answer->size);
  return true;
}

/// Fills a cleared answer as far as the caller knows of it.
template <typename T>
void Fill(const T& value, T* answer) {
  const std::size_t size = answer->size;
  std::memcpy(answer, &value, std::min(size, sizeof(T)));
  answer->size = size;
}

/// What the caller gave; zeros for what it does not know, all of them where it gave nothing.
template <typename T>
Status Receive(const T* given, T* known) {
  *known = T{};
  if (given == nullptr) return Status::Ok();
  if (!HasSize(given)) {
    return {StatusCode::kInvalidArgument, "a struct of " + std::to_string(given->size) +
                                              " bytes: its size must be set to its sizeof"};
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(given);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (given->size > sizeof(T) && std::any_of(bytes + sizeof(T), bytes + given->size, is_set)) {
    return {StatusCode::kUnsupported, "a struct has a member set that libsluice " SLUICE_VERSION " does not know"};
  }
  std::memcpy(known, given, std::min(given->size, sizeof(T)));
  return Status::Ok();
}

inline sluice_text TextOf(std::string_view text) { return {text.data(), text.size()}; }

/// A text for an option: empty where there is none.
inline std::string OrEmpty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

}  // namespace sluice::abi
