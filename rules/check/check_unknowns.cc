// Types that empty lists and maps leave open, as the parts of the checker ask for them.
#include <algorithm>

#include "rules/check/check_pass.h"

namespace sluice::rules {

namespace {

constexpr std::size_t kHintedFindings = 20;  // each goes over all nodes; further ones mostly follow from the first

}  // namespace

void CheckPass::StartAgain(std::size_t findings) {
  findings_.resize(findings);
  checked_.types.assign(ast_.node_count(), {});
  checked_.resolutions.assign(ast_.node_count(), {});
  checked_.constants.clear();
  weights_mg_.clear();
  // Ranges stay: what was learned may name them.
}

bool CheckPass::Agree(const Type& a, const Type& b) {
  unknowns_.Learn(a, b);
  return SameShape(unknowns_.Resolved(a), unknowns_.Resolved(b));
}

bool CheckPass::CanEqual(const Type& a, const Type& b) {
  unknowns_.Learn(a, b);
  return Equatable(unknowns_.Resolved(a), unknowns_.Resolved(b));
}

Type CheckPass::Settle(NodeId id, const Type& likely) {
  if (type(id).Is(TypeKind::kAny) && unknowns_.is_settling()) unknowns_.Learn(type(id), likely);
  checked_.types[id] = unknowns_.Resolved(type(id));
  return type(id);
}

Type CheckPass::Common(const Type& a, const Type& b) const {
  return Join(unknowns_.Resolved(a), unknowns_.Resolved(b));
}

bool CheckPass::WasUnknown(NodeId id) const {
  if (was_unknown_[id]) return true;
  const Resolution& meaning = checked_.resolutions[id];
  return meaning.meaning == Meaning::kLocal && was_unknown_[ast_.child(meaning.base, 0)];
}

void CheckPass::HintAtUnknowns(std::size_t findings) {
  const auto holds = [](TextSpan outer, TextSpan inner) {
    return outer.begin <= inner.begin && inner.end <= outer.end;
  };
  const std::size_t end = std::min(findings_.size(), findings + kHintedFindings);
  for (std::size_t i = findings; i < end; ++i) {
    CelError& finding = findings_[i];
    if (!finding.hint.empty()) continue;
    TextSpan around = node(ast_.root()).span;
    for (NodeId id = 0; id < ast_.node_count(); ++id) {
      if (holds(node(id).span, finding.span) && holds(around, node(id).span)) around = node(id).span;
    }
    for (NodeId id = 0; id < ast_.node_count(); ++id) {
      if (!holds(around, node(id).span) || !WasUnknown(id)) continue;
      finding.hint = "what an empty list or map holds has the type of its first use, and is int where no use tells";
      break;
    }
  }
}

}  // namespace sluice::rules
