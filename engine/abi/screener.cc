// Screeners in C.
#include <optional>
#include <span>

#include "engine/abi/decisions.h"
#include "engine/abi/guard.h"
#include "engine/abi/handles.h"

using namespace sluice::abi;  // NOLINT: the functions below are C
using sluice::Status;
using sluice::StatusCode;

sluice_code sluice_screener_open(const sluice_rule_set* rules, const sluice_screener_options* options,
                                 sluice_screener** screener, sluice_error* error) {
  if (screener != nullptr) *screener = nullptr;
  return Guarded(error, [&]() -> Status {
    if (screener == nullptr) return {StatusCode::kInvalidArgument, "screener is NULL"};
    if (!Is(rules)) return NoHandle("rules");
    sluice_screener_options known;
    if (Status status = Receive(options, &known); !status.ok()) return status;
    auto made = sluice::Screener::Make(rules->rules, {.epoch_key_file = OrEmpty(known.epoch_key_file)});
    if (!made.ok()) return made.status();
    *screener = new sluice_screener(*std::move(made));
    return Status::Ok();
  });
}

sluice_code sluice_screener_screen(sluice_screener* screener, const void* record, size_t record_bytes,
                                   const int64_t* now_ns, sluice_decision* decision) {
  return Guarded(nullptr, [&]() -> Status {
    if (!Clear(decision) || !Is(screener) || (record == nullptr && record_bytes > 0)) {
      return {StatusCode::kInvalidArgument, ""};
    }
    const std::span bytes(static_cast<const std::uint8_t*>(record), record_bytes);
    std::optional<std::int64_t> now;
    if (now_ns != nullptr) now = *now_ns;
    Fill(InC(screener->screener.Screen(bytes, now)), decision);
    return Status::Ok();
  });
}

void sluice_screener_free(sluice_screener* screener) { Free(screener); }
