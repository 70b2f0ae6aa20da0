#include "engine/control/protocol.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "engine/control/limits.h"
#include "engine/base/time_text.h"

namespace sluice::control {
namespace {

constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kPathBytesMax = 4096;
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kHashDigitsMin = 16;
constexpr int kDepthMax = 3;  // an object, a list of keys in it

struct Verb {
  RequestKind kind;
  const char* name;
  Role role;
};
constexpr Verb kVerbs[] = {
    {RequestKind::kStatus, "status", Role::kRead},
    {RequestKind::kMetrics, "metrics", Role::kRead},
    {RequestKind::kGenerations, "generations", Role::kRead},
    {RequestKind::kReload, "reload", Role::kOperate},
    {RequestKind::kRollback, "rollback", Role::kOperate},
    {RequestKind::kDisableRule, "disable", Role::kOperate},
    {RequestKind::kListAdd, "list_add", Role::kOperate},
    {RequestKind::kApprove, "approve", Role::kApprove},
};

const Verb& VerbOf(RequestKind kind) {
  return *std::ranges::find(kVerbs, kind, &Verb::kind);
}

Status Wrong(std::string what) { return {StatusCode::kInvalidArgument, std::move(what)}; }

// Takes members out of a request one by one; what is left at the end has no business there. The first mistake stands.
class Members {
 public:
  explicit Members(const Json& line) : line_(line) {}

  std::string Text(const char* name, std::size_t bytes_max, bool needed = true) {
    const Json* value = Take(name, needed);
    if (value == nullptr) return {};
    if (!value->is_string()) return Mistake(name, "must be a text"), std::string();
    std::string text = value->get<std::string>();
    if (text.empty() && needed) Mistake(name, "is empty");
    if (text.size() > bytes_max) Mistake(name, "has more than " + std::to_string(bytes_max) + " bytes");
    return text;
  }

  bool Flag(const char* name, bool otherwise) {
    const Json* value = Take(name, false);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) return Mistake(name, "must be true or false"), otherwise;
    return value->get<bool>();
  }

  std::uint64_t Number(const char* name, std::uint64_t most, std::uint64_t otherwise) {
    const Json* value = Take(name, false);
    if (value == nullptr) return otherwise;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most) return value->get<std::uint64_t>();
    Mistake(name, "must be a whole number from 0 to " + std::to_string(most));
    return otherwise;
  }

  std::vector<std::string> Texts(const char* name, std::size_t bytes_max) {
    const Json* value = Take(name, true);
    std::vector<std::string> texts;
    if (value == nullptr) return texts;
    if (!value->is_array() || value->empty()) return Mistake(name, "must be a list of texts"), texts;
    for (const Json& text : *value) {
      if (!text.is_string()) return Mistake(name, "must be a list of texts"), texts;
      if (text.get_ref<const std::string&>().size() > bytes_max) {
        return Mistake(name, "has a text of more than " + std::to_string(bytes_max) + " bytes"), texts;
      }
      texts.push_back(text.get<std::string>());
    }
    return texts;
  }

  base::Timestamp Time(const char* name) {
    const auto time = base::ParseTimestamp(Text(name, kIdBytesMax));
    if (!time) Mistake(name, "must be a time like 2026-03-11T08:00:00Z");
    return time.value_or(base::Timestamp());
  }

  Status End() {
    for (const auto& [name, value] : line_.items()) {
      if (mistake_.empty() && !taken_.contains(name)) Mistake(name, "is not known here");
    }
    return mistake_.empty() ? Status::Ok() : Wrong(mistake_);
  }

 private:
  const Json* Take(const char* name, bool needed) {
    taken_.insert(name);
    const auto found = line_.find(name);
    if (found != line_.end()) return &*found;
    if (needed) Mistake(name, "is missing");
    return nullptr;
  }
  void Mistake(const std::string& name, const std::string& what) {
    if (mistake_.empty()) mistake_ = "\"" + name + "\" " + what;
  }

  const Json& line_;
  std::set<std::string> taken_{"id", "request"};
  std::string mistake_;
};

void ReadHash(Members& members, Request* request, Status* status) {
  request->rule_set = members.Text("rule_set", kHashDigits);
  const bool digits = request->rule_set.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!digits || request->rule_set.size() < kHashDigitsMin) {
    *status = Wrong("\"rule_set\" must be the 64 hexadecimal digits of a rule set, or at least the first 16");
  }
}

