#include "engine/log/log_hasher.h"

#include <algorithm>

namespace sluice::log {
namespace {

Bytes BytesOfText(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

LogHasher::LogHasher(const base::Key256& key)
    : id_key_(base::KeyedBlake2b256(key, BytesOfText("sluice.log.id.v1"))),
      record_key_(base::KeyedBlake2b256(key, BytesOfText("sluice.log.record.v1"))) {}

IdHash LogHasher::OfId(std::string_view id) const {
  IdHash hash{};
  if (id.empty()) return hash;
  const Hash256 whole = base::KeyedBlake2b256(id_key_, BytesOfText(id));
  std::copy_n(whole.begin(), hash.size(), hash.begin());
  return hash;
}

Hash256 LogHasher::OfRecord(Bytes record) const { return base::KeyedBlake2b256(record_key_, record); }

}  // namespace sluice::log
