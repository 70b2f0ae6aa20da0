// Encryption with a key that two sides share: XChaCha20-Poly1305 (libsodium; draft-irtf-cfrg-xchacha), in place.
//
// What was encrypted says whether it is as it was, and whether `context` is what it was; it needs no order. The nonce
// is random, and long enough that no two are alike.
// Thread-safety: free functions.   Ownership: none.   Errors: OpenInPlace is false, and leaves `text` as it was.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/base/blake2b.h"

namespace sluice::base {

struct SecretBox {
  std::array<std::uint8_t, 24> nonce{};
  std::array<std::uint8_t, 16> tag{};
};

SecretBox SealInPlace(const Key256& key, std::span<const std::uint8_t> context, std::span<std::uint8_t> text);
bool OpenInPlace(const Key256& key, std::span<const std::uint8_t> context, const SecretBox& box,
                 std::span<std::uint8_t> text);

}  // namespace sluice::base
