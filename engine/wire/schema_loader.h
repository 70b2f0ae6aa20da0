// Reads a FlatBuffers schema (.fbs) into the field catalogue. The attributes are explained in
// engine/schema/README.md.
//
// Thread-safety: free functions.   Errors: kInvalidArgument with file, line where known, record and
// field; kLimitExceeded for a limit of engine/base/limits.h.
#pragma once

#include <sluice/status.h>

#include <string>
#include <vector>

#include "engine/base/blake2b.h"
#include "engine/parcel/catalog.h"

namespace sluice::wire {

/// A field of the schema that is not in the catalogue, so that rules cannot read it.
struct SkippedField {
  std::string path;    // "Parcel.payload"
  std::string reason;  // "a union"
};

/// The catalogue of `fbs_text`. `file_name` stands in messages and is where relative includes
/// start; an empty `root_name` takes the schema's root_type. Unions, nested buffers, byte vectors
/// and records that contain themselves are left out and, if `skipped` is given, listed there.
Result<parcel::Catalog> LoadSchema(const std::string& fbs_text, const std::string& file_name,
                                   const std::vector<std::string>& include_dirs,
                                   const std::string& root_name,
                                   std::vector<SkippedField>* skipped = nullptr);

/// The text of the shipped engine/schema/parcel.fbs, and the name that messages call it.
const std::string& DefaultSchemaText();
inline constexpr const char* kDefaultSchemaName = "parcel.fbs";
/// The catalogue of the shipped schema.
const parcel::Catalog& DefaultCatalog();

/// BLAKE2b-256 over what decides how bytes are read: records, fields, places, types. Comments do
/// not count.
base::Hash256 CatalogFingerprint(const parcel::Catalog& catalog);

}  // namespace sluice::wire
