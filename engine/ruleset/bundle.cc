#include "engine/ruleset/bundle.h"

#include <cstring>
#include <functional>
#include <future>

#include "engine/base/file.h"
#include "engine/base/limits.h"
#include "engine/ruleset/sections.h"
#include "engine/ruleset/verify.h"

namespace sluice::ruleset {
namespace {

constexpr std::size_t kTableBytesOffset = 16;
constexpr std::size_t kTableHashOffset = 24;
constexpr std::size_t kHeaderBytes = kTableHashOffset + sizeof(base::Hash256);

// An entry of the section table; sections lie one after the other in the order of their entries.
struct Entry {
  std::uint64_t offset = 0;  // from the beginning of the bundle
  std::uint64_t bytes = 0;
  base::Hash256 hash{};
  std::string name;
};

template <typename C>
void Code(C& codec, typename C::template Of<Entry>& entry) {
  codec.Value(entry.offset);
  codec.Value(entry.bytes);
  codec.Bytes(entry.hash.data(), entry.hash.size());
  codec.Block(entry.name);
}

Status Corrupt(std::string what) { return {StatusCode::kCorrupt, std::move(what)}; }

base::Hash256 HashOfTable(std::span<const std::uint8_t> header, std::span<const std::uint8_t> table) {
  base::Blake2b hash;
  hash.Update(header);
  hash.Update(table);
  return hash.Digest();
}

Status CheckHeader(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes) return Corrupt("shorter than the header of a bundle");
  if (std::memcmp(bytes.data(), kBundleMagic, sizeof(kBundleMagic)) != 0) {
    return Corrupt("not a bundle: it does not begin with 'SLUICERS'");
  }
  std::uint32_t version = 0;
  std::memcpy(&version, bytes.data() + sizeof(kBundleMagic), sizeof(version));
  if (version == kBundleFormatVersion) return Status::Ok();
  return {StatusCode::kUnsupported, "format version " + std::to_string(version) +
                                        "; this build reads version " +
                                        std::to_string(kBundleFormatVersion)};
}

Result<std::vector<Entry>> ReadTable(std::span<const std::uint8_t> bytes) {
  const Status header = CheckHeader(bytes);
  if (!header.ok()) return header;
  std::uint64_t table_bytes = 0;
  std::memcpy(&table_bytes, bytes.data() + kTableBytesOffset, sizeof(table_bytes));
  if (table_bytes > bytes.size() - kHeaderBytes) return Corrupt("the section table is cut off");
  const auto table = bytes.subspan(kHeaderBytes, static_cast<std::size_t>(table_bytes));
  const base::Hash256 hash = HashOfTable(bytes.first(kTableHashOffset), table);
  if (std::memcmp(hash.data(), bytes.data() + kTableHashOffset, hash.size()) != 0) {
    return Corrupt("the section table is damaged: its hash differs");
  }
  std::uint32_t count = 0;
  std::memcpy(&count, bytes.data() + sizeof(kBundleMagic) + sizeof(std::uint32_t), sizeof(count));
  std::vector<Entry> entries;
  SectionReader reader(table);
  reader.Each(entries);
  reader.End();
  if (reader.failed()) {
    return Corrupt("section table, offset " + std::to_string(reader.failure_offset()) + ": " +
                   reader.failure());
  }
  if (entries.size() != count) return Corrupt("the header counts other sections than the table has");
  return entries;
}

Status CheckPlaces(const std::vector<Entry>& entries, std::uint64_t table_end, std::uint64_t end) {
  std::uint64_t at = table_end;
  for (const Entry& entry : entries) {
    const std::string where = "section '" + entry.name + "', offset " + std::to_string(entry.offset);
    if (entry.offset != at) return Corrupt(where + ": it does not follow the section before it");
    if (entry.bytes > end - at) return Corrupt(where + ": it is cut off");
    at += entry.bytes;
  }
  if (at != end) return Corrupt("bytes follow the last section at offset " + std::to_string(at));
  if (entries.size() < FixedSectionCount()) return Corrupt("sections are missing");
  return Status::Ok();
}

Result<std::vector<Entry>> ReadEntries(std::span<const std::uint8_t> bytes) {
  Result<std::vector<Entry>> entries = ReadTable(bytes);
  if (!entries.ok()) return entries;
  std::uint64_t table_bytes = 0;
  std::memcpy(&table_bytes, bytes.data() + kTableBytesOffset, sizeof(table_bytes));
  const Status places = CheckPlaces(*entries, kHeaderBytes + table_bytes, bytes.size());
  if (!places.ok()) return places;
  return entries;
}

std::vector<SectionInfo> InfosOf(const std::vector<Entry>& entries) {
  std::vector<SectionInfo> infos;
  for (const Entry& entry : entries) infos.push_back({entry.name, entry.bytes, entry.hash});
  return infos;
}

std::span<const std::uint8_t> SectionOf(std::span<const std::uint8_t> bytes, const Entry& entry) {
  return bytes.subspan(static_cast<std::size_t>(entry.offset), static_cast<std::size_t>(entry.bytes));
}

Status CheckHashes(std::span<const std::uint8_t> bytes, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    if (base::Blake2b256(SectionOf(bytes, entry)) == entry.hash) continue;
    return Corrupt("section '" + entry.name + "', offset " + std::to_string(entry.offset) +
                   ": it is damaged, its hash differs");
  }
  return Status::Ok();
}

