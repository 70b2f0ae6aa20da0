#include "tools/sluice/yaml_schema.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/ingest/mapping.h"
#include "rules/book/keys.h"
#include "rules/lint/codes.h"

namespace sluice::tools {

using nlohmann::ordered_json;

namespace {

using Shapes = std::vector<std::pair<std::string_view, ordered_json>>;

// --- shapes of values. A text may look like a number or a bool to YAML: the readers take it as written.

ordered_json Scalar() { return {{"type", {"string", "number", "boolean"}}}; }
ordered_json Text() { return {{"type", "string"}}; }
ordered_json Pattern(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }
ordered_json OneOf(std::vector<std::string> values) { return {{"enum", std::move(values)}}; }
ordered_json Int(std::int64_t min, std::int64_t max) {
  return {{"type", "integer"}, {"minimum", min}, {"maximum", max}};
}
ordered_json AnyOf(ordered_json first, ordered_json second) {
  return {{"anyOf", ordered_json::array({std::move(first), std::move(second)})}};
}
ordered_json ListOf(ordered_json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
/// A list, or one of its elements alone.
ordered_json OneOrMore(const ordered_json& item) { return AnyOf(item, ListOf(item)); }
ordered_json Bool() { return {{"type", "boolean"}}; }
ordered_json Day() { return Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"); }
ordered_json Name() { return Pattern("^[A-Za-z_][A-Za-z0-9_]*$"); }
ordered_json Id() {
  ordered_json id = Scalar();
  id["pattern"] = "^[A-Za-z0-9_.-]{1,64}$";
  return id;
}
/// Parts per million, or a percentage.
ordered_json Share() { return AnyOf(Int(1, limits::kProbabilityMax), Pattern("^[0-9]+([.][0-9]+)? ?%?$")); }
ordered_json RowColumn() { return Pattern("^row[.][A-Za-z_][A-Za-z0-9_]*$"); }

ordered_json Said(ordered_json shape, const char* description) {
  ordered_json said = {{"description", description}};
  said.update(shape);
  return said;
}

/// A map of exactly the readers' `keys`.
ordered_json Map(std::span<const std::string_view> keys, const Shapes& shapes, std::vector<std::string> required) {
  SLUICE_CHECK(keys.size() == shapes.size());
  ordered_json map = {{"type", "object"}, {"properties", ordered_json::object()}};
  for (const std::string_view key : keys) {
    const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const auto& each) { return each.first == key; });
    SLUICE_CHECK(shape != shapes.end());
    map["properties"][std::string(key)] = shape->second;
  }
  if (!required.empty()) map["required"] = std::move(required);
  map["additionalProperties"] = false;
  return map;
}

ordered_json Titled(const char* title, ordered_json schema) {
  ordered_json titled = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  titled.update(schema);
  return titled;
}

// --- names that only a book knows

ordered_json Names(std::vector<std::string> names) { return names.empty() ? Scalar() : OneOf(std::move(names)); }

ordered_json LaneName(BookFacts book) {
  std::vector<std::string> names;
  if (book != nullptr) {
    for (const ruleset::Lane& lane : book->lanes) names.push_back(lane.name);
  }
  return Names(std::move(names));
}
ordered_json ControlName(BookFacts book) {
  return Names(book == nullptr ? std::vector<std::string>() : book->controls);
}

std::vector<std::string> OutcomeNames() {
  std::vector<std::string> names;
  for (int i = 0; i < ruleset::kOutcomeCount; ++i)
    names.emplace_back(ruleset::OutcomeName(static_cast<ruleset::Outcome>(i)));
  return names;
}

ordered_json RuleIds(BookFacts book) {
  std::vector<std::string> ids;
  if (book != nullptr) {
    for (const ruleset::Rule& rule : book->rules) ids.emplace_back(book->Text(rule.id));
  }
  return OneOrMore(Names(std::move(ids)));
}

// --- records

ordered_json FieldValue(const parcel::Catalog& catalog, const parcel::Field& field, parcel::ValueType type);

ordered_json Record(const parcel::Catalog& catalog, std::uint32_t index) {
  ordered_json properties = ordered_json::object();
  for (const parcel::Field& field : catalog.records[index].fields) {
    if (field.hidden) continue;
    ordered_json value = field.type == parcel::ValueType::kList ? ListOf(FieldValue(catalog, field, field.element_type))
                                                                : FieldValue(catalog, field, field.type);
    const std::size_t first = field.comment.find_first_not_of(" \n");
    if (first != std::string::npos) value = Said(value, field.comment.c_str() + first);
    properties[field.name] = AnyOf(std::move(value), {{"type", "null"}});  // null takes a default away
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

ordered_json FieldValue(const parcel::Catalog& catalog, const parcel::Field& field, parcel::ValueType type) {
  if (type == parcel::ValueType::kRecord) return Record(catalog, field.record);
  if (type == parcel::ValueType::kBool) return AnyOf(Bool(), OneOf({"true", "false"}));
  if (field.enumeration == parcel::kNoIndex) return Scalar();
  std::vector<std::string> names;
  for (const parcel::EnumValue& value : catalog.enums[field.enumeration].values) names.push_back(value.name);
  return AnyOf(OneOf(std::move(names)), {{"type", "integer"}});
}

ordered_json Parcel(BookFacts book) {
  return book == nullptr ? ordered_json{{"type", "object"}} : Record(book->catalog, book->catalog.root);
}

// --- parts of rules

ordered_json Then(BookFacts book) {
  const Shapes shapes = {
      {"lane",
       Said(AnyOf(LaneName(book), RowColumn()), "Where matches go; the most severe lane of all matches stands")},
      {"split", Said({{"type", "object"}, {"additionalProperties", Share()}, {"minProperties", 1}},
                     "Lanes and their shares of one draw, instead of a lane")},
      {"score", Said(AnyOf(Int(0, limits::kScoreMax), Text()), "0 to 10000, or an expression of type int")},
      {"reason", Said(Scalar(), "A code recorded with the match")},
      {"probability",
       Said(AnyOf(Share(), RowColumn()), "Parts per million, or \"25 %\"; others keep their score alone")},
      {"control", Said(AnyOf(OneOrMore(ControlName(book)), RowColumn()), "Desks that want the parcel")},
      {"waive", Said(OneOrMore(Id()), "Tags: live matches that carry one are suppressed")}};
  return Map(rules::kThenKeys, shapes, {});
}

/// Which findings are wanted as they are.
ordered_json Silences() {
  std::vector<std::string> codes;
  for (const rules::LintCode& known : rules::LintCodes()) codes.emplace_back(known.code);
  const Shapes shapes = {{"allow", Said(OneOrMore(OneOf(std::move(codes))), "Codes of findings; see rules/lint/codes")},
                         {"why", Said(Text(), "The reason why they are wanted")}};
  return Said(OneOrMore(Map(rules::kLintKeys, shapes, {"allow", "why"})), "Findings that are wanted as they are");
}

ordered_json Rule(BookFacts book) {
  const auto one_of_two = [](const char* a, const char* b) { return OneOrMore(OneOf({a, b})); };
  const Shapes shapes = {
      {"id", Said(Id(), "1 to 64 letters, digits, _ . or -; no other rule has it")},
      {"title", Said(Scalar(), "What the rule finds, in a line")},
      {"when", Said(Scalar(), "The condition, in CEL; see rules/LANGUAGE.md")},
      {"then", Said(Then(book), "What a match does")},
      {"tags", Said(OneOrMore(Id()), "Names that waivers name")},
      {"direction", Said(one_of_two("import", "export"), "Left out: both")},
      {"offices", Said(OneOrMore(Text()), "Codes, in quotes; left out: all offices")},
      {"phase", Said(one_of_two("declared", "scanned"), "Left out: both")},
      {"valid",
       Said(Map(rules::kValidKeys, {{"from", Said(Day(), "First day")}, {"until", Said(Day(), "Last day")}}, {}),
            "Whole days in the book's zone, inclusive")},
      {"mode", Said(OneOf({"live", "shadow"}), "shadow: evaluated and recorded, changes nothing")},
      {"must_inspect", Said(Bool(), "Marks the decision; is never waived")},
      {"mandatory", Said(Bool(), "Is never waived")},
      {"absent", Said(OneOf({"no_match", "error"}), "What an absent value makes of the condition")},
      {"each", Said(Pattern("^tables[.][A-Za-z_][A-Za-z0-9_]*$"), "A profile: one rule for each row of this table")},
      {"owner", Said(Scalar(), "Who answers for the rule")},
      {"note", Said(Scalar(), "For the officer who sees the match")},
      {"lint", Silences()}};
  return Map(rules::kRuleKeys, shapes, {"id", "when"});
}

ordered_json Expect(BookFacts book) {
  const ordered_json ids = RuleIds(book);
  const Shapes shapes = {{"lane", Said(LaneName(book), "The decision's lane")},
                         {"rules", Said(ids, "All matches, and no others")},
                         {"includes", Said(ids, "Among the matches")},
                         {"excludes", Said(ids, "Not among the matches")},
                         {"suppressed", Said(ids, "Matched, then waived: all")},
                         {"shadow", Said(ids, "Matches in shadow mode: all")},
                         {"absent", Said(ids, "Rules that asked for something absent: all")},
                         {"errors", Said(ids, "Rules that ended in an error: all")},
                         {"controls", Said(OneOrMore(ControlName(book)), "Desks that want the parcel")},
                         {"outcomes", Said(OneOrMore(OneOf(OutcomeNames())), "What the system says of the parcel")},
                         {"score", Said(Int(0, limits::kScoreSumMax), "Sum of scores")}};
  return Map(rules::kExpectKeys, shapes, {});
}

ordered_json Lanes() {
  const Shapes lane = {{"name", Scalar()},
                       {"severity", Said(Int(0, 1'000'000), "The most severe lane stands; no two are equal")},
                       {"releases", Said(Bool(), "Whether the parcel goes free")},
                       {"capacity", Said(Int(1, 1'000'000'000), "Parcels an hour; read, not enforced yet")},
                       {"overflow", Said(Scalar(), "Lane for those beyond the capacity; it does not release")}};
  ordered_json lanes = ListOf(Map(rules::kLaneKeys, lane, {"name", "severity", "releases"}));
  lanes["minItems"] = 1;
  return lanes;
}

ordered_json Outcomes() {
  ordered_json outcomes = {{"type", "object"}, {"properties", ordered_json::object()}};
  for (const std::string& name : OutcomeNames()) outcomes["properties"][name] = Scalar();
  outcomes["required"] = OutcomeNames();
  outcomes["additionalProperties"] = false;
  return outcomes;
}

}  // namespace

ordered_json BookYamlSchema() {
  const Shapes fields = {{"id", Said(Text(), "Field that holds the parcel's id")},
                         {"received", Said(Text(), "Field that holds the received time")},
                         {"office", Said(Text(), "Field that holds the office's code")},
                         {"phase", Said(Text(), "Field that says declared or scanned")},
                         {"direction", Said(Text(), "Field that says import or export")},
                         {"draw_id", Said(Text(), "Field that draws are made by; left out: the id")}};
  const Shapes rates = {{"base", Said(Pattern("^[A-Z]{3}$"), "Currency that rates are in units of")},
                        {"table", Said(Name(), "tables/NAME.csv")}};
  const Shapes score_lane = {{"from", Int(1, limits::kScoreSumMax)}, {"lane", Scalar()}};
  const ordered_json not_built = {{"not", ordered_json::object()}, {"description", "Not built yet"}};
  const Shapes book = {
      {"book", Said(Scalar(), "The book's name")},
      {"schema", Said(Text(), "FlatBuffers schema of the record; left out: the shipped one")},
      {"root", Said(Text(), "Record that a parcel is; left out: the schema's root_type")},
      {"fields", Said(Map(rules::kFieldsKeys, fields, {"id", "received"}), "What the engine itself reads of a parcel")},
      {"mapping", Said(Text(), "File that says which column of an export is which field")},
      {"zone", Said(Text(), "Time zone of days, such as Asia/Shanghai; left out: UTC")},
      {"lanes", Said(Lanes(), "Where parcels go")},
      {"default_lane", Said(Scalar(), "Lane of parcels that nothing asks another lane for")},
      {"outcomes", Said(Outcomes(), "Lanes of what the system says of a parcel; none of them releases")},
      {"score_lanes",
       Said(ListOf(Map(rules::kScoreLaneKeys, score_lane, {"from", "lane"})), "Lanes of sums of scores")},
      {"controls", Said(OneOrMore(Scalar()), "Desks; rules may then name no others")},
      {"rates", Said(Map(rules::kRatesKeys, rates, {"base", "table"}), "Dated currency rates")},
      {"minimum_rate", not_built},
      {"expected_rates", not_built},
      {"lint", Silences()}};
  return Titled("Sluice: book.yaml",
                Map(rules::kBookKeys, book, {"book", "fields", "lanes", "default_lane", "outcomes"}));
}

ordered_json RulesYamlSchema(BookFacts book) {
  const ordered_json list = AnyOf(ListOf(Rule(book)), {{"type", "null"}});
  return Titled("Sluice: rules/**/*.yaml", Map(rules::kRuleFileKeys, {{"rules", list}}, {"rules"}));
}

ordered_json TestsYamlSchema(BookFacts book) {
  const Shapes test = {{"name", Said(Scalar(), "What the case claims")},
                       {"parcel", Said(Parcel(book), "Its fields, over the defaults; ~ takes a field away")},
                       {"now", Said(Text(), "When it is decided; left out: the parcel's received time")},
                       {"expect", Said(Expect(book), "What the decision must be; the rest may be anything")}};
  const ordered_json list =
      AnyOf(ListOf(Map(rules::kTestKeys, test, {"name", "parcel", "expect"})), {{"type", "null"}});
  const Shapes file = {{"defaults", Said(Parcel(book), "Fields of every parcel of this file")}, {"tests", list}};
  return Titled("Sluice: tests/*.yaml", Map(rules::kTestFileKeys, file, {"tests"}));
}

ordered_json MappingYamlSchema(BookFacts book) {
  ordered_json field = Text();
  if (book != nullptr) {
    std::vector<std::string> names;
    for (const parcel::Field& each : book->catalog.root_record().fields) {
      if (!each.hidden && each.record == parcel::kNoIndex) names.push_back(each.name);
    }
    field = AnyOf(OneOf(std::move(names)), Pattern("[.]"));
  }
  const ordered_json markers = OneOrMore(Scalar());
  const Shapes column = {{"field", Said(field, "Path of the field in the record")},
                         {"unit", Said(Scalar(), "Of the cells: kg, g, mg, t")},
                         {"currency", Said(Pattern("^[A-Z]{3}$"), "Of money in major units")},
                         {"format", Said(Text(), "Of times, in the letters of strftime")},
                         {"null", Said(markers, "Further cells that mean absent")}};
  const ordered_json columns = {
      {"type", "object"}, {"additionalProperties", AnyOf(field, Map(ingest::kMappingColumnKeys, column, {"field"}))}};
  const Shapes file = {{"null", Said(markers, "Cells that mean absent, in every column")},
                       {"columns", Said(columns, "Columns of the export, by the names in its header")},
                       {"unmapped", Said(OneOf({"ignore", "error"}), "What becomes of columns that are not listed")}};
  return Titled("Sluice: mapping.yaml", Map(ingest::kMappingKeys, file, {"columns"}));
}

}  // namespace sluice::tools
