#include "engine/match/dictionary.h"

#include <algorithm>

namespace sluice::match {

namespace {

// Codes are few if their rows all stand within a core's nearest cache.
constexpr std::size_t kFewWords = 1'024;

}  // namespace

Dictionary::Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t prefix_bytes,
                       std::size_t rows_max)
    : column_(column), type_(type), prefix_bytes_(prefix_bytes), rows_max_(rows_max) {}

CodedColumn::CodedColumn(const Dictionary& dictionary)
    : dictionary_(dictionary), words_(parcel::WordsFor(dictionary.rows_max())), seen_in_(dictionary.code_count()),
      row_codes_(dictionary.rows_max()) {
  const std::size_t codes = dictionary.code_count();
  const std::size_t most = std::min(codes, dictionary.rows_max());
  seen_.reserve(most);
  rows_.resize((codes * words_ <= kFewWords ? codes + 1 : most) * words_);
  if (dictionary.prefix_bytes() == 0) return;
  prefixes_.resize(dictionary.rows_max());
  with_prefix_.resize(words_);
}

// A row for each code, and one for the rows without: cleared at once, filled without asking which code is new.
void CodedColumn::MarkFew(std::size_t rows) {
  const std::size_t codes = dictionary_.code_count();
  FillWords(rows_.data(), codes * words_, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    PutBit(&rows_[std::min<std::size_t>(row_codes_[row], codes) * words_], row);
  }
  for (std::uint32_t code = 0; code < codes; ++code) {
    if (!AnyBit(&rows_[code * words_], words_)) continue;
    seen_in_[code] = {batch_, code};
    seen_.push_back(code);
  }
}

inline void CodedColumn::Mark(std::uint32_t code, std::size_t row) {
  Seen& seen = seen_in_[code];
  if (seen.batch != batch_) {
    seen = {batch_, static_cast<std::uint32_t>(seen_.size())};
    FillWords(&rows_[seen_.size() * words_], words_, 0);
    seen_.push_back(code);
  }
  PutBit(&rows_[std::size_t{seen.slot} * words_], row);
}

void CodedColumn::FindPrefixes(const parcel::Column& column, std::size_t rows) {
  const std::size_t bytes = dictionary_.prefix_bytes();
  FillWords(with_prefix_.data(), parcel::WordsFor(rows), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    prefixes_[row] = column.texts[row].substr(0, bytes);
    if (prefixes_[row].size() == bytes && column.Has(row)) PutBit(with_prefix_.data(), row);
  }
  dictionary_.table().FindAll(prefixes_.data(), with_prefix_.data(), rows, row_codes_.data());
}

void CodedColumn::Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch) {
  if (batch_ == batch) return;
  batch_ = batch;
  seen_.clear();
  if (dictionary_.prefix_bytes() != 0) {
    FindPrefixes(column, rows);
  } else if (dictionary_.type() == parcel::ValueType::kString) {
    dictionary_.table().FindAll(column.texts.data(), column.present.data(), rows, row_codes_.data());
  } else {
    dictionary_.table().FindAll(column.ints.data(), column.present.data(), rows, row_codes_.data());
  }
  const std::size_t codes = dictionary_.code_count();
  if (codes <= rows && codes * words_ <= kFewWords) return MarkFew(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (row_codes_[row] != kNoCode) Mark(row_codes_[row], row);
  }
}

}  // namespace sluice::match
