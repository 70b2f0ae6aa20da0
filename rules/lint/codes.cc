#include "rules/lint/codes.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sluice::rules {
namespace {

#define PAGE(code, severity, title) \
  LintCode { code, Severity::severity, {code, title, "rules/lint/codes/" code ".md"} }

constexpr std::array kCodes = {
    PAGE("absence-hides", kWarning, "An absent field keeps a rule from matching, and the rule does not say so"),
    PAGE("always-true", kWarning, "A part of a condition cannot be false"),
    PAGE("always-waived", kWarning, "Each match of a rule is waived by another rule"),
    PAGE("capacity-not-enforced", kWarning, "A lane has a capacity, which is not enforced yet"),
    PAGE("contradiction", kWarning, "Parts of a condition exclude each other"),
    PAGE("draw-without-lane", kWarning, "A draw decides nothing"),
    PAGE("duplicate-entry", kInfo, "A list has an entry twice"),
    PAGE("duplicate-key", kWarning, "A row has the keys of a row above it and is never found"),
    PAGE("expired-rule", kWarning, "A rule's validity is over"),
    PAGE("file-ignored", kWarning, "A file in rules/ is not read"),
    PAGE("lane-decides-nothing", kWarning, "A rule asks for the default lane, which is the mildest"),
    PAGE("matches-all", kWarning, "A row of a profile matches every parcel"),
    PAGE("mixed-currencies", kWarning, "Minor units of several currencies meet as plain numbers"),
    PAGE("never-applies", kWarning, "A rule is limited to what no parcel of the book is"),
    PAGE("never-true", kWarning, "A part of a condition cannot be true"),
    PAGE("no-effect", kWarning, "A match of a rule changes nothing"),
    PAGE("no-index", kInfo, "No index can narrow a rule: every parcel is asked"),
    PAGE("no-letters", kWarning, "An entry of a list of names has no letters"),
    PAGE("no-rules", kWarning, "The book has no rules"),
    PAGE("overlapping-rows", kWarning, "Rows of a table that agree in their other keys overlap"),
    PAGE("overlapping-validity", kWarning, "Versions of one rule are valid at the same time"),
    PAGE("same-condition", kWarning, "Two rules always match together"),
    PAGE("score-lane-order", kWarning, "A higher score leads to a milder lane"),
    PAGE("subsumed-rule", kWarning, "A rule adds nothing to another rule that matches whenever it does"),
    PAGE("unknown-tag", kWarning, "No rule has a tag that is waived"),
    PAGE("unreachable-key", kWarning, "No value of the schema can be the key of a row or entry"),
    PAGE("unused-list", kWarning, "No rule reads a list"),
    PAGE("unused-silence", kWarning, "A silenced finding is not found"),
    PAGE("unused-table", kWarning, "No rule reads a table"),
    PAGE("waives-nothing", kWarning, "A waiver waives no match"),
};
#undef PAGE

}  // namespace

std::span<const LintCode> LintCodes() { return kCodes; }

const LintCode* FindLintCode(std::string_view code) {
  const auto found = std::find_if(kCodes.begin(), kCodes.end(), [&](const LintCode& c) { return c.code == code; });
  return found == kCodes.end() ? nullptr : &*found;
}

std::span<const CodeInfo> LintCodeInfos() {
  static const std::vector<CodeInfo> infos = [] {
    std::vector<CodeInfo> all;
    for (const LintCode& code : kCodes) all.push_back(code.info);
    return all;
  }();
  return infos;
}

}  // namespace sluice::rules
