#include "engine/ingest/input_file.h"

#include <algorithm>
#include <filesystem>

namespace sluice::ingest {

namespace {

constexpr std::size_t kReadBytes = 1u << 20;  // bytes asked of the file at once

}  // namespace

Status InputFile::Open(const std::string& path) {
  if (Status status = file_.Open(path); !status.ok()) return status;
  std::error_code error;
  const std::uintmax_t size = path == "-" ? 0 : std::filesystem::file_size(path, error);
  bytes_total_ = error ? 0 : size;
  return Status::Ok();
}

Result<std::size_t> InputFile::Read(std::span<std::uint8_t> buffer) {
  Result<std::size_t> got = file_.Read(buffer);
  if (got.ok()) bytes_read_ += *got;
  return got;
}

Result<bool> InputFile::Refill(std::size_t done, std::string* buffer) {
  buffer->erase(0, done);
  const std::size_t kept = buffer->size();
  buffer->resize(kept + kReadBytes);
  const Result<std::size_t> got = Read({reinterpret_cast<std::uint8_t*>(buffer->data()) + kept, kReadBytes});
  if (!got.ok()) return got.status();
  buffer->resize(kept + *got);
  return *got > 0;
}

void BlockFiller::Seal(std::vector<pipeline::RawRecord>* records) const {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
    if (ends_[i] > begin) (*records)[i].bytes = std::span(*bytes_).subspan(begin, ends_[i] - begin);
  }
}

void SetFlaw(std::uint32_t index, parcel::ReadError error, std::string text, pipeline::RecordBlock* block) {
  block->records[index].error = error;
  const auto after = std::upper_bound(block->flaws.begin(), block->flaws.end(), index,
                                      [](std::uint32_t record, const auto& known) { return record < known.record; });
  block->flaws.insert(after, {index, std::move(text)});
}

}  // namespace sluice::ingest
