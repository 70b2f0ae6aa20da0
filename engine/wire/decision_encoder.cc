#include "engine/wire/decision_encoder.h"

#include <flatbuffers/flatbuffers.h>

#include "engine/schema/decision_generated.h"

namespace sluice::wire {

namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
template <typename T>
using OffsetList = Offset<flatbuffers::Vector<Offset<T>>>;

Offset<flatbuffers::String> Text(FlatBufferBuilder& builder, std::string_view text) {
  return text.empty() ? 0 : builder.CreateString(text.data(), text.size());
}

OffsetList<flatbuffers::String> Texts(FlatBufferBuilder& builder,
                                      const std::vector<std::string_view>& texts) {
  if (texts.empty()) return 0;
  std::vector<Offset<flatbuffers::String>> offsets;
  offsets.reserve(texts.size());
  for (const std::string_view text : texts)
    offsets.push_back(builder.CreateString(text.data(), text.size()));
  return builder.CreateVector(offsets);
}

OffsetList<record::RuleMatch> Matches(FlatBufferBuilder& builder,
                                      const std::vector<EncodedMatch>& matches) {
  if (matches.empty()) return 0;
  std::vector<Offset<record::RuleMatch>> offsets;
  offsets.reserve(matches.size());
  for (const EncodedMatch& match : matches) {
    const auto rule = builder.CreateString(match.rule.data(), match.rule.size());
    const auto reason = Text(builder, match.reason);
    offsets.push_back(record::CreateRuleMatch(builder, rule, reason, match.score));
  }
  return builder.CreateVector(offsets);
}

OffsetList<record::Draw> Draws(FlatBufferBuilder& builder, const std::vector<EncodedDraw>& draws) {
  if (draws.empty()) return 0;
  std::vector<Offset<record::Draw>> offsets;
  offsets.reserve(draws.size());
  for (const EncodedDraw& draw : draws) {
    const auto rule = builder.CreateString(draw.rule.data(), draw.rule.size());
    offsets.push_back(
        record::CreateDraw(builder, rule, draw.ticket, draw.threshold, draw.selected));
  }
  return builder.CreateVector(offsets);
}

}  // namespace

struct DecisionEncoder::Impl {
  FlatBufferBuilder builder;
};

DecisionEncoder::DecisionEncoder() : impl_(std::make_unique<Impl>()) {}

DecisionEncoder::~DecisionEncoder() = default;

void DecisionEncoder::Append(const EncodedDecision& decision, std::string* bytes) {
  FlatBufferBuilder& builder = impl_->builder;
  builder.Clear();
  const record::Hash256 rule_set(
      flatbuffers::span<const std::uint8_t, 32>(decision.rule_set.data(), 32));
  const auto parcel_id = Text(builder, decision.parcel_id);
  const auto cause = Text(builder, decision.cause);
  const auto phase = Text(builder, decision.phase);
  const auto lane = builder.CreateString(decision.lane.data(), decision.lane.size());
  const auto controls = Texts(builder, decision.controls);
  const auto outcomes = Texts(builder, decision.outcomes);
  const auto matched = Matches(builder, decision.matched);
  const auto suppressed = Texts(builder, decision.suppressed);
  const auto absent = Texts(builder, decision.absent);
  const auto errors = Texts(builder, decision.errors);
  const auto shadow = Matches(builder, decision.shadow);
  const auto draws = Draws(builder, decision.draws);
  const auto read_error = Text(builder, decision.read_error);
  const auto missing = Texts(builder, decision.missing);
  record::FinishSizePrefixedDecisionBuffer(
      builder, record::CreateDecision(
                   builder, decision.sequence, parcel_id, decision.revision, cause, phase,
                   decision.now_ms, decision.generation, &rule_set, lane, decision.score,
                   decision.must_inspect, controls, outcomes, matched, suppressed, absent, errors,
                   shadow, draws, decision.duplicate_of, read_error, missing, decision.test_key));
  bytes->append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
}

}  // namespace sluice::wire
