#include "engine/ruleset/verify.h"

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "engine/ruleset/verify_parts.h"

namespace sluice::ruleset {

Status Flaw(std::string_view where, std::string_view what) {
  return {StatusCode::kCorrupt, std::string(where) + ": " + std::string(what)};
}

Status Flaw(std::string_view where, std::size_t index, std::string_view what) {
  return Flaw(std::string(where) + " " + std::to_string(index), what);
}

bool IsCurrency(base::CurrencyCode currency) {
  for (int shift = 0; shift < 24; shift += 8) {
    const std::uint32_t letter = currency >> shift & 0xFF;
    if (letter < 'A' || letter > 'Z') return false;
  }
  return currency >> 24 == 0;
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= limits::kNameBytesMax && base::IsValidUtf8(text);
}

bool IsTimestamp(const base::Timestamp& time) {
  return time.nanos >= 0 && time.nanos < base::kNsPerSecond;
}

Status VerifyTexts(const TextPool& texts, std::string_view where) {
  if (texts.ends.empty() || texts.ends.front() != 0 || texts.ends.back() != texts.bytes.size()) {
    return Flaw(where, "the texts' ends do not cover their bytes");
  }
  if (texts.ends.size() > kNone) return Flaw(where, "too many texts");
  for (std::size_t i = 1; i < texts.ends.size(); ++i) {
    const std::uint64_t end = texts.ends[i];
    if (end < texts.ends[i - 1]) return Flaw(where, i - 1, "a text ends before it begins");
    // All bytes are checked as one text below; so each is valid if none ends within a code point.
    const bool in_code_point = end < texts.bytes.size() && (texts.bytes[end] & 0xC0) == 0x80;
    if (in_code_point) return Flaw(where, i - 1, "a text is not UTF-8");
  }
  if (!base::IsValidUtf8(texts.bytes)) return Flaw(where, "a text is not UTF-8");
  return Status::Ok();
}

Status Verify(const RuleSet& rule_set) {
  using Part = Status (*)(const RuleSet&);
  constexpr Part kParts[] = {VerifyPools, VerifyColumns, VerifyReferenceData,
                             VerifyNodes, VerifyTextSearch, VerifyPolicy, VerifyRules};
  Status status = VerifyCatalog(rule_set.catalog);
  for (const Part part : kParts) {
    if (!status.ok()) return status;
    status = part(rule_set);
  }
  return status;
}

}  // namespace sluice::ruleset
