#include "tests/fuzz/scratch.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "engine/base/check.h"

namespace sluice::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = "=== ";
constexpr std::size_t kPathBytesMax = 80;
constexpr std::size_t kFilesMax = 32;

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("sluice_fuzz_" + std::to_string(getpid()))) {
    fs::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

void WriteFile(const fs::path& path, std::string_view bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  SLUICE_CHECK(file != nullptr);
  SLUICE_CHECK(std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  SLUICE_CHECK(std::fclose(file) == 0);
}

bool StaysWithin(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '/';
  };
  return !path.empty() && path.size() <= kPathBytesMax && path.front() != '/' && path.back() != '/' &&
         path.find("..") == path.npos && path.find("//") == path.npos &&
         std::all_of(path.begin(), path.end(), is_plain);
}

// Two files may want one name as a file and as a folder; then the later one is left out.
void WriteBookFile(const fs::path& folder, std::string_view name, std::string_view bytes) {
  if (!StaysWithin(name)) return;
  const fs::path path = folder / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (!error && !fs::is_directory(path, error)) WriteFile(path, bytes);
}

}  // namespace

const std::string& ScratchFolder() {
  static const Folder folder;
  return folder.path;
}

std::string WriteScratch(const std::string& name, std::string_view bytes) {
  const std::string path = ScratchFolder() + "/" + name;
  WriteFile(path, bytes);
  return path;
}

std::string WriteBook(std::string_view input) {
  const fs::path folder = fs::path(ScratchFolder()) / "book";
  fs::remove_all(folder);
  fs::create_directories(folder);
  std::size_t at = input.starts_with(kMark) ? 0 : input.find("\n=== ");
  if (at != 0 && at != input.npos) ++at;
  for (std::size_t files = 0; at != input.npos && at < input.size() && files < kFilesMax; ++files) {
    const std::size_t line_end = std::min(input.find('\n', at), input.size());
    const std::size_t begin = std::min(line_end + 1, input.size());
    std::size_t end = input.substr(begin).starts_with(kMark) ? begin : input.find("\n=== ", begin);
    end = end == begin || end == input.npos ? std::min(end, input.size()) : end + 1;
    const std::string_view name = input.substr(at + kMark.size(), line_end - at - kMark.size());
    WriteBookFile(folder, name, input.substr(begin, end - begin));
    at = end;
  }
  return folder.generic_string();
}

}  // namespace sluice::fuzz
