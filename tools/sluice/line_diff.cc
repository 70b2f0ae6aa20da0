#include "tools/sluice/line_diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace sluice::tools {

namespace {

constexpr int kEditsMax = 1000;      // its square is the memory that the search takes, in words
constexpr std::size_t kContext = 3;  // equal lines shown around what differs

using Lines = std::vector<std::string_view>;

Lines Split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One line of the result: ' ' in both, '-' before alone, '+' after alone.
struct Edit {
  char sign;
  std::string_view line;
};

class Differ {
 public:
  Differ(const Lines& a, const Lines& b) : a_(a), b_(b) {}

  std::vector<Edit> Diff() {
    const int total = static_cast<int>(a_.size() + b_.size());
    const int bound = std::min(total, kEditsMax);
    std::vector<int> furthest(2 * static_cast<std::size_t>(bound) + 3, 0);
    const auto at = [&](int k) -> int& { return furthest[static_cast<std::size_t>(k + bound + 1)]; };
    for (int d = 0; d <= bound; ++d) {
      history_.emplace_back(furthest);
      for (int k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        int x = down ? at(k + 1) : at(k - 1) + 1;
        while (x < Size(a_) && x - k < Size(b_) && a_[Index(x)] == b_[Index(x - k)]) ++x;
        at(k) = x;
        if (x >= Size(a_) && x - k >= Size(b_)) return Trace(d, bound);
      }
    }
    return Replaced();
  }

 private:
  static int Size(const Lines& lines) { return static_cast<int>(lines.size()); }
  static std::size_t Index(int i) { return static_cast<std::size_t>(i); }

  std::vector<Edit> Trace(int d, int bound) const {
    std::vector<Edit> edits;
    int x = Size(a_), y = Size(b_);
    for (; d >= 0; --d) {
      const auto at = [&](int k) { return history_[Index(d)][Index(k + bound + 1)]; };
      const int k = x - y;
      const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      const int from_k = down ? k + 1 : k - 1;
      const int from_x = d == 0 ? 0 : at(from_k);
      const int from_y = d == 0 ? 0 : from_x - from_k;
      while (x > from_x && y > from_y) edits.push_back({' ', a_[Index(--x)]}), --y;
      if (d == 0) break;
      down ? edits.push_back({'+', b_[Index(--y)]}) : edits.push_back({'-', a_[Index(--x)]});
    }
    std::reverse(edits.begin(), edits.end());
    return edits;
  }

  std::vector<Edit> Replaced() const {
    std::size_t head = 0, tail = 0;
    while (head < std::min(a_.size(), b_.size()) && a_[head] == b_[head]) ++head;
    while (head + tail < std::min(a_.size(), b_.size()) && a_[a_.size() - 1 - tail] == b_[b_.size() - 1 - tail]) ++tail;
    std::vector<Edit> edits;
    for (std::size_t i = 0; i < head; ++i) edits.push_back({' ', a_[i]});
    for (std::size_t i = head; i < a_.size() - tail; ++i) edits.push_back({'-', a_[i]});
    for (std::size_t i = head; i < b_.size() - tail; ++i) edits.push_back({'+', b_[i]});
    for (std::size_t i = a_.size() - tail; i < a_.size(); ++i) edits.push_back({' ', a_[i]});
    return edits;
  }

  const Lines& a_;
  const Lines& b_;
  std::vector<std::vector<int>> history_;
};

std::string Hunks(const std::vector<Edit>& edits) {
  std::string text;
  std::size_t line_a = 1, line_b = 1;  // of edits[i]
  for (std::size_t i = 0; i < edits.size();) {
    std::size_t next = i;
    while (next < edits.size() && edits[next].sign == ' ') ++next;
    if (next == edits.size()) break;
    const std::size_t begin = next - std::min(next - i, kContext);
    line_a += begin - i;
    line_b += begin - i;
    std::size_t end = next, equal = 0;
    for (std::size_t j = next; j < edits.size() && equal <= 2 * kContext; ++j) {
      equal = edits[j].sign == ' ' ? equal + 1 : 0;
      if (equal == 0) end = j + 1;
    }
    end = std::min(end + kContext, edits.size());
    std::string body;
    std::size_t count_a = 0, count_b = 0;
    for (std::size_t j = begin; j < end; ++j) {
      body += fmt::format("{}{}\n", edits[j].sign, edits[j].line);
      count_a += edits[j].sign != '+' ? 1 : 0;
      count_b += edits[j].sign != '-' ? 1 : 0;
    }
    text += fmt::format("@@ -{},{} +{},{} @@\n{}", line_a, count_a, line_b, count_b, body);
    line_a += count_a;
    line_b += count_b;
    i = end;
  }
  return text;
}

}  // namespace

std::string UnifiedDiff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return "";
  const Lines a = Split(before);
  const Lines b = Split(after);
  return fmt::format("--- {}\n+++ {}\n{}", name, name, Hunks(Differ(a, b).Diff()));
}

}  // namespace sluice::tools
