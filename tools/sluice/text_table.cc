#include "tools/sluice/text_table.h"

#include <algorithm>

namespace sluice::tools {

namespace {

std::vector<std::string> Heads(const TextTable& table) {
  std::vector<std::string> heads = {table.name};
  heads.insert(heads.end(), table.head.begin(), table.head.end());
  if (!table.last.empty()) heads.push_back(table.last);
  return heads;
}

bool IsWords(const TextTable& table, std::size_t column) { return column == 0 || column > table.head.size(); }

std::size_t CodePoints(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string PrettyRow(const TextTable& table, const std::vector<std::size_t>& widths,
                      const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string space(widths[i] - CodePoints(cells[i]), ' ');
    line += i == 0 ? "" : "  ";
    line += IsWords(table, i) ? cells[i] + space : space + cells[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string MarkdownRow(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += ' ';
    for (const char c : cell) line += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
    line += " |";
  }
  return line + "\n";
}

}  // namespace

std::string PrettyTable(const TextTable& table) {
  if (table.rows.empty()) return "";
  const std::vector<std::string> heads = Heads(table);
  std::vector<std::size_t> widths;
  for (const std::string& head : heads) widths.push_back(CodePoints(head));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], CodePoints(row[i]));
  }
  std::string text = "\n" + table.title + "\n" + PrettyRow(table, widths, heads);
  for (const auto& row : table.rows) text += PrettyRow(table, widths, row);
  return table.more.empty() ? text : text + table.more + "\n";
}

std::string MarkdownTable(const TextTable& table) {
  if (table.rows.empty()) return "";
  const std::vector<std::string> heads = Heads(table);
  std::string text = "\n## " + table.title + "\n\n" + MarkdownRow(heads) + "|";
  for (std::size_t i = 0; i < heads.size(); ++i) text += IsWords(table, i) ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : table.rows) text += MarkdownRow(row);
  return table.more.empty() ? text : text + "\n" + table.more + "\n";
}

}  // namespace sluice::tools
