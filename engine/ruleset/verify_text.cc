// Lists that texts are searched by: their size, and the Unicode data that they were compiled with.
#include <set>

#include "engine/base/limits.h"
#include "engine/ruleset/verify_parts.h"
#include "engine/text/fold.h"
#include "engine/text/text_version.h"

namespace sluice::ruleset {
namespace {

const char* LiteralsFlaw(const ReferenceList& list) {
  if (list.texts.size() > limits::kListLiteralsMax) return "it has too many entries for containsAny";
  for (std::uint32_t i = 0; i < list.texts.size(); ++i) {
    if (list.texts[i].size() > limits::kListLiteralBytesMax) return "an entry is too long for containsAny";
  }
  return nullptr;
}

}  // namespace

Status VerifyTextSearch(const RuleSet& rule_set) {
  const Program& program = rule_set.program;
  if (!UsesTextSearch(program)) return Status::Ok();
  if (program.text_version != text::TextVersion()) {
    return {StatusCode::kUnsupported, "its texts were compiled with " + program.text_version +
                                          ", and this program has " + text::TextVersion() + ": compile the book again"};
  }
  std::set<std::uint32_t> searched;
  std::size_t literal_bytes = 0;
  for (const Node& node : program.nodes) {
    if (node.op != Op::kContainsAny && node.op != Op::kSimilarTo) continue;
    const ReferenceList& list = rule_set.lists[node.b];
    if (node.op == Op::kSimilarTo && list.texts.size() > limits::kListNamesMax) {
      return Flaw("list", node.b, "it has too many entries for similarTo");
    }
    if (node.op != Op::kContainsAny || !searched.insert(node.b).second) continue;
    if (const char* flaw = LiteralsFlaw(list)) return Flaw("list", node.b, flaw);
    for (std::uint32_t i = 0; i < list.texts.size(); ++i) literal_bytes += text::Folded(list.texts[i]).size();
    if (literal_bytes > limits::kAllLiteralBytesMax) {
      return Flaw("lists", "too many bytes of literals, folded, for containsAny");
    }
  }
  return Status::Ok();
}

}  // namespace sluice::ruleset
