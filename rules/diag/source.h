// Source files of a rule book in memory, and the way from a byte offset to a line and a column.
//
// Thread-safety: a SourceFile may be read by many threads (its indexes are built once, on first
// use); a SourceSet is filled by one thread, then read by many.
// Ownership: a SourceSet owns its files; references stay good as long as the set does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <sluice/status.h>

#include "rules/diag/diagnostic.h"

namespace sluice::rules {

class SourceFile {
 public:
  /// `text` is shorter than 4 GiB. A byte order mark at its start is not counted as a column.
  SourceFile(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  /// Whether `part` is a stretch of text(), which stays as long as the file.
  bool Owns(std::string_view part) const {
    return std::less_equal<>()(text_.data(), part.data()) &&
           std::less_equal<>()(part.data() + part.size(), text_.data() + text_.size());
  }

  /// The place of bytes [begin, end); both are clamped to the text.
  Place At(std::size_t begin, std::size_t end) const;
  Place At(std::size_t offset) const { return At(offset, offset); }

  /// The text of line `line` (from 1) without its line end; empty when there is no such line.
  std::string_view Line(std::uint32_t line) const;
  std::uint32_t line_count() const;
  /// Byte offset of the first character of line `line`, which exists.
  std::size_t LineOffset(std::uint32_t line) const;

 private:
  const std::vector<std::uint32_t>& line_offsets() const;
  std::uint32_t LineOf(std::size_t offset) const;
  std::uint32_t ColumnOf(std::uint32_t line, std::size_t offset) const;
  std::size_t CodePointsBefore(std::size_t offset) const;

  std::string path_;
  std::string text_;
  mutable std::once_flag indexed_;
  mutable std::vector<std::uint32_t> line_offsets_;
  mutable std::once_flag counted_;
  mutable std::vector<std::uint32_t> code_points_;  // before each kCountedBytes of the text
};

class SourceSet {
 public:
  const SourceFile& Add(std::string path, std::string text);
  /// Reads a file of at most `bytes_max` bytes. Errors: kNotFound, kIo, kLimitExceeded.
  Result<const SourceFile*> Load(const std::string& path, std::size_t bytes_max);
  /// The file added last under `path`, or null.
  const SourceFile* Find(std::string_view path) const;

 private:
  std::vector<std::unique_ptr<SourceFile>> files_;
  std::map<std::string, const SourceFile*, std::less<>> by_path_;
};

}  // namespace sluice::rules
