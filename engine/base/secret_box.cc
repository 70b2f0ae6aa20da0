#include "engine/base/secret_box.h"

#include <sodium.h>

namespace sluice::base {

static_assert(sizeof(SecretBox::nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(sizeof(SecretBox::tag) == crypto_aead_xchacha20poly1305_ietf_ABYTES);

SecretBox SealInPlace(const Key256& key, std::span<const std::uint8_t> context, std::span<std::uint8_t> text) {
  [[maybe_unused]] static const int chosen = sodium_init();  // the fast implementation
  SecretBox box;
  randombytes_buf(box.nonce.data(), box.nonce.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(text.data(), box.tag.data(), nullptr, text.data(), text.size(),
                                                      context.data(), context.size(), nullptr, box.nonce.data(),
                                                      key.data());
  return box;
}

bool OpenInPlace(const Key256& key, std::span<const std::uint8_t> context, const SecretBox& box,
                 std::span<std::uint8_t> text) {
  return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(text.data(), nullptr, text.data(), text.size(),
                                                             box.tag.data(), context.data(), context.size(),
                                                             box.nonce.data(), key.data()) == 0;
}

}  // namespace sluice::base
