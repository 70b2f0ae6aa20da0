#include "engine/ruleset/program.h"

#include <algorithm>

namespace sluice::ruleset {

namespace {

struct OpInfo {
  const char* operands;
  const char* text;
};

constexpr OpInfo kOps[] = {
#define X(name, operands, text) {operands, text},
#include "engine/ruleset/ops.def"
#undef X
};

struct FunctionInfo {
  std::string_view signature;
  std::string_view text;
};

constexpr FunctionInfo kFunctions[] = {
#define X(name, signature, text) {signature, text},
#include "engine/ruleset/functions.def"
#undef X
};

}  // namespace

std::string_view FunctionText(Function function) { return kFunctions[static_cast<std::size_t>(function)].text; }
std::string_view FunctionSignature(Function function) {
  return kFunctions[static_cast<std::size_t>(function)].signature;
}

const char* OpText(Op op) { return kOps[static_cast<int>(op)].text; }
std::string_view OpOperands(Op op) { return kOps[static_cast<int>(op)].operands; }

std::uint32_t TextPool::Add(std::string_view text) {
  bytes.append(text);
  ends.push_back(bytes.size());
  return size() - 1;
}

std::int32_t Zone::OffsetAt(std::int64_t utc_seconds) const {
  if (utc_seconds >= kZoneCycleEndSeconds) {
    utc_seconds = kZoneCycleEndSeconds - kZoneCycleSeconds + (utc_seconds - kZoneCycleEndSeconds) % kZoneCycleSeconds;
  }
  const auto after = std::upper_bound(from_seconds.begin(), from_seconds.end(), utc_seconds);
  return offset_seconds[static_cast<std::size_t>(after - from_seconds.begin()) - 1];
}

}  // namespace sluice::ruleset
