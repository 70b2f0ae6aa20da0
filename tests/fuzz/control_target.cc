// Any bytes as what a client of the control socket sends, and as a file of its store: no line is both a request and
// refused, what is allowed fits the role, and what a store reads it writes the same again.
#include <algorithm>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "engine/control/control_server.h"
#include "engine/control/generation_json.h"
#include "tests/fuzz/target.h"

namespace sluice::fuzz {
namespace {

using namespace control;

void CheckLine(std::string_view line) {
  Json id;
  const auto request = ParseRequest(line, &id);
  SLUICE_CHECK(id.is_null() || id.is_string() || id.is_number_integer());
  const Status& status = request.status();
  const std::string reply = request.ok() ? ReplyLine(id, {{"request", RequestName(request->kind)}})
                                         : ErrorLine(id, ErrorName(status.code()), status.message());
  SLUICE_CHECK(reply.find('\n') == reply.size() - 1);
  SLUICE_CHECK(Json::parse(reply)["id"] == id);
  for (const Role role : {Role::kNone, Role::kRead, Role::kOperate, Role::kApprove}) {
    const auto allowed = ParseAllowed(line, role, &id);
    SLUICE_CHECK(allowed.ok() == (request.ok() && role >= RoleFor(request->kind)));
  }
}

}  // namespace
}  // namespace sluice::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (std::size_t at = 0; at <= size;) {
    const std::size_t end = std::min(text.find('\n', at), size);
    fuzz::CheckLine(text.substr(at, end - at));
    at = end + 1;
  }
  const auto generation = control::ParseGeneration(text);
  if (!generation.ok()) return 0;
  const control::Json json = control::GenerationJson(*generation);
  const auto again = control::ParseGeneration(json.dump(-1, ' ', false, control::Json::error_handler_t::replace));
  SLUICE_CHECK(again.ok() && control::GenerationJson(*again) == json);
  return 0;
}
