// sluice reload, rollback, approve: which rules are in force in a running process.
#include <filesystem>

#include <sluice/rule_set.h>

#include "tools/sluice/control_verb.h"
#include "tools/sluice/control_verbs.h"

namespace sluice::tools {

using control::Json;

namespace {

struct ReloadOptions : ControlVerb {
  std::string bundle;
  bool force = false;
};

struct RollbackOptions : ControlVerb {
  std::uint32_t generation = 0;
};

struct ApproveOptions : ControlVerb {
  std::string bundle;
};

// Of a bundle, its rule set's hash: whoever approves has the same bundle in hand.
int Approve(const ApproveOptions& options) {
  std::string hash = options.bundle;
  if (std::filesystem::is_regular_file(options.bundle)) {
    const auto rules = RuleSet::Load(options.bundle);
    if (!rules.ok()) return Fail(rules.status());
    hash = rules->hash();
  }
  return RunCommand(options, {{"request", "approve"}, {"rule_set", hash}});
}

}  // namespace

void AddReload(CLI::App* app, Run* run) {
  auto options = std::make_shared<ReloadOptions>();
  CLI::App* verb = app->add_subcommand("reload", "Puts a bundle in force in a running process, between two batches");
  verb->add_option("BUNDLE", options->bundle, "Bundle, as that process can read it")->required();
  verb->add_flag("--force", options->force, "Whatever trying it on its own cases and sample finds");
  AddCommandOptions(verb, options.get());
  verb->footer(std::string("Reads, verifies, tries and warms the bundle beside the parcels; what fails changes nothing."
                           "\n"
                           "Of several reloads that wait, the newest is carried out.\n\n"
                           "Examples:\n  sluice reload cbec.bundle --socket /run/sluice.sock\n"
                           "  SLUICE_SOCKET=/run/sluice.sock sluice reload cbec.bundle --no-wait\n") + kCommandFooter);
  verb->callback([=] {
    *run = [=] {
      const std::string path = std::filesystem::absolute(options->bundle).lexically_normal();
      return RunCommand(*options, {{"request", "reload"}, {"bundle", path}, {"force", options->force}});
    };
  });
}

void AddRollback(CLI::App* app, Run* run) {
  auto options = std::make_shared<RollbackOptions>();
  CLI::App* verb = app->add_subcommand("rollback", "Puts a generation in force again, under a new number");
  verb->add_option("GENERATION", options->generation, "One of the last ten; none: the last with other rules")
      ->check(WholeNumber(1, 0xFFFFFFFFu));
  AddCommandOptions(verb, options.get());
  verb->footer(std::string("With its changes (rules disabled, keys added) as far as their time is not over.\n"
                           "'sluice status' lists the generations that are kept.\n\n"
                           "Examples:\n  sluice rollback --socket /run/sluice.sock\n"
                           "  sluice rollback 12 --socket /run/sluice.sock\n") + kCommandFooter);
  verb->callback([=] {
    *run = [=] {
      Json request{{"request", "rollback"}};
      if (options->generation != 0) request["generation"] = options->generation;
      return RunCommand(*options, std::move(request));
    };
  });
}

void AddApprove(CLI::App* app, Run* run) {
  auto options = std::make_shared<ApproveOptions>();
  CLI::App* verb = app->add_subcommand("approve", "Approves, as second user, of a bundle that another one reloaded");
  verb->add_option("BUNDLE_OR_HASH", options->bundle,
                   "The same bundle, or its rule set's hash (at least 16 digits)")->required();
  AddCommandOptions(verb, options.get());
  verb->footer(std::string("Where the process asks for two persons, a reload waits for a day for the second.\n\n"
                           "Examples:\n  sluice approve cbec.bundle --socket /run/sluice.sock\n"
                           "  sluice approve 94d1c05aa2e6b1f8 --socket /run/sluice.sock\n") + kCommandFooter);
  verb->callback([=] { *run = [=] { return Approve(*options); }; });
}

}  // namespace sluice::tools
