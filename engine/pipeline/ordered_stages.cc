#include "engine/pipeline/ordered_stages.h"

#include <algorithm>
#include <string_view>

#include "engine/base/limits.h"
#include "engine/decide/judge.h"

namespace sluice::pipeline {

using parcel::ReadError;
using state::Sighting;

namespace {

// Decisions between two progress reports: some hundredths of a second.
constexpr std::uint64_t kProgressEvery = 20'000;

}  // namespace

Sequencer::Sequencer(base::Timestamp start) : now_(start), identities_(limits::kIdentitiesMax) {}

void Sequencer::Sequence(std::vector<Head>* heads) {
  for (Head& head : *heads) {
    if (head.fields.received) {
      now_ = std::max(now_, *head.fields.received);
    } else if (head.fields.error == ReadError::kNone) {
      ++without_received_;
    }
    head.now = now_;
  }
  Identify(heads);
}

void Sequencer::SequenceAt(base::Timestamp now, std::vector<Head>* heads) {
  now_ = std::max(now_, now);
  for (Head& head : *heads) head.now = now_;
  Identify(heads);
}

void Sequencer::Recall(Head* head) {
  next_ = head->sequence + 1;
  now_ = std::max(now_, head->now);
  if (!head->has_slot) return;
  const state::IdentityQuery query{head->id_hash, head->record_hash, head->fields.phase};
  identities_.See({&query, 1}, {&head->identity, 1});
}

void Sequencer::Identify(std::vector<Head>* heads) {
  queries_.clear();
  for (Head& head : *heads) {
    head.sequence = next_++;
    if (head.has_slot) queries_.push_back({head.id_hash, head.record_hash, head.fields.phase});
  }
  answers_.resize(queries_.size());
  identities_.See(queries_, answers_);
  std::size_t next_answer = 0;
  for (Head& head : *heads) {
    if (head.has_slot) head.identity = answers_[next_answer++];
  }
}

Allotter::Allotter(const RunPlan& plan, std::size_t side, const ScreenOptions& options,
                   std::size_t slot_count)
    : plan_(plan),
      side_index_(side),
      side_(plan.sides[side]),
      reading_(plan.readings[side_.reading]),
      options_(options),
      source_(plan.sources[reading_.source]),
      formatter_(side_.sink == nullptr ? nullptr : side_.sink->MakeFormatter()),
      duplicates_(slot_count) {
  counts_.lanes.resize(side_.rule_set().lanes.size());
}

Status Allotter::Allot(const BatchSlot& slot) {
  const Share share{slot.blocks[reading_.source], slot.readings[side_.reading],
                    slot.sides[side_index_]};
  const std::vector<Head>& heads = share.read.heads;
  counts_.parcels += share.block.records.size();
  counts_.refused += share.read.refused;
  counts_.decided += heads.size();
  canonical_.clear();
  formatted_.clear();
  // Runs of decisions without a duplicate are taken as they are.
  std::size_t run = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    Settle(share, i);
    if (heads[i].identity.sighting != Sighting::kDuplicate) continue;
    TakeBytes(share.decided, run, i);
    SettleDuplicate(heads[i]);
    run = i + 1;
  }
  TakeBytes(share.decided, run, heads.size());
  digest_.Update(canonical_);
  ReportProgress();
  if (side_.sink == nullptr || formatted_.empty()) return Status::Ok();
  return side_.sink->Write(formatted_);
}

void Allotter::TakeBytes(const DecidedBatch& decided, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  const auto from = [&](const std::vector<std::size_t>& ends) {
    return begin == 0 ? std::size_t{0} : ends[begin - 1];
  };
  canonical_.insert(canonical_.end(), decided.canonical.data() + from(decided.canonical_ends),
                    decided.canonical.data() + decided.canonical_ends[end - 1]);
  const std::size_t first = from(decided.formatted_ends);
  formatted_.append(decided.formatted, first, decided.formatted_ends[end - 1] - first);
}

