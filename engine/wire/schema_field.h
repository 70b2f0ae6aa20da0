// One field of a FlatBuffers definition as a field of the catalogue: its type and its attributes.
//
// Private to this room.   Thread-safety: free functions.   Errors: kInvalidArgument, "Record.field:
// what is wrong".
#pragma once

#include <flatbuffers/idl.h>
#include <sluice/status.h>

#include <string>

#include "engine/parcel/catalog.h"

namespace sluice::wire {

/// Why rules cannot read a field of this type; empty when they can.
std::string WhyUnreadable(const flatbuffers::FieldDef& field);

inline bool HasAttribute(const flatbuffers::FieldDef& field, const char* name) {
  return field.attributes.Lookup(name) != nullptr;
}

/// Fills all of `out` but its mask bit, what it requires, and the indices of other records, enums
/// and fields.
Status ReadField(const flatbuffers::StructDef& owner, const flatbuffers::FieldDef& field,
                 parcel::Field* out);

/// The phases at which `out` must be present; its presence is final by now.
Status ReadRequirement(const flatbuffers::StructDef& owner, const flatbuffers::FieldDef& field,
                       parcel::Field* out);

}  // namespace sluice::wire
