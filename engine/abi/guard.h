// What a C++ call ends with, as a code and a message.
//
// Thread-safety: pure functions.   Ownership: none is taken.   Errors: that is what it is about.
#pragma once

#include <sluice/sluice.h>
#include <sluice/status.h>

#include <exception>
#include <new>
#include <string_view>

#include "engine/abi/structs.h"

namespace sluice::abi {

sluice_code CodeOf(StatusCode code);

/// Fills `error`, which may be nullptr; gives back `code`.
sluice_code Tell(sluice_code code, std::string_view message, sluice_error* error);

/// Runs `call`, which gives a Status. What it throws, and an `error` without its size, become codes.
template <typename Call>
sluice_code Guarded(sluice_error* error, Call&& call) noexcept {
  if (error != nullptr && !Clear(error)) return SLUICE_INVALID_ARGUMENT;
  try {
    const Status status = call();
    return Tell(CodeOf(status.code()), status.message(), error);
  } catch (const std::bad_alloc&) {
    return Tell(SLUICE_LIMIT_EXCEEDED, "out of memory", error);
  } catch (const std::exception& exception) {
    return Tell(SLUICE_INTERNAL, exception.what(), error);
  } catch (...) {
    return Tell(SLUICE_INTERNAL, "an exception of no known kind", error);
  }
}

inline Status NoHandle(std::string_view what) {
  return {StatusCode::kInvalidArgument, std::string(what) + " is NULL, or a handle of another kind"};
}

}  // namespace sluice::abi