Status ReadMembers(const Json& line, Request* request) {
  Members members(line);
  Status own;
  if (IsCommand(request->kind)) request->wait = members.Flag("wait", true);
  switch (request->kind) {
    case RequestKind::kStatus:
      request->rules = members.Number("rules", limits::kControlRuleHitsMax, request->rules);
      break;
    case RequestKind::kMetrics:
    case RequestKind::kGenerations: break;
    case RequestKind::kReload:
      request->bundle = members.Text("bundle", kPathBytesMax);
      request->force = members.Flag("force", false);
      if (!request->bundle.starts_with('/')) own = Wrong("\"bundle\" must be a path from the root");
      break;
    case RequestKind::kRollback:
      request->generation = static_cast<std::uint32_t>(
          members.Number("generation", std::numeric_limits<std::uint32_t>::max(), 0));
      break;
    case RequestKind::kDisableRule:
      request->name = members.Text("rule", limits::kNameBytesMax);
      request->until = members.Time("until");
      request->reason = members.Text("reason", limits::kChangeReasonBytesMax);
      break;
    case RequestKind::kListAdd:
      request->name = members.Text("list", limits::kNameBytesMax);
      request->keys = members.Texts("keys", limits::kChangeKeyBytesMax);
      request->until = members.Time("until");
      request->reason = members.Text("reason", limits::kChangeReasonBytesMax, false);
      break;
    case RequestKind::kApprove: ReadHash(members, request, &own); break;
  }
  const Status all = members.End();
  return all.ok() ? own : all;
}

std::string Line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

bool IsId(const Json& id) {
  if (id.is_string()) return id.get_ref<const std::string&>().size() <= kIdBytesMax;
  return id.is_number_integer() || id.is_null();
}

// Nothing deeper than a request can be is built.
Json ParseShallow(std::string_view line) {
  bool too_deep = false;
  const auto look = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDepthMax;
    return !too_deep;
  };
  Json json = Json::parse(line.begin(), line.end(), look, false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

}  // namespace

const char* RequestName(RequestKind kind) { return VerbOf(kind).name; }
bool IsCommand(RequestKind kind) { return kind >= RequestKind::kReload; }
Role RoleFor(RequestKind kind) { return VerbOf(kind).role; }

Result<Request> ParseRequest(std::string_view line, Json* id) {
  *id = nullptr;
  const Json json = ParseShallow(line);
  if (json.is_discarded() || !json.is_object()) return Wrong("the line is no JSON object in UTF-8");
  if (const auto found = json.find("id"); found != json.end()) {
    if (!IsId(*found)) return Wrong("\"id\" must be a whole number, or a text of at most 64 bytes");
    *id = *found;
  }
  const auto name = json.find("request");
  const Verb* verb = nullptr;
  for (const Verb& each : kVerbs) {
    if (name != json.end() && name->is_string() && name->get_ref<const std::string&>() == each.name) verb = &each;
  }
  if (verb == nullptr) {
    std::string names;
    for (const Verb& each : kVerbs) names += std::string(names.empty() ? "" : ", ") + each.name;
    return Wrong("\"request\" must be one of " + names);
  }
  Request request;
  request.id = *id;
  request.kind = verb->kind;
  if (Status status = ReadMembers(json, &request); !status.ok()) return status;
  return request;
}

std::string ReplyLine(const Json& id, const Json& result) {
  return Line(Json{{"id", id}, {"ok", true}, {"result", result}});
}

std::string ErrorLine(const Json& id, std::string_view code, std::string_view message) {
  return Line(Json{{"id", id}, {"ok", false}, {"error", {{"code", code}, {"message", message}}}});
}

const char* ErrorName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kInvalidArgument: return "invalid";
    case StatusCode::kNotFound: return "not_found";
    case StatusCode::kIo: return "io";
    case StatusCode::kCorrupt: return "corrupt";
    case StatusCode::kLimitExceeded: return "limit";
    case StatusCode::kUnsupported: return "unsupported";
    case StatusCode::kRulesDoNotCompile: return "rules";
    case StatusCode::kUnavailable: return "unavailable";
    case StatusCode::kTimedOut: return "timed_out";
    case StatusCode::kPermissionDenied: return "denied";
  }
  return "unknown";
}

StatusCode StatusCodeOf(std::string_view error) {
  for (int code = 0; code <= static_cast<int>(StatusCode::kPermissionDenied); ++code) {
    if (error == ErrorName(static_cast<StatusCode>(code))) return static_cast<StatusCode>(code);
  }
  return StatusCode::kUnavailable;
}

}  // namespace sluice::control
