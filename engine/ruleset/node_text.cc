#include "engine/ruleset/node_text.h"

#include "engine/base/convert.h"
#include "engine/base/time_text.h"

namespace sluice::ruleset {

namespace {

constexpr std::size_t kSetEntriesShown = 8;  // of a constant set; the rest is counted

class Writer {
 public:
  explicit Writer(const RuleSet& rule_set) : rules_(rule_set), program_(rule_set.program) {}

  std::string Text(NodeIndex index) const {
    const Node& node = program_.nodes[index];
    switch (node.op) {
      case Op::kConst: return Constant(node);
      case Op::kColumn: return "parcel." + ColumnPath(node.a);
      case Op::kHas: return "has(parcel." + ColumnPath(node.a) + ")";
      case Op::kNow: return "now";
      case Op::kLocal: return Variable(node.a);
      case Op::kRows: return (node.a == kNoNode ? "parcel" : Text(node.a)) + "." + DomainPath(node.b);
      case Op::kField: return FieldText(node);
      case Op::kHasField: return "has(" + FieldText(node) + ")";
      case Op::kNot: return "!" + Operand(node.a);
      case Op::kNeg: return "-" + Operand(node.a);
      case Op::kAnd:
      case Op::kOr: return Joined(node.b, node.c, std::string(" ") + (node.op == Op::kAnd ? "&&" : "||") + " ", true);
      case Op::kCond: return Operand(node.a) + " ? " + Operand(node.b) + " : " + Operand(node.c);
      case Op::kInSet: return Operand(node.a) + " in " + SetText(program_.sets[node.b]);
      case Op::kInValues: return Operand(node.a) + " in " + Operand(node.b);
      case Op::kInList: return Operand(node.a) + " in lists." + rules_.lists[node.b].name;
      case Op::kListHasPrefix: return "lists." + rules_.lists[node.b].name + ".hasPrefixOf(" + Text(node.a) + ")";
      case Op::kContainsAny:
        return Operand(node.a) + ".containsAny(lists." + rules_.lists[node.b].name +
               (node.c == 0 ? ", \"substring\")" : ")");
      case Op::kSimilarTo:
        return Operand(node.a) + ".similarTo(lists." + rules_.lists[node.b].name + ", " + std::to_string(node.c) + ")";
      case Op::kListLiteral: return "[" + Joined(node.b, node.c, ", ", false) + "]";
      case Op::kMapLiteral: return MapText(node);
      case Op::kIndex: return Operand(node.a) + "[" + Text(node.b) + "]";
      case Op::kSize: return "size(" + Text(node.a) + ")";
      case Op::kAll:
      case Op::kExists:
      case Op::kExistsOne:
      case Op::kMap:
      case Op::kFilter:
        return Operand(node.a) + "." + OpText(node.op) + "(" + Variable(node.c) + ", " + Text(node.b) + ")";
      case Op::kAllPairs:
      case Op::kExistsPair:
      case Op::kExistsOnePair:
      case Op::kJoinLists:
      case Op::kJoinMaps: return PairsText(node);
      case Op::kContains:
      case Op::kStartsWith:
      case Op::kEndsWith: return Operand(node.a) + "." + OpText(node.op) + "(" + Text(node.b) + ")";
      case Op::kLowerAscii:
      case Op::kUpperAscii:
      case Op::kTrim:
      case Op::kMoneyMinor: return Operand(node.a) + "." + OpText(node.op) + "()";
      case Op::kConvert: return std::string(TypeName(node.type)) + "(" + Text(node.a) + ")";
      case Op::kTimePart: return TimeText(node);
      case Op::kTableRow:
      case Op::kTableHas:
        return "tables." + rules_.tables[node.a].name + "." + (node.op == Op::kTableRow ? "row" : "has") + "(" +
               Joined(node.b, node.c, ", ", false) + ")";
      case Op::kTableCell: return Text(node.a) + "." + CellName(node);
      case Op::kCall: return CallText(node);
      case Op::kMatches: return Operand(node.a) + ".matches(" + Quoted(program_.patterns[node.b]) + ")";
      case Op::kMoneyTo: return Operand(node.a) + ".to(\"" + base::CurrencyText(node.b) + "\")";
      default: return Operand(node.a) + " " + OpText(node.op) + " " + Operand(node.b);  // comparison, arithmetic
    }
  }

 private:
  // In brackets where the operand is itself an operator between two.
  std::string Operand(NodeIndex index) const {
    const Op op = program_.nodes[index].op;
    const bool infix =
        (op >= Op::kAnd && op <= Op::kMod) || op == Op::kInSet || op == Op::kInValues || op == Op::kInList;
    return infix ? "(" + Text(index) + ")" : Text(index);
  }

  std::string Joined(std::uint32_t first, std::uint32_t count, const std::string& separator, bool brackets) const {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) text += separator;
      const NodeIndex operand = program_.operands[first + i];
      text += brackets ? Operand(operand) : Text(operand);
    }
    return text;
  }

  std::string MapText(const Node& node) const {
    std::string text = "{";
    for (std::uint32_t i = 0; i < node.c; ++i) {
      if (i > 0) text += i % 2 == 1 ? ": " : ", ";
      text += Text(program_.operands[node.b + i]);
    }
    return text + "}";
  }

