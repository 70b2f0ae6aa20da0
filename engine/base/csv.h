// CSV as RFC 4180 has it, row by row, without copying cells that need no unescaping.
//
// Accepted besides: LF and CRLF line ends, a byte order mark, a missing last line end, other
// delimiters, quotes inside a cell that does not begin with one (taken as they are). Lines with
// nothing on them are no rows.
// A row that is wrong (cell count, UTF-8, quotes, size) is reported for itself; reading goes on
// with the next line, after a quoting error with the line after the row's first.
// Thread-safety: none.   Ownership: cells point into the caller's buffer or into the reader; they
// are good until the next call.   Limits: kCsvRowBytesMax, kCsvColumnsMax.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::base {

enum class CsvError : std::uint8_t {
  kNone,
  kUnterminatedQuote,  // the input, or kCsvRowBytesMax, ends within quotes
  kTextAfterQuote,     // "abc"d
  kColumnCount,        // another number of cells than the first row; the cells are there
  kInvalidUtf8,        // the cells are there
  kTooLong             // kCsvRowBytesMax or kCsvColumnsMax
};

/// What is wrong, for people: "a quoted cell is not closed".
std::string_view CsvErrorText(CsvError error);

struct CsvCell {
  std::string_view text;         // without quotes
  std::uint32_t raw_offset = 0;  // of the cell within CsvRow::raw, its opening quote included
  bool quoted = false;  // an empty quoted cell is an empty text, an empty plain one is no value
};

struct CsvPlace {
  std::uint64_t line;    // from 1
  std::uint32_t column;  // from 1, in code points
};

struct CsvRow {
  std::span<const CsvCell> cells;
  std::string_view raw;           // all bytes of the row, without its line end
  std::uint64_t offset = 0;       // of the row in the input
  std::uint64_t line = 0;         // from 1
  CsvError error = CsvError::kNone;
  std::uint32_t error_offset = 0;  // within raw

  /// Where a byte of raw stands, such as a cell's raw_offset or error_offset.
  CsvPlace PlaceOf(std::size_t raw_offset) const;
};

struct CsvOptions {
  char delimiter = ',';
  std::size_t columns = 0;  // 0: as many as the first row has
};

/// Usage: Feed(bytes, last); Next(&row) until it says no; then Feed the bytes from consumed() on
/// again, followed by more. With the whole input at hand: one Feed with last = true.
class CsvReader {
 public:
  explicit CsvReader(CsvOptions options = {}) : options_(options) {}

  /// `buffer` begins where consumed() of the last one ended and must outlive the rows read from it.
  /// Buffers must be able to grow beyond kCsvRowBytesMax; a longer row is an error, never a wait.
  void Feed(std::string_view buffer, bool last);
  /// False: this buffer has no further complete row.
  bool Next(CsvRow* row);
  /// Bytes of the buffer that are done with.
  std::size_t consumed() const { return position_; }
  /// Number of cells each row must have; 0 before the first row.
  std::size_t columns() const { return options_.columns; }

 private:
  enum class Scan : std::uint8_t { kRow, kIncomplete };
  Scan ScanRow(CsvRow* row);
  CsvError ScanCell(std::size_t* at);
  Scan FinishRow(std::size_t end, CsvRow* row);
  Scan FailRow(CsvError error, std::size_t at, CsvRow* row);
  void CheckRow(CsvRow* row) const;
  void Unescape();
  void SkipBlank();
  bool AtEnd(std::size_t at) const { return at >= buffer_.size(); }

  CsvOptions options_;
  std::string_view buffer_;
  std::size_t position_ = 0;         // where the next row begins
  std::uint64_t buffer_offset_ = 0;  // of the buffer in the input
  std::uint64_t line_ = 1;           // of position_
  bool last_ = false;
  bool skip_line_ = false;           // the rest of a line that was too long
  bool has_doubled_quotes_ = false;  // in the row being read
  std::vector<CsvCell> cells_;
  std::string unescaped_;            // texts of cells with doubled quotes
};

}  // namespace sluice::base
