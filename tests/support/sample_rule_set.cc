#include "tests/support/sample_rule_set.h"

#include <limits>

namespace sluice::testing {

using base::ParseCurrency;
using parcel::Field;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::RuleSet;
using ruleset::ScalarTypeId;
using ruleset::TypeId;
using ruleset::ValueType;

// --- nodes -------------------------------------------------------------------------------------------

NodeMaker::NodeMaker(ruleset::Program* program) : program_(program) {
  for (int i = 0; program->types.size() < parcel::kScalarTypeCount; ++i) {
    program->types.push_back({static_cast<ValueType>(i)});
  }
}

NodeIndex NodeMaker::Add(Op op, TypeId type, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  program_->nodes.push_back({op, type, a, b, c});
  return static_cast<NodeIndex>(program_->nodes.size() - 1);
}

NodeIndex NodeMaker::Bool(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return Add(op, ScalarTypeId(ValueType::kBool), a, b, c);
}

NodeIndex NodeMaker::AddList(Op op, TypeId type, std::vector<NodeIndex> operands, std::uint32_t a) {
  const auto first = static_cast<std::uint32_t>(program_->operands.size());
  program_->operands.insert(program_->operands.end(), operands.begin(), operands.end());
  return Add(op, type, a, first, static_cast<std::uint32_t>(operands.size()));
}

NodeIndex NodeMaker::Text(std::string_view text) {
  return Add(Op::kConst, ScalarTypeId(ValueType::kString), program_->texts.Add(text));
}

NodeIndex NodeMaker::Int(std::int64_t number) {
  program_->ints.push_back(number);
  return Add(Op::kConst, ScalarTypeId(ValueType::kInt),
             static_cast<std::uint32_t>(program_->ints.size() - 1));
}

NodeIndex NodeMaker::Double(double number) {
  program_->doubles.push_back(number);
  return Add(Op::kConst, ScalarTypeId(ValueType::kDouble),
             static_cast<std::uint32_t>(program_->doubles.size() - 1));
}

NodeIndex NodeMaker::Money(const base::Money& money) {
  program_->moneys.push_back(money);
  return Add(Op::kConst, ScalarTypeId(ValueType::kMoney),
             static_cast<std::uint32_t>(program_->moneys.size() - 1));
}

TypeId NodeMaker::Type(const ruleset::TypeInfo& type) {
  for (std::size_t i = 0; i < program_->types.size(); ++i) {
    if (program_->types[i] == type) return static_cast<TypeId>(i);
  }
  program_->types.push_back(type);
  return static_cast<TypeId>(program_->types.size() - 1);
}

// --- the record --------------------------------------------------------------------------------------

namespace {

Field MakeField(std::string name, ValueType type, WireKind wire, Presence presence, std::uint16_t slot) {
  Field field;
  field.name = std::move(name);
  field.type = type;
  field.wire = wire;
  field.presence = presence;
  field.slot = slot;
  return field;
}

Field TextField(std::string name, std::uint16_t slot) {
  Field field = MakeField(std::move(name), ValueType::kString, WireKind::kString, Presence::kSlot, slot);
  field.max_bytes = 256;
  return field;
}

Field VectorField(std::string name, std::uint16_t slot, ValueType element, WireKind element_wire) {
  Field field = MakeField(std::move(name), ValueType::kList, WireKind::kVector, Presence::kVector, slot);
  field.element_type = element;
  field.element_wire = element_wire;
  field.max_items = 64;
  return field;
}

Record ParcelRecord() {
  Record record;
  record.name = "Parcel";
  record.fields = {TextField("id", 4)};
  record.fields[0].required_phases = parcel::kAllPhases;
  Field received = MakeField("received", ValueType::kTimestamp, WireKind::kI64, Presence::kAlways, 6);
  received.time_units_per_second = 1000;
  record.fields.push_back(received);
  Field direction = MakeField("direction", ValueType::kInt, WireKind::kU8, Presence::kAlways, 8);
  direction.enumeration = 0;
  record.fields.push_back(direction);
  record.fields.push_back(TextField("office", 10));
  record.fields.push_back(TextField("currency", 12));
  Field value = MakeField("value", ValueType::kMoney, WireKind::kI64, Presence::kSlot, 14);
  value.currency_field = 4;
  value.comment = "declared value of all goods";
  record.fields.push_back(value);
  Field sender = MakeField("sender", ValueType::kRecord, WireKind::kTable, Presence::kSlot, 16);
  sender.record = 1;
  record.fields.push_back(sender);
  Field items = VectorField("items", 18, ValueType::kRecord, WireKind::kTable);
  items.record = 2;
  record.fields.push_back(items);
  record.fields.push_back(VectorField("marks", 20, ValueType::kString, WireKind::kString));
  return record;
}

Record PartyRecord() {
  Record record;
  record.name = "Party";
  record.fields = {TextField("name", 4)};
  record.fields[0].personal = true;
  return record;
}

Record HotRecord() {
  Record record;
  record.name = "ItemHot";
  record.is_struct = true;
  record.struct_bytes = 24;
  record.mask_field = 0;
  Field mask = MakeField("present", ValueType::kInt, WireKind::kU32, Presence::kAlways, 0);
  mask.hidden = true;
  Field quantity = MakeField("quantity", ValueType::kInt, WireKind::kI32, Presence::kMaskBit, 4);
  Field price = MakeField("price", ValueType::kDouble, WireKind::kF64, Presence::kMaskBit, 8);
  price.mask_bit = 1;
  Field weight = MakeField("weight", ValueType::kInt, WireKind::kI64, Presence::kMaskBit, 16);
  weight.mask_bit = 2;
  weight.unit = "g";
  record.fields = {mask, quantity, price, weight};
  return record;
}

Record ItemRecord(const Record& hot) {
  Record record;
  record.name = "Item";
  Field inline_struct = MakeField("hot", ValueType::kRecord, WireKind::kStruct, Presence::kSlot, 4);
  inline_struct.record = 3;
  inline_struct.hidden = true;
  record.fields = {inline_struct, TextField("hs_code", 6)};
  for (std::size_t i = 1; i < hot.fields.size(); ++i) {
    record.fields.push_back(hot.fields[i]);
    record.fields.back().inline_in = 0;
  }
  return record;
}

void AddColumns(RuleSet* set) {
  using parcel::kParcelDomain;
  parcel::ColumnPlan& plan = set->columns;
  plan.AddDomain(set->catalog, kParcelDomain, {7});
  plan.AddDomain(set->catalog, kParcelDomain, {8});
  for (const std::uint32_t field : {0u, 1u, 2u, 3u, 5u, 6u}) {
    plan.AddColumn(set->catalog, kParcelDomain, {field});
  }
  plan.AddColumn(set->catalog, kParcelDomain, {6, 0});
  for (const std::uint32_t field : {1u, 2u, 3u}) plan.AddColumn(set->catalog, kItemDomain, {field});
  plan.AddColumn(set->catalog, kMarkDomain, {});
  set->system = {kIdColumn, kReceivedColumn, kOfficeColumn, ruleset::kNone, kDirectionColumn, kIdColumn};
}

void AddReferenceData(RuleSet* set) {
  ruleset::ReferenceList words;
  words.name = "words";
  for (const char* word : {"battery", "knife", "replica"}) words.texts.Add(word);
  ruleset::ReferenceList codes;
  codes.name = "codes";
  codes.type = ValueType::kInt;
  codes.ints = {-5, 0, 7, 1'000'000'007};
  set->lists = {words, codes};

  ruleset::Table bands;
  bands.name = "bands";
  bands.row_count = 3;
  bands.keys.resize(3);
  bands.keys[0] = {"office", ruleset::KeyKind::kExact, ValueType::kString, {}, {}, {}, {}, {}, {}, {}, {}};
  bands.keys[1] = {"hs", ruleset::KeyKind::kPrefix, ValueType::kString, {}, {}, {}, {}, {}, {}, {}, {}};
  bands.keys[2] = {"price", ruleset::KeyKind::kInterval, ValueType::kDouble, {}, {}, {}, {}, {}, {}, {}, {}};
  for (const char* prefix : {"85", "8517", ""}) {
    bands.keys[0].texts.push_back(bands.texts.Add("4600"));
    bands.keys[1].texts.push_back(bands.texts.Add(prefix));
  }
  bands.keys[2].from_doubles = {-std::numeric_limits<double>::infinity(), 0, 0};
  bands.keys[2].to_doubles = {10, 100, std::numeric_limits<double>::infinity()};
  bands.valid_from = {{0, 0}, {1'700'000'000, 0}, {0, 0}};
  bands.valid_until = {{2'000'000'000, 0}, {2'000'000'000, 0}, {1'900'000'000, 500}};
  bands.values.resize(3);
  bands.values[0].name = "floor";
  bands.values[0].type = ValueType::kMoney;
  bands.values[0].currency = *ParseCurrency("CNY");
  bands.values[0].present = {1, 0, 1};
  bands.values[0].ints = {1250, 0, 99};
  bands.values[1].name = "note";
  bands.values[1].present = {1, 1, 1};
  bands.values[1].texts = {bands.texts.Add("cheap"), bands.texts.Add("phones"), bands.texts.Add("rest")};
  bands.values[2].name = "points";
  bands.values[2].type = ValueType::kInt;
  bands.values[2].present = {1, 1, 0};
  bands.values[2].ints = {10, 20, 0};
  set->tables = {bands};

  set->mapping = "columns: {}\n";
  set->rates.base_currency = *ParseCurrency("CNY");
  set->rates.rates = {{*ParseCurrency("EUR"), {0, 0}, 7'800'000'000},
                      {*ParseCurrency("KRW"), {0, 0}, 5'200'000},
                      {*ParseCurrency("KRW"), {1'700'000'000, 0}, 5'300'000}};
}

void AddLanes(RuleSet* set) {
  set->lanes = {{"pass", 0, true, 0, ruleset::kNoLane},
                {"document", 10, false, 0, ruleset::kNoLane},
                {"inspect", 20, false, 200, 3},
                {"hold", 30, false, 0, ruleset::kNoLane}};
  set->default_lane = 0;
  set->outcome_lanes = {3, 1, 3, 2, 3, 3, 3};
  set->score_lanes = {{50, 1}, {100, 2}};
  set->tags = {"value", "safety"};
  set->controls = {"customs", "health"};
  set->office_sets = {{"4600", "4604"}};
  set->split_shares = {{1, 300'000}, {2, 200'000}};
}

// parcel.items.exists(i, i.hs_code.startsWith("85") && i.price < 10.0)
NodeIndex CheapPhones(RuleSet* set, NodeMaker* nodes) {
  const TypeId item = nodes->Type({ValueType::kRecord, 0, 0, kItemDomain});
  const TypeId item_list = nodes->Type({ValueType::kList, 0, item, 0});
  const NodeIndex rows = nodes->Add(Op::kRows, item_list, ruleset::kNoNode, kItemDomain);
  const NodeIndex local = nodes->Add(Op::kLocal, item, 0, 0, kItemDomain);
  const NodeIndex code = nodes->Add(Op::kField, ScalarTypeId(ValueType::kString), local, kHsCodeColumn);
  const NodeIndex prefix = nodes->Text("85");
  const NodeIndex starts = nodes->Bool(Op::kStartsWith, code, prefix);
  const NodeIndex price = nodes->Add(Op::kField, ScalarTypeId(ValueType::kDouble), local, kPriceColumn);
  const NodeIndex ten = nodes->Double(10.0);
  const NodeIndex cheap = nodes->Bool(Op::kLt, price, ten);
  const NodeIndex both = nodes->AddList(Op::kAnd, ScalarTypeId(ValueType::kBool), {starts, cheap});
  set->program.times.push_back({1'750'000'000, 5});
  return nodes->Bool(Op::kExists, rows, both, 0);
}

// parcel.value.to("CNY") > money("5000 CNY") || parcel.office in {"4600", "4604"}
NodeIndex Expensive(RuleSet* set, NodeMaker* nodes) {
  const NodeIndex value = nodes->Add(Op::kColumn, ScalarTypeId(ValueType::kMoney), kValueColumn);
  const NodeIndex in_cny =
      nodes->Add(Op::kMoneyTo, ScalarTypeId(ValueType::kMoney), value, *ParseCurrency("CNY"));
  const NodeIndex limit = nodes->Money({500'000, *ParseCurrency("CNY")});
  const NodeIndex above = nodes->Bool(Op::kGt, in_cny, limit);
  const NodeIndex office = nodes->Add(Op::kColumn, ScalarTypeId(ValueType::kString), kOfficeColumn);
  ruleset::ConstantSet offices{ValueType::kString, {}, {}, {}};
  offices.texts = {set->program.texts.Add("4600"), set->program.texts.Add("4604")};
  set->program.sets = {offices, {ValueType::kInt, {1, 2, 3}, {}, {}}};
  const NodeIndex in_set = nodes->Bool(Op::kInSet, office, 0);
  return nodes->AddList(Op::kOr, ScalarTypeId(ValueType::kBool), {above, in_set});
}

// has(parcel.sender) && lists.words.hasPrefixOf(parcel.sender.name) && parcel.sender.name.matches(pattern 0)
NodeIndex Words(NodeMaker* nodes) {
  const NodeIndex has = nodes->Bool(Op::kHas, kSenderColumn);
  const NodeIndex name = nodes->Add(Op::kColumn, ScalarTypeId(ValueType::kString), kSenderNameColumn);
  const NodeIndex prefix = nodes->Bool(Op::kListHasPrefix, name, 0);
  const NodeIndex matches = nodes->Bool(Op::kMatches, name, 0);
  return nodes->AddList(Op::kAnd, ScalarTypeId(ValueType::kBool), {has, prefix, matches});
}

// tables.bands.row("4600", parcel.office, 12.5).points
NodeIndex Points(NodeMaker* nodes) {
  const NodeIndex office = nodes->Add(Op::kColumn, ScalarTypeId(ValueType::kString), kOfficeColumn);
  const NodeIndex text = nodes->Text("4600");
  const NodeIndex price = nodes->Double(12.5);
  const TypeId row = nodes->Type({ValueType::kTableRow, 0, 0, 0});
  const NodeIndex found = nodes->AddList(Op::kTableRow, row, {text, office, price}, 0);
  return nodes->Add(Op::kTableCell, ScalarTypeId(ValueType::kInt), found, 2);
}

// now.getHours("Asia/Shanghai") < 6 && parcel.marks.exists(m, m == "x")
NodeIndex NightMarks(NodeMaker* nodes) {
  const NodeIndex now = nodes->Add(Op::kNow, ScalarTypeId(ValueType::kTimestamp));
  const NodeIndex hours = nodes->Add(Op::kTimePart, ScalarTypeId(ValueType::kInt), now, 0,
                                     static_cast<std::uint32_t>(ruleset::TimePart::kHours));
  const NodeIndex six = nodes->Int(6);
  const NodeIndex night = nodes->Bool(Op::kLt, hours, six);
  const TypeId marks = nodes->Type({ValueType::kList, 0, ScalarTypeId(ValueType::kString), 0});
  const NodeIndex rows = nodes->Add(Op::kRows, marks, ruleset::kNoNode, kMarkDomain);
  const NodeIndex mark = nodes->Add(Op::kLocal, ScalarTypeId(ValueType::kString), 0, 0, kMarkDomain);
  const NodeIndex x = nodes->Text("x");
  const NodeIndex equal = nodes->Bool(Op::kEq, mark, x);
  const NodeIndex exists = nodes->Bool(Op::kExists, rows, equal, 0);
  return nodes->AddList(Op::kAnd, ScalarTypeId(ValueType::kBool), {night, exists});
}

void AddRules(RuleSet* set) {
  NodeMaker nodes(&set->program);
  set->program.uints = {18'000'000'000'000'000'000u};
  set->program.zones = {{"Asia/Shanghai", {std::numeric_limits<std::int64_t>::min(), -1'325'491'557},
                         {29'143, 28'800}}};
  set->zone = 0;
  set->program.patterns.Add("^[A-Z]+( [A-Z]+)*$");
  set->rules.resize(4);
  const char* ids[] = {"VAL-010", "VAL-020", "TXT-001", "NGT-001/a"};
  const NodeIndex conditions[] = {CheapPhones(set, &nodes), Expensive(set, &nodes), Words(&nodes),
                                  NightMarks(&nodes)};
  for (std::size_t i = 0; i < set->rules.size(); ++i) {
    ruleset::Rule& rule = set->rules[i];
    rule.id = set->texts.Add(ids[i]);
    rule.condition = conditions[i];
    rule.reason = set->texts.Add("UNDERVALUED");
    rule.source = static_cast<std::uint32_t>(i);
    const auto line = static_cast<std::uint32_t>(10 * i);
    set->sources.push_back({set->texts.Add("rules/value.yaml"), line, set->texts.Add("true")});
  }
  set->rules[0].lane = 2;
  set->rules[0].score = 40;
  set->rules[0].tags = 1;
  set->rules[1].score_node = Points(&nodes);
  set->rules[1].split_count = 2;
  set->rules[1].offices = 0;
  set->rules[1].mandatory = true;
  set->rules[2].mode = ruleset::RuleMode::kShadow;
  set->rules[2].probability = 125'000;
  set->rules[2].controls = 2;
  set->rules[2].waives = 1;
  set->rules[3].valid_from = {1'700'000'000, 0};
  set->rules[3].phases = parcel::PhaseBit(parcel::Phase::kScanned);
  set->rules[3].profile_table = 0;
  set->rules[3].profile_row = 1;
}

}  // namespace

parcel::Catalog SampleCatalog() {
  parcel::Catalog catalog;
  const Record hot = HotRecord();
  catalog.records = {ParcelRecord(), PartyRecord(), ItemRecord(hot), hot};
  catalog.enums = {{"Direction", {{"import", 0}, {"export", 1}}}};
  catalog.file_identifier = "SMPL";
  return catalog;
}

RuleSet SampleRuleSet() {
  RuleSet set;
  set.name = "sample";
  set.catalog = SampleCatalog();
  AddColumns(&set);
  AddReferenceData(&set);
  AddLanes(&set);
  AddRules(&set);
  set.required = {{kIdColumn, parcel::kAllPhases, set.texts.Add("id")}};
  return set;
}

RuleSet LargeRuleSet(std::size_t count) {
  RuleSet set = SampleRuleSet();
  NodeMaker nodes(&set.program);
  const NodeIndex office = nodes.Add(Op::kColumn, ScalarTypeId(ValueType::kString), kOfficeColumn);
  const NodeIndex name = nodes.Add(Op::kColumn, ScalarTypeId(ValueType::kString), kSenderNameColumn);
  const NodeIndex direction = nodes.Add(Op::kColumn, ScalarTypeId(ValueType::kInt), kDirectionColumn);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const NodeIndex code = nodes.Text(number);
    const NodeIndex person = nodes.Text("sender " + number);
    const NodeIndex bound = nodes.Int(static_cast<std::int64_t>(i));
    const NodeIndex same = nodes.Bool(Op::kEq, office, code);
    const NodeIndex begins = nodes.Bool(Op::kStartsWith, name, person);
    const NodeIndex below = nodes.Bool(Op::kLt, direction, bound);
    ruleset::Rule rule;
    rule.id = set.texts.Add("GEN-" + number);
    rule.title = set.texts.Add("Generated rule number " + number);
    rule.reason = set.texts.Add("GENERATED");
    rule.condition =
        nodes.AddList(Op::kAnd, ScalarTypeId(ValueType::kBool), {same, begins, below});
    rule.lane = 2;
    rule.source = static_cast<std::uint32_t>(set.sources.size());
    set.rules.push_back(rule);
    set.sources.push_back({0, static_cast<std::uint32_t>(i),
                           set.texts.Add("parcel.office == \"" + number +
                                         "\" && parcel.sender.name.startsWith(\"sender " + number +
                                         "\") && parcel.direction < " + number)});
  }
  return set;
}

}  // namespace sluice::testing
