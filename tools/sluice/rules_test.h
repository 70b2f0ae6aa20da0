// sluice rules test: the cases of a rule book, decided by the engine that decides parcels.
#pragma once

#include <string>

namespace sluice::tools {

struct RulesTestOptions {
  std::string book;
  std::string filter;
  bool verbose = false;
};

int RulesTest(const RulesTestOptions& options);

}  // namespace sluice::tools
