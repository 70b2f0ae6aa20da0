#include "engine/match/list_search.h"

#include "engine/base/utf8.h"
#include "engine/match/text_lanes.h"
#include "engine/text/fold.h"

namespace sluice::match {
namespace {

constexpr std::uint32_t kNotAsked = 0xFFFFFFFFu;

}  // namespace

ListSearch::ListSearch(parcel::ColumnIndex column, const text::LiteralLists& lists, std::size_t rows_max)
    : column_(column), lists_(lists), rows_max_(rows_max), number_of_(lists.size(), kNotAsked) {}

std::uint32_t ListSearch::Add(std::uint32_t list) {
  if (number_of_[list] == kNotAsked) number_of_[list] = count_++;
  return number_of_[list];
}

void ListSearch::Search(const parcel::Column& column, std::size_t rows, std::uint32_t batch,
                        FoldedTexts* folded, FoundRows* found) const {
  if (!found->Begin(batch)) return;
  const auto read = [&](std::size_t lane, std::string_view text) {
    if (base::IsAscii(text)) return text;
    text::Fold(text, &(*folded)[lane]);
    return std::string_view((*folded)[lane]);
  };
  ColumnFeed<kLanes, decltype(read)> feed(column, rows, read);
  lists_.SearchAll<kLanes>([&](std::size_t lane, std::string_view* text) { return feed.Next(lane, text); },
                           [&](std::size_t lane, std::uint32_t list) {
                             if (number_of_[list] != kNotAsked) found->Mark(number_of_[list], feed.row_of(lane));
                           });
}

}  // namespace sluice::match
