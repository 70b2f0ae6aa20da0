#include "engine/base/csv.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"

namespace sluice::base {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::uint64_t Repeat(char c) {
  return 0x0101010101010101u * static_cast<std::uint8_t>(c);
}

// High bit of each byte that is zero; bytes above a zero byte may be marked falsely, so only the
// lowest mark counts.
constexpr std::uint64_t ZeroBytes(std::uint64_t word) {
  return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

// The first delimiter or line feed at or after `at`, or the end.
std::size_t FindCellEnd(std::string_view text, std::size_t at, char delimiter) {
  const std::uint64_t delimiters = Repeat(delimiter);
  constexpr std::uint64_t kLineFeeds = Repeat('\n');
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + at, 8);
      const std::uint64_t hits = ZeroBytes(word ^ delimiters) | ZeroBytes(word ^ kLineFeeds);
      if (hits != 0) return at + static_cast<std::size_t>(std::countr_zero(hits)) / 8;
    }
  }
  while (at < text.size() && text[at] != delimiter && text[at] != '\n') ++at;
  return at;
}

}  // namespace

std::string_view CsvErrorText(CsvError error) {
  switch (error) {
    case CsvError::kNone: return "no error";
    case CsvError::kUnterminatedQuote: return "a quoted cell is not closed";
    case CsvError::kTextAfterQuote: return "text follows the closing quote of a cell";
    case CsvError::kColumnCount: return "the row has another number of cells than expected";
    case CsvError::kInvalidUtf8: return "the row is not valid UTF-8";
    case CsvError::kTooLong: {
      static const std::string text = "the row is longer than " + std::to_string(limits::kCsvRowBytesMax) +
                                      " bytes or " + std::to_string(limits::kCsvColumnsMax) + " cells";
      return text;
    }
  }
  return "unknown error";
}

CsvPlace CsvRow::PlaceOf(std::size_t raw_offset) const {
  const std::string_view before = raw.substr(0, raw_offset);
  const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = lines == 0 ? 0 : before.rfind('\n') + 1;
  const std::size_t points = CountCodePoints(before.substr(line_start));
  return {line + lines, static_cast<std::uint32_t>(points + 1)};
}

void CsvReader::Feed(std::string_view buffer, bool last) {
  buffer_offset_ += position_;
  buffer_ = buffer;
  position_ = 0;
  last_ = last;
}

bool CsvReader::Next(CsvRow* row) {
  SkipBlank();
  if (AtEnd(position_)) return false;
  *row = CsvRow{};
  row->line = line_;
  row->offset = buffer_offset_ + position_;
  return ScanRow(row) == Scan::kRow;
}

