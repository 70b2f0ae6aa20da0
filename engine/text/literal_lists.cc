#include "engine/text/literal_lists.h"

#include <tuple>

#include "engine/base/utf8.h"
#include "engine/text/fold.h"

namespace sluice::text {
namespace {

// Rows of transitions for the states that texts mostly are in; deeper ones need a tenth of the memory.
constexpr std::size_t kDenseBytesMax = 16u << 20;

}  // namespace

std::uint32_t LiteralLists::AddList(bool whole_words) {
  whole_words_.push_back(whole_words);
  return static_cast<std::uint32_t>(whole_words_.size() - 1);
}

void LiteralLists::AddLiteral(std::string_view literal) {
  const std::string folded = Folded(literal);
  if (folded.empty()) return;
  added_.push_back({automaton_.Add(folded), static_cast<std::uint32_t>(whole_words_.size() - 1)});
}

void LiteralLists::Prepare() {
  automaton_.Prepare(true, kDenseBytesMax);
  const auto order = [&](const Member& member) {
    return std::tuple(member.literal, static_cast<bool>(whole_words_[member.list]), member.list);
  };
  std::sort(added_.begin(), added_.end(), [&](const Member& a, const Member& b) { return order(a) < order(b); });
  const auto same = [](const Member& a, const Member& b) { return a.literal == b.literal && a.list == b.list; };
  added_.erase(std::unique(added_.begin(), added_.end(), same), added_.end());  // literals that fold alike
  for (std::size_t i = 0, literal = 0; literal < automaton_.size(); ++literal) {
    first_member_.push_back(static_cast<std::uint32_t>(i));
    const auto take = [&](bool words) {
      for (; i < added_.size() && added_[i].literal == literal && whole_words_[added_[i].list] == words; ++i) {
        members_.push_back(added_[i].list);
      }
    };
    take(false);
    first_word_member_.push_back(static_cast<std::uint32_t>(i));
    take(true);
  }
  first_member_.push_back(static_cast<std::uint32_t>(members_.size()));
  added_ = {};
}

bool LiteralLists::Contains(std::string_view text, std::uint32_t list, std::string* buffer) const {
  if (!base::IsAscii(text)) {
    Fold(text, buffer);
    text = *buffer;
  }
  bool contains = false;
  automaton_.Search(text, [&](std::uint32_t literal, std::size_t end) {
    Report(text, literal, end, [&](std::uint32_t found) { contains = contains || found == list; });
  });
  return contains;
}

}  // namespace sluice::text