  std::string PairsText(const Node& node) const {
    std::string name = node.op == Op::kAllPairs ? "all" : node.op == Op::kExistsPair ? "exists" : "existsOne";
    std::string body = Text(node.b);
    if (node.op == Op::kJoinLists || node.op == Op::kJoinMaps) TransformText(node, &name, &body);
    return Operand(node.a) + "." + name + "(" + Variable(node.c) + ", " + Variable(node.c + 1) + ", " + body + ")";
  }

  // transformList yields lists of one element, or of none where its filter leaves it out; and so the maps.
  void TransformText(const Node& node, std::string* name, std::string* body) const {
    const bool lists = node.op == Op::kJoinLists;
    const Node* entry = &program_.nodes[node.b];
    std::string filter;
    if (entry->op == Op::kCond) {
      filter = Text(entry->a) + ", ";
      entry = &program_.nodes[entry->b];
    }
    const NodeIndex* items = program_.operands.data() + entry->b;
    const bool one = entry->op == (lists ? Op::kListLiteral : Op::kMapLiteral) && entry->c == (lists ? 1 : 2);
    const auto is_key = [&](const Node& key) { return key.op == Op::kLocal && key.a == node.c; };
    const bool same_key = one && !lists && is_key(program_.nodes[items[0]]);
    *name = lists ? "transformList" : same_key ? "transformMap" : "transformMapEntry";
    const auto index = static_cast<NodeIndex>(entry - program_.nodes.data());
    *body = filter + (one && lists ? Text(items[0]) : same_key ? Text(items[1]) : Text(index));
  }

  std::string CallText(const Node& node) const {
    const std::string name(FunctionText(static_cast<Function>(node.a)));
    const bool is_method = name.find('.') == std::string::npos;
    const std::uint32_t first = is_method ? 1 : 0;
    const std::string arguments = "(" + Joined(node.b + first, node.c - first, ", ", false) + ")";
    return is_method ? Operand(program_.operands[node.b]) + "." + name + arguments : name + arguments;
  }

  static std::string Variable(std::uint32_t slot) {
    return slot == 0 ? "i" : "i" + std::to_string(slot + 1);
  }

  const char* TypeName(TypeId type) const { return parcel::ValueTypeName(program_.types[type].kind); }

  std::string ColumnPath(parcel::ColumnIndex column) const {
    const parcel::ColumnSpec& spec = rules_.columns.columns[column];
    return parcel::PathText(rules_.catalog, parcel::DomainRecord(rules_.catalog, rules_.columns, spec.domain),
                            spec.path);
  }

  std::string DomainPath(parcel::DomainIndex domain) const {
    const parcel::Domain& own = rules_.columns.domains[domain];
    return parcel::PathText(rules_.catalog, parcel::DomainRecord(rules_.catalog, rules_.columns, own.parent), own.path);
  }

  std::string FieldText(const Node& node) const { return Operand(node.a) + "." + ColumnPath(node.b); }

  std::string CellName(const Node& node) const {
    const std::uint32_t table = program_.types[program_.nodes[node.a].type].reference;
    return rules_.tables[table].values[node.b].name;
  }

  std::string TimeText(const Node& node) const {
    static constexpr const char* kParts[] = {"getFullYear", "getMonth", "getDayOfMonth", "getDate", "getDayOfWeek",
                                             "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"};
    const std::string zone = node.b == kNone ? "" : "\"" + program_.zones[node.b].name + "\"";
    return Operand(node.a) + "." + kParts[node.c] + "(" + zone + ")";
  }

  std::string Constant(const Node& node) const {
    switch (program_.types[node.type].kind) {
      case ValueType::kBool: return program_.ints[node.a] != 0 ? "true" : "false";
      case ValueType::kInt: return std::to_string(program_.ints[node.a]);
      case ValueType::kUint: return std::to_string(program_.uints[node.a]) + "u";
      case ValueType::kDouble: return RealText(program_.doubles[node.a]);
      case ValueType::kString: return Quoted(program_.texts[node.a]);
      case ValueType::kTimestamp: return "timestamp(\"" + base::TimestampText(program_.times[node.a]) + "\")";
      case ValueType::kDuration: return "duration(\"" + base::DurationText(program_.ints[node.a]) + "\")";
      default: return "money(\"" + base::MoneyText(program_.moneys[node.a]) + "\")";
    }
  }

  // A double that looks like an int would not be one in CEL.
  static std::string RealText(double value) {
    std::string text = base::DoubleText(value);
    return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
  }

  static std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

  std::string SetText(const ConstantSet& set) const {
    const std::size_t size = set.ints.size() + set.uints.size() + set.texts.size();
    std::string text = "[";
    for (std::size_t i = 0; i < size && i < kSetEntriesShown; ++i) {
      if (i > 0) text += ", ";
      text += !set.texts.empty()  ? Quoted(program_.texts[set.texts[i]])
              : !set.ints.empty() ? std::to_string(set.ints[i])
                                  : std::to_string(set.uints[i]) + "u";
    }
    if (size > kSetEntriesShown) text += ", … " + std::to_string(size - kSetEntriesShown) + " more";
    return text + "]";
  }

  const RuleSet& rules_;
  const Program& program_;
};

}  // namespace

std::string NodeText(const RuleSet& rule_set, NodeIndex node) { return Writer(rule_set).Text(node); }

}  // namespace sluice::ruleset
