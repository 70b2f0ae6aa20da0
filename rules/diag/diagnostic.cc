#include "rules/diag/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "engine/base/limits.h"

namespace sluice::rules {

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kInfo: return "info";
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
  std::size_t& found = counts_[static_cast<std::size_t>(diagnostic.severity)];
  if (++found > limits::kDiagnosticsMax) {
    spare_ = std::move(diagnostic);
    return spare_;
  }
  items_.push_back(std::move(diagnostic));
  return items_.back();
}

bool DiagnosticList::KeepsErrors() const { return error_count() < limits::kDiagnosticsMax; }

void DiagnosticList::Append(DiagnosticList other) {
  std::array<std::size_t, kSeverityCount> omitted = other.counts_;
  for (Diagnostic& item : other.items_) {
    --omitted[static_cast<std::size_t>(item.severity)];
    Add(std::move(item));
  }
  for (std::size_t i = 0; i < kSeverityCount; ++i) counts_[i] += omitted[i];
}

std::size_t DiagnosticList::total_count() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

void DiagnosticList::Sort() {
  std::stable_sort(items_.begin(), items_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
}

}  // namespace sluice::rules
