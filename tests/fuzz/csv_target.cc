// Any bytes as a CSV export: rows by base/csv.h in one piece and in small ones, and the whole way to decisions.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/csv.h"
#include "tests/fuzz/scratch.h"
#include "tests/fuzz/target.h"
#include "tests/fuzz/world.h"

namespace sluice::fuzz {
namespace {

constexpr std::size_t kPieceBytes = 7;

// Rows as texts, the reader fed with what it has left and `piece` bytes more each time.
std::vector<std::string> Rows(std::string_view text, std::size_t piece) {
  base::CsvReader reader;
  base::CsvRow row;
  std::vector<std::string> rows;
  std::size_t begin = 0;
  for (std::size_t end = 0;;) {
    end = std::min(end + piece, text.size());
    reader.Feed(text.substr(begin, end - begin), end == text.size());
    while (reader.Next(&row)) {
      std::string told = std::to_string(row.offset) + ":" + std::to_string(row.line) + " " +
                         std::string(base::CsvErrorText(row.error)) + std::to_string(row.error_offset);
      for (const base::CsvCell& cell : row.cells) told += (cell.quoted ? "|q" : "|") + std::string(cell.text);
      rows.push_back(std::move(told));
    }
    SLUICE_CHECK(reader.consumed() <= end - begin);
    begin += reader.consumed();
    if (end == text.size()) return rows;
  }
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::fuzz;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size < 4096) SLUICE_CHECK(Rows(text, text.size() + 1) == Rows(text, kPieceBytes));
  ScreenFile(WriteScratch("input.csv", text), std::nullopt, World());
  return 0;
}
