#include "tools/generator/world_table.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/convert.h"
#include "engine/base/csv.h"

namespace sluice::generator {

namespace {

struct WorldFile {
  std::string_view name;
  std::string_view text;
};

constexpr WorldFile kFiles[] = {
#include "tools/generator/world_files.inc"
};

std::string_view FileText(std::string_view name) {
  for (const WorldFile& file : kFiles) {
    if (file.name == name) return file.text;
  }
  return {};
}

}  // namespace

WorldTable::WorldTable(std::string_view name) {
  const std::string_view text = FileText(name);
  SLUICE_CHECK(!text.empty());
  base::CsvReader reader;
  reader.Feed(text, true);
  base::CsvRow row;
  while (reader.Next(&row)) {
    SLUICE_CHECK(row.error == base::CsvError::kNone);
    std::vector<std::string> cells;
    for (const base::CsvCell& cell : row.cells) cells.emplace_back(cell.text);
    if (columns_.empty()) {
      columns_ = std::move(cells);
    } else {
      cells_.push_back(std::move(cells));
    }
  }
}

const std::string& WorldTable::Text(std::size_t row, std::string_view column) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  SLUICE_CHECK(at != columns_.end());
  return cells_[row][static_cast<std::size_t>(at - columns_.begin())];
}

std::uint64_t WorldTable::Count(std::size_t row, std::string_view column) const {
  const auto value = base::ParseUint(Text(row, column));
  SLUICE_CHECK(value.has_value());
  return *value;
}

double WorldTable::Number(std::size_t row, std::string_view column) const {
  const auto value = base::ParseDouble(Text(row, column));
  SLUICE_CHECK(value.has_value());
  return *value;
}

std::vector<std::string> WorldTable::Column(std::string_view column) const {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows(); ++row) texts.push_back(Text(row, column));
  return texts;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace sluice::generator
