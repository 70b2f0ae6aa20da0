// Plane: data. Many literals in one pass over a text.
//
// THE SIMPLE STORY
//   for each row, for each literal: set the literal's bit of the row if the text contains it
//
// WHAT THE CODE ADDS TO THE STORY
//   1. The literals are one automaton; a text drives it byte by byte, so their number does not matter.
//   2. Its table has a column for each byte that some literal has, not for all 256, to stay near the core.
//   3. Each step waits for the last one's load; four texts are searched side by side to fill the wait.
#include "engine/match/literal_search.h"

#include <algorithm>
#include <deque>

namespace sluice::match {

LiteralSearch::LiteralSearch(parcel::ColumnIndex column, bool fold, std::size_t rows_max)
    : column_(column), fold_(fold), words_(parcel::WordsFor(rows_max)) {}

std::uint32_t LiteralSearch::Add(std::string_view literal) {
  const auto [at, added] = number_of_.try_emplace(std::string(literal), static_cast<std::uint32_t>(literals_.size()));
  if (added) {
    literals_.emplace_back(literal);
    literal_bytes_ += literal.size();
  }
  return at->second;
}

void LiteralSearch::NumberBytes() {
  for (const std::string& literal : literals_) {
    for (const char c : literal) {
      std::uint16_t& number = class_of_[static_cast<std::uint8_t>(c)];
      if (number == 0) number = static_cast<std::uint16_t>(classes_++);
    }
  }
  if (!fold_) return;
  for (std::size_t byte = 'A'; byte <= 'Z'; ++byte) class_of_[byte] = class_of_[byte - 'A' + 'a'];
}

// States in order of making; ends[s]: the literals that end in state s itself. A missing child is 0.
void LiteralSearch::BuildTrie(std::vector<std::vector<std::uint32_t>>* ends) {
  next_.assign(classes_, 0);
  ends->assign(1, {});
  for (std::uint32_t literal = 0; literal < literals_.size(); ++literal) {
    std::size_t state = 0;
    for (const char c : literals_[literal]) {
      const std::size_t at = state * classes_ + class_of_[static_cast<std::uint8_t>(c)];
      if (next_[at] == 0) {
        next_[at] = static_cast<std::uint32_t>(ends->size());
        ends->emplace_back();
        next_.resize(next_.size() + classes_, 0);
      }
      state = next_[at];
    }
    (*ends)[state].push_back(literal);
  }
}

// Breadth first: where a state has no child, it goes where its longest proper suffix would go.
void LiteralSearch::FillTransitions(const std::vector<std::vector<std::uint32_t>>& ends) {
  std::vector<std::uint32_t> suffix(ends.size(), 0);
  std::vector<std::vector<std::uint32_t>> all = ends;
  std::deque<std::uint32_t> queue;
  for (std::size_t c = 1; c < classes_; ++c) {
    if (next_[c] != 0) queue.push_back(next_[c]);
  }
  for (; !queue.empty(); queue.pop_front()) {
    const std::size_t state = queue.front();
    const std::vector<std::uint32_t>& inherited = all[suffix[state]];
    all[state].insert(all[state].end(), inherited.begin(), inherited.end());
    for (std::size_t c = 0; c < classes_; ++c) {
      std::uint32_t& child = next_[state * classes_ + c];
      const std::uint32_t elsewhere = next_[suffix[state] * classes_ + c];
      if (child == 0) {
        child = elsewhere;
      } else {
        suffix[child] = elsewhere;
        queue.push_back(child);
      }
    }
  }
  for (const std::vector<std::uint32_t>& found : all) {
    first_found_.push_back(static_cast<std::uint32_t>(found_.size()));
    found_.insert(found_.end(), found.begin(), found.end());
  }
  first_found_.push_back(static_cast<std::uint32_t>(found_.size()));
  for (std::uint32_t& next : next_) {
    const std::uint32_t finds = all[next].empty() ? 0 : 1;
    next = static_cast<std::uint32_t>(next * classes_ * 2) + finds;
  }
}

void LiteralSearch::Prepare() {
  NumberBytes();
  std::vector<std::vector<std::uint32_t>> ends;
  BuildTrie(&ends);
  FillTransitions(ends);
  seen_in_.assign(literals_.size(), 0);
  rows_.assign(literals_.size() * words_, 0);
}

void LiteralSearch::Mark(std::uint32_t literal, std::size_t row) {
  Word* rows = &rows_[std::size_t{literal} * words_];
  if (seen_in_[literal] != batch_) {
    seen_in_[literal] = batch_;
    FillWords(rows, words_, 0);
  }
  PutBit(rows, row);
}

void LiteralSearch::Report(const Cursor& cursor) {
  const std::size_t state = (cursor.at >> 1) / classes_;
  for (std::uint32_t i = first_found_[state]; i < first_found_[state + 1]; ++i) Mark(found_[i], cursor.row);
}

void LiteralSearch::SearchRest(Cursor* cursor, std::size_t from) {
  for (std::size_t i = from; i < cursor->text.size(); ++i) {
    cursor->at = next_[(cursor->at >> 1) + class_of_[static_cast<std::uint8_t>(cursor->text[i])]];
    if ((cursor->at & 1) != 0) [[unlikely]] Report(*cursor);
  }
}

void LiteralSearch::SearchFour(std::array<Cursor, 4>* cursors) {
  std::size_t shortest = (*cursors)[0].text.size();
  for (const Cursor& cursor : *cursors) shortest = std::min(shortest, cursor.text.size());
  for (std::size_t i = 0; i < shortest; ++i) {
    std::uint32_t found = 0;
    for (Cursor& cursor : *cursors) {
      cursor.at = next_[(cursor.at >> 1) + class_of_[static_cast<std::uint8_t>(cursor.text[i])]];
      found |= cursor.at;
    }
    if ((found & 1) == 0) [[likely]] continue;
    for (const Cursor& cursor : *cursors) {
      if ((cursor.at & 1) != 0) Report(cursor);
    }
  }
  for (Cursor& cursor : *cursors) SearchRest(&cursor, shortest);
}

void LiteralSearch::Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch) {
  if (batch_ == batch) return;
  batch_ = batch;
  std::array<Cursor, 4> cursors;
  std::size_t waiting = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!column.Has(row)) continue;
    cursors[waiting++] = {column.texts[row], row, 0};
    if (waiting < cursors.size()) continue;
    SearchFour(&cursors);
    waiting = 0;
  }
  for (std::size_t i = 0; i < waiting; ++i) SearchRest(&cursors[i], 0);
}

}  // namespace sluice::match
