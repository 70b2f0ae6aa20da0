// What is told to the author of a rule book: one Diagnostic a finding, collected in a
// DiagnosticList.
//
// Thread-safety: none; one list belongs to one thread (merge with Append).   Ownership: values own
// their text.
// Places count lines and columns from 1, columns in Unicode code points; 0 means unknown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::rules {

enum class Severity : std::uint8_t { kError, kWarning, kInfo };  // the gravest first
inline constexpr std::size_t kSeverityCount = 3;

/// "error", "warning" or "info".
std::string_view SeverityName(Severity severity);

/// A stretch of a source file. `end_column` is one past the last character, on line `end_line`.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// A second place that helps to understand a finding ("first defined here").
struct DiagnosticNote {
  Place place;
  std::string message;
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;     // stable and searchable, such as "unknown-field"
  std::string message;  // one sentence without a trailing stop
  Place place;
  std::string hint;     // what to do about it; may be empty
  std::vector<DiagnosticNote> notes;

  void AddNote(Place note_place, std::string note);
};

/// Collects findings. Keeps at most kDiagnosticsMax of each severity and counts the rest, so that many
/// warnings cannot hide an error.
class DiagnosticList {
 public:
  /// The returned reference, good until the next call, is for adding notes. Past the limit it is a
  /// spare.
  Diagnostic& Error(Place place, std::string code, std::string message, std::string hint = {});
  Diagnostic& Warning(Place place, std::string code, std::string message, std::string hint = {});
  Diagnostic& Add(Diagnostic diagnostic);
  void Append(DiagnosticList other);

  /// By file, line and column; findings at one place stay in the order of arrival.
  void Sort();

  const std::vector<Diagnostic>& items() const { return items_; }
  bool empty() const { return items_.empty(); }
  bool HasErrors() const { return count(Severity::kError) > 0; }
  /// Found, kept or not.
  std::size_t count(Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }
  std::size_t error_count() const { return count(Severity::kError); }
  std::size_t total_count() const;
  /// Whether the next error will be kept: one that is only counted needs no place, which can be dear to find.
  bool KeepsErrors() const;
  /// Found but not kept.
  std::size_t omitted_count() const { return total_count() - items_.size(); }

 private:
  std::vector<Diagnostic> items_;
  Diagnostic spare_;
  std::array<std::size_t, kSeverityCount> counts_{};
};

}  // namespace sluice::rules
