#include "engine/base/blake2b.h"

#include <sodium.h>

namespace sluice::base {

struct Blake2b::State {
  crypto_generichash_blake2b_state sodium;
};

namespace {

std::span<const std::uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// libsodium hashes by its portable code until it has looked at the processor: half the speed.
void ChooseImplementation() {
  [[maybe_unused]] static const int chosen = sodium_init();
}

}  // namespace

Hash256 Blake2b256(std::span<const std::uint8_t> bytes) {
  ChooseImplementation();
  Hash256 hash;
  crypto_generichash_blake2b(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
  return hash;
}

Hash256 Blake2b256(std::string_view text) { return Blake2b256(Bytes(text)); }

Hash256 KeyedBlake2b256(const Key256& key, std::span<const std::uint8_t> bytes) {
  ChooseImplementation();
  Hash256 hash;
  crypto_generichash_blake2b(hash.data(), hash.size(), bytes.data(), bytes.size(), key.data(), key.size());
  return hash;
}

Hash512 KeyedBlake2b512(const Key256& key, std::span<const std::uint8_t> bytes) {
  ChooseImplementation();
  Hash512 hash;
  crypto_generichash_blake2b(hash.data(), hash.size(), bytes.data(), bytes.size(), key.data(), key.size());
  return hash;
}

Hash512 KeyedBlake2b512(const Key256& key, std::initializer_list<std::span<const std::uint8_t>> pieces) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), sizeof(Hash512));
  for (const auto piece : pieces) crypto_generichash_blake2b_update(&state, piece.data(), piece.size());
  Hash512 hash;
  crypto_generichash_blake2b_final(&state, hash.data(), hash.size());
  return hash;
}

std::string Hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

Blake2b::Blake2b() : state_(std::make_unique<State>()) {
  ChooseImplementation();
  Reset();
}

void Blake2b::Reset() { crypto_generichash_blake2b_init(&state_->sodium, nullptr, 0, sizeof(Hash256)); }

Blake2b::~Blake2b() = default;

void Blake2b::Update(std::span<const std::uint8_t> bytes) {
  crypto_generichash_blake2b_update(&state_->sodium, bytes.data(), bytes.size());
}

Hash256 Blake2b::Digest() const {
  State copy = *state_;
  Hash256 hash;
  crypto_generichash_blake2b_final(&copy.sodium, hash.data(), hash.size());
  return hash;
}

}  // namespace sluice::base
