#include "engine/text/name_similarity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <vector>

namespace sluice::text {
namespace {

constexpr std::uint64_t kPrefixUnits = 20;  // each of those letters wins a twentieth of what is missing
constexpr std::size_t kPrefixMax = 4;  // letters at the beginning that Winkler's scale counts

std::size_t WindowOf(std::size_t a, std::size_t b) {
  const std::size_t longer = std::max(a, b);
  return longer >= 4 ? longer / 2 - 1 : longer / 3;
}

std::size_t CommonPrefix(const Token& a, const Token& b) {
  const std::size_t most = std::min({kPrefixMax, std::size_t{a.size}, std::size_t{b.size}});
  std::size_t same = 0;
  while (same < most && a.letters[same] == b.letters[same]) ++same;
  return same;
}

// Per mille, rounded down, of a and b letters of which m were matched and t stand in another order.
std::uint32_t JaroWinkler(std::uint64_t a, std::uint64_t b, std::uint64_t m, std::uint64_t t, std::uint64_t prefix) {
  if (m == 0) return 0;
  const std::uint64_t whole = 3 * a * b * m;
  const std::uint64_t jaro = m * m * (a + b) + (m - t) * a * b;
  if (10 * jaro < 7 * whole) prefix = 0;
  return static_cast<std::uint32_t>(1000 * (kPrefixUnits * jaro + prefix * (whole - jaro)) / (kPrefixUnits * whole));
}

// Whether tokens of so many letters may be alike at all: Jaro forgives letters that one of the two lacks more than it
// should.
bool SizesFit(std::size_t a, std::size_t b) {
  const std::size_t difference = std::max(a, b) - std::min(a, b);
  return difference <= 1 || 5 * difference <= std::max(a, b);
}

// [prefix][a][b]
using CommonLetters =
    std::array<std::array<std::array<std::uint8_t, kTokenLettersMax + 1>, kTokenLettersMax + 1>, kPrefixMax + 1>;

CommonLetters MakeCommonLetters() {
  CommonLetters least{};
  for (std::size_t prefix = 0; prefix <= kPrefixMax; ++prefix) {
    for (std::size_t a = 1; a <= kTokenLettersMax; ++a) {
      for (std::size_t b = 1; b <= kTokenLettersMax; ++b) {
        std::size_t m = SizesFit(a, b) ? 1 : kTokenLettersMax + 1;
        while (m <= std::min(a, b) && JaroWinkler(a, b, m, 0, prefix) < TokensAlikeMin(a, b)) ++m;
        least[prefix][a][b] = static_cast<std::uint8_t>(m);
      }
    }
  }
  return least;
}

const CommonLetters& AllCommonLetters() {
  static const CommonLetters least = MakeCommonLetters();
  return least;
}

// Counting all of them would take longer: mostly there are few or the answer is no.
bool HasAtMost(std::uint64_t bits, std::size_t most) {
  for (; bits != 0 && most > 0; --most) bits &= bits - 1;
  return bits == 0;
}

}  // namespace

std::uint32_t CommonLettersMin(std::size_t a, std::size_t b, std::size_t prefix) {
  return AllCommonLetters()[prefix][a][b];
}

TokenMatcher::TokenMatcher(const Token& token) : token_(token) {
  for (std::size_t i = 0; i < token.size; ++i) places_[LetterNumber(token.letters[i])] |= std::uint32_t{1} << i;
}

bool TokenMatcher::MayBeAlike(const Token& listed) const {
  if (token_.written != 0 && listed.written != 0) return token_.written == listed.written;
  const std::size_t common = AllCommonLetters()[CommonPrefix(token_, listed)][token_.size][listed.size];
  return common <= std::min(token_.size, listed.size) && HasAtMost(token_.has & ~listed.has, token_.size - common) &&
         HasAtMost(listed.has & ~token_.has, listed.size - common);
}

// Each letter of the listed token in order takes the first letter of the text's token that is equal, free and in reach.
std::uint32_t TokenMatcher::Similarity(const Token& listed) const {
  if (token_.written != 0 && listed.written != 0) return token_.written == listed.written ? kAlikeMost : 0;
  const std::size_t window = WindowOf(token_.size, listed.size);
  std::uint32_t taken = 0;                               // of the text's letters
  std::array<char, kTokenLettersMax> matched;            // the listed letters that took one, in order
  std::size_t m = 0;
  for (std::size_t j = 0; j < listed.size; ++j) {
    const std::size_t first = j > window ? j - window : 0;
    const std::uint64_t reach = (std::uint64_t{1} << (j + window + 1)) - (std::uint64_t{1} << first);
    const std::uint32_t free = places_[LetterNumber(listed.letters[j])] & static_cast<std::uint32_t>(reach) & ~taken;
    if (free == 0) continue;
    taken |= free & (~free + 1);
    matched[m++] = listed.letters[j];
  }
  std::size_t other_order = 0;
  std::size_t at = 0;
  for (std::uint32_t rest = taken; rest != 0; rest &= rest - 1) {
    other_order += token_.letters[static_cast<std::size_t>(std::countr_zero(rest))] != matched[at++] ? 1 : 0;
  }
  return JaroWinkler(token_.size, listed.size, m, other_order / 2, CommonPrefix(token_, listed));
}

namespace {

/// The Hungarian method with potentials, over rows <= columns.
class Assignment {
 public:
  template <typename Value>
  std::uint64_t Best(std::size_t rows, std::size_t columns, Value value) {
    for (std::size_t row = 1; row <= rows; ++row) AddRow(row, columns, value);
    std::uint64_t sum = 0;
    for (std::size_t column = 1; column <= columns; ++column) {
      if (row_of_[column] != 0) sum += value(row_of_[column] - 1, column - 1);
    }
    return sum;
  }

