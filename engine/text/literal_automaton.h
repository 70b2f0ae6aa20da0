// Many literals found in one pass over a text, whatever their number: an Aho-Corasick automaton as a table.
//
// Literals are added, Prepare() builds; from then on immutable and thread-safe to read.   Errors: none; the caller
// bounds the bytes of all literals, which bound states and memory.
// Source: A. V. Aho, M. J. Corasick, Efficient string matching, CACM 18 (1975).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::text {

class LiteralAutomaton {
 public:
  /// The number of a literal of at least one byte, the same for the same literal.
  std::uint32_t Add(std::string_view literal);
  /// Builds the automaton; call when all literals are in. With `fold_ascii`, texts are read as if their A-Z were a-z,
  /// and literals have no A-Z. States beyond `dense_bytes_max` bytes of table are kept small instead of fast: those
  /// deep in the literals, where texts seldom come.
  void Prepare(bool fold_ascii, std::size_t dense_bytes_max);

  std::size_t literal_bytes() const { return literal_bytes_; }
  std::size_t size() const { return literals_.size(); }
  std::string_view literal(std::uint32_t number) const { return literals_[number]; }
  std::size_t memory_bytes() const;

  /// Searches texts side by side in `kLanes` lanes: feed(lane, &text) gives a lane its next text, and false when
  /// there are no more; a lane's text must stay until the lane asks again. Calls found(lane, literal, end) for each
  /// place where a literal ends before byte `end` of the lane's text.
  template <std::size_t kLanes, typename Feed, typename Found>
  void SearchAll(Feed feed, Found found) const {
    sparse_.empty() ? SearchLanes<true, kLanes>(feed, found) : SearchLanes<false, kLanes>(feed, found);
  }
  /// One text: found(literal, end).
  template <typename Found>
  void Search(std::string_view text, Found found) const {
    const auto told = [&](std::size_t, std::uint32_t literal, std::size_t end) { found(literal, end); };
    sparse_.empty() ? SearchFrom<true>(text, 0, 0, 0, told) : SearchFrom<false>(text, 0, 0, 0, told);
  }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFu;
  struct Edge {
    std::uint32_t byte_class = 0;
    std::uint32_t target = 0;  // a transition
  };
  struct Sparse {
    std::uint32_t first_edge = 0;  // edges_[first_edge, first_edge of the next)
    std::uint32_t suffix = 0;      // place of the state of its longest proper suffix
  };
  struct Trie;

  void NumberBytes(bool fold_ascii);
  Trie BuildTrie() const;
  void FindSuffixes(Trie* trie) const;
  void FillDense(const Trie& trie);
  void FillSparse(const Trie& trie);
  std::uint32_t PlaceOf(std::uint32_t state) const {
    return state < dense_ ? static_cast<std::uint32_t>(state * classes_) : dense_end_ + (state - dense_);
  }
  std::uint32_t StateAt(std::uint32_t place) const {
    return place < dense_end_ ? static_cast<std::uint32_t>(place / classes_) : dense_ + (place - dense_end_);
  }
  std::uint32_t TransitionTo(std::uint32_t state) const {
    const bool finds = literal_of_[state] != kNone || shorter_[state] != kNone;
    return PlaceOf(state) * 2 + (finds ? 1 : 0);
  }

