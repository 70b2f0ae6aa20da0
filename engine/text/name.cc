#include "engine/text/name.h"

#include <algorithm>

#include "engine/text/fold.h"
#include "engine/text/romanize.h"

namespace sluice::text {

void Token::Append(std::string_view more) {
  for (const char c : more.substr(0, kTokenLettersMax - size)) {
    letters[size++] = c;
    has |= std::uint64_t{1} << LetterNumber(c);
  }
}

/// Gathers the tokens, and where syllables stand in a row.
class Name::Reader : public RomanSink {
 public:
  explicit Reader(Name* name) : name_(*name) {}

  void Letters(std::string_view letters) override {
    if (letters.empty()) return;
    if (!open_) Begin();
    open_ = true;
    Append(letters);
    in_syllables_ = false;
  }
  void Syllable(std::string_view letters, char32_t written) override {
    if (letters.empty()) return;
    if (!in_syllables_) {
      ++runs_;
      run_ = static_cast<std::uint32_t>(name_.tokens_.size());
      run_size_ = 0;
    }
    in_syllables_ = true;
    Begin();
    open_ = false;
    Append(letters);
    if (!full_) name_.tokens_.back().written = written;
    if (!full_) name_.has_syllables_ = true;
    ++run_size_;
  }
  void Separator() override {
    open_ = false;
    in_syllables_ = false;
  }

  void AddForms() {
    const auto count = static_cast<std::uint32_t>(name_.tokens_.size());
    if (count == 0) return;
    name_.AddForm(0, 0, 0);
    const bool is_person = runs_ == 1 && (run_size_ == 3 || run_size_ == 4) && run_ + run_size_ <= count && !full_;
    for (std::uint32_t family = 1; is_person && family <= 2; ++family) name_.AddForm(run_, run_size_, family);
  }

 private:
  void Begin() {
    full_ = full_ || name_.tokens_.size() == kNameTokensMax;
    if (!full_) name_.tokens_.emplace_back();
  }
  void Append(std::string_view letters) {
    if (!full_) name_.tokens_.back().Append(letters);
  }

  Name& name_;
  bool open_ = false;          // letters go on in the last token
  bool in_syllables_ = false;
  bool full_ = false;
  std::uint32_t runs_ = 0;
  std::uint32_t run_ = 0, run_size_ = 0;  // tokens of the last run of syllables
};

// The first form's tokens, with run [run, run + run_size) as the family name of `family` syllables and the rest.
void Name::AddForm(std::uint32_t run, std::uint32_t run_size, std::uint32_t family) {
  Form form;
  if (run_size == 0) {
    form.count = static_cast<std::uint32_t>(tokens_.size());
  } else {
    const std::uint32_t written = forms_[0].count;
    form.first = static_cast<std::uint32_t>(tokens_.size());
    for (std::uint32_t i = 0; i < written; ++i) {
      const Token token = tokens_[i];
      const bool joins = i > run && i < run + run_size && i != run + family;
      if (joins) {
        tokens_.back().Append(token.Text());
        tokens_.back().written = 0;
      } else {
        tokens_.push_back(token);
      }
    }
    form.count = static_cast<std::uint32_t>(tokens_.size()) - form.first;
  }
  for (std::uint32_t i = 0; i < form.count; ++i) form.letters += tokens_[form.first + i].size;
  forms_.push_back(form);
}

void Name::Assign(std::string_view text) {
  tokens_.clear();
  forms_.clear();
  joined_.clear();
  has_syllables_ = false;
  // The whole text: invisible characters, which folding deletes, can stand before a name in any number.
  Fold(text, &folded_);
  std::size_t end = std::min(folded_.size(), kNameBytesMax);
  while (end < folded_.size() && end > 0 && (static_cast<unsigned char>(folded_[end]) & 0xC0) == 0x80) --end;
  Reader reader(this);
  Romanize(std::string_view(folded_).substr(0, end), &reader);
  reader.AddForms();
  if (folded_.capacity() > kNameBytesMax * 4) folded_ = {};  // a batch has a name a row: long texts are not kept
  if (forms_.empty()) return;
  for (std::uint32_t i = 0; i < forms_[0].count; ++i) joined_ += tokens_[i].Text();
}

}  // namespace sluice::text
