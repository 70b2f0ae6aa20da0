// Tables for people: aligned columns for a terminal, or Markdown.
//
// Thread-safety: pure functions.   Errors: none.
#pragma once

#include <string>
#include <vector>

namespace sluice::tools {

struct TextTable {
  std::string title;
  std::string name;                // head of the first column
  std::vector<std::string> head;   // of the others: numbers, to the right
  std::string last;                // head of a last column of words; empty: none
  std::vector<std::vector<std::string>> rows;  // as many cells as there are heads
  std::string more;                // said below: what was left out; may be empty
};

/// A table without rows gives nothing.
std::string PrettyTable(const TextTable& table);
std::string MarkdownTable(const TextTable& table);

}  // namespace sluice::tools