  template <bool kAllDense>
  std::uint32_t Step(std::uint32_t at, char c) const {
    const std::uint32_t byte_class = class_of_[static_cast<std::uint8_t>(c)];
    if constexpr (kAllDense) return next_[(at >> 1) + byte_class];
    const std::uint32_t place = at >> 1;
    return place < dense_end_ ? next_[place + byte_class] : SparseStep(place, byte_class);
  }
  std::uint32_t SparseStep(std::uint32_t place, std::uint32_t byte_class) const {
    while (place >= dense_end_) {
      const Sparse* state = &sparse_[place - dense_end_];
      for (std::uint32_t e = state[0].first_edge; e < state[1].first_edge; ++e) {
        if (edges_[e].byte_class == byte_class) return edges_[e].target;
      }
      place = state->suffix;
    }
    return next_[place + byte_class];
  }
  template <typename Found>
  void Report(std::uint32_t at, std::size_t lane, std::size_t end, Found found) const {
    for (std::uint32_t state = StateAt(at >> 1); state != kNone; state = shorter_[state]) {
      if (literal_of_[state] != kNone) found(lane, literal_of_[state], end);
    }
  }
  template <bool kAllDense, typename Found>
  void SearchFrom(std::string_view text, std::size_t from, std::uint32_t at, std::size_t lane, Found found) const {
    for (std::size_t i = from; i < text.size(); ++i) {
      at = Step<kAllDense>(at, text[i]);
      if ((at & 1) != 0) [[unlikely]] Report(at, lane, i + 1, found);
    }
  }

  template <std::size_t kLanes>
  struct Lanes {  // texts on their way
    std::array<std::string_view, kLanes> texts;
    std::array<const char*, kLanes> next{};  // the byte of each that comes next
    std::array<std::uint32_t, kLanes> at{};

    std::size_t left(std::size_t lane) const {
      return static_cast<std::size_t>(texts[lane].data() + texts[lane].size() - next[lane]);
    }
    template <typename Feed>
    bool Fill(std::size_t lane, Feed& feed) {
      at[lane] = 0;
      do {
        if (!feed(lane, &texts[lane])) return false;
        next[lane] = texts[lane].data();
      } while (texts[lane].empty());
      return true;
    }
  };

  // As many bytes of each text as the shortest has left. Each step waits for the last one's load; texts side by side
  // fill the wait.
  template <bool kAllDense, std::size_t kLanes, typename Found>
  void Advance(Lanes<kLanes>* lanes, std::size_t bytes, Found found) const {
    auto at = lanes->at;
    for (std::size_t i = 0; i < bytes; ++i) {
      std::uint32_t any = 0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        at[lane] = Step<kAllDense>(at[lane], lanes->next[lane][i]);
        any |= at[lane];
      }
      if ((any & 1) == 0) [[likely]] continue;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        if ((at[lane] & 1) == 0) continue;
        const auto before = static_cast<std::size_t>(lanes->next[lane] - lanes->texts[lane].data());
        Report(at[lane], lane, before + i + 1, found);
      }
    }
    lanes->at = at;
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes->next[lane] += bytes;
  }

  template <bool kAllDense, std::size_t kLanes, typename Feed, typename Found>
  void SearchLanes(Feed feed, Found found) const {
    Lanes<kLanes> lanes;
    for (bool more = true; more;) {
      std::size_t shortest = ~std::size_t{0};
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        if (more && lanes.left(lane) == 0) more = lanes.Fill(lane, feed);
        shortest = std::min(shortest, lanes.left(lane));
      }
      if (more) Advance<kAllDense>(&lanes, shortest, found);
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t done = lanes.texts[lane].size() - lanes.left(lane);
      SearchFrom<kAllDense>(lanes.texts[lane], done, lanes.at[lane], lane, found);
    }
  }

  std::vector<std::string> literals_;
  std::size_t literal_bytes_ = 0;
  std::unordered_map<std::string, std::uint32_t> number_of_;
  std::array<std::uint16_t, 256> class_of_{};  // bytes that no literal has share class 0
  std::size_t classes_ = 1;
  std::uint32_t dense_ = 0;      // states [0, dense_) have a row of the table, the others edges
  std::uint32_t dense_end_ = 0;  // places below are of the table
  // Transitions: twice the place of the following state, plus 1 if a literal ends there. The root's place is 0.
  std::vector<std::uint32_t> next_;          // a row of classes_ a state
  std::vector<Sparse> sparse_;               // and one to end them; empty where all are dense
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> literal_of_;    // by state: the literal that ends in it
  std::vector<std::uint32_t> shorter_;       // by state: the next state of its suffixes in which a literal ends
};

}  // namespace sluice::text
