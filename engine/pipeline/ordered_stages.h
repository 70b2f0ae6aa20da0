// The two stages of bulk screening that run in sequence order: Sequencer before decisions are made,
// Allotter after. They share no memory: what one remembers of a parcel, the other never touches.
//
// Thread-safety: each by one thread at a time.   Errors: the sink's Status, from Allot.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/pipeline/batch_slot.h"
#include "engine/pipeline/duplicates.h"
#include "engine/pipeline/screening.h"
#include "engine/state/identity.h"

namespace sluice::pipeline {

/// Numbers records, stamps `now`, and says which parcel and revision each is.
class Sequencer {
 public:
  explicit Sequencer(base::Timestamp start);

  /// `now` of each head: its received time; of heads without one, that of the head before.
  void Sequence(std::vector<Head>* heads);
  /// The same, all accepted at `now`, not before that of the heads before.
  void SequenceAt(base::Timestamp now, std::vector<Head>* heads);
  /// One head of an earlier run, with the sequence, time and hashes that it had then: the next comes after it.
  void Recall(Head* head);
  std::uint64_t forgotten() const { return identities_.forgotten(); }
  std::uint64_t without_received() const { return without_received_; }
  std::size_t slot_count() const { return identities_.slot_count(); }

 private:
  void Identify(std::vector<Head>* heads);

  std::uint64_t next_ = 1;
  base::Timestamp now_;
  std::uint64_t without_received_ = 0;
  state::IdentityTable identities_;
  std::vector<state::IdentityQuery> queries_;
  std::vector<state::IdentityAnswer> answers_;
};

/// Settles decisions in order: duplicates take the decision that they repeat, everything is
/// counted, digested and written.
class Allotter {
 public:
  /// Of RunPlan::sides[side]. The first side reports the progress of all.
  Allotter(const RunPlan& plan, std::size_t side, const ScreenOptions& options,
           std::size_t slot_count);

  Status Allot(const BatchSlot& slot);
  /// What was counted in order; the rest of the summary is left as it is.
  void FillSummary(ScreenSummary* summary) const;

 private:
  /// What the side has of a batch.
  struct Share {
    const RecordBlock& block;
    const ReadBatch& read;
    const DecidedBatch& decided;
  };

  void Settle(const Share& share, std::size_t index);
  void SettleDuplicate(const Head& head);
  void CountVerdict(const Verdict& verdict);
  void CountLabels(std::string_view key, const Verdict& verdict);
  void CountOffice(std::string_view office, const Verdict& verdict);
  void NoteFailure(const RecordBlock& block, const Head& head);
  void TakeBytes(const DecidedBatch& decided, std::size_t begin, std::size_t end);
  void ReportProgress();

  const RunPlan& plan_;
  const std::size_t side_index_;
  const SidePlan& side_;
  const Reading& reading_;
  const ScreenOptions& options_;
  RecordSource* source_;
  std::unique_ptr<DecisionFormatter> formatter_;  // of duplicates
  decide::Decision duplicate_;
  Duplicates duplicates_;
  base::Blake2b digest_;
  std::vector<std::uint8_t> canonical_;  // of the batch, where it has duplicates
  std::string formatted_;
  std::unordered_map<std::string, LabelGroup> labelled_;  // by key
  std::string label_key_;
  OfficeLanes offices_;
  ScreenSummary counts_;
  std::uint64_t reported_ = 0;  // decided, at the last progress report
};

}  // namespace sluice::pipeline
