// A rule book in a temporary folder, for tests of the compiler.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rules/diag/diagnostic.h"

namespace sluice::rules {

inline constexpr const char* kSmallConfig = R"(book: test
fields: { id: parcel_id, received: received_at, office: office, phase: phase, direction: direction }
zone: Asia/Shanghai
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: inspect, severity: 20, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes: { unreadable: hold, incomplete: document, conflict: hold, rule_error: document, parked: hold,
            overflow: hold, internal: hold }
score_lanes: [ { from: 100, lane: inspect } ]
)";

class BookFolder {
 public:
  BookFolder()
      : path_(std::filesystem::path(::testing::TempDir()) /
              ("book_" +
               std::string(
                   ::testing::UnitTest::GetInstance()->current_test_info()->test_suite_name()) +
               "_" + ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    Write("book.yaml", kSmallConfig);
  }
  ~BookFolder() { std::filesystem::remove_all(path_); }
  BookFolder(const BookFolder&) = delete;
  BookFolder& operator=(const BookFolder&) = delete;

  void Write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  std::string path() const { return path_.generic_string(); }

  /// "file:line:column code" of every finding.
  std::vector<std::string> Findings(const DiagnosticList& diagnostics) const {
    std::vector<std::string> findings;
    for (const Diagnostic& d : diagnostics.items()) {
      const std::string file =
          std::filesystem::path(d.place.file).lexically_relative(path_).generic_string();
      findings.push_back(file + ":" + std::to_string(d.place.line) + ":" +
                         std::to_string(d.place.column) + " " + d.code);
    }
    return findings;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace sluice::rules
