#include "engine/pipeline/batch_slot.h"

#include <algorithm>
#include <string_view>

#include "engine/base/check.h"
#include "engine/decide/judge.h"

namespace sluice::pipeline {

using parcel::ReadError;
using state::Sighting;

namespace {

bool IsDuplicate(const Head& head) { return head.identity.sighting == Sighting::kDuplicate; }

}  // namespace

BatchWorker::BatchWorker(const RunPlan& plan)
    : plan_(plan),
      decoder_(plan.decode),
      evaluator_(plan.rule_set),
      converter_(plan.source->MakeConverter()),
      formatter_(plan.sink == nullptr ? nullptr : plan.sink->MakeFormatter()),
      rule_counts_(plan.rule_set->rules.size()) {}

parcel::Batch* BatchWorker::OverflowBatch() {
  if (overflow_ == nullptr) overflow_ = std::make_unique<parcel::Batch>(plan_.columns);
  return overflow_.get();
}

void BatchWorker::Decode(BatchSlot* slot) {
  if (converter_ != nullptr) converter_->Convert(&slot->block);
  slot->heads.clear();
  slot->refused = 0;
  for (std::uint32_t i = 0; i < slot->block.records.size(); ++i) {
    if (!parcel::IsBuilt(slot->block.records[i].kind)) {
      ++slot->refused;
      continue;
    }
    slot->heads.emplace_back().raw = i;
  }
  // The items of few records can fill a batch. What does not fit is decoded here for the heads
  // alone and again when it is decided: memory stays bounded, and only such batches pay.
  parcel::Batch* batch = &slot->batch;
  std::size_t begin = 0;
  do {
    const std::size_t end = DecodeFrom(*slot, begin, batch);
    FillHeads(*batch, begin, slot);
    begin = end;
    if (begin < slot->heads.size()) batch = OverflowBatch();
  } while (begin < slot->heads.size());
}

/// Decodes heads from `begin` on until the batch is full. Returns where it stopped.
std::size_t BatchWorker::DecodeFrom(const BatchSlot& slot, std::size_t begin,
                                    parcel::Batch* batch) {
  batch->Clear();
  std::size_t i = begin;
  for (; i < slot.heads.size(); ++i) {
    const RawRecord& raw = slot.block.records[slot.heads[i].raw];
    const wire::DecodeResult result = raw.error == ReadError::kNone
                                          ? decoder_.Append(raw.bytes, *batch)
                                          : decoder_.AppendUnreadable(raw.error, raw.bytes, *batch);
    if (result == wire::DecodeResult::kBatchFull) break;
  }
  SLUICE_CHECK(i > begin || slot.heads.empty());
  return i;
}

void BatchWorker::FillHeads(const parcel::Batch& batch, std::size_t begin, BatchSlot* slot) const {
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    Head& head = slot->heads[begin + row];
    head.fields = ReadSystemFields(*plan_.rule_set, batch, row);
    if (head.fields.error != ReadError::kNone || head.fields.id.empty()) continue;
    head.has_slot = true;
    head.id_hash = base::HashTo128(head.fields.id, plan_.hash_seed);
    head.record_hash = base::HashTo128(batch.records[row], plan_.hash_seed);
  }
}

void BatchWorker::Decide(BatchSlot* slot) {
  slot->verdicts.assign(slot->heads.size(), {});
  slot->canonical.clear();
  slot->canonical_ends.clear();
  slot->formatted.clear();
  slot->formatted_ends.clear();
  slot->label_keys.clear();
  slot->label_ends.clear();
  std::size_t begin = slot->batch.row_count();
  DecidePart(&slot->batch, 0, slot);
  while (begin < slot->heads.size()) {
    const std::size_t end = DecodeFrom(*slot, begin, OverflowBatch());
    DecidePart(overflow_.get(), begin, slot);
    begin = end;
  }
}

void BatchWorker::DecidePart(parcel::Batch* batch, std::size_t begin, BatchSlot* slot) {
  for (std::size_t row = 0; row < batch->row_count(); ++row) {
    const Head& head = slot->heads[begin + row];
    batch->facts[row] = {head.sequence, head.now, head.identity.revision, head.fields.phase,
                         head.fields.error};
  }
  evaluator_.Evaluate(*batch, &matches_);
  for (std::size_t row = 0; row < batch->row_count(); ++row) {
    const Head& head = slot->heads[begin + row];
    if (!IsDuplicate(head)) {
      DecideRow(*batch, row, head, &slot->verdicts[begin + row]);
      decide::AppendCanonical(*plan_.rule_set, decision_, &slot->canonical);
      if (formatter_ != nullptr) formatter_->Append(decision_, &slot->formatted);
      if (head.fields.error == ReadError::kNone) AppendLabels(*batch, row, &slot->label_keys);
    }
    slot->canonical_ends.push_back(slot->canonical.size());
    slot->formatted_ends.push_back(slot->formatted.size());
    slot->label_ends.push_back(slot->label_keys.size());
  }
}

void BatchWorker::DecideRow(const parcel::Batch& batch, std::size_t row, const Head& head,
                            Verdict* verdict) {
  const ruleset::RuleSet& rule_set = *plan_.rule_set;
  decide::Judge(rule_set, plan_.key, batch, row, matches_, &decision_);
  decision_.cause = decide::CauseOf(head.fields.phase);
  decision_.generation = plan_.generation;
  decision_.duplicate_of = 0;
  if (head.identity.sighting == Sighting::kConflict) {
    decide::AddOutcome(rule_set, ruleset::Outcome::kConflict, &decision_);
  }
  *verdict = {decision_.lane,        decision_.outcomes, decision_.must_inspect,
              !decision_.matched.empty(), decision_.score,    decision_.controls};
  CountRules();
}

void BatchWorker::CountRules() {
  match_count_ += decision_.matched.size() + decision_.suppressed.size();
  for (const ruleset::Hit& hit : decision_.matched) ++rule_counts_[hit.rule].matched;
  for (const ruleset::RuleIndex rule : decision_.suppressed) ++rule_counts_[rule].suppressed;
  for (const ruleset::Hit& hit : decision_.shadow) ++rule_counts_[hit.rule].shadow;
  for (const ruleset::RuleIndex rule : decision_.absent) ++rule_counts_[rule].absent;
  for (const ruleset::RuleIndex rule : decision_.errors) ++rule_counts_[rule].errors;
}

void BatchWorker::AppendLabels(const parcel::Batch& batch, std::size_t row,
                               std::string* keys) const {
  for (const parcel::ColumnIndex index : plan_.labels) {
    const parcel::Column& column = batch.columns[index];
    if (column.Has(row)) {
      switch (column.type) {
        case parcel::ValueType::kBool: *keys += column.ints[row] != 0 ? "true" : "false"; break;
        case parcel::ValueType::kInt: *keys += std::to_string(column.ints[row]); break;
        case parcel::ValueType::kUint: *keys += std::to_string(column.uints[row]); break;
        default: *keys += column.texts[row].substr(0, column.texts[row].find(kLabelEnd)); break;
      }
    }
    keys->push_back(kLabelEnd);
  }
}

}  // namespace sluice::pipeline
