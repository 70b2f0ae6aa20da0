// The reference screener: a book's model and a stream of submissions in, what must be decided out.
//
// It shares the parser of conditions, BLAKE2b and the texts of numbers and times with the product,
// nothing else. Thread-safety: none; submissions come in order.   Ownership: refers to the book and
// the catalogue.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/blake2b.h"
#include "tests/support/oracle/evaluator.h"

namespace sluice::oracle {

struct Submission {
  RecordTree tree;
  std::vector<std::uint8_t> bytes;
  std::string read_error;  // "none", or the name of the error that reading must end in
};

/// Decided by name, so that no index of the rule set is believed.
struct Expected {
  struct Hit {
    std::string rule;
    std::uint64_t score = 0;
  };
  struct Draw {
    std::string rule;
    std::uint64_t ticket = 0, threshold = 0;
    bool selected = false;
  };
  std::string parcel_id, lane, read_error = "none";
  std::uint64_t sequence = 0, duplicate_of = 0, score = 0;
  std::uint32_t revision = 1;
  bool scanned = false;
  bool must_inspect = false;
  base::Timestamp now;
  std::set<std::string> outcomes, controls;
  std::vector<Hit> matched, shadow;
  std::vector<std::string> suppressed, absent, errors;
  std::set<std::string> missing;
  std::vector<Draw> draws;
};

/// One line a fact; equal decisions have equal texts.
std::string ToText(const Expected& decision);

class Oracle {
 public:
  Oracle(const BookModel& book, const parcel::Catalog& catalog, const base::Key256& key);

  Expected Decide(const Submission& submission);
  const ErrorCounts& error_counts() const { return errors_; }
  /// Errors that ended conditions or scores.
  const ErrorCounts& final_errors() const { return final_errors_; }

 private:
  /// A rule, or a rule made of one row of a profile's table.
  struct Rule {
    const RuleModel* model = nullptr;
    std::string id;
    RowRef row;
    const rules::Ast* condition = nullptr;
    const rules::Ast* score = nullptr;
    std::string lane, probability;
    std::vector<std::string> controls;
  };
  struct Identity {
    std::uint32_t newest = 0;
    std::map<bool, Expected> decisions;  // newest of each phase
    std::map<bool, std::vector<std::uint8_t>> records;
  };
  struct Match {
    const Rule* rule;
    std::uint64_t score;
  };

  void AddRule(const RuleModel& model);
  std::string FromRow(const std::string& text, const RowRef& row) const;
  bool Applies(const Rule& rule, const RecordTree& tree, const Expected& decision) const;
  void Evaluate(const Rule& rule, const RecordTree& tree, Expected* decision,
                std::vector<Match>* matches);
  std::uint64_t ScoreOf(const Rule& rule, const Situation& situation, Expected* decision);
  void FindMissing(const RecordTree& tree, std::uint32_t record, const std::string& prefix,
                   bool in_vector, Expected* decision) const;
  void FindAllMissing(std::uint32_t record, const std::string& prefix, Expected* decision) const;
  std::set<std::string> Standing(const std::vector<Match>& matches, Expected* decision) const;
  void Settle(const std::vector<Match>& matches, const RecordTree& tree, Expected* decision);
  bool DrawFor(const Rule& rule, const RecordTree& tree, std::string* lane,
               Expected* decision) const;
  std::string MoreSevere(const std::string& a, const std::string& b) const;
  void Identify(const Submission& submission, Expected* decision);

  const BookModel& book_;
  const parcel::Catalog& catalog_;
  base::Key256 key_;
  std::vector<std::unique_ptr<rules::Ast>> asts_;
  std::vector<Rule> rules_;
  std::map<std::string, Identity> identities_;
  base::Timestamp now_;
  std::uint64_t sequence_ = 0;
  ErrorCounts errors_{};
  ErrorCounts final_errors_{};
};

/// The key of an epoch from its parts, as engine/draw/FORMAT.md says.
base::Key256 EpochKeyOf(const std::string& party1, const std::string& party2,
                        const std::string& public_value, const std::string& epoch,
                        const std::string& site);

}  // namespace sluice::oracle
