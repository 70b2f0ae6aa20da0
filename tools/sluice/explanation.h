// Why a parcel got its lane: what became of every rule, with the values of its condition's parts, by the evaluator
// and judge that decided.
//
// Thread-safety: an Explainer belongs to one thread.   Ownership: an Explanation refers to the rule set, and owns the
// rest.   Errors: kNotFound for a rule that the rule set does not have.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sluice/status.h>

#include "engine/match/applicability.h"
#include "engine/match/inspector.h"
#include "engine/pipeline/screener.h"

namespace sluice::tools {

enum class Verdict : std::uint8_t { kMatched, kWaived, kShadow, kError, kAbsent, kNoMatch, kNotAsked };
inline constexpr int kVerdictCount = 7;
const char* VerdictName(Verdict verdict);  // "matched", "no_match"

struct RuleExplanation {
  ruleset::RuleIndex rule = 0;
  Verdict verdict = Verdict::kNoMatch;
  match::Bar bar = match::Bar::kNone;             // of kNotAsked
  match::Trace condition;
  std::optional<match::Trace> score;              // where it is an expression
  std::vector<ruleset::RuleIndex> waived_by;      // of kWaived
  /// Of rules without a match: the predicates that ruled it out, or whose error did; parts of `condition`.
  std::vector<const match::Trace*> decisive;
};

struct Explanation {
  ruleset::RuleSetPtr rule_set;
  decide::Decision decision;
  std::string folder;              // of the book, put before names of its files; empty: a bundle
  std::string place;               // of the record, in its file
  std::string flaw;                // why it cannot be read; empty: it can
  std::uint64_t sequence = 0;      // of the record; another than the decision's where it repeats an earlier record
  std::vector<std::size_t> counts;  // of all rules, by verdict
  std::vector<RuleExplanation> rules;
};

/// Which rules an Explanation tells of.
struct ExplainScope {
  std::string rule;  // this one alone; empty: no such choice
  bool all = false;  // else those that had a part in the decision
};

struct ExplainedRecord {
  std::vector<std::uint8_t> bytes;
  std::string place;
  std::string flaw;
  std::uint64_t sequence = 0;
  /// As it was decided in its stream; of a record that repeats an earlier one, that one's.
  decide::Decision decision;
};

class Explainer {
 public:
  /// `folder`: of the book that was compiled for it; empty: a bundle.
  Explainer(ruleset::RuleSetPtr rule_set, const draw::EpochKey& key, std::string folder);

  Result<Explanation> Explain(const ExplainedRecord& record, const ExplainScope& scope);

 private:
  Result<ruleset::RuleIndex> FindRule(const std::string& id) const;
  Verdict VerdictOf(ruleset::RuleIndex rule, const decide::Decision& decision) const;
  RuleExplanation ExplainRule(ruleset::RuleIndex rule, Verdict verdict, const decide::Decision& decision);

  ruleset::RuleSetPtr rule_set_;
  std::string folder_;
  pipeline::Screener screener_;
  match::Inspector inspector_;
};

/// For people, and as one JSON object.
std::string ExplanationText(const Explanation& explanation, const ExplainScope& scope);
std::string ExplanationJson(const Explanation& explanation);

/// "it is for another office"; of kNone nothing.
const char* BarText(match::Bar bar);
/// `parcel.value = 5` for each part of a predicate that is no constant.
std::string PartValues(const ruleset::RuleSet& rule_set, const match::Trace& trace);

/// The live rules that waive a tag of the suppressed rule `waived`; their own suppression does not matter.
std::vector<ruleset::RuleIndex> WaivedBy(const ruleset::RuleSet& rule_set, ruleset::RuleIndex waived,
                                         const decide::Decision& decision);

/// The path from matches to the lane (design, "From matches to a decision"), a line or several each step.
struct Step {
  int number = 0;
  std::vector<std::string> lines;
};
std::vector<Step> WayToTheLane(const Explanation& explanation);

}  // namespace sluice::tools
