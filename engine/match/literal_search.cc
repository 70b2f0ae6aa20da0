#include "engine/match/literal_search.h"

#include <limits>

#include "engine/match/text_lanes.h"

namespace sluice::match {

namespace {

constexpr std::size_t kLanes = 6;  // the automata of rules' literals lie in the second-level cache

}  // namespace

// The planner bounds the literals' bytes, so that all states may have full rows.
void LiteralSearch::Prepare() { automaton_.Prepare(fold_, std::numeric_limits<std::size_t>::max()); }

void LiteralSearch::Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch,
                           FoundRows* found) const {
  if (!found->Begin(batch)) return;
  const auto read = [](std::size_t, std::string_view text) { return text; };
  ColumnFeed<kLanes, decltype(read)> feed(column, rows, read);
  automaton_.SearchAll<kLanes>(
      [&](std::size_t lane, std::string_view* text) { return feed.Next(lane, text); },
      [&](std::size_t lane, std::uint32_t literal, std::size_t) { found->Mark(literal, feed.row_of(lane)); });
}

}  // namespace sluice::match
