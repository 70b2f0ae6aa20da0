// sluice::RuleSet and sluice::Screener.
#include <sluice/screener.h>

#include <utility>

#include "engine/base/check.h"
#include "engine/decide/judge.h"
#include "engine/live/clock.h"
#include "engine/pipeline/screener.h"
#include "engine/ruleset/bundle.h"

namespace sluice {

RuleSet::RuleSet(std::shared_ptr<const ruleset::RuleSet> data) : data_(std::move(data)) {}

Result<RuleSet> RuleSet::Load(const std::string& path) {
  auto data = ruleset::ReadBundle(path);
  if (!data.ok()) return data.status();
  return RuleSet(*std::move(data));
}

Result<RuleSet> RuleSet::FromBytes(std::span<const std::uint8_t> bundle) {
  auto data = ruleset::DecodeBundle(bundle);
  if (!data.ok()) return data.status();
  return RuleSet(*std::move(data));
}

const std::string& RuleSet::name() const { return data_->name; }
std::size_t RuleSet::rule_count() const { return data_->rules.size(); }
std::string RuleSet::hash() const { return base::Hex(data_->hash); }

std::vector<LaneInfo> RuleSet::lanes() const {
  std::vector<LaneInfo> lanes;
  for (const ruleset::Lane& lane : data_->lanes) lanes.push_back({lane.name, lane.severity, lane.releases});
  return lanes;
}

struct SLUICE_HIDDEN Screener::Impl {
  Impl(const RuleSet& rules, draw::EpochKey key) : rule_set(rules.data()), screener(rule_set, std::move(key)) {}

  ruleset::RuleSetPtr rule_set;
  pipeline::Screener screener;
  std::vector<std::uint8_t> canonical;
  Decision decision;
};

Screener::Screener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Screener::Screener(Screener&&) noexcept = default;
Screener& Screener::operator=(Screener&&) noexcept = default;
Screener::~Screener() = default;

Result<Screener> Screener::Make(const RuleSet& rules, const ScreenerOptions& options) {
  Result<draw::EpochKey> key = options.epoch_key_file.empty() ? Result<draw::EpochKey>(draw::TestEpochKey())
                                                              : draw::ReadEpochKey(options.epoch_key_file);
  if (!key.ok()) return key.status();
  return Screener(std::make_unique<Impl>(rules, *std::move(key)));
}

const Decision& Screener::Screen(std::span<const std::uint8_t> record, std::optional<std::int64_t> now_ns) {
  pipeline::ScreenFacts facts;
  if (now_ns) facts.now = base::TimestampFromUnits(*now_ns, base::kNsPerSecond);
  const decide::Decision& decision = impl_->screener.Screen(record, facts);
  impl_->canonical.clear();
  decide::AppendCanonical(*impl_->rule_set, decision, &impl_->canonical);
  SLUICE_CHECK(ParseDecision(impl_->canonical, &impl_->decision).ok());
  impl_->decision.now_ns = live::NsOf(decision.now);
  return impl_->decision;
}

}  // namespace sluice
