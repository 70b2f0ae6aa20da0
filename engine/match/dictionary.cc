#include "engine/match/dictionary.h"

#include <algorithm>

namespace sluice::match {

Dictionary::Dictionary(parcel::ColumnIndex column, parcel::ValueType type, std::size_t prefix_bytes,
                       std::size_t rows_max)
    : column_(column), type_(type), prefix_bytes_(prefix_bytes), rows_max_(rows_max),
      words_(parcel::WordsFor(rows_max)), row_codes_(rows_max), prefixes_(prefix_bytes == 0 ? 0 : rows_max),
      with_prefix_(prefix_bytes == 0 ? 0 : words_) {}

void Dictionary::Prepare() {
  const std::size_t codes = table_.size();
  seen_in_.assign(codes, Seen());
  const std::size_t most = std::min(codes, rows_max_);
  seen_.reserve(most);
  rows_.assign(most * words_, 0);
}

inline void Dictionary::Mark(std::uint32_t code, std::size_t row) {
  Seen& seen = seen_in_[code];
  if (seen.batch != batch_) {
    seen = {batch_, static_cast<std::uint32_t>(seen_.size())};
    FillWords(&rows_[seen_.size() * words_], words_, 0);
    seen_.push_back(code);
  }
  PutBit(&rows_[std::size_t{seen.slot} * words_], row);
}

void Dictionary::FindPrefixes(const parcel::Column& column, std::size_t rows) {
  FillWords(with_prefix_.data(), parcel::WordsFor(rows), 0);
  for (std::size_t row = 0; row < rows; ++row) {
    prefixes_[row] = column.texts[row].substr(0, prefix_bytes_);
    if (prefixes_[row].size() == prefix_bytes_ && column.Has(row)) PutBit(with_prefix_.data(), row);
  }
  table_.FindAll(prefixes_.data(), with_prefix_.data(), rows, row_codes_.data());
}

void Dictionary::Encode(const parcel::Column& column, std::size_t rows, std::uint32_t batch) {
  if (batch_ == batch) return;
  batch_ = batch;
  seen_.clear();
  if (prefix_bytes_ != 0) {
    FindPrefixes(column, rows);
  } else if (type_ == parcel::ValueType::kString) {
    table_.FindAll(column.texts.data(), column.present.data(), rows, row_codes_.data());
  } else {
    table_.FindAll(column.ints.data(), column.present.data(), rows, row_codes_.data());
  }
  for (std::size_t row = 0; row < rows; ++row) {
    if (row_codes_[row] != kNoCode) Mark(row_codes_[row], row);
  }
}

}  // namespace sluice::match
