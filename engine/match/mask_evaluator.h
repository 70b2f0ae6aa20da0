// Tier 1: boolean nodes as bit rows {true, absent, error} over the rows of their home; false is none of the three.
//
// Belongs to one evaluator; rule set and plan outlive it. Begin() for each batch; masks point into memory that the next
// Rewind() or Begin() reuses.
// Errors: the rules' own, as bits.   Allocation: none after construction but the arena's.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/match/arena.h"
#include "engine/match/batch_homes.h"
#include "engine/match/mask_loops.h"
#include "engine/match/name_search.h"
#include "engine/match/plan.h"
#include "engine/match/row_interpreter.h"
#include "engine/match/value_columns.h"

namespace sluice::match {

/// Words of one home's rows. Exact for the rows that were demanded; other rows' bits mean nothing.
struct MaskView {
  const Word* is_true;
  const Word* absent;  // an error of kind absent
  const Word* error;   // an error of any other kind
};

/// A source of numbers for all parcels.
struct NumberColumn {
  ruleset::ValueType type;
  const void* data;  // as parcel::Column holds its type's
  const Word* absent;
  const Word* error;
};

class MaskEvaluator {
 public:
  MaskEvaluator(const ruleset::RuleSet& rule_set, const Plan& plan);

  void Begin(const parcel::Batch& batch);
  BatchHomes& homes() { return homes_; }
  RowInterpreter& interpreter() { return interpreter_; }

  /// Memory for intermediate masks: a stack. Whoever calls Eval rewinds once it has used the view.
  std::size_t mark() const { return top_; }
  void Rewind(std::size_t mark) { top_ = mark; }

  /// The mask `index` for the rows of its home that `demand` has.
  MaskView Eval(std::uint32_t index, const Word* demand);

  /// What an index is asked with: rows of the batch that leaves have, computed once a batch.
  const Word* AbsentRows(parcel::ColumnIndex column);
  const CodedColumn& Encoded(std::uint32_t dictionary);
  const Word* RowsOfLiteral(std::uint32_t search, std::uint32_t literal);  // nullptr: no row has it
  const Word* RowsOfList(std::uint32_t search, std::uint32_t list);        // the same
  /// The values of a source of the parcels' home, for all of them.
  NumberColumn NumbersOf(std::uint32_t source);

 private:
  struct MaskWords {  // where a mask is computed
    Word* is_true;
    Word* absent;
    Word* error;
  };
  struct Column {  // an operand of a leaf loop, over the rows of a home
    Operand operand;
    const Word* absent;
    const Word* error;
  };

  Word* Push(std::size_t words);
  MaskWords PushMask(std::size_t words);
  void Clear(const MaskWords& out, std::size_t words);
  MaskView EvalKept(const MaskNode& mask, const Word* demand);
  MaskView EvalIn(std::uint32_t index, HomeIndex home, const Word* demand);
  MaskView Broadcast(std::uint32_t index, HomeIndex home, const Word* demand);
  void Compute(const MaskNode& mask, const Word* demand, const MaskWords& out);

  // mask_leaves.cc
  MaskView EvalCode(const MaskNode& mask);
  MaskView EvalLiteral(const MaskNode& mask);
  MaskView EvalHas(const MaskNode& mask);
  void ComputeCodeNot(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeCodeSet(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeBool(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeCompare(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeTest(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeFoldedTest(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeRowLeaf(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void TestRows(const MaskNode& mask, const Operand& operand, const Word* rows, Word* out) const;
  void SplitErrors(const Column& a, const Column& b, const Word* demand, const MaskWords& out, Word* present);

  // mask_texts.cc
  MaskView EvalList(const MaskNode& mask);
  void ComputeSimilar(const MaskNode& mask, const Word* demand, const MaskWords& out);

  // mask_columns.cc
  Column OwnColumn(const Source& source);
  Column Fetch(std::uint32_t source, HomeIndex home, int side);
  bool EnsureSource(std::uint32_t source, HomeIndex home, const Word* demand);
  Column BringBelow(const Column& column, HomeIndex home, int side);

  // mask_values.cc
  bool EnsureValues(std::uint32_t memo_column, const Word* demand);
  bool RunLoop(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool Calculate(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool ChooseValues(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool ConvertMoneys(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool ConvertToDoubles(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool ChangeTexts(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool FindTableRows(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  bool ReadCells(std::uint32_t memo_column, const Word* rows, const MaskWords& errors);
  const Word* FetchOne(std::uint32_t source, HomeIndex home, const Word* rows, const MaskWords& errors, Column* column);
  template <typename Use>
  bool LookUp(std::uint32_t table, std::uint32_t first_key, std::uint32_t key_count, HomeIndex home, const Word* rows,
              const MaskWords& errors, Use use);
  void ComputeTableHas(const MaskNode& mask, const Word* demand, const MaskWords& out);

  // mask_logic.cc
  void ComputeAnd(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeOr(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeNot(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ComputeCond(const MaskNode& mask, const Word* demand, const MaskWords& out);
  const Word* DemandedElements(const MaskNode& mask, const Word* demand);
  void ComputeQuantifier(const MaskNode& mask, const Word* demand, const MaskWords& out);
  void ReduceExists(const MaskView& body, const Word* elements, HomeIndex home, const MaskWords& out,
                    std::size_t words);
  void ReduceAll(const MaskView& body, const Word* elements, HomeIndex home, const Word* demand,
                 const MaskWords& out, std::size_t words);
  void ReduceExistsOne(const MaskView& body, const Word* elements, HomeIndex home, const MaskWords& out,
                       std::size_t words);

  const ruleset::RuleSet& rule_set_;
  const Plan& plan_;
  std::vector<CodedColumn> coded_;         // by dictionary
  std::vector<FoundRows> literals_found_;  // by literal search
  std::vector<FoundRows> lists_found_;     // by list search
  ListSearch::FoldedTexts folded_;
  std::vector<NameSearch> names_;          // by name column
  Arena arena_;
  RowInterpreter interpreter_;
  BatchHomes homes_;
  ValueColumns values_;
  const parcel::Batch* batch_ = nullptr;
  std::uint32_t batch_number_ = 0;

  std::size_t top_ = 0;
  std::vector<Word> stack_;
  std::vector<Word> none_;                            // no rows
  struct Kept {
    std::size_t first = 0;                            // place in kept_words_: known, true, absent, error
    std::size_t room = 0;                             // words of one of the four
    std::uint32_t batch = 0;
  };
  std::vector<Kept> kept_;                            // by MaskNode::memo
  std::vector<Word> kept_words_;
  struct Absent {
    std::uint32_t batch = 0;
    std::vector<Word> rows;
  };
  std::vector<Absent> absent_;                        // by column
  std::vector<Value> buffers_[2];                     // values of an operand, brought into another home's rows
};

}  // namespace sluice::match
