// The shipped schema, taken into the library when it is built.
#include "engine/base/check.h"
#include "engine/wire/schema_loader.h"

namespace sluice::wire {

const std::string& DefaultSchemaText() {
  static const std::string text =
#include "engine/wire/default_schema_text.inc"
      ;
  return text;
}

const parcel::Catalog& DefaultCatalog() {
  static const parcel::Catalog catalog = [] {
    Result<parcel::Catalog> loaded = LoadSchema(DefaultSchemaText(), kDefaultSchemaName, {}, "");
    SLUICE_CHECK(loaded.ok());
    return *std::move(loaded);
  }();
  return catalog;
}

}  // namespace sluice::wire
