// Names that stand for one bit each of a 64-bit set: the tags and the control desks of a book.
//
// Thread-safety: none.   Errors: the 65th name has no bit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice::rules {

class NameBits {
 public:
  /// The bit of `name`, given to it on first sight; nothing once all 64 are taken.
  std::optional<std::uint64_t> Bit(std::string_view name) {
    const auto [place, is_new] = index_.try_emplace(std::string(name), names_.size());
    if (place->second >= 64) return std::nullopt;
    if (is_new) names_.push_back(place->first);
    return std::uint64_t{1} << place->second;
  }
  bool Contains(std::string_view name) const {
    const auto found = index_.find(std::string(name));
    return found != index_.end() && found->second < 64;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;  // by bit
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace sluice::rules
