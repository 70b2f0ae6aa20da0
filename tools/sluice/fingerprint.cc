// Hashes of expressions that two rule sets can be compared by; see rule_set_diff.h.
#include <bit>

#include "tools/sluice/inspection.h"
#include "tools/sluice/rule_set_diff.h"

namespace sluice::tools {

using ruleset::Node;
using ruleset::NodeIndex;
using ruleset::Op;
using ruleset::Program;
using ruleset::TypeId;
using ruleset::ValueType;

namespace {

class Hasher {
 public:
  explicit Hasher(const ruleset::RuleSet& rule_set) : rules_(rule_set), program_(rule_set.program) {}

  // Operands have smaller indices, so theirs are there already.
  std::vector<base::Hash128> HashAll() {
    for (const Node& node : program_.nodes) {
      bytes_.clear();
      Add(static_cast<std::uint64_t>(node.op));
      AddType(node.type);
      AddOperands(node);
      hashes_.push_back(base::HashTo128(std::string_view(bytes_)));
    }
    return std::move(hashes_);
  }

 private:
  void Add(std::uint64_t number) { bytes_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  // With its size before it, so that two texts never look like others.
  void Add(std::string_view text) {
    Add(std::uint64_t{text.size()});
    bytes_.append(text);
  }
  void AddNode(NodeIndex node) {
    const base::Hash128 hash = node == ruleset::kNoNode ? base::Hash128() : hashes_[node];
    Add(hash.low);
    Add(hash.high);
  }

  void AddType(TypeId id) {
    const ruleset::TypeInfo& type = program_.types[id];
    Add(static_cast<std::uint64_t>(type.kind));
    if (type.kind == ValueType::kMap) AddType(type.key);
    if (type.kind == ValueType::kMap || type.kind == ValueType::kList) AddType(type.element);
    if (type.kind == ValueType::kTableRow) Add(rules_.tables[type.reference].name);
    if (type.kind == ValueType::kRecord) AddDomain(type.reference);
  }

  void AddDomain(parcel::DomainIndex index) {
    if (index == parcel::kParcelDomain || index >= rules_.columns.domains.size()) return Add(std::uint64_t{0});
    const parcel::Domain& domain = rules_.columns.domains[index];
    AddDomain(domain.parent);
    Add(parcel::PathText(rules_.catalog, parcel::DomainRecord(rules_.catalog, rules_.columns, domain.parent),
                         domain.path));
  }

  void AddOperands(const Node& node) {
    const std::uint32_t fields[] = {node.a, node.b, node.c};
    const std::string_view letters = ruleset::OpOperands(node.op);
    for (std::size_t i = 0; i < letters.size(); ++i) {
      switch (letters[i]) {
        case 'N': AddNode(fields[i]); break;
        case 'P': AddList(node.b, node.c); break;
        case 'K': AddConstant(node, i, fields[i]); break;
        case 'C': Add(ColumnText(rules_, fields[i])); break;
        case 'D': AddDomain(fields[i]); break;
        case 'L': Add(rules_.lists[fields[i]].name); break;
        case 'R': Add(program_.patterns[fields[i]]); break;
        case 'T': Add(rules_.tables[fields[i]].name); break;
        case 'V':
          Add(rules_.tables[program_.types[program_.nodes[node.a].type].reference].values[fields[i]].name);
          break;
        default: Add(std::uint64_t{fields[i]}); break;  // a slot, a currency
      }
    }
  }

  void AddList(std::uint32_t first, std::uint32_t count) {
    Add(std::uint64_t{count});
    for (std::uint32_t i = first; i < first + count; ++i) AddNode(program_.operands[i]);
  }

  void AddConstant(const Node& node, std::size_t at, std::uint32_t index) {
    if (node.op == Op::kInSet) return AddSet(program_.sets[index]);
    if (node.op == Op::kTimePart && at == 1) {
      return Add(index == ruleset::kNoNode ? std::string_view() : std::string_view(program_.zones[index].name));
    }
    if (node.op != Op::kConst) return Add(std::uint64_t{index});
    switch (program_.types[node.type].kind) {
      case ValueType::kUint: return Add(program_.uints[index]);
      case ValueType::kDouble: return Add(std::bit_cast<std::uint64_t>(program_.doubles[index]));
      case ValueType::kString: return Add(program_.texts[index]);
      case ValueType::kTimestamp:
        Add(static_cast<std::uint64_t>(program_.times[index].seconds));
        return Add(static_cast<std::uint64_t>(program_.times[index].nanos));
      case ValueType::kMoney:
        Add(static_cast<std::uint64_t>(program_.moneys[index].minor_units));
        return Add(std::uint64_t{program_.moneys[index].currency});
      default: return Add(static_cast<std::uint64_t>(program_.ints[index]));
    }
  }

  void AddSet(const ruleset::ConstantSet& set) {
    for (const std::int64_t number : set.ints) Add(static_cast<std::uint64_t>(number));
    for (const std::uint64_t number : set.uints) Add(number);
    for (const std::uint32_t text : set.texts) Add(program_.texts[text]);
  }

  const ruleset::RuleSet& rules_;
  const Program& program_;
  std::vector<base::Hash128> hashes_;
  std::string bytes_;
};

}  // namespace

std::vector<base::Hash128> Fingerprints(const ruleset::RuleSet& rule_set) { return Hasher(rule_set).HashAll(); }

}  // namespace sluice::tools
