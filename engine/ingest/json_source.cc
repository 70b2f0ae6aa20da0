#include "engine/ingest/json_source.h"

#include <cstring>

#include "engine/base/limits.h"
#include "engine/ingest/input_file.h"
#include "engine/ingest/json_converter.h"

namespace sluice::ingest {

using pipeline::RecordBlock;
using pipeline::RecordSource;

namespace {

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

class JsonSource : public RecordSource {
 public:
  JsonSource(std::string path, const Mapping* mapping, ruleset::RuleSetPtr rule_set)
      : path_(std::move(path)), mapping_(mapping), rule_set_(std::move(rule_set)) {}

  Status Open() {
    if (mapping_ != nullptr) {
      if (Status status = CheckJsonMapping(*mapping_, *rule_set_); !status.ok()) return status;
    }
    return file_.Open(path_);
  }

  Status Read(std::size_t records_max, RecordBlock* block) override {
    filler_.Start(&block->storage);
    std::string_view line;
    while (block->records.size() < records_max) {
      const Result<bool> there = NextLine(&line);
      if (!there.ok()) return there.status();
      if (!*there) break;
      if (IsBlank(line)) continue;
      const bool too_long = line.size() > limits::kRecordBytesMax;
      block->records.push_back(
          RecordAt(line_number_, too_long ? parcel::ReadError::kTooLong : parcel::ReadError::kNone));
      filler_.Append(AsBytes(too_long ? std::string_view() : line));
    }
    filler_.Seal(&block->records);
    return Status::Ok();
  }

  std::unique_ptr<pipeline::RecordConverter> MakeConverter() const override {
    return MakeJsonConverter(mapping_, rule_set_);
  }
  std::string PlaceText(std::uint64_t place) const override { return path_ + ":" + std::to_string(place); }
  std::uint64_t bytes_read() const override { return file_.bytes_read(); }
  std::uint64_t bytes_total() const override { return file_.bytes_total(); }

 private:
  // The next line without its end; false at the end of the file. Of a line over the limit only the first part is
  // kept, enough to see that it is too long.
  Result<bool> NextLine(std::string_view* line) {
    bool too_long = false;
    while (true) {
      const char* begin = buffer_.data() + position_;
      const std::size_t size = buffer_.size() - position_;
      const void* end = std::memchr(begin, '\n', size);
      if (end != nullptr || at_end_) {
        if (end == nullptr && size == 0 && !too_long) return false;
        const std::size_t length =
            end != nullptr ? static_cast<std::size_t>(static_cast<const char*>(end) - begin) : size;
        *line = too_long ? std::string_view(too_long_) : std::string_view(begin, length);
        position_ += length + (end != nullptr ? 1 : 0);
        ++line_number_;
        return true;
      }
      if (size > limits::kRecordBytesMax) {
        too_long = true;
        position_ = buffer_.size();
      }
      const Result<bool> more = file_.Refill(position_, &buffer_);
      if (!more.ok()) return more.status();
      at_end_ = !*more;
      position_ = 0;
    }
  }

  std::string path_;
  const Mapping* mapping_;
  ruleset::RuleSetPtr rule_set_;
  InputFile file_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::uint64_t line_number_ = 0;
  BlockFiller filler_;
  const std::string too_long_ = std::string(limits::kRecordBytesMax + 1, '?');  // stands for any line over the limit
  bool at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenJson(const std::string& path, const Mapping* mapping,
                                               ruleset::RuleSetPtr rule_set) {
  auto source = std::make_unique<JsonSource>(path, mapping, std::move(rule_set));
  if (Status status = source->Open(); !status.ok()) return status;
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace sluice::ingest