void Allotter::Settle(const Share& share, std::size_t index) {
  const Head& head = share.read.heads[index];
  if (head.identity.sighting == Sighting::kDuplicate) return;
  const Verdict& verdict = share.decided.verdicts[index];
  CountVerdict(verdict);
  if (options_.by_office) CountOffice(head.fields.office, verdict);
  if (head.fields.error != ReadError::kNone) {
    NoteFailure(share.block, head);
    return;
  }
  if (head.has_slot) duplicates_.Remember(head, verdict);
  if (reading_.labels.empty()) return;
  const std::size_t first = index == 0 ? 0 : share.decided.label_ends[index - 1];
  const std::string_view keys = share.decided.label_keys;
  CountLabels(keys.substr(first, share.decided.label_ends[index] - first), verdict);
}

void Allotter::CountOffice(std::string_view office, const Verdict& verdict) {
  auto found = offices_.find(office);
  if (found == offices_.end()) {
    if (offices_.size() >= limits::kLabelGroupsMax) office = kOtherLabels;
    found = offices_.try_emplace(std::string(office)).first;
    found->second.resize(counts_.lanes.size());
  }
  ++found->second[verdict.lane];
}

void Allotter::CountVerdict(const Verdict& verdict) {
  ++counts_.lanes[verdict.lane];
  for (std::size_t i = 0; i < counts_.outcomes.size(); ++i) {
    counts_.outcomes[i] += verdict.outcomes >> i & 1;
  }
}

void Allotter::SettleDuplicate(const Head& head) {
  ++counts_.duplicates;
  ++counts_.lanes[duplicates_.VerdictOf(head).lane];
  duplicates_.Repeat(plan_, head, &duplicate_);
  decide::AppendCanonical(side_.rule_set(), duplicate_, &canonical_);
  if (formatter_ != nullptr) formatter_->Append(duplicate_, &formatted_);
}

void Allotter::CountLabels(std::string_view key, const Verdict& verdict) {
  label_key_ = key;
  auto found = labelled_.find(label_key_);
  if (found == labelled_.end()) {
    if (labelled_.size() >= limits::kLabelGroupsMax) {
      label_key_.clear();
      for (std::size_t i = 0; i < reading_.labels.size(); ++i) {
        label_key_ += kOtherLabels;
        label_key_.push_back(kLabelEnd);
      }
    }
    found = labelled_.try_emplace(label_key_).first;
    found->second.lanes.resize(counts_.lanes.size());
  }
  ++found->second.lanes[verdict.lane];
  if (verdict.matched) ++found->second.matched;
}

void Allotter::NoteFailure(const RecordBlock& block, const Head& head) {
  if (++counts_.read_failure_count > limits::kReadFailuresKept) return;
  std::string flaw;
  for (const RecordFlaw& candidate : block.flaws) {
    if (candidate.record == head.raw) flaw = candidate.text;
  }
  counts_.read_failures.push_back({head.sequence, head.fields.error,
                                   source_->PlaceText(block.records[head.raw].place), flaw});
}

void Allotter::ReportProgress() {
  if (side_index_ != 0 || !options_.progress) return;
  if (counts_.decided - reported_ < kProgressEvery) return;
  reported_ = counts_.decided;
  options_.progress({counts_.decided, source_->bytes_read(), source_->bytes_total()});
}

void Allotter::FillSummary(ScreenSummary* summary) const {
  summary->parcels = counts_.parcels;
  summary->decided = counts_.decided;
  summary->refused = counts_.refused;
  summary->duplicates = counts_.duplicates;
  summary->lanes = counts_.lanes;
  summary->outcomes = counts_.outcomes;
  summary->read_failure_count = counts_.read_failure_count;
  summary->read_failures = counts_.read_failures;
  summary->offices = offices_;
  summary->decision_digest = digest_.Digest();
  for (const auto& [key, group] : labelled_) {
    LabelValues values;
    for (std::size_t begin = 0; begin < key.size();) {
      const std::size_t end = key.find(kLabelEnd, begin);
      values.push_back(key.substr(begin, end - begin));
      begin = end + 1;
    }
    summary->labelled.emplace(std::move(values), group);
  }
}

}  // namespace sluice::pipeline
