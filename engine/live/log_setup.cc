#include "engine/live/log_setup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "engine/base/file.h"
#include "engine/base/random.h"

namespace sluice::live {

namespace {

constexpr std::size_t kHexDigits = 64;

std::optional<base::Key256> ParseKey(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.size() != kHexDigits) return std::nullopt;
  base::Key256 key{};
  for (std::size_t i = 0; i < kHexDigits; ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return std::nullopt;
    key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4 | (digit ? c - '0' : c - 'a' + 10));
  }
  return key;
}

/// Only its owner may read it. Made whole or not at all: nobody finds half a key.
Status WriteKey(const std::string& path, const base::Key256& key) {
  const std::string text = base::Hex(key) + "\n";
  const std::string fresh = path + ".fresh";
  const int file = open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return {StatusCode::kIo, fresh + ": the site's key cannot be written"};
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  const bool closed = close(file) == 0;
  if (written && closed && rename(fresh.c_str(), path.c_str()) == 0) return Status::Ok();
  return {StatusCode::kIo, path + ": the site's key cannot be written"};
}

log::LogOptions OptionsOf(const LogOptions& options, log::LogKind kind) {
  log::LogOptions log;
  log.directory = options.directory;
  log.kind = kind;
  log.site = options.site;
  log.durability = options.durability == Durability::kGroup ? log::Durability::kGroup : log::Durability::kAsync;
  log.segment_bytes = options.segment_bytes;
  log.retention.bytes_max = options.keep_bytes;
  return log;
}

}  // namespace

std::string SiteKeyPath(const LogOptions& options) {
  return options.key_file.empty() ? options.directory + "/site.key" : options.key_file;
}

Result<base::Key256> ReadOrMakeSiteKey(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    const base::Key256 key = base::RandomKey();
    if (Status status = WriteKey(path, key); !status.ok()) return status;
    return key;
  }
  return ReadSiteKey(path);
}

Result<base::Key256> ReadSiteKey(const std::string& path) {
  const auto bytes = base::ReadWholeFile(path, kHexDigits + 2);
  if (!bytes.ok()) return bytes.status();
  const auto key = ParseKey({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (key) return *key;
  return Status(StatusCode::kCorrupt, path + ": a site's key is 64 lower-case hexadecimal digits");
}

Result<LogSetup> OpenLog(const LogOptions& options) {
  LogSetup setup;
  auto audit = log::LogWriter::Open(OptionsOf(options, log::LogKind::kAudit));
  if (!audit.ok()) return audit.status();
  setup.writers.audit = *std::move(audit);
  if (!options.journal) return setup;
  log::LogOptions journal_options = OptionsOf(options, log::LogKind::kJournal);
  if (options.journal_key_file.empty()) {
    journal_options.plain = true;
  } else {
    auto keys = log::DayKeys::Load(options.journal_key_file);
    if (!keys.ok()) return keys.status();
    setup.keys = std::make_unique<log::DayKeys>(*std::move(keys));
    journal_options.keys = setup.keys.get();
  }
  auto journal = log::LogWriter::Open(journal_options);
  if (!journal.ok()) return journal.status();
  setup.writers.journal = *std::move(journal);
  return setup;
}

const char* DurabilityName(Durability durability) { return durability == Durability::kGroup ? "group" : "async"; }

}  // namespace sluice::live
