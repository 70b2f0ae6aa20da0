#include "rules/book/silence_reader.h"

#include <string>

#include "rules/book/keys.h"
#include "rules/syntax/yaml_reader.h"

namespace sluice::rules {
namespace {

void ReadSilence(const YamlNode& node, std::vector<Silence>* silences,
                 DiagnosticList* diagnostics) {
  if (!ExpectMap(node, "lint", diagnostics)) return;
  CheckKeys(node, "lint", kLintKeys, diagnostics);
  const YamlNode* why = RequireKey(node, "lint", "why", diagnostics);
  if (why != nullptr && GetString(*why, "why", diagnostics).value_or("x").empty()) {
    diagnostics->Error(why->place(), "missing-key", "a finding is silenced for a reason",
                       "say under `why` why it is wanted as it is");
  }
  const YamlNode* allow = RequireKey(node, "lint", "allow", diagnostics);
  if (allow == nullptr || !GetStringList(*allow, "allow", diagnostics)) return;
  if (allow->is_scalar()) silences->push_back({std::string(allow->text()), allow});
  for (const YamlNode& code : allow->children()) {
    if (allow->is_sequence()) silences->push_back({std::string(code.text()), &code});
  }
}

}  // namespace

std::vector<Silence> ReadSilences(const YamlNode& owner, DiagnosticList* diagnostics) {
  std::vector<Silence> silences;
  const YamlNode* lint = owner.Find("lint");
  if (lint == nullptr) return silences;
  if (!lint->is_sequence()) ReadSilence(*lint, &silences, diagnostics);
  for (const YamlNode& one : lint->children()) {
    if (lint->is_sequence()) ReadSilence(one, &silences, diagnostics);
  }
  return silences;
}

}  // namespace sluice::rules
