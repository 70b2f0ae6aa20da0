#include "engine/log/journal.h"

#include <algorithm>
#include <cstring>

#include "engine/base/file.h"
#include "engine/base/limits.h"
#include "engine/base/secret_box.h"
#include "engine/base/time_text.h"
#include "engine/log/bytes.h"

namespace sluice::log {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kDateBytes = 10;
constexpr std::size_t kLineBytes = kDateBytes + 1 + 2 * sizeof(base::Key256);

std::optional<std::uint8_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

bool ReadKey(std::string_view text, base::Key256* key) {
  for (std::size_t i = 0; i < key->size(); ++i) {
    const auto high = HexDigit(text[2 * i]), low = HexDigit(text[2 * i + 1]);
    if (!high || !low) return false;
    (*key)[i] = static_cast<std::uint8_t>(*high << 4 | *low);
  }
  return true;
}

// What is said of the records in clear belongs to them: another log, place or day does not open them.
constexpr std::size_t kContextBytes = sizeof(LogId) + kRecordsHeadBytes;
std::array<std::uint8_t, kContextBytes> Context(const LogId& log_id, const std::uint8_t* head) {
  std::array<std::uint8_t, kContextBytes> context;
  std::copy(log_id.begin(), log_id.end(), context.begin());
  std::copy_n(head, kRecordsHeadBytes, context.begin() + sizeof(LogId));
  return context;
}

}  // namespace

std::int32_t DayOf(const base::Timestamp& time) {
  const std::int64_t down = time.seconds < 0 ? kSecondsPerDay - 1 : 0;
  return static_cast<std::int32_t>((time.seconds - down) / kSecondsPerDay);
}

Result<DayKeys> DayKeys::Load(const std::string& path) {
  const Result<std::vector<std::uint8_t>> bytes = base::ReadWholeFile(path, limits::kJournalKeyFileBytesMax);
  if (!bytes.ok()) return bytes.status();
  return Parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path);
}

Result<DayKeys> DayKeys::Parse(std::string_view text, const std::string& path) {
  DayKeys keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const auto refuse = [&](StatusCode code, const char* what) {
      return Status(code, path + ":" + std::to_string(number) + ": " + what);
    };
    const auto day = base::ParseTimestamp(std::string(line.substr(0, kDateBytes)) + "T00:00:00Z");
    Entry entry;
    const bool is_line = line.size() == kLineBytes && day && line[kDateBytes] == ' ';
    if (!is_line || !ReadKey(line.substr(kDateBytes + 1), &entry.key)) {
      return refuse(StatusCode::kInvalidArgument, "a line is a day and its key: 2026-03-14 and 64 hexadecimal digits");
    }
    entry.day = DayOf(*day);
    if (keys.Find(entry.day) != nullptr) return refuse(StatusCode::kInvalidArgument, "the day has a key already");
    if (keys.keys_.size() == limits::kJournalKeysMax) return refuse(StatusCode::kLimitExceeded, "too many days");
    const auto after = [](const Entry& a, const Entry& b) { return a.day < b.day; };
    keys.keys_.insert(std::upper_bound(keys.keys_.begin(), keys.keys_.end(), entry, after), entry);
  }
  return keys;
}

const base::Key256* DayKeys::Find(std::int32_t day) const {
  const auto found = std::lower_bound(keys_.begin(), keys_.end(), day,
                                      [](const Entry& entry, std::int32_t wanted) { return entry.day < wanted; });
  return found != keys_.end() && found->day == day ? &found->key : nullptr;
}

void SealRecords(const base::Key256& key, const LogId& log_id, std::size_t payload, std::vector<std::uint8_t>* out) {
  std::uint8_t* const head = out->data() + payload;
  std::uint8_t* const box_at = head + kRecordsHeadBytes;
  const std::span<std::uint8_t> text(box_at + kRecordsBoxBytes, out->data() + out->size());
  const base::SecretBox box = base::SealInPlace(key, Context(log_id, head), text);
  std::copy(box.nonce.begin(), box.nonce.end(), box_at);
  std::copy(box.tag.begin(), box.tag.end(), box_at + box.nonce.size());
}

Status OpenedRecords::Open(Bytes payload, const LogId& log_id, const DayKeys* keys) {
  records_.clear();
  const auto view = ReadRecords(payload);
  const auto corrupt = [&](const std::string& what) {
    return Status(StatusCode::kCorrupt,
                  "records from sequence " + std::to_string(view ? view->first_sequence : 0) + ": " + what);
  };
  if (!view) return corrupt("the frame is too short");
  first_sequence_ = view->first_sequence;
  Reader reader(view->body);
  base::SecretBox box;
  if (view->day != kPlainDay) {
    reader.Array(&box.nonce);
    reader.Array(&box.tag);
  }
  if (!reader.ok()) return corrupt("the frame is too short");
  text_.assign(reader.rest().begin(), reader.rest().end());
  if (view->day != kPlainDay) {
    const base::CivilDate date = base::CivilFromDays(view->day);
    const base::Timestamp when{view->day * kSecondsPerDay, 0};
    const base::Key256* const key = keys == nullptr ? nullptr : keys->Find(view->day);
    if (key == nullptr || date.year < 1) {
      return {StatusCode::kNotFound, "no key for the journal's day " + base::TimestampText(when).substr(0, kDateBytes)};
    }
    if (!base::OpenInPlace(*key, Context(log_id, payload.data()), box, text_)) {
      return corrupt("they were not encrypted with the day's key, or were changed");
    }
  }
  Reader records(text_);
  for (std::uint32_t i = 0; i < view->count && records.ok(); ++i) {
    records_.push_back(records.Take(records.Number<std::uint32_t>()));
  }
  return records.Done() ? Status::Ok() : corrupt("their lengths are not those of the frame");
}

}  // namespace sluice::log
