#include <map>

#include "engine/base/check.h"
#include "engine/wire/decode_nodes.h"
#include "engine/wire/wire_sizes.h"

namespace sluice::wire {

using parcel::Catalog;
using parcel::ColumnPlan;
using parcel::Field;
using parcel::FieldPath;
using parcel::kNoIndex;
using parcel::Presence;
using parcel::Record;
using parcel::WireKind;

namespace {

class PlanMaker {
 public:
  PlanMaker(const Catalog& catalog, const ColumnPlan& plan, DecodePlan::Nodes* out)
      : catalog_(catalog), plan_(plan), out_(*out) {}

  void Make() {
    out_.file_identifier = catalog_.file_identifier;
    out_.columns_of_domain.resize(plan_.domains.size());
    place_of_domain_.resize(plan_.domains.size());
    NewNode(catalog_.root);
    for (parcel::DomainIndex d = 1; d < plan_.domains.size(); ++d) AddDomain(d);
    for (parcel::ColumnIndex c = 0; c < plan_.columns.size(); ++c) AddColumn(c);
  }

 private:
  // A node and the record that it reads.
  struct At {
    std::uint32_t node = 0;
    std::uint32_t record = 0;
  };
  // Where a domain's elements hang: a vector of a node.
  struct VectorPlace {
    std::uint32_t node = 0;
    std::size_t index = 0;
  };

  std::uint32_t NewNode(std::uint32_t record_index) {
    const Record& record = catalog_.records[record_index];
    DecodeNode node;
    node.is_struct = record.is_struct;
    node.struct_bytes = record.struct_bytes;
    if (record.mask_field != kNoIndex) {
      const Field& mask = record.fields[record.mask_field];
      node.mask_offset = mask.slot;
      node.mask_bytes = static_cast<std::uint8_t>(BytesInPlace(mask.wire, 0, 0));
    }
    out_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(out_.nodes.size() - 1);
  }

  // The node of the record behind `field`, a field of the record that `at` reads; made when new.
  At Child(At at, const Field& field) {
    const auto [known, is_new] = child_of_.try_emplace({at.node, field.slot}, 0);
    if (!is_new) return {known->second, field.record};
    const std::uint32_t index = NewNode(field.record);
    known->second = index;
    DecodeNode& node = out_.nodes[index];
    node.slot = field.slot;
    node.presence = field.presence;
    node.mask_bit = field.mask_bit;
    DecodeNode& parent = out_.nodes[at.node];
    (node.is_struct ? parent.structs : parent.tables).push_back(index);
    return {index, field.record};
  }

  // Follows all but the last step of `path`; the last field then stands in the table or struct of
  // the result.
  At Holder(parcel::DomainIndex domain, const FieldPath& path) {
    At at{RootOf(domain), parcel::DomainRecord(catalog_, plan_, domain)};
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const Field& field = catalog_.records[at.record].fields[path[i]];
      at = Child(Inlined(at, field), field);
    }
    return Inlined(at, catalog_.records[at.record].fields[path.back()]);
  }

  // A member of a flattened struct stands in that struct. The record stays that of the table: it
  // has the field.
  At Inlined(At at, const Field& field) {
    if (field.inline_in == kNoIndex) return at;
    return {Child(at, catalog_.records[at.record].fields[field.inline_in]).node, at.record};
  }

  std::uint32_t RootOf(parcel::DomainIndex domain) {
    if (domain == parcel::kParcelDomain) return 0;
    const VectorPlace place = place_of_domain_[domain];
    const std::uint32_t known = out_.nodes[place.node].vectors[place.index].node;
    if (known != kNoIndex) return known;
    const std::uint32_t made = NewNode(plan_.domains[domain].record);
    out_.nodes[place.node].vectors[place.index].node = made;
    return made;
  }

  void AddDomain(parcel::DomainIndex d) {
    const parcel::Domain& domain = plan_.domains[d];
    const At holder = Holder(domain.parent, domain.path);
    const Field& field = catalog_.records[holder.record].fields[domain.path.back()];
    SLUICE_CHECK(field.wire == WireKind::kVector);
    DecodeVector vector;
    vector.domain = d;
    vector.slot = field.slot;
    vector.max_items = field.max_items;
    vector.element_wire = field.element_wire;
    const std::uint32_t struct_bytes =
        field.record == kNoIndex ? 0 : catalog_.records[field.record].struct_bytes;
    vector.element_bytes = BytesInPlace(field.element_wire, field.fixed_bytes, struct_bytes);
    auto& vectors = out_.nodes[holder.node].vectors;
    place_of_domain_[d] = {holder.node, vectors.size()};
    vectors.push_back(std::move(vector));
  }