Status ReadSections(std::span<const std::uint8_t> bytes, const std::vector<Entry>& entries,
                    RuleSet* rule_set) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Status read = DecodeSection(i, entries[i].name, SectionOf(bytes, entries[i]), rule_set);
    if (!read.ok()) return read;
  }
  return Verify(*rule_set);
}

}  // namespace

std::vector<std::uint8_t> EncodeBundle(const RuleSet& rule_set) {
  std::vector<Entry> entries;
  SectionWriter section_writer;
  EncodeSections(rule_set, [&](std::string name, std::vector<std::uint8_t> bytes) {
    entries.push_back({section_writer.size(), bytes.size(), base::Blake2b256(bytes), std::move(name)});
    section_writer.Bytes(bytes.data(), bytes.size());
  });
  SectionWriter sizing;
  sizing.Each(entries);
  for (Entry& entry : entries) entry.offset += kHeaderBytes + sizing.size();

  SectionWriter writer;
  writer.Bytes(kBundleMagic, sizeof(kBundleMagic));
  writer.Value(kBundleFormatVersion);
  writer.Value(static_cast<std::uint32_t>(entries.size()));
  writer.Value(std::uint64_t{sizing.size()});
  const std::vector<std::uint8_t> header = writer.Take();
  SectionWriter table_writer;
  table_writer.Each(entries);
  const std::vector<std::uint8_t> table = table_writer.Take();
  const base::Hash256 hash = HashOfTable(header, table);

  const std::vector<std::uint8_t> sections = section_writer.Take();

  SectionWriter bundle;
  bundle.Bytes(header.data(), header.size());
  bundle.Bytes(hash.data(), hash.size());
  bundle.Bytes(table.data(), table.size());
  bundle.Bytes(sections.data(), sections.size());
  return bundle.Take();
}

Result<RuleSetPtr> DecodeBundle(std::span<const std::uint8_t> bytes) {
  Result<std::vector<Entry>> entries = ReadEntries(bytes);
  if (!entries.ok()) return entries.status();
  // Hashing takes as long as all the rest, and the rest stands any bytes: so both go on at once. Where no
  // thread can be had, the hashes are checked by get().
  std::future<Status> sound = std::async(std::launch::async | std::launch::deferred, CheckHashes, bytes,
                                         std::cref(*entries));
  auto rule_set = std::make_shared<RuleSet>();
  const Status read = ReadSections(bytes, *entries, rule_set.get());
  const Status hashed = sound.get();
  if (!hashed.ok()) return hashed;
  if (!read.ok()) return read;
  rule_set->Finish(RuleSetHash(InfosOf(*entries)));
  return RuleSetPtr(std::move(rule_set));
}

Result<std::vector<SectionInfo>> InspectBundle(std::span<const std::uint8_t> bytes) {
  Result<std::vector<Entry>> entries = ReadEntries(bytes);
  if (!entries.ok()) return entries.status();
  return InfosOf(*entries);
}

Status WriteBundle(const RuleSet& rule_set, const std::string& path) {
  return base::ReplaceFile(path, EncodeBundle(rule_set));
}

Result<RuleSetPtr> ReadBundle(const std::string& path) {
  Result<std::vector<std::uint8_t>> bytes = base::ReadWholeFile(path, limits::kBundleBytesMax);
  if (!bytes.ok()) return bytes.status();
  Result<RuleSetPtr> rule_set = DecodeBundle(*bytes);
  if (rule_set.ok()) return rule_set;
  return Status(rule_set.status().code(), path + ": " + rule_set.status().message());
}

}  // namespace sluice::ruleset
