// Plane: data. Many literals in one pass over a text.
//
// THE SIMPLE STORY
//   for each byte of the text, for each literal: told if the literal ends there
//
// WHAT THE CODE ADDS TO THE STORY
//   1. The literals are one automaton; a text drives it byte by byte, so their number does not matter.
//   2. Its table has a column for each byte that some literal has, not for all 256, to stay near the core.
//   3. States are numbered by depth: those near the root, where texts mostly are, lie beside each other and have full
//      rows.
#include "engine/text/literal_automaton.h"

#include <numeric>

namespace sluice::text {

/// States breadth first: those of one depth beside each other, children in the order of their parents and bytes.
struct LiteralAutomaton::Trie {
  struct State {
    std::uint32_t first_child = 0;  // children are [first_child, first_child + children)
    std::uint32_t children = 0;
    std::uint32_t suffix = 0;
    std::uint16_t byte_class = 0;   // on the way from its parent
  };
  std::vector<State> states;
  std::vector<std::uint32_t> literal_of, shorter;

  std::uint32_t Child(std::uint32_t state, std::uint32_t byte_class) const {
    const State& parent = states[state];
    for (std::uint32_t i = parent.first_child; i < parent.first_child + parent.children; ++i) {
      if (states[i].byte_class == byte_class) return i;
    }
    return kNone;
  }
};

std::uint32_t LiteralAutomaton::Add(std::string_view literal) {
  const auto [at, added] = number_of_.try_emplace(std::string(literal), static_cast<std::uint32_t>(literals_.size()));
  if (added) {
    literals_.emplace_back(literal);
    literal_bytes_ += literal.size();
  }
  return at->second;
}

void LiteralAutomaton::NumberBytes(bool fold_ascii) {
  for (const std::string& literal : literals_) {
    for (const char c : literal) {
      std::uint16_t& number = class_of_[static_cast<std::uint8_t>(c)];
      if (number == 0) number = static_cast<std::uint16_t>(classes_++);
    }
  }
  if (!fold_ascii) return;
  for (std::size_t byte = 'A'; byte <= 'Z'; ++byte) class_of_[byte] = class_of_[byte - 'A' + 'a'];
}

// Each state has a smaller number than those below it, and so has its suffix.
void LiteralAutomaton::FindSuffixes(Trie* trie) const {
  for (std::uint32_t s = 0; s < trie->states.size(); ++s) {
    const Trie::State parent = trie->states[s];
    for (std::uint32_t child = parent.first_child; child < parent.first_child + parent.children; ++child) {
      const std::uint32_t byte_class = trie->states[child].byte_class;
      std::uint32_t suffix = 0;
      for (std::uint32_t at = s; at != 0;) {
        at = trie->states[at].suffix;
        const std::uint32_t found = trie->Child(at, byte_class);
        if (found == kNone) continue;
        suffix = found;
        break;
      }
      trie->states[child].suffix = suffix;
      trie->shorter[child] = trie->literal_of[suffix] != kNone ? suffix : trie->shorter[suffix];
    }
  }
}

void LiteralAutomaton::FillDense(const Trie& trie) {
  next_.resize(dense_end_);
  for (std::uint32_t s = 0; s < dense_; ++s) {
    const Trie::State& state = trie.states[s];
    std::uint32_t* row = &next_[s * classes_];
    if (s != 0) std::copy_n(&next_[state.suffix * classes_], classes_, row);
    for (std::uint32_t child = state.first_child; child < state.first_child + state.children; ++child) {
      row[trie.states[child].byte_class] = TransitionTo(child);
    }
  }
}

void LiteralAutomaton::FillSparse(const Trie& trie) {
  if (dense_ == trie.states.size()) return;
  for (std::uint32_t s = dense_; s < trie.states.size(); ++s) {
    const Trie::State& state = trie.states[s];
    sparse_.push_back({static_cast<std::uint32_t>(edges_.size()), PlaceOf(state.suffix)});
    for (std::uint32_t child = state.first_child; child < state.first_child + state.children; ++child) {
      edges_.push_back({trie.states[child].byte_class, TransitionTo(child)});
    }
  }
  sparse_.push_back({static_cast<std::uint32_t>(edges_.size()), 0});
}

LiteralAutomaton::Trie LiteralAutomaton::BuildTrie() const {
  std::vector<std::uint32_t> sorted(literals_.size());
  std::iota(sorted.begin(), sorted.end(), 0u);
  std::sort(sorted.begin(), sorted.end(), [&](auto a, auto b) { return literals_[a] < literals_[b]; });
  struct Range {  // literals that begin alike: sorted[first, last)
    std::uint32_t first, last, depth;
  };
  std::vector<Range> ranges{{0, static_cast<std::uint32_t>(sorted.size()), 0}};
  Trie trie;
  trie.states.resize(1);
  for (std::uint32_t s = 0; s < ranges.size(); ++s) {
    auto [first, last, depth] = ranges[s];
    const bool ends = first < last && literals_[sorted[first]].size() == depth;
    trie.literal_of.push_back(ends ? sorted[first++] : kNone);
    trie.states[s].first_child = static_cast<std::uint32_t>(ranges.size());
    for (std::uint32_t next = first; first < last; first = next) {
      const char byte = literals_[sorted[first]][depth];
      while (next < last && literals_[sorted[next]][depth] == byte) ++next;
      ranges.push_back({first, next, depth + 1});
      trie.states.push_back({.byte_class = class_of_[static_cast<std::uint8_t>(byte)]});
    }
    trie.states[s].children = static_cast<std::uint32_t>(ranges.size()) - trie.states[s].first_child;
  }
  trie.shorter.assign(trie.states.size(), kNone);
  return trie;
}

void LiteralAutomaton::Prepare(bool fold_ascii, std::size_t dense_bytes_max) {
  NumberBytes(fold_ascii);
  Trie trie = BuildTrie();
  FindSuffixes(&trie);
  const std::size_t rows = std::max<std::size_t>(1, dense_bytes_max / (classes_ * sizeof(std::uint32_t)));
  dense_ = static_cast<std::uint32_t>(std::min(rows, trie.states.size()));
  dense_end_ = static_cast<std::uint32_t>(dense_ * classes_);
  literal_of_ = std::move(trie.literal_of);
  shorter_ = std::move(trie.shorter);
  FillDense(trie);
  FillSparse(trie);
}

std::size_t LiteralAutomaton::memory_bytes() const {
  return next_.size() * sizeof(std::uint32_t) + sparse_.size() * sizeof(Sparse) + edges_.size() * sizeof(Edge) +
         (literal_of_.size() + shorter_.size()) * sizeof(std::uint32_t) + literal_bytes_;
}

}  // namespace sluice::text
