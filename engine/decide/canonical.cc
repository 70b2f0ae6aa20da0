// The canonical bytes of a decision, as FORMAT.md lays them out.
#include <algorithm>
#include <bit>

#include "engine/decide/judge.h"

namespace sluice::decide {

namespace {

using ruleset::RuleSet;

constexpr std::uint8_t kFormatVersion = 1;
enum Flag : std::uint8_t { kTestKey = 1, kMustInspect = 2, kScannedCause = 4, kScannedPhase = 8 };

class Appender {
 public:
  Appender(const RuleSet& rule_set, std::vector<std::uint8_t>* bytes)
      : rule_set_(rule_set), bytes_(*bytes) {}

  template <typename T>
  void Number(T value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  void Count(std::size_t count) { Number(static_cast<std::uint32_t>(count)); }

  void Text(std::string_view text) {
    Count(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }

  void RuleId(RuleIndex rule) { Text(IdOf(rule)); }
  std::string_view IdOf(RuleIndex rule) const { return rule_set_.Text(rule_set_.rules[rule].id); }

  /// Writes a list in the order of its entries' texts, whatever order it has: rules have numbers
  /// that depend on where they stand in the book, and the bytes must not.
  template <typename T, typename TextOf, typename Write>
  void List(const std::vector<T>& list, TextOf text_of, Write write) {
    Count(list.size());
    const auto by_text = [&](const T& a, const T& b) { return text_of(a) < text_of(b); };
    if (std::is_sorted(list.begin(), list.end(), by_text)) {
      for (const T& entry : list) write(entry);
      return;
    }
    std::vector<T> sorted = list;
    std::sort(sorted.begin(), sorted.end(), by_text);
    for (const T& entry : sorted) write(entry);
  }

  void Hits(const std::vector<ruleset::Hit>& hits) {
    List(
        hits, [&](const ruleset::Hit& hit) { return IdOf(hit.rule); },
        [&](const ruleset::Hit& hit) {
          RuleId(hit.rule);
          Number(hit.score);
        });
  }

  void Rules(const std::vector<RuleIndex>& rules) {
    List(
        rules, [&](RuleIndex rule) { return IdOf(rule); }, [&](RuleIndex rule) { RuleId(rule); });
  }

 private:
  const RuleSet& rule_set_;
  std::vector<std::uint8_t>& bytes_;
};

void AppendHead(const RuleSet& rule_set, const Decision& decision, Appender* out) {
  std::uint8_t flags = 0;
  if (decision.test_key) flags |= kTestKey;
  if (decision.must_inspect) flags |= kMustInspect;
  if (decision.cause == Cause::kScanned) flags |= kScannedCause;
  if (decision.phase == parcel::Phase::kScanned) flags |= kScannedPhase;
  out->Number(kFormatVersion);
  out->Number(flags);
  out->Number(decision.outcomes);
  out->Number(static_cast<std::uint8_t>(decision.read_error));
  out->Number(decision.revision);
  out->Number(decision.generation);
  out->Number(decision.score);
  out->Number(decision.sequence);
  out->Number(decision.duplicate_of);
  out->Text(decision.parcel_id);
  out->Text(rule_set.lanes[decision.lane].name);
}

void AppendControls(const RuleSet& rule_set, std::uint64_t controls, Appender* out) {
  std::vector<std::string_view> names;
  for (; controls != 0; controls &= controls - 1) {
    names.push_back(rule_set.controls[static_cast<std::size_t>(std::countr_zero(controls))]);
  }
  out->List(
      names, [](std::string_view name) { return name; },
      [&](std::string_view name) { out->Text(name); });
}

}  // namespace

void AppendCanonical(const RuleSet& rule_set, const Decision& decision,
                     std::vector<std::uint8_t>* bytes) {
  Appender out(rule_set, bytes);
  AppendHead(rule_set, decision, &out);
  AppendControls(rule_set, decision.controls, &out);
  out.Hits(decision.matched);
  out.Rules(decision.suppressed);
  out.Rules(decision.errors);
  out.Hits(decision.shadow);
  out.List(
      decision.draws, [&](const Draw& draw) { return out.IdOf(draw.rule); },
      [&](const Draw& draw) {
        out.RuleId(draw.rule);
        out.Number(draw.ticket);
        out.Number(draw.threshold);
        out.Number(static_cast<std::uint8_t>(draw.selected));
      });
  const auto name_of = [&](std::uint32_t i) { return rule_set.Text(rule_set.required[i].name); };
  out.List(decision.missing, name_of, [&](std::uint32_t i) { out.Text(name_of(i)); });
}

}  // namespace sluice::decide
