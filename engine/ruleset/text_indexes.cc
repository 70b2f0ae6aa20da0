#include "engine/ruleset/text_indexes.h"

#include <algorithm>

#include "engine/ruleset/reference_data.h"
#include "engine/text/literal_lists.h"
#include "engine/text/name_index.h"

namespace sluice::ruleset {
namespace {

constexpr std::uint32_t kNoList = 0xFFFFFFFFu;

bool IsTextSearch(const Node& node) { return node.op == Op::kContainsAny || node.op == Op::kSimilarTo; }

std::shared_ptr<const text::NameIndex> IndexOf(const ReferenceList& list) {
  auto index = std::make_shared<text::NameIndex>();
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) index->Add(list.texts[i]);
  index->Prepare();
  return index;
}

}  // namespace

bool UsesTextSearch(const Program& program) {
  return std::any_of(program.nodes.begin(), program.nodes.end(), IsTextSearch);
}

TextIndexes MakeTextIndexes(const Program& program, const std::vector<ReferenceList>& lists) {
  TextIndexes indexes;
  indexes.literal_list.assign(lists.size(), {kNoList, kNoList});
  indexes.names.resize(lists.size());
  auto literals = std::make_shared<text::LiteralLists>();
  for (const Node& node : program.nodes) {
    if (node.op == Op::kSimilarTo && indexes.names[node.b] == nullptr) indexes.names[node.b] = IndexOf(lists[node.b]);
    if (node.op != Op::kContainsAny || indexes.literal_list[node.b][node.c] != kNoList) continue;
    indexes.literal_list[node.b][node.c] = literals->AddList(node.c == 1);
    for (std::uint32_t i = 0; i < lists[node.b].texts.size(); ++i) literals->AddLiteral(lists[node.b].texts[i]);
  }
  literals->Prepare();
  if (literals->size() != 0) indexes.literals = std::move(literals);
  return indexes;
}

}  // namespace sluice::ruleset
