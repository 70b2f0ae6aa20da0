// Encodes decisions as size-prefixed FlatBuffers of engine/schema/decision.fbs.
//
// The decision arrives as plain texts, so that this room need not know how it was made.
// Thread-safety: an encoder belongs to one thread at a time.   Ownership: texts are copied. Errors:
// none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/blake2b.h"

namespace sluice::wire {

struct EncodedMatch {
  std::string_view rule;
  std::string_view reason;
  std::uint32_t score = 0;
};

struct EncodedDraw {
  std::string_view rule;
  std::uint64_t ticket = 0;
  std::uint64_t threshold = 0;
  bool selected = false;
};

/// The members of the schema's Decision, by name. Empty texts and lists are left out.
struct EncodedDecision {
  std::uint64_t sequence = 0;
  std::string_view parcel_id;
  std::uint32_t revision = 0;
  std::string_view cause;
  std::string_view phase;
  std::int64_t now_ms = 0;
  std::uint32_t generation = 0;
  base::Hash256 rule_set{};
  std::string_view lane;
  std::uint32_t score = 0;
  bool must_inspect = false;
  std::vector<std::string_view> controls;
  std::vector<std::string_view> outcomes;
  std::vector<EncodedMatch> matched;
  std::vector<std::string_view> suppressed;
  std::vector<std::string_view> absent;
  std::vector<std::string_view> errors;
  std::vector<EncodedMatch> shadow;
  std::vector<EncodedDraw> draws;
  std::uint64_t duplicate_of = 0;
  std::string_view read_error;
  std::vector<std::string_view> missing;
  bool test_key = false;
};

class DecisionEncoder {
 public:
  DecisionEncoder();
  ~DecisionEncoder();
  DecisionEncoder(const DecisionEncoder&) = delete;
  DecisionEncoder& operator=(const DecisionEncoder&) = delete;

  void Append(const EncodedDecision& decision, std::string* bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::wire
