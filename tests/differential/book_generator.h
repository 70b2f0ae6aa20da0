// Random rule books: lanes, lists, tables of every kind of key, rates, and rules over all of it.
//
// The same Chance gives the same book. Not thread-safe.
#pragma once

#include "tests/differential/chance.h"
#include "tests/differential/expression_generator.h"
#include "tests/differential/world.h"
#include "tests/support/oracle/book_model.h"

namespace sluice::differential {

class BookGenerator {
 public:
  BookGenerator(const Schema& schema, Chance* chance) : schema_(schema), chance_(*chance) {}

  oracle::BookModel Book();

 private:
  void AddLanes();
  void AddLists();
  void AddRates();
  void AddTables();
  oracle::TableModel LookUpTable(const std::string& name);
  oracle::TableModel ProfileTable(const std::string& name);
  void AddValueColumns(oracle::TableModel* table);
  std::optional<std::string> Cell(const oracle::ColumnModel& column);
  void AddRow(oracle::TableModel* table);
  bool OrderIntervals(oracle::TableModel* table, std::vector<std::optional<std::string>>* row);
  oracle::RuleModel Rule(std::size_t index, ExpressionGenerator* expressions);
  void AddScope(oracle::RuleModel* rule);
  void AddThen(oracle::RuleModel* rule, ExpressionGenerator* expressions,
               const oracle::TableModel* profile);
  void AddSplit(oracle::RuleModel* rule);
  std::vector<std::string> SomeOf(const std::vector<std::string>& all);

  const Schema& schema_;
  Chance& chance_;
  oracle::BookModel book_;
};

}  // namespace sluice::differential
