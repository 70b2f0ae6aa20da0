#include "engine/log/segment.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/crc32c.h"
#include "engine/base/limits.h"
#include "engine/log/bytes.h"

namespace sluice::log {
namespace {

constexpr std::size_t kMagicBytes = 8;
constexpr std::size_t kDigits = 10;
const char* MagicOf(LogKind kind) { return kind == LogKind::kAudit ? "SLUICEAL" : "SLUICEJN"; }
std::string PrefixOf(LogKind kind) { return std::string(LogKindName(kind)) + "-"; }
constexpr char kSuffix[] = ".log";

std::uint32_t BlockCrc(std::span<const std::uint8_t, kBlockBytes> block, std::uint32_t seed, std::uint32_t index) {
  return base::Crc32c(block.subspan(sizeof(std::uint32_t)), seed ^ index);
}

}  // namespace

const char* LogKindName(LogKind kind) { return kind == LogKind::kAudit ? "audit" : "journal"; }

const char* SegmentCauseName(SegmentCause cause) {
  static constexpr const char* kNames[] = {"first", "rotated", "reopened", "failed"};
  return kNames[static_cast<int>(cause)];
}

std::vector<std::uint8_t> HeaderPayload(const SegmentHeader& header) {
  SLUICE_CHECK(header.site.size() <= limits::kLogSiteBytesMax);
  const char* const magic = MagicOf(header.kind);
  std::vector<std::uint8_t> out(magic, magic + kMagicBytes);
  out.reserve(kBlockPayloadBytes);
  PutNumber(kFormatVersion, &out);
  PutBytes(header.log_id, &out);
  PutNumber(header.number, &out);
  PutNumber(static_cast<std::uint32_t>(header.cause), &out);
  PutTime(header.created, &out);
  PutNumber(header.first_sequence, &out);
  PutNumber(header.generation, &out);
  PutBytes(header.rule_set, &out);
  PutBytes(header.chain, &out);
  PutNumber(header.previous_end, &out);
  PutNumber(header.previous_durable, &out);
  PutText(header.site, &out);
  SLUICE_CHECK(out.size() <= kBlockPayloadBytes);
  return out;
}

Result<SegmentHeader> DecodeHeader(std::span<const std::uint8_t, kBlockBytes> block, LogKind kind) {
  const auto corrupt = [](const char* what) { return Status(StatusCode::kCorrupt, what); };
  if (std::memcmp(block.data() + kBlockHeadBytes, MagicOf(kind), kMagicBytes) != 0) {
    return corrupt("the segment does not begin as one");
  }
  // The version before the checksum: a later one may lay out blocks otherwise.
  BlockHead head;
  const bool valid = ReadBlock(block, 0, 0, &head) == BlockState::kValid;
  Reader reader(std::span<const std::uint8_t>(block).subspan(kBlockHeadBytes, valid ? head.used : kBlockPayloadBytes));
  reader.Take(kMagicBytes);
  const auto version = reader.Number<std::uint32_t>();
  if (!valid) return corrupt("the segment's header is damaged");
  if (version != kFormatVersion) {
    return Status(StatusCode::kUnsupported, "format version " + std::to_string(version) + ", this build reads " +
                                                std::to_string(kFormatVersion));
  }
  SegmentHeader header;
  header.kind = kind;
  reader.Array(&header.log_id);
  header.number = reader.Number<std::uint32_t>();
  const auto cause = reader.Number<std::uint32_t>();
  header.created = reader.Time();
  header.first_sequence = reader.Number<std::uint64_t>();
  header.generation = reader.Number<std::uint32_t>();
  reader.Array(&header.rule_set);
  reader.Array(&header.chain);
  header.previous_end = reader.Number<std::uint32_t>();
  header.previous_durable = reader.Number<std::uint32_t>();
  header.site = reader.Text();
  if (!reader.Done() || cause > static_cast<std::uint32_t>(SegmentCause::kFailed) ||
      header.site.size() > limits::kLogSiteBytesMax || header.previous_durable > header.previous_end) {
    return corrupt("the segment's header is not one");
  }
  header.cause = static_cast<SegmentCause>(cause);
  return header;
}

Hash256 ChainStart(const SegmentHeader& header, const Hash256& before) {
  base::Blake2b hash;
  hash.Update(before);
  hash.Update(HeaderPayload(header));
  return hash.Digest();
}

std::uint32_t BlockSeed(const LogId& log_id, std::uint32_t number) {
  std::uint8_t raw[sizeof(number)];
  std::memcpy(raw, &number, sizeof(number));
  return base::Crc32c(raw, base::Crc32c(log_id));
}

void SealBlock(const BlockHead& head, std::uint32_t seed, std::uint32_t index,
               std::span<std::uint8_t, kBlockBytes> block) {
  std::memcpy(block.data() + 4, &head.durable, 4);
  std::memcpy(block.data() + 8, &head.used, 2);
  std::memset(block.data() + 10, 0, 2);
  const std::uint32_t crc = BlockCrc(block, seed, index);
  std::memcpy(block.data(), &crc, 4);
}

BlockState ReadBlock(std::span<const std::uint8_t, kBlockBytes> block, std::uint32_t seed, std::uint32_t index,
                     BlockHead* head) {
  std::uint32_t crc = 0;
  std::memcpy(&crc, block.data(), 4);
  std::memcpy(&head->durable, block.data() + 4, 4);
  std::memcpy(&head->used, block.data() + 8, 2);
  if (crc == BlockCrc(block, seed, index) && head->used > 0 && head->used <= kBlockPayloadBytes) {
    return BlockState::kValid;
  }
  const bool zeros = std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; });
  return zeros ? BlockState::kUnwritten : BlockState::kDamaged;
}

std::string SegmentName(LogKind kind, std::uint32_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, kDigits - digits.size(), '0');
  return PrefixOf(kind) + digits + kSuffix;
}

std::uint32_t SegmentNumber(LogKind kind, const std::string& name) {
  const std::string prefix = PrefixOf(kind);
  if (name.size() != prefix.size() + kDigits + sizeof(kSuffix) - 1 || !name.starts_with(prefix)) return 0;
  std::uint32_t number = 0;
  const char* const begin = name.data() + prefix.size();
  const auto [end, error] = std::from_chars(begin, begin + kDigits, number);
  return error == std::errc() && end == begin + kDigits && name.ends_with(kSuffix) ? number : 0;
}

}  // namespace sluice::log
