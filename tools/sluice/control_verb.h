// What the verbs that talk to a control socket share: where it is, how they ask, and how they end.
#pragma once

#include <chrono>
#include <string>

#include "engine/control/client.h"
#include "tools/sluice/verb.h"

namespace sluice::tools {

struct ControlVerb {
  std::string socket;
  bool wait = false;
  bool no_wait = false;
  bool json = false;
};

/// --socket, or SLUICE_SOCKET.
void AddSocket(CLI::App* verb, ControlVerb* options);
/// And --wait, --no-wait, --json, for what changes rules.
void AddCommandOptions(CLI::App* verb, ControlVerb* options);

/// Asks, and prints what became of a command; the exit code says it, too.
int RunCommand(const ControlVerb& options, control::Json request);
/// What an error of the other end is for the shell: 1 where the rules were found wanting or something newer came
/// between, 2 where they do not compile, else 3.
int FailReply(const control::Reply& reply);

/// A time ("2026-03-11T08:00:00Z"), or a duration from now ("90m"), as a time.
CLI::Validator UntilTime();
std::string UntilText(const std::string& until);

inline constexpr std::chrono::milliseconds kAnswerWait = std::chrono::seconds(120);  // with the commands before it
inline constexpr char kCommandFooter[] =
    "\nExit codes: 0 done, or with --no-wait taken; 1 not in force: found wanting, waits for approval, or superseded;\n"
    "2 the rules do not compile; 3 refused: bad arguments, no rights, no such socket, an engine that cannot now.";

}  // namespace sluice::tools
