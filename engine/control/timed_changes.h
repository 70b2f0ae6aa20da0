// Changes that end by themselves: which have ended, and how they are told to people and to the log.
//
// Thread-safety: free functions.   Texts for the log name rules and lists, never keys: a key may name a person.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/control/generation_store.h"
#include "engine/control/protocol.h"

namespace sluice::control {

/// Of the system's clock, since 1970.
std::int64_t NowSeconds();
std::string NowText();
base::Timestamp NowTime();

/// The second in which it is over.
std::int64_t EndSeconds(const TimedChange& change);
bool HasEnded(const TimedChange& change, std::int64_t now_seconds);
void DropEnded(std::int64_t now_seconds, std::vector<TimedChange>* changes);
/// What has ended: "rule A-1 is no longer disabled".
std::string EndText(const std::vector<TimedChange>& changes, std::int64_t now_seconds);

/// Those that the rule set has no place for are taken out and told in `notes`.
void DropUnfit(const ruleset::RuleSet& rule_set, std::vector<TimedChange>* changes, std::vector<std::string>* notes);
std::vector<ruleset::Change> PlainChanges(const std::vector<TimedChange>& changes);

/// What a request asks for. Errors: kInvalidArgument (a time that is past or too far), kLimitExceeded.
Result<std::vector<TimedChange>> ChangesOf(const Request& request, const std::string& who, std::int64_t now_seconds);
/// Puts `more` among `changes`; of the same change the later time stands.
void Merge(std::vector<TimedChange> more, std::vector<TimedChange>* changes);
/// "disable A-1 until 2026-03-11T08:00:00Z: reason".
std::string CauseText(const Request& request);

}  // namespace sluice::control
