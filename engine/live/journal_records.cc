#include "engine/live/journal_records.h"

namespace sluice::live {

Result<JournalRecords> JournalRecords::Open(const std::string& directory, const std::string& key_file) {
  std::unique_ptr<log::DayKeys> keys;
  if (!key_file.empty()) {
    auto loaded = log::DayKeys::Load(key_file);
    if (!loaded.ok()) return loaded.status();
    keys = std::make_unique<log::DayKeys>(*std::move(loaded));
  }
  auto reader = log::LogReader::Open(directory, log::LogKind::kJournal);
  if (!reader.ok()) return reader.status();
  return JournalRecords(*std::move(reader), std::move(keys));
}

Result<const log::Bytes*> JournalRecords::Find(std::uint64_t sequence) {
  constexpr const log::Bytes* kNone = nullptr;
  while (sequence >= opened_.first_sequence() + opened_.count()) {
    const Result<bool> next = NextFrame();
    if (!next.ok()) return next.status();
    if (!*next) return kNone;
  }
  if (sequence < opened_.first_sequence()) return kNone;
  record_ = opened_.record(static_cast<std::size_t>(sequence - opened_.first_sequence()));
  return &record_;
}

Result<bool> JournalRecords::NextFrame() {
  log::Frame frame;
  while (true) {
    const Result<bool> next = reader_->Next(&frame);
    if (!next.ok() || !*next) return next;
    if (frame.kind != log::FrameKind::kRecords) continue;
    Status status = opened_.Open(frame.payload, reader_->summary().log_id, keys_.get());
    if (status.ok()) return true;
    if (status.code() != StatusCode::kNotFound) return status;  // a day whose key is gone is passed over
  }
}

}  // namespace sluice::live
