#include "engine/abi/decisions.h"

#include <span>
#include <string_view>

#include "engine/abi/guard.h"

namespace sluice::abi {

namespace {

sluice_list ListInC(const TextList& list) {
  return {list.entries().data(), list.entries().size(), list.count(), 0};
}

sluice_list ListInC(const ScoredRules& list) {
  return {list.entries().data(), list.entries().size(), list.count(), 1};
}

}  // namespace

sluice_decision InC(const Decision& decision) {
  sluice_decision c = {};
  c.size = sizeof c;
  c.sequence = decision.sequence;
  c.duplicate_of = decision.duplicate_of;
  c.tag = decision.tag;
  c.now_ns = decision.now_ns;
  c.producer = decision.producer;
  c.revision = decision.revision;
  c.generation = decision.generation;
  c.score = decision.score;
  c.outcomes = decision.outcomes;
  if (decision.test_key) c.flags |= SLUICE_TEST_KEY;
  if (decision.must_inspect) c.flags |= SLUICE_MUST_INSPECT;
  if (decision.scanned) c.flags |= SLUICE_SCANNED;
  if (decision.late) c.flags |= SLUICE_LATE;
  c.parcel_id = TextOf(decision.parcel_id);
  c.lane = TextOf(decision.lane);
  c.delivered_lane = TextOf(decision.delivered_lane);
  c.controls = ListInC(decision.controls);
  c.matched = ListInC(decision.matched);
  c.suppressed = ListInC(decision.suppressed);
  c.errors = ListInC(decision.errors);
  c.shadow = ListInC(decision.shadow);
  c.missing = ListInC(decision.missing);
  c.canonical = decision.canonical.data();
  c.canonical_bytes = decision.canonical.size();
  return c;
}

}  // namespace sluice::abi

using namespace sluice::abi;  // NOLINT: the functions below are C

int32_t sluice_list_next(sluice_list* list, sluice_text* name, uint32_t* score) {
  if (name != nullptr) *name = {};
  if (score != nullptr) *score = 0;
  if (list == nullptr || list->count == 0) return 0;
  const std::span entries(list->entries, list->bytes);
  std::string_view text;
  std::uint32_t points = 0;
  if (list->has_scores != 0) {
    sluice::ScoredRules rules(entries, list->count);
    rules.Next(&text, &points);
    *list = ListInC(rules);
  } else {
    sluice::TextList texts(entries, list->count);
    texts.Next(&text);
    *list = ListInC(texts);
  }
  if (name != nullptr) *name = TextOf(text);
  if (score != nullptr) *score = points;
  return 1;
}

sluice_code sluice_decision_parse(const void* canonical, size_t canonical_bytes, sluice_decision* decision,
                                  sluice_error* error) {
  return Guarded(error, [&]() -> sluice::Status {
    if (!Clear(decision) || canonical == nullptr) {
      return {sluice::StatusCode::kInvalidArgument, "canonical or decision is NULL, or has no size"};
    }
    sluice::Decision parsed;
    const std::span bytes(static_cast<const std::uint8_t*>(canonical), canonical_bytes);
    if (sluice::Status status = sluice::ParseDecision(bytes, &parsed); !status.ok()) return status;
    Fill(InC(parsed), decision);
    return sluice::Status::Ok();
  });
}
