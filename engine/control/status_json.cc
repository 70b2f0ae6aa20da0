#include "engine/control/status_json.h"

#include <algorithm>
#include <functional>

namespace sluice::control {
namespace {

std::vector<RuleHits> MostHit(std::vector<RuleHits> rules, std::size_t rules_max) {
  std::ranges::stable_sort(rules, std::greater(), &RuleHits::matched);
  if (rules.size() > rules_max) rules.resize(rules_max);
  return rules;
}

}  // namespace

Json StatusJson(const EngineStatus& status, std::size_t rules_max) {
  Json json{{"generation", status.generation},
            {"rule_set", status.rule_set_hash},
            {"name", status.rule_set_name},
            {"generations_in_memory", status.generations_in_memory},
            {"accepting", status.accepting},
            {"trouble", status.trouble},
            {"log", status.log_state},
            {"accepted", status.accepted},
            {"refused", status.refused},
            {"decided", status.decided},
            {"delivered", status.delivered},
            {"waiting", status.waiting},
            {"duplicates", status.duplicates},
            {"late", status.late},
            {"batches", status.batches},
            {"detached_consumers", status.detached_consumers},
            {"agents", status.agents},
            {"producers", status.producers},
            {"consumers", status.consumers},
            {"lanes", Json::object()},
            {"outcomes", Json::object()}};
  for (const auto& [lane, count] : status.lanes) json["lanes"][lane] = count;
  for (const auto& [outcome, count] : status.outcomes) json["outcomes"][outcome] = count;
  json["latency_us"] = {{"p50", status.latency.p50_us},
                        {"p99", status.latency.p99_us},
                        {"p99.9", status.latency.p999_us},
                        {"p99.99", status.latency.p9999_us},
                        {"max", status.latency.max_us}};
  json["rules"] = Json::array();
  for (const RuleHits& rule : MostHit(status.rules, rules_max)) {
    json["rules"].push_back({{"rule", rule.rule}, {"matched", rule.matched}, {"errors", rule.errors}});
  }
  return json;
}

}  // namespace sluice::control
