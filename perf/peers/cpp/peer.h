// A flat workload without absent fields, and who finds its matches: the engine and its C++ peers.
//
// Peers get each value as a number, loaded beforehand; the frequencies by which they order their work are those of
// the very parcels that they are measured on.
// Thread-safety: one object a thread.   Ownership: the model outlives its peers.   Errors: a rule that a peer has no
// form for is a programmer's error.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/workloads/flat_model.h"

namespace sluice::peers {

using bench::FlatModel;
using bench::FlatPredicate;

struct Found {
  std::uint32_t parcel, rule;

  friend auto operator<=>(const Found&, const Found&) = default;
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual const char* name() const = 0;
  /// All parcels once, matches kept inside. Returns the nanoseconds of processor time that count.
  virtual double Run() = 0;
  /// What the last Run() found, in any order.
  virtual std::vector<Found> Matches() const = 0;
};

/// For Run().
double ThreadNanoseconds();

/// A predicate on one number, in the form that scans and indexes ask. At most three values (SLUICE_CHECK).
struct Test {
  std::uint32_t field = 0;
  bool is_range = false;  // low <= value <= low + width: ranges, and one value
  bool negated = false;
  std::uint32_t low = 0, width = 0;
  std::uint32_t values[3] = {};  // where it is no range

  bool Holds(std::uint32_t value) const {
    if (is_range) return (value - low <= width) != negated;
    return (value == values[0] || value == values[1] || value == values[2]) != negated;
  }
};
Test TestFor(const FlatPredicate& predicate);

struct TestedRule {
  std::uint32_t rule;
  std::vector<Test> tests;
  std::vector<double> shares;  // of parcels for which each test holds
};
/// Each rule's tests as written, or the rarest first.
std::vector<TestedRule> TestedRules(const FlatModel& model, bool rarest_first);

std::unique_ptr<Peer> ScanAsWritten(const FlatModel& model);
std::unique_ptr<Peer> ScanRarestFirst(const FlatModel& model);
std::unique_ptr<Peer> ColumnarBlocks(const FlatModel& model);
/// Keys are equalities and lists of values; a rule without one is asked of each parcel.
std::unique_ptr<Peer> OneKeyIndex(const FlatModel& model);
/// The same, and ranges may be keys too, by 64 buckets.
std::unique_ptr<Peer> OneKeyIndexWithRanges(const FlatModel& model);
/// OneKeyIndexWithRanges over texts, which it turns into numbers by a hash table a field.
std::unique_ptr<Peer> OneKeyIndexFromTexts(const FlatModel& model);
/// Sluice, batches of 512: matching alone; and from columns of texts and numbers to matches.
std::unique_ptr<Peer> EngineMatch(const FlatModel& model);
std::unique_ptr<Peer> EngineFromTexts(const FlatModel& model);

}  // namespace sluice::peers
