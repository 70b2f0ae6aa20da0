#include "rules/diag/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"

namespace sluice::rules {

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: return "note";
  }
  return "error";
}

void Diagnostic::AddNote(Place note_place, std::string note) {
  notes.push_back({std::move(note_place), std::move(note)});
}

Diagnostic& DiagnosticList::Error(Place place, std::string code, std::string message,
                                  std::string hint) {
  return Add({Severity::kError, std::move(code), std::move(message), std::move(place),
              std::move(hint), {}});
}

Diagnostic& DiagnosticList::Warning(Place place, std::string code, std::string message,
                                    std::string hint) {
  return Add({Severity::kWarning, std::move(code), std::move(message), std::move(place),
              std::move(hint), {}});
}

Diagnostic& DiagnosticList::Add(Diagnostic diagnostic) {
  // Errors and others are limited apart, so that many warnings cannot hide an error.
  std::size_t& found =
      diagnostic.severity == Severity::kError ? error_count_ : other_count_;
  if (++found > limits::kDiagnosticsMax) {
    spare_ = std::move(diagnostic);
    return spare_;
  }
  items_.push_back(std::move(diagnostic));
  return items_.back();
}

bool DiagnosticList::KeepsErrors() const { return error_count_ < limits::kDiagnosticsMax; }

void DiagnosticList::Append(DiagnosticList other) {
  std::size_t errors = other.error_count_;
  std::size_t others = other.other_count_;
  for (Diagnostic& item : other.items_) {
    (item.severity == Severity::kError ? errors : others) -= 1;
    Add(std::move(item));
  }
  error_count_ += errors;
  other_count_ += others;
}

void DiagnosticList::Sort() {
  std::stable_sort(items_.begin(), items_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
}

}  // namespace sluice::rules
