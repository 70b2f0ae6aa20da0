// Plane: data. Masks of texts that lists are searched for: containsAny and similarTo over a column.
#include "engine/match/mask_evaluator.h"
#include "engine/text/name_index.h"

namespace sluice::match {

const Word* MaskEvaluator::RowsOfList(std::uint32_t index, std::uint32_t list) {
  const ListSearch& search = plan_.list_searches[index];
  const parcel::ColumnIndex column = search.column();
  search.Search(batch_->columns[column], batch_->domains[rule_set_.columns.columns[column].domain].count,
                batch_number_, &folded_, &lists_found_[index]);
  return lists_found_[index].RowsOf(list);
}

MaskView MaskEvaluator::EvalList(const MaskNode& mask) {
  const Word* rows = RowsOfList(mask.a, mask.b);
  return {rows == nullptr ? none_.data() : rows, AbsentRows(plan_.list_searches[mask.a].column()), none_.data()};
}

void MaskEvaluator::ComputeSimilar(const MaskNode& mask, const Word* demand, const MaskWords& out) {
  const std::size_t words = homes_.words(mask.home);
  NameSearch& search = names_[mask.a];
  const parcel::Column& column = batch_->columns[search.column()];
  const Word* absent = AbsentRows(search.column());
  const text::NameIndex& index = *rule_set_.text.names[mask.b];
  search.Begin(batch_number_);
  Clear(out, words);
  for (std::size_t w = 0; w < words; ++w) {
    out.absent[w] = demand[w] & absent[w];
    const Word present = demand[w] & ~absent[w];
    ForEachBit(&present, 1, [&](std::size_t bit) {
      const std::size_t row = w * 64 + bit;
      const text::Name& name = search.NameOf(column.texts[row], row);
      if (index.HasAlike(name, mask.c, &interpreter_.name_query())) PutBit(out.is_true, row);
    });
  }
}

}  // namespace sluice::match
