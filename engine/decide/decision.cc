#include "engine/decide/decision.h"

namespace sluice::decide {

const char* CauseName(Cause cause) {
  switch (cause) {
    case Cause::kDeclared: return "declared";
    case Cause::kScanned: return "scanned";
  }
  return "unknown";
}

}  // namespace sluice::decide
