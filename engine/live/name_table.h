// Names of lanes or control desks of all rule sets that an engine has had, by numbers that never change: a decision
// made under one generation may be repeated under another, which numbers its lanes otherwise.
//
// Thread-safety: Add by one thread at a time; Name of a number that was handed over may be read by any thread.
// Errors: Add says when the table is full.   Allocation: Add.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::live {

using NameId = std::uint16_t;

class NameTable {
 public:
  explicit NameTable(std::size_t names_max) : names_max_(names_max) { names_.reserve(names_max); }

  /// The name's number; nullopt where it is new and there is no room.
  std::optional<NameId> Add(std::string_view name) {
    if (const auto known = Find(name)) return known;
    if (names_.size() == names_max_) return std::nullopt;
    names_.emplace_back(name);  // never moves the others: room was reserved
    return static_cast<NameId>(names_.size() - 1);
  }

  std::optional<NameId> Find(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return static_cast<NameId>(i);
    }
    return std::nullopt;
  }

  const std::string& Name(NameId id) const { return names_.data()[id]; }
  /// For control desks: what bit i of a mask of ids means. By the thread that adds, or of names handed over.
  const std::vector<std::string>& names() const { return names_; }

 private:
  const std::size_t names_max_;
  std::vector<std::string> names_;
};

}  // namespace sluice::live
