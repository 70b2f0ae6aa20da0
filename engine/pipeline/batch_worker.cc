#include "engine/pipeline/batch_worker.h"

#include <algorithm>
#include <atomic>
#include <string_view>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/decide/judge.h"

namespace sluice::pipeline {

using parcel::ReadError;
using state::Sighting;

namespace {

constexpr std::size_t kRowsAhead = 4;  // whose rules are asked for while one is judged

bool IsDuplicate(const Head& head) { return head.identity.sighting == Sighting::kDuplicate; }

/// Counts are raised by one thread and may be read by others meanwhile: without a locked instruction.
void Raise(std::uint64_t* count, std::uint64_t amount) {
  const std::atomic_ref<std::uint64_t> shared(*count);
  shared.store(shared.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}
std::uint64_t Current(const std::uint64_t& count) {
  return std::atomic_ref<std::uint64_t>(const_cast<std::uint64_t&>(count)).load(std::memory_order_relaxed);
}

/// Of texts as AppendLabels writes them; false where there are none.
bool FirstLabelIsPositive(std::string_view keys) {
  const std::size_t end = keys.find(kLabelEnd);
  return end != std::string_view::npos && IsPositiveLabel(keys.substr(0, end));
}

}  // namespace

void DecidedBatch::Start(std::size_t heads) {
  verdicts.assign(heads, {});
  canonical.clear();
  canonical_ends.clear();
  formatted.clear();
  formatted_ends.clear();
  label_keys.clear();
  label_ends.clear();
}

void BatchSlot::Reserve() {
  constexpr std::size_t kRows = limits::kBatchRowsMax;
  constexpr std::size_t kCanonicalBytes = 512;  // of an ordinary decision, with room to spare
  for (RecordBlock& block : blocks) block.records.reserve(kRows);
  for (ReadBatch& reading : readings) reading.heads.reserve(kRows);
  for (DecidedBatch& side : sides) {
    side.verdicts.reserve(kRows);
    side.canonical.reserve(kRows * kCanonicalBytes);
    side.canonical_ends.reserve(kRows);
    side.formatted_ends.reserve(kRows);
    side.label_ends.reserve(kRows);
  }
}

RecordReader::RecordReader(const Reading& reading, std::uint64_t hash_seed)
    : reading_(reading), hash_seed_(hash_seed), decoder_(reading.decode) {}

parcel::Batch* RecordReader::overflow() {
  if (overflow_ == nullptr) overflow_ = std::make_unique<parcel::Batch>(reading_.columns);
  return overflow_.get();
}

void RecordReader::Read(const RecordBlock& block, ReadBatch* read) {
  read->heads.clear();
  read->refused = 0;
  for (std::uint32_t i = 0; i < block.records.size(); ++i) {
    if (!parcel::IsBuilt(block.records[i].kind)) {
      ++read->refused;
      continue;
    }
    read->heads.emplace_back().raw = i;
  }
  // The items of few records can fill a batch. What does not fit is decoded here for the heads
  // alone and again when it is decided: memory stays bounded, and only such batches pay.
  parcel::Batch* batch = &read->batch;
  std::size_t begin = 0;
  do {
    const std::size_t end = DecodeFrom(block, *read, begin, batch);
    FillHeads(*batch, begin, &read->heads);
    begin = end;
    if (begin < read->heads.size()) batch = overflow();
  } while (begin < read->heads.size());
}

std::size_t RecordReader::ReadOverflow(const RecordBlock& block, const ReadBatch& read,
                                       std::size_t begin) {
  return DecodeFrom(block, read, begin, overflow());
}

/// Decodes heads from `begin` on until the batch is full. Returns where it stopped.
std::size_t RecordReader::DecodeFrom(const RecordBlock& block, const ReadBatch& read,
                                     std::size_t begin, parcel::Batch* batch) {
  batch->Clear();
  std::size_t i = begin;
  for (; i < read.heads.size(); ++i) {
    const RawRecord& raw = block.records[read.heads[i].raw];
    const wire::DecodeResult result = raw.error == ReadError::kNone
                                          ? decoder_.Append(raw.bytes, *batch)
                                          : decoder_.AppendUnreadable(raw.error, raw.bytes, *batch);
    if (result == wire::DecodeResult::kBatchFull) break;
  }
  SLUICE_CHECK(i > begin || read.heads.empty());
  return i;
}

void RecordReader::FillHeads(const parcel::Batch& batch, std::size_t begin,
                             std::vector<Head>* heads) const {
  for (std::size_t row = 0; row < batch.row_count(); ++row) {
    Head& head = (*heads)[begin + row];
    head.fields = ReadSystemFields(*reading_.rule_set, batch, row);
    if (head.fields.error != ReadError::kNone || head.fields.id.empty()) continue;
    head.has_slot = true;
    head.id_hash = base::HashTo128(head.fields.id, hash_seed_);
    head.record_hash = base::HashTo128(batch.records[row], hash_seed_);
  }
}

Decider::Decider(const RunPlan& plan, const SidePlan& side)
    : plan_(plan),
      rule_set_(side.rule_set()),
      labels_(plan.readings[side.reading].labels),
      evaluator_(side.matcher),
      formatter_(side.sink == nullptr ? nullptr : side.sink->MakeFormatter()),
      rule_counts_(rule_set_.rules.size()) {}

void Decider::Decide(const RecordBlock& block, RecordReader* reader, ReadBatch* read,
                     DecidedBatch* decided) {
  decided->Start(read->heads.size());
  std::size_t begin = read->batch.row_count();
  DecidePart(&read->batch, read->heads, 0, decided);
  while (begin < read->heads.size()) {
    const std::size_t end = reader->ReadOverflow(block, *read, begin);
    DecidePart(reader->overflow(), read->heads, begin, decided);
    begin = end;
  }
}

void Decider::DecidePart(parcel::Batch* batch, std::span<const Head> heads, std::size_t begin,
                         DecidedBatch* decided) {
  for (std::size_t row = 0; row < batch->row_count(); ++row) {
    const Head& head = heads[begin + row];
    batch->facts[row] = {head.sequence, head.now, head.identity.revision, head.fields.phase,
                         head.fields.error};
  }
  evaluator_.Evaluate(*batch, &matches_);
  for (std::size_t row = 0; row < batch->row_count(); ++row) {
    const Head& head = heads[begin + row];
    if (row + kRowsAhead < batch->row_count()) {
      decide::FetchRules(rule_set_, matches_.hits.Row(row + kRowsAhead));
    }
    if (!IsDuplicate(head)) {
      const std::size_t labels_begin = decided->label_keys.size();
      if (head.fields.error == ReadError::kNone) AppendLabels(*batch, row, &decided->label_keys);
      DecideRow(*batch, row, head, &decided->verdicts[begin + row]);
      CountRules(FirstLabelIsPositive(std::string_view(decided->label_keys).substr(labels_begin)));
      decide::AppendCanonical(rule_set_, decision_, &decided->canonical);
      if (formatter_ != nullptr) formatter_->Append(decision_, &decided->formatted);
    }
    decided->canonical_ends.push_back(decided->canonical.size());
    decided->formatted_ends.push_back(decided->formatted.size());
    decided->label_ends.push_back(decided->label_keys.size());
  }
}

void Decider::DecideRow(const parcel::Batch& batch, std::size_t row, const Head& head,
                        Verdict* verdict) {
  decide::Judge(rule_set_, plan_.key, batch, row, matches_, &decision_);
  decision_.cause = decide::CauseOf(head.fields.phase);
  decision_.generation = plan_.generation;
  decision_.duplicate_of = 0;
  if (head.identity.sighting == Sighting::kConflict) {
    decide::AddOutcome(rule_set_, ruleset::Outcome::kConflict, &decision_);
  }
  *verdict = {decision_.lane,        decision_.outcomes, decision_.must_inspect,
              !decision_.matched.empty(), decision_.score,    decision_.controls};
}

void Decider::CountRules(bool positive) {
  match_count_ += decision_.matched.size() + decision_.suppressed.size();
  for (const ruleset::Hit& hit : decision_.matched) {
    Raise(&rule_counts_[hit.rule].matched, 1);
    Raise(&rule_counts_[hit.rule].matched_positive, positive);
  }
  for (const ruleset::RuleIndex rule : decision_.suppressed) Raise(&rule_counts_[rule].suppressed, 1);
  for (const ruleset::Hit& hit : decision_.shadow) {
    Raise(&rule_counts_[hit.rule].shadow, 1);
    Raise(&rule_counts_[hit.rule].shadow_positive, positive);
  }
  for (const ruleset::RuleIndex rule : decision_.absent) Raise(&rule_counts_[rule].absent, 1);
  for (const ruleset::RuleIndex rule : decision_.errors) Raise(&rule_counts_[rule].errors, 1);
}

RuleCounts Decider::CountsOf(ruleset::RuleIndex rule) const {
  const RuleCounts& counts = rule_counts_[rule];
  RuleCounts current;
  current.matched = Current(counts.matched);
  current.suppressed = Current(counts.suppressed);
  current.shadow = Current(counts.shadow);
  current.absent = Current(counts.absent);
  current.errors = Current(counts.errors);
  current.matched_positive = Current(counts.matched_positive);
  current.shadow_positive = Current(counts.shadow_positive);
  return current;
}

void Decider::AppendLabels(const parcel::Batch& batch, std::size_t row, std::string* keys) const {
  for (const parcel::ColumnIndex index : labels_) {
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

BatchWorker::BatchWorker(const RunPlan& plan) : plan_(plan) {
  for (const RecordSource* source : plan.sources) {
    converters_.push_back(source == nullptr ? nullptr : source->MakeConverter());
  }
  for (const Reading& reading : plan.readings) readers_.emplace_back(reading, plan.hash_seed);
  for (const SidePlan& side : plan.sides) deciders_.emplace_back(plan, side);
}

void BatchWorker::Decode(BatchSlot* slot) {
  for (std::size_t i = 0; i < converters_.size(); ++i) {
    if (converters_[i] != nullptr) converters_[i]->Convert(&slot->blocks[i]);
  }
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    readers_[i].Read(slot->blocks[plan_.readings[i].source], &slot->readings[i]);
  }
}

void BatchWorker::Decide(BatchSlot* slot) {
  for (std::size_t i = 0; i < deciders_.size(); ++i) {
    const std::size_t reading = plan_.sides[i].reading;
    deciders_[i].Decide(slot->blocks[plan_.readings[reading].source], &readers_[reading],
                        &slot->readings[reading], &slot->sides[i]);
  }
}

}  // namespace sluice::pipeline
