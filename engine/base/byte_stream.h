// Bytes in and bytes out: the one seam between formats and where their bytes live (a file, a pipe,
// memory).
//
// Thread-safety: an object belongs to one thread at a time.   Ownership: FileSource and FileSink
// own the descriptor they opened; the standard streams stay open.   Errors: kIo with the path and
// the system's reason.
#pragma once

#include <sluice/status.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sluice::base {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Reads up to buffer.size() bytes; 0 only at the end.
  virtual Result<std::size_t> Read(std::span<std::uint8_t> buffer) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes all bytes or fails.
  virtual Status Write(std::span<const std::uint8_t> bytes) = 0;
};

/// A file; "-" is standard input.
class FileSource : public ByteSource {
 public:
  FileSource() = default;
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Status Open(const std::string& path);
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override;

 private:
  std::string path_;
  int fd_ = -1;
  bool owned_ = false;
};

/// A file, made or emptied; "-" is standard output. Not buffered: write in blocks.
class FileSink : public ByteSink {
 public:
  FileSink() = default;
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  Status Open(const std::string& path);
  Status Write(std::span<const std::uint8_t> bytes) override;
  /// Closes and reports what the system could not write; the destructor closes without a report.
  Status Close();

 private:
  std::string path_;
  int fd_ = -1;
  bool owned_ = false;
};

class MemorySource : public ByteSource {
 public:
  /// `bytes` stay alive as long as the source.
  explicit MemorySource(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override;

 private:
  std::span<const std::uint8_t> rest_;
};

class MemorySink : public ByteSink {
 public:
  Status Write(std::span<const std::uint8_t> bytes) override;
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace sluice::base
