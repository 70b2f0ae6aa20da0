// Progress on a terminal, and only there: one line that is written over, and wiped at the end.
#pragma once

#include <fmt/core.h>

#include "engine/pipeline/screening.h"
#include "tools/sluice/load_rules.h"

namespace sluice::tools {

class ProgressLine {
 public:
  ProgressLine() = default;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }

  void Show(const pipeline::Progress& progress) {
    if (!OnTerminal()) return;
    const double share = progress.bytes_total == 0 ? 0 : 100.0 * static_cast<double>(progress.bytes_read) /
                                                             static_cast<double>(progress.bytes_total);
    fmt::print(stderr, "\r{} parcels", progress.decided);
    if (progress.bytes_total != 0) fmt::print(stderr, ", {:.0f} % ", share);
    shown_ = true;
  }

 private:
  bool shown_ = false;
};

}  // namespace sluice::tools
