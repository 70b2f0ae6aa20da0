#include "engine/abi/guard.h"

#include <algorithm>
#include <cstring>

namespace sluice::abi {

sluice_code CodeOf(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return SLUICE_OK;
    case StatusCode::kInvalidArgument: return SLUICE_INVALID_ARGUMENT;
    case StatusCode::kNotFound: return SLUICE_NOT_FOUND;
    case StatusCode::kIo: return SLUICE_IO;
    case StatusCode::kCorrupt: return SLUICE_CORRUPT;
    case StatusCode::kLimitExceeded: return SLUICE_LIMIT_EXCEEDED;
    case StatusCode::kUnsupported: return SLUICE_UNSUPPORTED;
    case StatusCode::kRulesDoNotCompile: return SLUICE_RULES_DO_NOT_COMPILE;
    case StatusCode::kUnavailable: return SLUICE_UNAVAILABLE;
    case StatusCode::kTimedOut: return SLUICE_TIMED_OUT;
    case StatusCode::kPermissionDenied: return SLUICE_PERMISSION_DENIED;
  }
  return SLUICE_INTERNAL;
}

sluice_code Tell(sluice_code code, std::string_view message, sluice_error* error) {
  if (error == nullptr) return code;
  error->code = code;
  std::size_t size = std::min(message.size(), sizeof error->message - 1);
  // Never through the middle of a character.
  while (size < message.size() && size > 0 && (static_cast<unsigned char>(message[size]) & 0xc0) == 0x80) --size;
  std::memcpy(error->message, message.data(), size);
  error->message[size] = '\0';
  return code;
}

}  // namespace sluice::abi

namespace {

constexpr const char* kCodeNames[] = {
    "OK",        "INVALID_ARGUMENT", "NOT_FOUND",   "IO",        "CORRUPT",           "LIMIT_EXCEEDED",
    "UNSUPPORTED", "RULES_DO_NOT_COMPILE", "UNAVAILABLE", "TIMED_OUT", "PERMISSION_DENIED", "FULL",
    "STOPPED",   "DETACHED",         "BUFFER_TOO_SMALL", "INTERNAL",
};
static_assert(std::size(kCodeNames) == SLUICE_INTERNAL + 1);

}  // namespace

const char* sluice_version(void) { return SLUICE_VERSION; }
uint32_t sluice_abi_version(void) { return SLUICE_ABI_VERSION; }

const char* sluice_code_name(sluice_code code) {
  const auto index = static_cast<std::size_t>(code);
  return code >= 0 && index < std::size(kCodeNames) ? kCodeNames[index] : "UNKNOWN";
}
