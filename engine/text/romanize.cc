#include "engine/text/romanize.h"

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/utf8.h"

namespace sluice::text {
namespace {

enum class Kind : std::uint8_t {
  kSeparator,
  kLetters,   // read by itself; without letters: it vanishes
  kSyllable,
  kContext,   // read with its neighbours
};

struct Reading {
  Kind kind = Kind::kSeparator;
  std::uint8_t size = 0;
  std::uint16_t first = 0;  // in Block::letters
};

/// The readings of 256 characters.
struct Block {
  std::array<Reading, 256> readings{};
  std::array<char32_t, 256> simplified{};  // of a syllable: the character that it is read as
  std::string letters;

  std::string_view LettersOf(const Reading& reading) const {
    return std::string_view(letters).substr(reading.first, reading.size);
  }
};

bool IsAlphanumeric(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsQuote(char32_t c) { return c == '\'' || c == '"' || c == '`'; }

std::string Transliterated(icu::UnicodeString text) {
  static const icu::Transliterator& transliterator = []() -> const icu::Transliterator& {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Transliterator* made =
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, error);
    SLUICE_CHECK(U_SUCCESS(error));  // its rules are part of the library
    return *made;
  }();
  transliterator.transliterate(text);
  std::string latin;
  return text.toUTF8String(latin);
}

char32_t Simplified(char32_t c) {
  static const icu::Transliterator& transliterator = []() -> const icu::Transliterator& {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Transliterator* made =
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, error);
    SLUICE_CHECK(U_SUCCESS(error));
    return *made;
  }();
  icu::UnicodeString text(static_cast<UChar32>(c));
  transliterator.transliterate(text);
  return text.countChar32() == 1 ? static_cast<char32_t>(text.char32At(0)) : c;
}

// Whether a character that no rule turned into ASCII belongs to a word.
bool IsPartOfWord(char32_t c) {
  const auto point = static_cast<UChar32>(c);
  return u_isalpha(point) || (U_GET_GC_MASK(point) & (U_GC_M_MASK | U_GC_LM_MASK | U_GC_CF_MASK)) != 0;
}

/// Hands on what the transliterator made.
template <typename Take>
void ForEachPart(std::string_view latin, Take take) {
  for (std::size_t at = 0; at < latin.size();) {
    const base::CodePoint point = base::DecodeUtf8(latin, at);
    if (IsAlphanumeric(point.value)) {
      take(Kind::kLetters, latin.substr(at, 1));
    } else if (!IsQuote(point.value) && !(point.value >= 0x80 && IsPartOfWord(point.value))) {
      take(Kind::kSeparator, {});
    }
    at += point.size;
  }
}

Kind KindOf(char32_t c) {
  if (c < 0x80) return IsAlphanumeric(c) || IsQuote(c) ? Kind::kLetters : Kind::kSeparator;
  UErrorCode error = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &error);
  switch (script) {
    case USCRIPT_LATIN:
    case USCRIPT_CYRILLIC:
    case USCRIPT_INHERITED:
    case USCRIPT_COMMON:
    case USCRIPT_UNKNOWN: return Kind::kLetters;
    case USCRIPT_HAN: return Kind::kSyllable;
    case USCRIPT_HANGUL: return c >= 0xAC00 && c <= 0xD7A3 ? Kind::kSyllable : Kind::kContext;
    default: return Kind::kContext;
  }
}

std::unique_ptr<const Block> MakeBlock(std::uint32_t number) {
  auto block = std::make_unique<Block>();
  for (std::uint32_t i = 0; i < 256; ++i) {
    const char32_t c = number * 256 + i;
    Reading& reading = block->readings[i];
    reading = {KindOf(c), 0, static_cast<std::uint16_t>(block->letters.size())};
    if (reading.kind != Kind::kLetters && reading.kind != Kind::kSyllable) continue;
    block->simplified[i] = reading.kind == Kind::kSyllable ? Simplified(c) : c;
    bool separates = false;
    const icu::UnicodeString alone(static_cast<UChar32>(block->simplified[i]));
    ForEachPart(Transliterated(alone), [&](Kind kind, std::string_view letters) {
      separates = separates || kind == Kind::kSeparator;
      block->letters += letters;
    });
    reading.size = static_cast<std::uint8_t>(block->letters.size() - reading.first);
    // What separates in Latin separates: a middle dot becomes a full stop.
    if (reading.size == 0 && separates && reading.kind == Kind::kLetters) reading.kind = Kind::kSeparator;
  }
  return block;
}

const Block& BlockOf(char32_t c) {
  static std::array<std::atomic<const Block*>, 0x1100> blocks{};
  static std::mutex making;
  std::atomic<const Block*>& place = blocks[c / 256];
  if (const Block* block = place.load(std::memory_order_acquire)) return *block;
  const std::lock_guard lock(making);
  if (const Block* block = place.load(std::memory_order_relaxed)) return *block;
  const Block* block = MakeBlock(c / 256).release();  // kept as long as the process lives
  place.store(block, std::memory_order_release);
  return *block;
}

// From `begin` to the next character that stands for itself whatever is beside it.
std::size_t RomanizeContext(std::string_view folded, std::size_t begin, RomanSink* sink) {
  std::size_t end = begin;
  while (end < folded.size()) {
    const base::CodePoint point = base::DecodeUtf8(folded, end);
    const Kind kind = point.value < 0x80 ? KindOf(point.value) : BlockOf(point.value).readings[point.value % 256].kind;
    if (kind == Kind::kSyllable || kind == Kind::kSeparator) break;
    end += point.size;
  }
  const icu::StringPiece run(folded.data() + begin, static_cast<std::int32_t>(end - begin));
  ForEachPart(Transliterated(icu::UnicodeString::fromUTF8(run)), [&](Kind kind, std::string_view letters) {
    kind == Kind::kLetters ? sink->Letters(letters) : sink->Separator();
  });
  return end;
}

}  // namespace

void Romanize(std::string_view folded, RomanSink* sink) {
  for (std::size_t at = 0; at < folded.size();) {
    const auto byte = static_cast<unsigned char>(folded[at]);
    if (byte < 0x80) {
      const std::size_t begin = at;
      while (at < folded.size() && IsAlphanumeric(static_cast<unsigned char>(folded[at]))) ++at;
      if (at > begin) sink->Letters(folded.substr(begin, at - begin));
      if (at == begin && !IsQuote(byte)) sink->Separator();
      if (at == begin) ++at;
      continue;
    }
    const base::CodePoint point = base::DecodeUtf8(folded, at);
    const Block& block = BlockOf(point.value);
    const Reading& reading = block.readings[point.value % 256];
    switch (reading.kind) {
      case Kind::kSeparator: sink->Separator(); break;
      case Kind::kLetters: sink->Letters(block.LettersOf(reading)); break;
      case Kind::kSyllable: sink->Syllable(block.LettersOf(reading), block.simplified[point.value % 256]); break;
      case Kind::kContext: at = RomanizeContext(folded, at, sink); continue;
    }
    at += point.size;
  }
}

}  // namespace sluice::text
