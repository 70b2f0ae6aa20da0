// Random conditions in CEL, directed by types so that most of them compile, and biased to what is
// easily wrong: absent fields, negations, ternaries, nested quantifiers, look-ups, errors that
// logic absorbs.
//
// Not thread-safe.   Ownership: refers to the schema and the book, whose lists and tables are
// complete.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/differential/chance.h"
#include "tests/differential/world.h"
#include "tests/support/oracle/book_model.h"

namespace sluice::differential {

class ExpressionGenerator {
 public:
  ExpressionGenerator(const Schema& schema, const oracle::BookModel& book, Chance* chance)
      : schema_(schema), book_(book), chance_(*chance) {}

  /// `profile` is the table of `each`, or null.
  std::string Condition(const oracle::TableModel* profile);
  std::string Score(const oracle::TableModel* profile);

 private:
  enum class Kind : std::uint8_t { kBool, kInt, kUint, kDouble, kString, kTime, kSpan, kMoney };

  /// A name in scope: a record, or a value of one kind.
  struct Variable {
    std::string name;
    bool is_record = false;
    std::uint32_t record = 0;
    Kind kind = Kind::kInt;
  };
  struct RecordName {
    std::string name;
    std::uint32_t record;
  };
  /// A list that a macro can go through.
  struct Range {
    std::string text;
    bool of_records = false;
    std::uint32_t record = 0;
    Kind kind = Kind::kInt;
    std::optional<Kind> values = std::nullopt;  // of a map, whose keys are `kind`
  };

  void Begin(const oracle::TableModel* profile);
  static std::optional<Kind> KindOf(parcel::ValueType type);
  static std::optional<Kind> KindOf(const std::string& column_type);

  // expression_generator.cc: where values come from
  std::string Make(Kind kind, int depth);
  std::string Leaf(Kind kind);
  std::string LiteralOf(Kind kind);
  std::optional<std::string> FieldOf(Kind kind);
  std::optional<std::string> VariableOf(Kind kind);
  std::optional<std::string> RowCell(Kind kind);
  std::optional<std::string> TableCell(Kind kind, int depth);
  std::optional<std::string> CellIn(const oracle::TableModel& table, Kind kind, bool keys_too,
                                    const std::string& currency);
  std::string LookUp(const oracle::TableModel& table, const char* function, int depth);
  const oracle::TableModel* LookUpTable();
  RecordName SomeRecord();
  std::optional<RecordName> SomeElement();
  std::vector<RecordName> RecordNames() const;
  bool IsHidden(std::size_t variable) const;
  bool IsShadowed(const std::string& builtin) const;
  std::string NewName();

  // expression_bools.cc
  std::string Bool(int depth);
  std::string BoolLeaf();
  std::string BoundTest(int depth);
  std::string HasText();
  std::string Logic(int depth);
  std::string Comparison(int depth);
  std::string EnumComparison();
  std::string WeightComparison();
  std::string Membership(int depth);
  std::string TextTest(int depth);
  std::string Quantifier(int depth);
  std::string ReferenceTest(int depth);
  std::string TextSearch(const oracle::ListModel& list, int depth);
  std::string ListComparison(int depth);

  // expression_profiles.cc
  std::string Profile();
  std::string ContainsLetter(const RecordName& record);
  std::string FieldTest(const RecordName& record);
  std::string TestOf(const std::string& value, Kind kind, const std::string& presence);
  std::string ElementTest();

  // expression_values.cc
  std::string Int(int depth);
  std::string IntOfTime(int depth);
  std::string Uint(int depth);
  std::string Double(int depth);
  std::string String(int depth);
  std::string Time(int depth);
  std::string Span(int depth);
  std::string Money(int depth, const std::string& tag);
  std::string MoneyTag();
  std::string MoneyLeaf(const std::string& tag);
  std::string Wrapped(Kind kind, int depth);
  Range SomeRange(int depth);
  Range VectorRange();
  std::string ListOf(Kind kind, int depth);
  std::string MapBy(Kind kind, int depth);
  Kind OtherNumber(Kind kind);
  /// Puts two variables over the range in scope: "i, x, ".
  std::string OpenPair(const Range& range);
  void ClosePair() { variables_.resize(variables_.size() - 2); }
  std::string Infix(Kind kind, int depth, const std::vector<std::string>& operators);

  // expression_functions.cc
  std::string Position(int depth);
  std::string Extremum(Kind kind, int depth);
  std::string BitFunction(Kind kind, int depth);
  std::string IntFunction(int depth);
  std::string UintFunction(int depth);
  std::string DoubleFunction(int depth);
  std::string StringFunction(int depth);
  std::string BoolFunction(int depth);

  const Schema& schema_;
  const oracle::BookModel& book_;
  Chance& chance_;
  const oracle::TableModel* profile_ = nullptr;
  std::vector<Variable> variables_;
  int budget_ = 0;  // parts still to be made before only leaves are
};

}  // namespace sluice::differential