 private:
  using Places = std::array<std::size_t, kNameTokensMax + 1>;
  using Costs = std::array<std::int64_t, kNameTokensMax + 1>;
  struct Path {  // the cheapest ways from the new row to each column
    Costs least;
    Places way{};
    std::array<bool, kNameTokensMax + 1> used{};
  };

  template <typename Value>
  void AddRow(std::size_t row, std::size_t columns, Value value) {
    Path path;
    path.least.fill(std::numeric_limits<std::int64_t>::max());
    row_of_[0] = row;
    std::size_t column = 0;
    do {
      path.used[column] = true;
      column = Extend(column, columns, value, &path);
    } while (row_of_[column] != 0);
    for (; column != 0; column = path.way[column]) row_of_[column] = row_of_[path.way[column]];
  }

  // From `column`, by its row, to the nearest column that was not reached yet.
  template <typename Value>
  std::size_t Extend(std::size_t column, std::size_t columns, Value value, Path* path) {
    const std::size_t from = row_of_[column];
    std::size_t nearest = 0;
    for (std::size_t c = 1; c <= columns; ++c) {
      if (path->used[c]) continue;
      const std::int64_t cost = -static_cast<std::int64_t>(value(from - 1, c - 1)) - row_cost_[from] - column_cost_[c];
      if (cost < path->least[c]) {
        path->least[c] = cost;
        path->way[c] = column;
      }
      if (nearest == 0 || path->least[c] < path->least[nearest]) nearest = c;
    }
    const std::int64_t step = path->least[nearest];
    for (std::size_t c = 0; c <= columns; ++c) {
      if (path->used[c]) {
        row_cost_[row_of_[c]] += step;
        column_cost_[c] -= step;
      } else {
        path->least[c] -= step;
      }
    }
    return nearest;
  }

  Places row_of_{};  // by column from 1; 0: free
  Costs row_cost_{}, column_cost_{};
};

// Where no row and no column has two values to choose from, every value is taken.
bool HasChoice(std::span<const std::uint32_t> values, std::size_t rows, std::size_t columns) {
  std::uint32_t taken = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t in_row = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      if (values[row * columns + column] == 0) continue;
      if (++in_row > 1 || (taken >> column & 1) != 0) return true;
      taken |= std::uint32_t{1} << column;
    }
  }
  return false;
}

}  // namespace

std::uint64_t BestAssignment(std::span<const std::uint32_t> values, std::size_t rows, std::size_t columns) {
  if (!HasChoice(values, rows, columns)) {
    std::uint64_t sum = 0;
    for (const std::uint32_t value : values) sum += value;
    return sum;
  }
  if (rows <= columns) {
    return Assignment().Best(rows, columns, [&](std::size_t r, std::size_t c) { return values[r * columns + c]; });
  }
  return Assignment().Best(columns, rows, [&](std::size_t c, std::size_t r) { return values[r * columns + c]; });
}

std::uint32_t FormSimilarity(std::span<const TokenMatcher> text, std::span<const Token> listed) {
  std::array<std::uint32_t, kNameTokensMax * kNameTokensMax> values;
  std::uint64_t letters = 0;
  for (const Token& token : listed) letters += token.size;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t size = text[i].token().size;
    letters += size;
    for (std::size_t j = 0; j < listed.size(); ++j) {
      const auto both = static_cast<std::uint32_t>(size + listed[j].size);
      values[i * listed.size() + j] = text[i].SimilarityIfAlike(listed[j]) * both;
    }
  }
  if (letters == 0) return 0;
  const auto all = std::span<const std::uint32_t>(values).first(text.size() * listed.size());
  return static_cast<std::uint32_t>(BestAssignment(all, text.size(), listed.size()) / letters);
}

std::uint32_t NameSimilarity(const Name& text, const Name& listed) {
  if (text.forms().empty() || listed.forms().empty()) return 0;
  const bool both_syllables = text.has_syllables() && listed.has_syllables();
  if (!both_syllables && text.joined() == listed.joined()) return kAlikeMost;
  std::uint32_t best = 0;
  const std::vector<TokenMatcher> matchers(text.tokens().begin(), text.tokens().end());
  const auto forms_of = [&](const Name& name) {
    return std::span<const Name::Form>(name.forms()).first(both_syllables ? 1 : name.forms().size());
  };
  for (const Name::Form& a : forms_of(text)) {
    for (const Name::Form& b : forms_of(listed)) {
      best = std::max(best, FormSimilarity(std::span(matchers).subspan(a.first, a.count),
                                           std::span(listed.tokens()).subspan(b.first, b.count)));
    }
  }
  return best;
}

}  // namespace sluice::text
