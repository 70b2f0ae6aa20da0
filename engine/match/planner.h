// Makes a Plan: private to this room, used once by MakePlan().
//
// One walk down the conditions: masks of logic (plan.cc), masks of leaves (plan_leaves.cc), where the operands of
// leaves come from (plan_sources.cc), and which values are computed as columns (plan_values.cc).
//  Thread-safety: belongs to one call.   Errors: none.
#pragma once

#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/match/plan.h"

namespace sluice::match {

// Ranks of cost, for the order of operands. Masks up to kCostNumbers are computed whole.
inline constexpr std::uint8_t kCostBits = 0;
inline constexpr std::uint8_t kCostNumbers = 1;
inline constexpr std::uint8_t kCostTexts = 2;
inline constexpr std::uint8_t kCostTests = 3;
inline constexpr std::uint8_t kCostMemo = 5;
inline constexpr std::uint8_t kCostRows = 6;
inline constexpr std::uint8_t kCostNames = 7;

/// What no column loop can compute.
inline MaskNode RowLeaf() {
  MaskNode mask;
  mask.cost = kCostRows;
  return mask;
}

class Planner {
 public:
  explicit Planner(const ruleset::RuleSet& rule_set)
      : rule_set_(rule_set), program_(rule_set.program), scopes_(rule_set),
        mask_of_(program_.nodes.size(), kNoIndex), source_of_(program_.nodes.size(), kNotAsked) {}

  Plan Make();

 private:
  using Node = ruleset::Node;
  using NodeIndex = ruleset::NodeIndex;
  using Op = ruleset::Op;

  static constexpr std::uint32_t kNotAsked = kNoIndex - 1;

  // plan.cc
  std::uint32_t MaskOf(NodeIndex node);
  MaskNode Shape(NodeIndex index);
  MaskNode Combine(const Node& node);
  MaskNode Choose(const Node& node);
  MaskNode Negate(const Node& node);
  MaskNode Quantify(const Node& node);
  void Keep(NodeIndex node, MaskNode* mask);
  std::uint32_t DepthBelow(const MaskNode& mask) const;
  std::uint32_t DepthBelow(const ValueLoop& loop) const;
  std::uint32_t DepthOfSource(std::uint32_t source) const;
  std::uint32_t DepthOfKeys(std::uint32_t first, std::uint32_t count) const;

  // plan_leaves.cc
  MaskNode Compare(const Node& node);
  MaskNode CompareCode(const Node& node, std::uint32_t column, std::uint32_t constant);
  MaskNode InSet(const Node& node);
  MaskNode TestText(const Node& node);
  MaskNode TestWith(Op op, NodeIndex operand, std::uint32_t with);
  std::uint32_t UnfoldedSource(NodeIndex operand);
  MaskNode HasTableRow(const Node& node);
  MaskNode ReadBool(NodeIndex index);
  std::uint32_t SearchedColumn(NodeIndex index, bool* fold);
  bool SearchTakes(std::uint32_t source, bool fold, std::string_view literal) const;
  MaskNode FindLiteral(std::uint32_t source_index, bool fold, std::string_view literal);

  // plan_texts.cc
  std::uint32_t TextColumn(NodeIndex index, std::size_t* rows_max);
  MaskNode FindList(const Node& node);
  MaskNode FindNames(const Node& node);

  // plan_sources.cc
  bool HasHome(NodeIndex node) const;
  HomeIndex HomeOf(NodeIndex node);
  HomeIndex AddHome(const FreeLocal& local);
  bool IsElement(NodeIndex node) const;
  std::uint32_t SourceOf(NodeIndex node);
  std::uint32_t FindSource(NodeIndex node);
  std::uint32_t MemoSource(NodeIndex node);
  std::uint32_t AddSource(const Source& source);
  Source ConstantSource(const Node& node) const;
  MaskNode HasPrefix(std::uint32_t source, std::string_view prefix);
  /// Of whole texts or numbers, or of texts' first bytes.
  std::uint32_t DictionaryOf(std::uint32_t source, std::size_t prefix_bytes = 0);
  std::uint32_t CodeOf(std::uint32_t dictionary, std::uint32_t constant_source);

  // plan_values.cc
  std::uint32_t MemoColumnOf(NodeIndex node);
  std::uint32_t AddMemoColumn(NodeIndex node);
  ValueLoop LoopOf(const Node& node);
  ValueLoop CalculateLoop(const Node& node);
  ValueLoop ChooseLoop(const Node& node);
  ValueLoop UnaryLoop(ValueLoop::Kind kind, const Node& node);
  ValueLoop TableRowLoop(const Node& node);
  ValueLoop TableCellLoop(const Node& node);
  bool AddKeys(const Node& node, std::uint32_t* first);
  void KeepTableRows();

  const ruleset::RuleSet& rule_set_;
  const ruleset::Program& program_;
  Scopes scopes_;
  Plan plan_;
  std::vector<std::uint32_t> mask_of_;    // by node
  std::vector<std::uint32_t> source_of_;  // by node
  std::map<std::pair<parcel::ColumnIndex, std::size_t>, std::uint32_t> dictionary_of_;  // and prefix bytes
  std::map<std::pair<parcel::ColumnIndex, bool>, std::uint32_t> search_of_;  // by column and folding
  std::map<parcel::ColumnIndex, std::uint32_t> list_search_of_, name_column_of_;
  std::unordered_map<NodeIndex, std::uint32_t> memo_column_of_;
  std::size_t memo_column_bytes_ = 0;
  std::size_t mask_memo_bytes_ = 0;
};

}  // namespace sluice::match
