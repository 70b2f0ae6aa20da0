// One of the embedded CSV files of world/ as rows of cells, by column name.
//
// Thread-safety: const calls are.   Errors: a file that breaks its own shape is a programmer's
// error (SLUICE_CHECK).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::generator {

class WorldTable {
 public:
  /// `name` without ".csv".
  explicit WorldTable(std::string_view name);

  std::size_t rows() const { return cells_.size(); }
  const std::string& Text(std::size_t row, std::string_view column) const;
  std::uint64_t Count(std::size_t row, std::string_view column) const;
  double Number(std::size_t row, std::string_view column) const;
  bool Flag(std::size_t row, std::string_view column) const { return Count(row, column) != 0; }
  /// All cells of one column.
  std::vector<std::string> Column(std::string_view column) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> cells_;
};

/// Splits at each separator; nothing for an empty text.
std::vector<std::string> Split(const std::string& text, char separator);

}  // namespace sluice::generator
