// What every verb of the command line shares: how it registers, its exit codes, how it speaks.
//
// Machine output goes to stdout, words for people to stderr.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>
#include <sluice/status.h>

namespace sluice::tools {

enum ExitCode : int {
  kExitOk = 0,
  kExitFindings = 1,      // lint findings, failed tests, differences
  kExitRulesBroken = 2,   // the rules do not compile
  kExitBadArguments = 3,  // bad arguments, configuration, or input that cannot be opened
};

/// Set by the verb that ran; main returns it.
using Run = std::function<int()>;

/// Each adds its subcommand to `app` and leaves in `*run` what to do when it was chosen.
void AddRulesVerbs(CLI::App* app, Run* run);
void AddEval(CLI::App* app, Run* run);
void AddGenerate(CLI::App* app, Run* run);
void AddScreen(CLI::App* app, Run* run);
void AddBacktest(CLI::App* app, Run* run);
void AddExplain(CLI::App* app, Run* run);
void AddAuditVerbs(CLI::App* app, Run* run);

/// Admits decimal digits alone, of a number in the range; a larger one is not cut down to it.
CLI::Validator WholeNumber(std::uint64_t least, std::uint64_t most);

/// "1 rule", "2 rules".
std::string Count(std::size_t number, const std::string& noun);

/// Prints "sluice: message" to stderr and gives the exit code of that kind of failure.
int Fail(const Status& status);
int Fail(ExitCode code, const std::string& message);

}  // namespace sluice::tools