void CsvReader::SkipBlank() {
  const bool at_start = buffer_offset_ == 0 && position_ == 0;
  if (at_start && buffer_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
  if (skip_line_) {
    const std::size_t end = buffer_.find('\n', position_);
    position_ = std::min(end, buffer_.size() - 1) + 1;
    skip_line_ = end == std::string_view::npos;
    line_ += skip_line_ ? 0 : 1;
  }
  while (!AtEnd(position_)) {
    const std::string_view rest = buffer_.substr(position_, 2);
    if (rest[0] == '\n') {
      position_ += 1;
    } else if (rest == "\r\n" || (rest == "\r" && last_)) {
      position_ += rest.size();
    } else {
      return;
    }
    ++line_;
  }
}

CsvReader::Scan CsvReader::ScanRow(CsvRow* row) {
  cells_.clear();
  has_doubled_quotes_ = false;
  std::size_t at = position_;
  while (true) {
    const CsvError error = ScanCell(&at);
    if (error != CsvError::kNone) return FailRow(error, at, row);
    // Whether or not the buffer holds all of it: what is read must not depend on how it came.
    if (at - position_ > limits::kCsvRowBytesMax) {
      return FailRow(CsvError::kTooLong, position_ + limits::kCsvRowBytesMax, row);
    }
    if (AtEnd(at)) return last_ ? FinishRow(at, row) : Scan::kIncomplete;
    if (buffer_[at] == '\n') return FinishRow(at, row);
    if (cells_.size() >= limits::kCsvColumnsMax) return FailRow(CsvError::kTooLong, at, row);
    ++at;  // the delimiter; at the end of the input an empty cell follows it
  }
}

// Reads one cell; *at then is at a delimiter, a line feed or the end of the buffer.
CsvError CsvReader::ScanCell(std::size_t* at) {
  const std::size_t begin = *at;
  CsvCell cell{.text = {}, .raw_offset = static_cast<std::uint32_t>(begin - position_)};
  if (AtEnd(begin) || buffer_[begin] != '"') {
    *at = FindCellEnd(buffer_, begin, options_.delimiter);
    cell.text = buffer_.substr(begin, *at - begin);
    const bool ends_line = AtEnd(*at) || buffer_[*at] == '\n';
    if (ends_line && cell.text.ends_with('\r')) cell.text.remove_suffix(1);
    cells_.push_back(cell);
    return CsvError::kNone;
  }
  cell.quoted = true;
  std::size_t close = begin + 1;
  const std::size_t limit = std::min(buffer_.size(), position_ + limits::kCsvRowBytesMax);
  while (true) {
    const void* quote = close < limit ? std::memchr(&buffer_[close], '"', limit - close) : nullptr;
    if (quote == nullptr) {
      const bool more = limit == buffer_.size() && !last_;
      *at = more ? buffer_.size() : begin;
      return more ? CsvError::kNone : CsvError::kUnterminatedQuote;
    }
    close = static_cast<std::size_t>(static_cast<const char*>(quote) - buffer_.data());
    if (close + 1 >= buffer_.size() || buffer_[close + 1] != '"') break;
    has_doubled_quotes_ = true;
    close += 2;
  }
  cell.text = buffer_.substr(begin + 1, close - begin - 1);
  cells_.push_back(cell);
  *at = close + 1;
  const std::string_view after = buffer_.substr(*at, 2);
  if (after == "\r\n" || (after == "\r" && last_)) ++*at;
  const bool waits = after.empty() || (after == "\r" && !last_);
  if (waits) *at = buffer_.size();
  const bool ends = AtEnd(*at) || buffer_[*at] == options_.delimiter || buffer_[*at] == '\n';
  return ends ? CsvError::kNone : CsvError::kTextAfterQuote;
}

CsvReader::Scan CsvReader::FinishRow(std::size_t end, CsvRow* row) {
  row->raw = buffer_.substr(position_, end - position_);
  if (row->raw.ends_with('\r')) row->raw.remove_suffix(1);
  const bool quoted = std::any_of(cells_.begin(), cells_.end(),
                                  [](const CsvCell& cell) { return cell.quoted; });
  if (quoted) {
    line_ += static_cast<std::uint64_t>(std::count(row->raw.begin(), row->raw.end(), '\n'));
  }
  ++line_;
  position_ = std::min(end + 1, buffer_.size());
  if (has_doubled_quotes_) Unescape();
  row->cells = cells_;
  if (options_.columns == 0) options_.columns = cells_.size();
  CheckRow(row);
  return Scan::kRow;
}

void CsvReader::CheckRow(CsvRow* row) const {
  const std::size_t invalid = FindInvalidUtf8(row->raw);
  if (invalid != std::string_view::npos) {
    row->error = CsvError::kInvalidUtf8;
    row->error_offset = static_cast<std::uint32_t>(invalid);
  } else if (cells_.size() != options_.columns) {
    row->error = CsvError::kColumnCount;
    row->error_offset = cells_.size() > options_.columns
                            ? cells_[options_.columns].raw_offset
                            : static_cast<std::uint32_t>(row->raw.size());
  }
}

CsvReader::Scan CsvReader::FailRow(CsvError error, std::size_t at, CsvRow* row) {
  const std::size_t line_feed = buffer_.find('\n', position_);
  const bool open_ended = line_feed == std::string_view::npos && !last_;
  if (open_ended && buffer_.size() - position_ <= limits::kCsvRowBytesMax) {
    return Scan::kIncomplete;
  }
  const std::size_t end = std::min(line_feed, buffer_.size());
  row->raw = buffer_.substr(position_, end - position_);
  if (row->raw.ends_with('\r')) row->raw.remove_suffix(1);
  row->error = error;
  row->error_offset = static_cast<std::uint32_t>(std::min(at - position_, row->raw.size()));
  position_ = std::min(end + 1, buffer_.size());
  skip_line_ = open_ended;
  line_ += open_ended ? 0 : 1;
  return Scan::kRow;
}

// Gives the cells with doubled quotes their true text, all in one buffer that does not move.
void CsvReader::Unescape() {
  const auto doubled = [](const CsvCell& cell) {
    return cell.quoted && cell.text.find('"') != std::string_view::npos;
  };
  std::size_t size = 0;
  for (const CsvCell& cell : cells_) size += doubled(cell) ? cell.text.size() : 0;
  unescaped_.clear();
  unescaped_.reserve(size);
  for (CsvCell& cell : cells_) {
    if (!doubled(cell)) continue;
    const std::size_t begin = unescaped_.size();
    for (std::size_t i = 0; i < cell.text.size(); ++i) {
      unescaped_.push_back(cell.text[i]);
      if (cell.text[i] == '"') ++i;
    }
    cell.text = std::string_view(unescaped_).substr(begin);
  }
}

}  // namespace sluice::base
