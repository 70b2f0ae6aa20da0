// Rule sets in C.
#include <span>

#include "engine/abi/guard.h"
#include "engine/abi/handles.h"

using namespace sluice::abi;  // NOLINT: the functions below are C
using sluice::Result;
using sluice::RuleSet;
using sluice::Status;
using sluice::StatusCode;

namespace {

Status Hand(Result<RuleSet> loaded, sluice_rule_set** rules) {
  if (!loaded.ok()) return loaded.status();
  *rules = new sluice_rule_set(*std::move(loaded));
  return Status::Ok();
}

}  // namespace

sluice_code sluice_rule_set_load(const char* path, sluice_rule_set** rules, sluice_error* error) {
  if (rules != nullptr) *rules = nullptr;
  return Guarded(error, [&]() -> Status {
    if (path == nullptr || rules == nullptr) return {StatusCode::kInvalidArgument, "path or rules is NULL"};
    return Hand(RuleSet::Load(path), rules);
  });
}

sluice_code sluice_rule_set_from_bytes(const void* bundle, size_t bundle_bytes, sluice_rule_set** rules,
                                       sluice_error* error) {
  if (rules != nullptr) *rules = nullptr;
  return Guarded(error, [&]() -> Status {
    if (bundle == nullptr || rules == nullptr) return {StatusCode::kInvalidArgument, "bundle or rules is NULL"};
    return Hand(RuleSet::FromBytes(std::span(static_cast<const std::uint8_t*>(bundle), bundle_bytes)), rules);
  });
}

sluice_code sluice_rule_set_get_info(const sluice_rule_set* rules, sluice_rule_set_info* info) {
  if (!Clear(info) || !Is(rules)) return SLUICE_INVALID_ARGUMENT;
  sluice_rule_set_info known = {};
  known.name = TextOf(rules->rules.name());
  known.hash = TextOf(rules->hash);
  known.rule_count = rules->rules.rule_count();
  known.lane_count = rules->lanes.size();
  Fill(known, info);
  return SLUICE_OK;
}

sluice_code sluice_rule_set_get_lane(const sluice_rule_set* rules, uint64_t index, sluice_lane_info* lane) {
  if (!Clear(lane) || !Is(rules)) return SLUICE_INVALID_ARGUMENT;
  if (index >= rules->lanes.size()) return SLUICE_NOT_FOUND;
  const sluice::LaneInfo& its = rules->lanes[index];
  sluice_lane_info known = {};
  known.name = TextOf(its.name);
  known.severity = its.severity;
  known.releases = its.releases ? 1 : 0;
  Fill(known, lane);
  return SLUICE_OK;
}

void sluice_rule_set_free(sluice_rule_set* rules) { Free(rules); }
