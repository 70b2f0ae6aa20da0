// A record as a tree of named values: what the generator makes, the oracle reads, and a
// RecordBuilder encodes.
//
// Times, spans and amounts are the raw counts of the schema. Not thread-safe while it is filled.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/parcel/catalog.h"
#include "engine/wire/record_builder.h"
#include "tests/support/oracle/value.h"

namespace sluice::oracle {

struct RecordTree {
  std::uint32_t record = 0;  // of the catalogue
  std::map<std::string, Value> scalars;
  std::map<std::string, RecordTree> records;
  std::map<std::string, std::vector<RecordTree>> record_vectors;
  std::map<std::string, std::vector<Value>> scalar_vectors;
};

/// Reads field `name` of `tree` as rules see it; kAbsent where it is not there. Vectors are lists.
Result ReadField(const parcel::Catalog& catalog, const RecordTree& tree, const std::string& name);
/// The raw count `number` of a time, span or other scalar as the value that rules see; not of
/// money.
Value ScalarFromRaw(const parcel::Field& field, parcel::ValueType type, const Value& raw);

/// The dotted path from the root, followed through absent records; nothing where any part is
/// absent.
std::optional<Value> ReadPath(const parcel::Catalog& catalog, const RecordTree& root,
                              const std::string& path);

class TreeEncoder {
 public:
  explicit TreeEncoder(const parcel::Catalog& catalog) : builder_(catalog) {}
  std::vector<std::uint8_t> Encode(const RecordTree& tree);

 private:
  using Handle = wire::RecordBuilder::Handle;
  using Node = wire::RecordBuilder::Node;
  Handle Find(Handle vector, const std::string& path);
  void Put(const RecordTree& tree, Handle vector, Node node, const std::string& prefix);
  void PutScalar(const Value& value, Handle handle, Node node);

  wire::RecordBuilder builder_;
  std::map<std::pair<Handle, std::string>, Handle> handles_;
};

/// JSON-like, for people.
std::string ToText(const RecordTree& tree);

}  // namespace sluice::oracle
