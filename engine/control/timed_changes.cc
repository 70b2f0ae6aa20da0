#include "engine/control/timed_changes.h"

#include <algorithm>
#include <chrono>

#include "engine/control/limits.h"
#include "engine/base/time_text.h"

namespace sluice::control {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 3600;

std::string ChangeText(const ruleset::Change& change) {
  if (change.kind == ruleset::ChangeKind::kDisableRule) return "rule " + change.name + " is no longer disabled";
  return "list " + change.name + " no longer has a key that was added";
}

}  // namespace

base::Timestamp NowTime() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return base::TimestampFromUnits(std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), 1000);
}
std::int64_t NowSeconds() { return NowTime().seconds; }
std::string NowText() { return base::TimestampText(NowTime()); }

std::int64_t EndSeconds(const TimedChange& change) {
  return change.until.seconds + (change.until.nanos > 0 ? 1 : 0);
}
bool HasEnded(const TimedChange& change, std::int64_t now_seconds) { return EndSeconds(change) <= now_seconds; }

void DropEnded(std::int64_t now_seconds, std::vector<TimedChange>* changes) {
  std::erase_if(*changes, [&](const TimedChange& change) { return HasEnded(change, now_seconds); });
}

std::string EndText(const std::vector<TimedChange>& changes, std::int64_t now_seconds) {
  std::string text;
  std::size_t count = 0;
  for (const TimedChange& change : changes) {
    if (HasEnded(change, now_seconds) && ++count == 1) text = ChangeText(change.change);
  }
  return count > 1 ? text + ", and " + std::to_string(count - 1) + " more changes ended" : text;
}

void DropUnfit(const ruleset::RuleSet& rule_set, std::vector<TimedChange>* changes, std::vector<std::string>* notes) {
  std::erase_if(*changes, [&](const TimedChange& change) {
    const Status status = ruleset::CheckChange(rule_set, change.change);
    if (!status.ok()) notes->push_back("a change in force has no place any more: " + status.message());
    return !status.ok();
  });
}

std::vector<ruleset::Change> PlainChanges(const std::vector<TimedChange>& changes) {
  std::vector<ruleset::Change> plain;
  for (const TimedChange& change : changes) plain.push_back(change.change);
  return plain;
}

Result<std::vector<TimedChange>> ChangesOf(const Request& request, const std::string& who, std::int64_t now_seconds) {
  if (request.until.seconds <= now_seconds) {
    return Status(StatusCode::kInvalidArgument, base::TimestampText(request.until) + " is past");
  }
  if (request.until.seconds > now_seconds + limits::kChangeDaysMax * kDaySeconds) {
    return Status(StatusCode::kInvalidArgument,
                  base::TimestampText(request.until) + " is more than " + std::to_string(limits::kChangeDaysMax) +
                      " days from now: what is to last belongs into the rule book");
  }
  std::vector<TimedChange> changes;
  if (request.kind == RequestKind::kDisableRule) {
    changes.push_back({{ruleset::ChangeKind::kDisableRule, request.name, {}}, request.until, request.reason, who});
  }
  for (const std::string& key : request.keys) {
    changes.push_back({{ruleset::ChangeKind::kAddKey, request.name, key}, request.until, request.reason, who});
  }
  return changes;
}

void Merge(std::vector<TimedChange> more, std::vector<TimedChange>* changes) {
  for (TimedChange& change : more) {
    const auto same = std::ranges::find(*changes, change.change, &TimedChange::change);
    if (same == changes->end()) {
      changes->push_back(std::move(change));
    } else {
      *same = std::move(change);
    }
  }
}

std::string CauseText(const Request& request) {
  switch (request.kind) {
    case RequestKind::kReload:
      if (!request.reason.empty()) return request.reason;
      return "reload " + request.bundle + (request.force ? " (forced)" : "");
    case RequestKind::kDisableRule:
    case RequestKind::kListAdd: {
      std::string text = "disable " + request.name;
      if (request.kind == RequestKind::kListAdd) {
        const std::size_t count = request.keys.size();
        text = "list add " + request.name + ", " + std::to_string(count) + (count == 1 ? " key" : " keys");
      }
      text += " until " + base::TimestampText(request.until);
      return request.reason.empty() ? text : text + ": " + request.reason;
    }
    default: return RequestName(request.kind);
  }
}

}  // namespace sluice::control
