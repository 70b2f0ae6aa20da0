// The hashes that stand for a parcel id and a record in the audit log (FORMAT.md, "Nothing personal").
//
// Thread-safety: immutable; any thread.   Ownership: copies the key.   Errors: none.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/blake2b.h"
#include "engine/log/frame.h"

namespace sluice::log {

class LogHasher {
 public:
  /// `key`: the site's, which its caller keeps.
  explicit LogHasher(const base::Key256& key);

  /// Zeros for an empty id.
  IdHash OfId(std::string_view id) const;
  Hash256 OfRecord(Bytes record) const;

 private:
  base::Key256 id_key_;
  base::Key256 record_key_;
};

}  // namespace sluice::log
