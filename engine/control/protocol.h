// The lines of the control socket as values: requests that are checked, replies that are made (FORMAT.md).
//
// Thread-safety: free functions.   Errors: kInvalidArgument with what is wrong with the line.
#pragma once

#include <sluice/status.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/control/rights.h"

namespace sluice::control {

using Json = nlohmann::ordered_json;

inline constexpr int kProtocolVersion = 1;

enum class RequestKind : int {
  kStatus, kMetrics, kGenerations,                                // answered at once
  kReload, kRollback, kDisableRule, kListAdd, kApprove,           // commands: one after the other
};
const char* RequestName(RequestKind kind);
bool IsCommand(RequestKind kind);
Role RoleFor(RequestKind kind);

struct Request {
  Json id;  // of the reply: what the client gave, a whole number, a text or null
  RequestKind kind = RequestKind::kStatus;
  std::uint64_t rules = 20;         // kStatus: how many, those that matched most
  std::string bundle;               // kReload: path on the engine's machine
  bool wait = true;                 // commands: the reply comes when it is done
  bool force = false;               // kReload: whatever the rehearsal finds
  std::uint32_t generation = 0;     // kRollback: 0: the one before that in force
  std::string name;                 // kDisableRule: rule; kListAdd: list
  std::vector<std::string> keys;    // kListAdd
  base::Timestamp until;            // kDisableRule, kListAdd
  std::string reason;               // likewise; of a reload by the process itself: its cause
  std::string rule_set;             // kApprove: hash, at least its first 16 digits
};

/// `*id` is the line's, as far as it can be told, for the reply that says what is wrong.
Result<Request> ParseRequest(std::string_view line, Json* id);

/// Lines, with their line feed.
std::string ReplyLine(const Json& id, const Json& result);
std::string ErrorLine(const Json& id, std::string_view code, std::string_view message);
/// "denied", "not_found", … as FORMAT.md lists them.
const char* ErrorName(StatusCode code);
/// The other way; names that are no code's ("findings", "superseded") are kUnavailable.
StatusCode StatusCodeOf(std::string_view error);

}  // namespace sluice::control
