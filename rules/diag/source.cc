#include "rules/diag/source.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/utf8.h"

namespace sluice::rules {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kCountedBytes = 4096;  // a line of millions of bytes may have a mistake in every one

/// Code points that begin in `text`, which may begin and end within one.
std::size_t CountFirstBytes(std::string_view text) {
  const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_first));
}

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Result<std::string> ReadWhole(const std::string& path, std::size_t bytes_max) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    const StatusCode code = errno == ENOENT ? StatusCode::kNotFound : StatusCode::kIo;
    return Status(code, "cannot open " + path + ": " + std::strerror(errno));
  }
  const auto too_large = [&] {
    return Status(StatusCode::kLimitExceeded,
                  path + " is larger than " + std::to_string(bytes_max) + " bytes");
  };
  std::string text;
  struct stat facts {};
  if (fstat(fileno(file.get()), &facts) == 0 && facts.st_size > 0) {
    if (static_cast<std::uint64_t>(facts.st_size) > bytes_max) return too_large();
    text.reserve(static_cast<std::size_t>(facts.st_size) + 64 * 1024);
  }
  for (std::size_t got = 1; got > 0;) {
    const std::size_t old_size = text.size();
    text.resize(std::max(text.capacity(), old_size + 64 * 1024));
    got = std::fread(text.data() + old_size, 1, text.size() - old_size, file.get());
    text.resize(old_size + got);
    if (text.size() > bytes_max) return too_large();
  }
  if (std::ferror(file.get()) != 0) {
    return Status(StatusCode::kIo, "cannot read " + path + ": " + std::strerror(errno));
  }
  return text;
}

}  // namespace

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  SLUICE_CHECK(text_.size() < std::numeric_limits<std::uint32_t>::max());
}

const std::vector<std::uint32_t>& SourceFile::line_offsets() const {
  std::call_once(indexed_, [this] {
    line_offsets_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos;) {
      line_offsets_.push_back(static_cast<std::uint32_t>(at + 1));
      at = text_.find('\n', at + 1);
    }
  });
  return line_offsets_;
}

std::uint32_t SourceFile::line_count() const {
  return static_cast<std::uint32_t>(line_offsets().size());
}

std::size_t SourceFile::LineOffset(std::uint32_t line) const {
  return line_offsets()[line - 1];
}

std::uint32_t SourceFile::LineOf(std::size_t offset) const {
  const auto& offsets = line_offsets();
  const auto next = std::upper_bound(offsets.begin(), offsets.end(), offset);
  return static_cast<std::uint32_t>(next - offsets.begin());
}

std::size_t SourceFile::CodePointsBefore(std::size_t offset) const {
  const std::string_view text = text_;
  std::call_once(counted_, [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += kCountedBytes) {
      code_points_.push_back(static_cast<std::uint32_t>(count));
      count += CountFirstBytes(text.substr(at, kCountedBytes));
    }
    code_points_.push_back(static_cast<std::uint32_t>(count));
  });
  const std::size_t block = offset / kCountedBytes;
  const std::size_t begin = block * kCountedBytes;
  return code_points_[block] + CountFirstBytes(text.substr(begin, offset - begin));
}

std::uint32_t SourceFile::ColumnOf(std::uint32_t line, std::size_t offset) const {
  const std::size_t begin = LineOffset(line);
  if (offset - begin > kCountedBytes) {
    const bool marked = begin == 0 && std::string_view(text_).starts_with(kByteOrderMark);
    return static_cast<std::uint32_t>(CodePointsBefore(offset) - CodePointsBefore(begin) + (marked ? 0 : 1));
  }
  std::string_view before = std::string_view(text_).substr(begin, offset - begin);
  if (begin == 0 && before.starts_with(kByteOrderMark)) {
    before.remove_prefix(kByteOrderMark.size());
  }
  return static_cast<std::uint32_t>(base::CountCodePoints(before)) + 1;
}

Place SourceFile::At(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, text_.size());
  end = std::clamp(end, begin, text_.size());
  Place place{.file = path_};
  place.line = LineOf(begin);
  place.column = ColumnOf(place.line, begin);
  place.end_line = LineOf(end);
  place.end_column = ColumnOf(place.end_line, end);
  return place;
}

std::string_view SourceFile::Line(std::uint32_t line) const {
  if (line == 0 || line > line_count()) return {};
  const std::size_t begin = LineOffset(line);
  const std::size_t end = line < line_count() ? LineOffset(line + 1) - 1 : text_.size();
  std::string_view text = std::string_view(text_).substr(begin, end - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (begin == 0 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

const SourceFile& SourceSet::Add(std::string path, std::string text) {
  files_.push_back(std::make_unique<SourceFile>(std::move(path), std::move(text)));
  by_path_.insert_or_assign(files_.back()->path(), files_.back().get());
  return *files_.back();
}

Result<const SourceFile*> SourceSet::Load(const std::string& path, std::size_t bytes_max) {
  Result<std::string> text = ReadWhole(path, bytes_max);
  if (!text.ok()) return text.status();
  return &Add(path, *std::move(text));
}

const SourceFile* SourceSet::Find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

}  // namespace sluice::rules
