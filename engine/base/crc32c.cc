#include "engine/base/crc32c.h"

#include <isa-l/crc.h>

namespace sluice::base {

std::uint32_t Crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before) {
  // ISA-L takes an int and a pointer that it does not write through, and leaves the inversions to its caller.
  constexpr std::size_t kPieceBytes = 1u << 30;
  while (bytes.size() > kPieceBytes) {
    before = Crc32c(bytes.first(kPieceBytes), before);
    bytes = bytes.subspan(kPieceBytes);
  }
  return ~crc32_iscsi(const_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), ~before);
}

}  // namespace sluice::base
