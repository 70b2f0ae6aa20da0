// How the planner has texts searched by lists: containsAny and similarTo over a column; over anything else, row by row.
#include "engine/match/planner.h"

namespace sluice::match {

using ruleset::Node;

// kNoIndex: not a column.
std::uint32_t Planner::TextColumn(ruleset::NodeIndex index, std::size_t* rows_max) {
  const std::uint32_t source = SourceOf(index);
  if (source == kNoIndex || plan_.sources[source].kind != Source::Kind::kColumn) return kNoIndex;
  *rows_max = RowsMax(plan_.homes[plan_.sources[source].home].domain);
  return plan_.sources[source].index;
}

MaskNode Planner::FindList(const Node& node) {
  std::size_t rows_max = 0;
  const parcel::ColumnIndex column = TextColumn(node.a, &rows_max);
  if (column == kNoIndex) return RowLeaf();
  const auto [at, added] =
      list_search_of_.try_emplace(column, static_cast<std::uint32_t>(plan_.list_searches.size()));
  if (added) plan_.list_searches.emplace_back(column, *rule_set_.text.literals, rows_max);
  MaskNode mask;
  mask.kind = MaskKind::kList;
  mask.cost = kCostBits;
  mask.whole = true;
  mask.a = at->second;
  mask.b = plan_.list_searches[mask.a].Add(rule_set_.text.literal_list[node.b][node.c]);
  return mask;
}

MaskNode Planner::FindNames(const Node& node) {
  std::size_t rows_max = 0;
  const parcel::ColumnIndex column = TextColumn(node.a, &rows_max);
  if (column == kNoIndex) return RowLeaf();
  const auto [at, added] =
      name_column_of_.try_emplace(column, static_cast<std::uint32_t>(plan_.name_columns.size()));
  if (added) plan_.name_columns.push_back({column, rows_max});
  MaskNode mask;
  mask.kind = MaskKind::kSimilar;
  mask.cost = kCostNames;
  mask.a = at->second;
  mask.b = node.b;
  mask.c = node.c;
  return mask;
}

}  // namespace sluice::match
