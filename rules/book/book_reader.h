// Reads a rule book's folder: book.yaml, rules/**/*.yaml, lists/*.csv, tables/*.csv.
//
// Thread-safety: pure function.   Ownership: the book refers to `sources`, which must outlive it.
// Errors: kNotFound (no such folder, or no book.yaml in it), kIo; what stands in the files is told
// by diagnostics.
#pragma once

#include <sluice/status.h>

#include <string>

#include "rules/book/book.h"
#include "rules/diag/diagnostic.h"
#include "rules/diag/source.h"

namespace sluice::rules {

Result<Book> ReadBook(const std::string& folder, SourceSet* sources, DiagnosticList* diagnostics);

/// The files below folder/part whose name ends in `extension`, sorted by path; none if there is no
/// such folder.
Result<std::vector<std::string>> FindFiles(const std::string& folder, const std::string& part,
                                           const std::string& extension, bool recursive);

}  // namespace sluice::rules
