// BLAKE2b (RFC 7693), by libsodium: the one hash of bundles, decisions and draws.
//
// Thread-safety: free functions are thread-safe; a Blake2b object belongs to one thread at a time.
// Errors: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::base {

using Hash256 = std::array<std::uint8_t, 32>;
using Hash512 = std::array<std::uint8_t, 64>;
using Key256 = std::array<std::uint8_t, 32>;

Hash256 Blake2b256(std::span<const std::uint8_t> bytes);
Hash256 Blake2b256(std::string_view text);
/// BLAKE2b-256 keyed with `key`.
Hash256 KeyedBlake2b256(const Key256& key, std::span<const std::uint8_t> bytes);
/// BLAKE2b-512 keyed with `key`.
Hash512 KeyedBlake2b512(const Key256& key, std::span<const std::uint8_t> bytes);
/// The same over the pieces one after the other, without putting them together first.
Hash512 KeyedBlake2b512(const Key256& key, std::initializer_list<std::span<const std::uint8_t>> pieces);

/// Lower-case hexadecimal.
std::string Hex(std::span<const std::uint8_t> bytes);

/// BLAKE2b-256 of bytes that arrive in pieces.
class Blake2b {
 public:
  Blake2b();
  ~Blake2b();
  Blake2b(const Blake2b&) = delete;
  Blake2b& operator=(const Blake2b&) = delete;

  /// As if newly made; takes no memory.
  void Reset();
  void Update(std::span<const std::uint8_t> bytes);
  /// The hash of all bytes so far; the object goes on from there.
  Hash256 Digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::base
