#include "tools/sluice/side_by_side.h"

#include "engine/ingest/open.h"

namespace sluice::tools {

namespace {

const ruleset::Zone* ZoneOf(const ruleset::RuleSet& rule_set) {
  return rule_set.zone == ruleset::kNone ? nullptr : &rule_set.program.zones[rule_set.zone];
}

// Whether both make the same records of the same files.
bool ReadAlike(const LoadedRules& a, const LoadedRules& b, const SideBySideInput& input) {
  const ruleset::Zone* zone_a = ZoneOf(*a.rule_set);
  const ruleset::Zone* zone_b = ZoneOf(*b.rule_set);
  const bool zones = zone_a == nullptr || zone_b == nullptr ? zone_a == zone_b : *zone_a == *zone_b;
  const bool mappings = !input.mapping.empty() || a.rule_set->mapping == b.rule_set->mapping;
  return zones && mappings && a.rule_set->catalog == b.rule_set->catalog;
}

std::vector<std::string> ChangedRules(const std::vector<Change>& changes) {
  std::vector<std::string> changed;
  for (const Change& change : changes) {
    if (change.subject == Subject::kRule && change.way == ChangeWay::kChanged) changed.push_back(change.name);
  }
  return changed;
}

}  // namespace

Result<SideBySide> DecideSideBySide(const LoadedRules& a, const LoadedRules* b, const std::vector<Change>& changes,
                                    const SideBySideInput& input, const pipeline::ScreenOptions& options) {
  const Result<draw::EpochKey> key =
      input.epoch_key.empty() ? Result<draw::EpochKey>(draw::TestEpochKey()) : draw::ReadEpochKey(input.epoch_key);
  if (!key.ok()) return key.status();
  const auto source = ingest::OpenInputs(input.files, a.mapping, a.rule_set);
  if (!source.ok()) return source.status();
  std::vector<pipeline::Side> sides = {{a.rule_set, source->get(), nullptr}};
  std::unique_ptr<pipeline::RecordSource> own;
  std::optional<LaneComparison> comparison;
  if (b != nullptr) {
    if (!ReadAlike(a, *b, input)) {
      auto opened = ingest::OpenInputs(input.files, b->mapping, b->rule_set);
      if (!opened.ok()) return opened.status();
      own = *std::move(opened);
    }
    comparison.emplace(*a.rule_set, *b->rule_set, ChangedRules(changes));
    sides.front().sink = comparison->a();
    sides.push_back({b->rule_set, own == nullptr ? source->get() : own.get(), comparison->b()});
  }
  auto summaries = pipeline::ScreenSides(sides, *key, options);
  if (!summaries.ok()) return summaries.status();
  SideBySide decided{*std::move(summaries), {}};
  if (comparison) decided.changes = comparison->Finish();
  return decided;
}

}  // namespace sluice::tools
