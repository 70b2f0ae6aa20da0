// The last generations on disk: rule sets by their hash, and for each generation what it was made of and by whom.
//
//   STORE/bundles/HASH.bundle     rule sets as they were published, without changes made on the spot
//   STORE/generations/NUMBER.json a generation: its rule set, the changes on it, since when, why, who
//   STORE/next.json               one that is being put in force: it has no number yet
//
// Files are complete or absent (base/file.h). FORMAT.md specifies them.
// Thread-safety: one thread at a time, but for List.   Ownership: owns nothing of the disk; one process a store.
// Errors: kIo, kCorrupt (what a file says cannot be), with the path.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/ruleset/changes.h"

namespace sluice::control {

/// A change that ends by itself.
struct TimedChange {
  ruleset::Change change;
  base::Timestamp until;
  std::string reason;
  std::string who;
  friend bool operator==(const TimedChange&, const TimedChange&) = default;
};

struct StoredGeneration {
  std::uint32_t number = 0;
  std::string rule_set;  // hash of what was in force, hexadecimal; likewise:
  std::string bundle;    // of the rule set as published, without the changes
  std::string name;      // of the rule set
  base::Timestamp since;
  std::string cause;
  std::string who;
  std::vector<TimedChange> changes;
};

class GenerationStore {
 public:
  /// Reads what there is; `folder` empty: nothing is kept but the list of this process.
  static Result<std::unique_ptr<GenerationStore>> Open(const std::string& folder);

  /// Brings to disk what `next` needs, before it is in force; its number is not yet known.
  Status Prepare(const StoredGeneration& next, const ruleset::RuleSet& bundle);
  /// It is in force, as `next.number`. Forgets what is older than the generations that are kept.
  Status Commit(const StoredGeneration& next);
  /// It did not come into force.
  void Abandon();

  /// Ascending. Any thread.
  std::vector<StoredGeneration> List() const;
  std::optional<StoredGeneration> Find(std::uint32_t number) const;
  /// The newest with this rule set, one that was being put in force among them; an empty hash: the newest in force.
  std::optional<StoredGeneration> FindRuleSet(const std::string& rule_set) const;
  /// The rule set of a generation as published. kUnavailable: no folder was given.
  Result<ruleset::RuleSetPtr> ReadBundle(const std::string& hash) const;

 private:
  explicit GenerationStore(std::string folder) : folder_(std::move(folder)) {}
  Status ReadAll();
  Status ReadNext();
  void Forget();
  void RemoveUnusedBundles();
  std::string PathOf(std::uint32_t number) const;
  std::string BundlePath(const std::string& hash) const;

  const std::string folder_;
  mutable std::mutex mutex_;  // of the list; not held while the disk works
  std::vector<StoredGeneration> list_;
  std::optional<StoredGeneration> next_;
};

}  // namespace sluice::control
