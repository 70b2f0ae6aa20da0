// The canonical bytes of a decision, as FORMAT.md lays them out.
#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <cstring>
#include <utility>

#include "engine/base/limits.h"
#include "engine/decide/judge.h"

namespace sluice::decide {

namespace {

using ruleset::RuleSet;

constexpr std::uint8_t kFormatVersion = 1;
enum Flag : std::uint8_t { kTestKey = 1, kMustInspect = 2, kScannedCause = 4, kScannedPhase = 8 };

// Writes through a pointer into room made ahead: most decisions have few entries, and what is written for each is a few
// numbers and a short text.
class Appender {
 public:
  Appender(const RuleSet& rule_set, std::vector<std::uint8_t>* bytes)
      : rule_set_(rule_set), bytes_(*bytes), next_(bytes->data() + bytes->size()), end_(next_) {}
  ~Appender() { bytes_.resize(written()); }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  template <typename T>
  void Number(T value) {
    static_assert(std::endian::native == std::endian::little);
    Reserve(sizeof(T));
    std::memcpy(next_, &value, sizeof(T));
    next_ += sizeof(T);
  }

  void Count(std::size_t count) { Number(static_cast<std::uint32_t>(count)); }

  void Text(std::string_view text) {
    Count(text.size());
    Reserve(text.size());
    if (!text.empty()) std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }

  std::string_view IdOf(RuleIndex rule) const { return rule_set_.Text(rule_set_.rules[rule].id); }

  /// Writes a list in the order of its entries' texts, whatever order it has: rules have numbers
  /// that depend on where they stand in the book, and the bytes must not. `write` takes an entry and its text.
  template <typename T, typename TextOf, typename Write>
  void List(const std::vector<T>& list, TextOf text_of, Write write) {
    Count(list.size());
    const std::size_t begin = written();
    std::string_view last;
    for (const T& entry : list) {
      const std::string_view text = text_of(entry);
      if (text < last) {  // mostly the order of the book is that of its ids
        next_ = bytes_.data() + begin;
        return SortedList(list, text_of, write);
      }
      write(entry, text);
      last = text;
    }
  }

  void Hits(const std::vector<ruleset::Hit>& hits) {
    List(
        hits, [&](const ruleset::Hit& hit) { return IdOf(hit.rule); },
        [&](const ruleset::Hit& hit, std::string_view id) {
          Text(id);
          Number(hit.score);
        });
  }

  void Rules(const std::vector<RuleIndex>& rules) {
    List(
        rules, [&](RuleIndex rule) { return IdOf(rule); }, [&](RuleIndex, std::string_view id) { Text(id); });
  }

 private:
  static constexpr std::size_t kRoom = 256;          // bytes of most decisions
  static constexpr std::size_t kSortedInPlace = 64;  // entries of most lists

  std::size_t written() const { return static_cast<std::size_t>(next_ - bytes_.data()); }

  void Reserve(std::size_t count) {
    if (static_cast<std::size_t>(end_ - next_) < count) [[unlikely]] Grow(count);
  }

  void Grow(std::size_t count) {
    const std::size_t at = written();
    bytes_.resize(at + count + kRoom);
    next_ = bytes_.data() + at;
    end_ = bytes_.data() + bytes_.size();
  }

  /// Without memory of the heap where the list is of ordinary length.
  template <typename T, typename TextOf, typename Write>
  void SortedList(const std::vector<T>& list, TextOf text_of, Write write) {
    using Entry = std::pair<std::string_view, T>;
    std::array<Entry, kSortedInPlace> few;
    std::vector<Entry> many(list.size() > few.size() ? list.size() : 0);
    const std::span<Entry> sorted = many.empty() ? std::span<Entry>(few).first(list.size()) : std::span<Entry>(many);
    for (std::size_t i = 0; i < list.size(); ++i) sorted[i] = {text_of(list[i]), list[i]};
    std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
    for (const auto& [text, entry] : sorted) write(entry, text);
  }

  const RuleSet& rule_set_;
  std::vector<std::uint8_t>& bytes_;
  std::uint8_t* next_;
  std::uint8_t* end_;
};

void AppendHead(std::string_view lane, const Decision& decision, Appender* out) {
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
  out->Text(lane);
}

void AppendControls(std::span<const std::string> all, std::uint64_t controls, Appender* out) {
  std::array<std::string_view, limits::kControlsMax> names;
  std::size_t count = 0;
  for (; controls != 0; controls &= controls - 1) {
    names[count++] = all[static_cast<std::size_t>(std::countr_zero(controls))];
  }
  std::sort(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count));
  out->Count(count);
  for (std::size_t i = 0; i < count; ++i) out->Text(names[i]);
}

}  // namespace

void AppendCanonical(const RuleSet& rule_set, const Decision& decision,
                     std::vector<std::uint8_t>* bytes) {
  AppendCanonical(rule_set, {rule_set.lanes[decision.lane].name, rule_set.controls}, decision, bytes);
}

void AppendCanonical(const RuleSet& rule_set, const DecisionNames& names, const Decision& decision,
                     std::vector<std::uint8_t>* bytes) {
  Appender out(rule_set, bytes);
  AppendHead(names.lane, decision, &out);
  AppendControls(names.controls, decision.controls, &out);
  out.Hits(decision.matched);
  out.Rules(decision.suppressed);
  out.Rules(decision.errors);
  out.Hits(decision.shadow);
  out.List(
      decision.draws, [&](const Draw& draw) { return out.IdOf(draw.rule); },
      [&](const Draw& draw, std::string_view id) {
        out.Text(id);
        out.Number(draw.ticket);
        out.Number(draw.threshold);
        out.Number(static_cast<std::uint8_t>(draw.selected));
      });
  const auto name_of = [&](std::uint32_t i) { return rule_set.Text(rule_set.required[i].name); };
  out.List(decision.missing, name_of, [&](std::uint32_t, std::string_view name) { out.Text(name); });
}

}  // namespace sluice::decide
