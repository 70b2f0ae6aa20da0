// What officers' profiles ask: a few texts and numbers of the parcel, and several of one of its elements.
#include <algorithm>

#include "tests/differential/expression_generator.h"

namespace sluice::differential {

std::string ExpressionGenerator::Profile() {
  const RecordName parcel{"parcel", schema_.catalog.root};
  std::string text = ElementTest();
  // What a text contains is taken to be rare, so that elements are asked one by one; and letters are not.
  if (chance_.Percent(70)) text = ContainsLetter(parcel) + " && " + text;
  for (std::size_t i = chance_.Below(3); i > 0; --i) text = FieldTest(parcel) + " && " + text;
  return "(" + text + ")";
}

std::string ExpressionGenerator::ContainsLetter(const RecordName& record) {
  static const std::vector<std::string> kLetters = {"a", "o", "n", "y", "0", "1", " ", "C"};
  std::vector<std::string> texts;
  for (const FieldPlace& place : schema_.fields[record.record].scalars) {
    if (place.field->type == parcel::ValueType::kString) texts.push_back(record.name + "." + place.path);
  }
  return texts.empty() ? HasText() : chance_.Pick(texts) + ".contains(\"" + chance_.Pick(kLetters) + "\")";
}

/// A test of one field against constants.
std::string ExpressionGenerator::FieldTest(const RecordName& record) {
  const FieldPlace& place = chance_.Pick(schema_.fields[record.record].scalars);
  const std::string field = record.name + "." + place.path;
  const auto kind = KindOf(place.field->type);
  const std::string test = "has(" + field + ")";
  const bool is_plain = kind && *kind != Kind::kMoney && place.field->enumeration == parcel::kNoIndex;
  if (!is_plain || chance_.OneIn(8)) return chance_.OneIn(3) ? "!" + test : test;
  return TestOf(field, *kind, test + " && ");
}

std::string ExpressionGenerator::TestOf(const std::string& value, Kind kind, const std::string& presence) {
  static const std::vector<std::string> kOps = {" == ", " == ", " == ", " != ", " < ", " >= "};
  static const std::vector<std::string> kTests = {".startsWith(", ".startsWith(", ".contains(",
                                                  ".lowerAscii().contains("};
  std::string test = value + chance_.Pick(kOps) + LiteralOf(kind);
  if (kind == Kind::kString && chance_.OneIn(3)) {
    test = value + chance_.Pick(kTests) + CelText(chance_.Pick(TextPool())) + ")";
  }
  const bool may_be_in = kind == Kind::kString || kind == Kind::kInt;
  if (may_be_in && chance_.OneIn(4)) test = value + " in [" + LiteralOf(kind) + ", " + LiteralOf(kind) + "]";
  if (kind == Kind::kBool) test = value;
  if (chance_.OneIn(6)) test = "!(" + test + ")";
  return "(" + (chance_.OneIn(4) ? presence : "") + test + ")";
}

std::string ExpressionGenerator::ElementTest() {
  static const std::vector<std::string> kMacros = {"exists", "exists", "all", "exists_one", "exists_one"};
  const auto& vectors = schema_.fields[schema_.catalog.root].vectors;
  const FieldPlace& place = chance_.Pick(vectors);
  const std::string name = NewName();
  const bool of_records = place.field->element_type == parcel::ValueType::kRecord;
  variables_.push_back({name, of_records, place.field->record, Kind::kInt});
  std::string body;
  for (std::size_t i = 1 + chance_.Below(3); i > 0; --i) {
    body += of_records ? FieldTest({name, place.field->record})
                       : TestOf(name, *KindOf(place.field->element_type), "");
    if (i > 1) body += chance_.OneIn(6) ? " || " : " && ";
  }
  if (chance_.OneIn(12)) body = "(" + body + ") && " + FieldTest({"parcel", schema_.catalog.root});
  variables_.pop_back();
  const std::string test = "parcel." + place.path + "." + chance_.Pick(kMacros) + "(" + name + ", " + body + ")";
  return (chance_.OneIn(4) ? "!" : "") + test;
}

}  // namespace sluice::differential
