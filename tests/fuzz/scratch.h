// Files for what reads files: a folder of this process, and inputs that hold several files.
//
// Thread-safety: one thread.   Errors: a file that cannot be written is a broken promise of the machine (SLUICE_CHECK).
#pragma once

#include <string>
#include <string_view>

namespace sluice::fuzz {

/// A folder of this process in the temporary directory; removed when the process ends as it should.
const std::string& ScratchFolder();

/// Writes `bytes` to ScratchFolder()/name and returns the path.
std::string WriteScratch(const std::string& name, std::string_view bytes);

/// Empties ScratchFolder()/book, writes the files of `input` into it and returns its path. A line "=== path" begins
/// a file; a path that leads out of the folder is left out, as is what stands before the first such line.
std::string WriteBook(std::string_view input);

}  // namespace sluice::fuzz
