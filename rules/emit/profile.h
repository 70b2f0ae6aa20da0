// What a profile takes from each row of its table: the rule's id, and the values of `then` that
// name a column.
//
// Thread-safety: none.   Ownership: refers to the spec, table, book and diagnostics, which must
// outlive it. Errors: diagnostics, at the rule for columns, at the cell for values.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/ruleset/rule_set.h"
#include "rules/book/book.h"
#include "rules/check/environment.h"
#include "rules/diag/diagnostic.h"
#include "rules/syntax/cel_parser.h"

namespace sluice::rules {

/// The cells of `row` as the checker orders them: keys, then values; interval keys have none.
ProfileRow ProfileCells(const BookTable& table, std::uint32_t row);

class Profile {
 public:
  Profile(const RuleSpec& spec, const BookTable& table, Book* book, DiagnosticList* diagnostics);

  /// The columns that `then` names are there and hold what they should.
  bool ok() const { return ok_; }

  /// "RULE/rowkey": the text of the row's first key column, with "#n" (n-th row, from 1) where that
  /// alone would not tell rows apart.
  std::string RuleId(std::uint32_t row) const;
  /// Lane, probability and controls that come from the row. A blank cell leaves the rule without.
  void FillEffects(std::uint32_t row, ruleset::Rule* rule);
  /// The reason that comes from the row, or empty.
  std::string Reason(std::uint32_t row) const;

  /// Tells findings about one row: at the row, with the expression beside it.
  void Report(const std::vector<CelError>& findings, const YamlNode& expression, std::uint32_t row);
  /// Warns of a row whose blank cells leave nothing of the condition, which `when` is the text of.
  void CheckSelective(const ruleset::Program& program, ruleset::NodeIndex condition, const YamlNode& when,
                      std::uint32_t row);

 private:
  std::size_t FindColumn(const RowColumn& column, bool number_allowed);
  std::string KeyText(std::uint32_t row) const;

  const RuleSpec& spec_;
  const BookTable& table_;
  Book& book_;
  DiagnosticList* diagnostics_;
  bool ok_ = true;
  std::size_t none_;  // "no column": the number of columns
  std::size_t lane_, reason_, probability_, control_;
  std::size_t key_column_;  // names the rows
  std::unordered_map<std::string, std::uint32_t> key_counts_;
};

}  // namespace sluice::rules
