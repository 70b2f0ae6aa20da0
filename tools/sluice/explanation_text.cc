// An explanation for people; see explanation.h.
#include <fmt/core.h>

#include <algorithm>

#include "engine/base/time_text.h"
#include "engine/ruleset/node_text.h"
#include "tools/sluice/explanation.h"
#include "tools/sluice/inspection.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

namespace {

using match::Trace;

class Writer {
 public:
  explicit Writer(const Explanation& explanation)
      : it_(explanation), set_(*explanation.rule_set), decision_(explanation.decision) {}

  std::string Write(const ExplainScope& scope) {
    Head();
    if (!scope.rule.empty()) {
      text_ += "\n";
      for (const RuleExplanation& rule : it_.rules) One(rule);
      return std::move(text_);
    }
    WayText();
    Section("Matched", Verdict::kMatched);
    Section("Matched, then waived", Verdict::kWaived);
    Section("Matched in shadow mode, without effect", Verdict::kShadow);
    Section("Ended in an error", Verdict::kError);
    Section("Asked for something absent, so no match", Verdict::kAbsent);
    Section("Asked, no match", Verdict::kNoMatch);
    Section("Not asked", Verdict::kNotAsked);
    const std::size_t rest = Total(Verdict::kNoMatch) + Total(Verdict::kNotAsked);
    if (!scope.all && rest > 0) {
      text_ += fmt::format("\n{} did not match or were not asked; --all says why of each\n", Count(rest, "rule"));
    }
    return std::move(text_);
  }

 private:
  static std::string Indent(int depth) { return std::string(static_cast<std::size_t>(4 + 2 * depth), ' '); }
  std::size_t Total(Verdict verdict) const { return it_.counts[static_cast<std::size_t>(verdict)]; }
  std::string Id(ruleset::RuleIndex rule) const { return std::string(set_.Text(set_.rules[rule].id)); }

  void Head() {
    text_ = fmt::format("parcel {}  ({})\n  lane {}, score {}, phase {}, now {}\n",
                        decision_.parcel_id.empty() ? "without an id" : decision_.parcel_id, it_.place,
                        set_.lanes[decision_.lane].name, decision_.score,
                        decision_.phase == parcel::Phase::kScanned ? "scanned" : "declared",
                        base::TimestampText(decision_.now));
    if (it_.sequence != decision_.sequence) {
      text_ += fmt::format("  the record repeats record {}, whose decision stands\n", decision_.sequence);
    }
    for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
      const auto outcome = static_cast<ruleset::Outcome>(i);
      if (!decision_.Has(outcome)) continue;
      text_ += fmt::format("  outcome {} → lane {}\n", ruleset::OutcomeName(outcome),
                           set_.lanes[set_.outcome_lanes[static_cast<std::size_t>(i)]].name);
    }
    if (decision_.read_error != parcel::ReadError::kNone) {
      text_ += fmt::format("  the record cannot be read: {}\n",
                           it_.flaw.empty() ? parcel::ReadErrorName(decision_.read_error) : it_.flaw.c_str());
    }
    for (const std::uint32_t field : decision_.missing) {
      text_ += fmt::format("  absent, but required: {}\n", set_.Text(set_.required[field].name));
    }
  }

  void WayText() {
    text_ += "\nThe way to the lane\n";
    for (const Step& step : WayToTheLane(it_)) {
      for (std::size_t i = 0; i < step.lines.size(); ++i) {
        text_ += i == 0 ? fmt::format("  {}. {}\n", step.number, step.lines[i]) : "     " + step.lines[i] + "\n";
      }
    }
  }

  void Section(const char* title, Verdict verdict) {
    bool is_first = true;
    for (const RuleExplanation& rule : it_.rules) {
      if (rule.verdict != verdict) continue;
      if (is_first) text_ += fmt::format("\n{}\n", title);
      is_first = false;
      const bool in_vain = verdict == Verdict::kNoMatch || verdict == Verdict::kNotAsked || verdict == Verdict::kAbsent;
      in_vain ? Briefly(rule) : InFull(rule);
    }
  }

  // The rule that was asked for by its id: what became of it, why, and all of its condition.
  void One(const RuleExplanation& rule) {
    switch (rule.verdict) {
      case Verdict::kMatched: text_ += "Matched\n"; break;
      case Verdict::kWaived: text_ += "Matched, then waived\n"; break;
      case Verdict::kShadow: text_ += "Matched in shadow mode\n"; break;
      case Verdict::kError: text_ += "Ended in an error\n"; break;
      case Verdict::kAbsent: text_ += "Asked for something absent, so no match\n"; break;
      case Verdict::kNoMatch: text_ += "No match\n"; break;
      case Verdict::kNotAsked: text_ += fmt::format("Not asked: {}\n", BarText(rule.bar)); break;
    }
    InFull(rule);
  }

  void InFull(const RuleExplanation& explained) {
    const ruleset::Rule& rule = set_.rules[explained.rule];
    text_ += fmt::format("  {}  {}\n", Id(explained.rule), set_.Text(rule.title));
    const auto place = PlaceOf(set_, rule, it_.folder);
    if (place) text_ += fmt::format("    {}:{}\n", place->file, place->line);
    if (rule.note != ruleset::kNone) text_ += fmt::format("    {}\n", set_.Text(rule.note));
    for (const ruleset::RuleIndex by : explained.waived_by) text_ += fmt::format("    waived by {}\n", Id(by));
    for (const Trace* predicate : explained.decisive) text_ += "    because of  " + PredicateText(*predicate) + "\n";
    if (explained.bar == match::Bar::kUnreadable) return;
    Expression(explained.condition, 0);
    if (!explained.score) return;
    text_ += "    its score\n";
    Expression(*explained.score, 0);
  }

  void Briefly(const RuleExplanation& explained) {
    const bool asked = explained.verdict != Verdict::kNotAsked;
    const std::string_view why = asked ? set_.Text(set_.rules[explained.rule].title) : BarText(explained.bar);
    text_ += fmt::format("  {}{}{}\n", Id(explained.rule), why.empty() ? "" : "  ", why);
    if (!asked) return;
    for (const Trace* predicate : explained.decisive) text_ += "    " + PredicateText(*predicate) + "\n";
  }

  std::string PredicateText(const Trace& trace) const {
    const std::string values = PartValues(set_, trace);
    return fmt::format("{:<8} {}{}", match::InspectedText(trace.value), ruleset::NodeText(set_, trace.node),
                       values.empty() ? "" : "   where " + values);
  }

  void Expression(const Trace& trace, int depth) {
    text_ += fmt::format("{}{:<8} {}\n", Indent(depth), match::InspectedText(trace.value),
                         ruleset::NodeText(set_, trace.node));
    for (const Trace& part : trace.parts) Expression(part, depth + 1);
    for (std::size_t i = 0; i < trace.elements.size(); ++i) {
      text_ += fmt::format("{}element {} of {}\n", Indent(depth + 1), i + 1, trace.element_count);
      Expression(trace.elements[i], depth + 2);
    }
    if (trace.element_count > trace.elements.size() && !trace.elements.empty()) {
      text_ += fmt::format("{}… and {}\n", Indent(depth + 1),
                           Count(trace.element_count - trace.elements.size(), "more element"));
    }
  }

  const Explanation& it_;
  const ruleset::RuleSet& set_;
  const decide::Decision& decision_;
  std::string text_;
};

}  // namespace

std::string ExplanationText(const Explanation& explanation, const ExplainScope& scope) {
  return Writer(explanation).Write(scope);
}

}  // namespace sluice::tools