  void AddColumn(parcel::ColumnIndex c) {
    const parcel::ColumnSpec& spec = plan_.columns[c];
    out_.columns_of_domain[spec.domain].push_back(c);
    if (spec.path.empty()) {
      const parcel::Domain& domain = plan_.domains[spec.domain];
      const std::uint32_t record = parcel::DomainRecord(catalog_, plan_, domain.parent);
      const Field& field = parcel::FieldAt(catalog_, record, domain.path);
      DecodeLeaf leaf = LeafOf(c, field, spec.type, field.element_wire);
      leaf.presence = Presence::kAlways;
      const VectorPlace place = place_of_domain_[spec.domain];
      out_.nodes[place.node].vectors[place.index].leaves.push_back(leaf);
      return;
    }
    const At holder = Holder(spec.domain, spec.path);
    const Record& record = catalog_.records[holder.record];
    const Field& field = record.fields[spec.path.back()];
    DecodeLeaf leaf = LeafOf(c, field, spec.type, field.wire);
    if (field.currency_field != kNoIndex) {
      const Field& currency = record.fields[field.currency_field];
      leaf.is_currency_always = currency.presence != Presence::kMaskBit;
      leaf.currency_mask_bit = currency.mask_bit;
      leaf.currency_slot = currency.slot;
      leaf.currency_bytes = currency.fixed_bytes;
    }
    out_.nodes[holder.node].leaves.push_back(leaf);
  }

  static MemberKind MemberOf(parcel::ValueType type, WireKind wire, bool is_signed, std::size_t wire_bytes) {
    using parcel::ValueType;
    switch (type) {
      case ValueType::kBool: return MemberKind::kBool;
      case ValueType::kInt: return is_signed ? MemberKind::kSigned : MemberKind::kUnsigned;
      case ValueType::kUint: return MemberKind::kUint;
      case ValueType::kDouble: return wire == WireKind::kF64 ? MemberKind::kDouble : MemberKind::kFloat;
      case ValueType::kString:
        return wire_bytes <= 8 ? MemberKind::kText8 : wire_bytes <= 16 ? MemberKind::kText16 : MemberKind::kLongText;
      case ValueType::kTimestamp: return MemberKind::kTimestamp;
      case ValueType::kDuration: return MemberKind::kDuration;
      case ValueType::kMoney: return MemberKind::kMoney;
      default: return MemberKind::kNothing;
    }
  }

  static DecodeLeaf LeafOf(parcel::ColumnIndex c, const Field& field, parcel::ValueType type,
                           WireKind wire) {
    DecodeLeaf leaf;
    leaf.column = c;
    leaf.wire = wire;
    leaf.type = type;
    leaf.presence = field.presence;
    leaf.mask_bit = field.mask_bit;
    leaf.is_always = field.presence != Presence::kMaskBit;
    leaf.is_signed = wire == WireKind::kI8 || wire == WireKind::kI16 || wire == WireKind::kI32 ||
                     wire == WireKind::kI64;
    leaf.slot = field.slot;
    // A record column asks for presence only; nothing of the record itself is read in place.
    leaf.wire_bytes = type == parcel::ValueType::kRecord
                          ? std::uint16_t{0}
                          : static_cast<std::uint16_t>(BytesInPlace(wire, field.fixed_bytes, 0));
    const bool is_integer = wire <= WireKind::kU64;
    leaf.unused_bits =
        is_integer ? static_cast<std::uint8_t>(64 - 8 * BytesInPlace(wire, 0, 0)) : std::uint8_t{0};
    leaf.member = MemberOf(type, wire, leaf.is_signed, leaf.wire_bytes);
    const unsigned last_bytes = leaf.wire_bytes % 8;
    leaf.last_word = last_bytes == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * last_bytes)) - 1;
    leaf.max_bytes = field.max_bytes;
    leaf.default_int = field.default_int;
    leaf.default_double = field.default_double;
    leaf.units_per_second = field.time_units_per_second;
    return leaf;
  }

  const Catalog& catalog_;
  const ColumnPlan& plan_;
  DecodePlan::Nodes& out_;
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t>
      child_of_;  // (node, slot) -> node
  std::vector<VectorPlace> place_of_domain_;
};

}  // namespace

DecodePlan::DecodePlan(const Catalog& catalog, const ColumnPlan& plan)
    : nodes_(std::make_unique<Nodes>()) {
  PlanMaker(catalog, plan, nodes_.get()).Make();
}

DecodePlan::~DecodePlan() = default;
DecodePlan::DecodePlan(DecodePlan&&) noexcept = default;
DecodePlan& DecodePlan::operator=(DecodePlan&&) noexcept = default;

}  // namespace sluice::wire
