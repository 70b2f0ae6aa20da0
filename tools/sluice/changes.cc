// sluice rules disable, list add: changes of the rules in force that end by themselves.
#include "tools/sluice/control_verb.h"
#include "tools/sluice/control_verbs.h"

namespace sluice::tools {

namespace {

struct DisableOptions : ControlVerb {
  std::string rule, until, reason;
};

struct ListAddOptions : ControlVerb {
  std::string list, until, reason;
  std::vector<std::string> keys;
};

constexpr char kLastsText[] =
    "A new generation at once, another one when the time is over; it outlives reloads and restarts.\n";
constexpr char kUntilHelp[] = "A time (2026-03-11T08:00:00Z), or how long (90m); at most 366 days";

}  // namespace

void AddRulesDisable(CLI::App* rules, Run* run) {
  auto options = std::make_shared<DisableOptions>();
  CLI::App* verb = rules->add_subcommand("disable", "Switches a rule off in a running process, until a time");
  verb->add_option("ID", options->rule, "Rule; of a profile's name, all its rules")->required();
  verb->add_option("--until", options->until, kUntilHelp)->required()->check(UntilTime());
  verb->add_option("--reason", options->reason, "For the log, at most 160 bytes; names no person")->required();
  AddCommandOptions(verb, options.get());
  verb->footer(std::string(kLastsText) +
                           "Disabling a rule again sets the new time.\n\n"
                           "Examples:\n  sluice rules disable VAL-010 --until 2h --reason \"hits every parcel\" "
                           "--socket /run/sluice.sock\n" + kCommandFooter);
  verb->callback([=] {
    *run = [=] {
      return RunCommand(*options, {{"request", "disable"},
                                   {"rule", options->rule},
                                   {"until", UntilText(options->until)},
                                   {"reason", options->reason}});
    };
  });
}

void AddList(CLI::App* app, Run* run) {
  CLI::App* list = app->add_subcommand("list", "Adds keys to a list in a running process");
  list->require_subcommand(1);
  auto options = std::make_shared<ListAddOptions>();
  CLI::App* verb = list->add_subcommand("add", "Adds keys to a list of the rules in force, until a time");
  verb->add_option("NAME", options->list, "List")->required();
  verb->add_option("KEY", options->keys, "What to add; several are one generation")->required();
  verb->add_option("--until", options->until, kUntilHelp)->required()->check(UntilTime());
  verb->add_option("--reason", options->reason, "For the log, at most 160 bytes; names no person");
  AddCommandOptions(verb, options.get());
  verb->footer(std::string(kLastsText) +
                           "The log has the list and how many keys, not the keys.\n\n"
                           "Examples:\n  sluice list add watched_shops shop-1187 shop-2210 --until 48h "
                           "--socket /run/sluice.sock\n" + kCommandFooter);
  verb->callback([=] {
    *run = [=] {
      control::Json request{{"request", "list_add"},
                            {"list", options->list},
                            {"keys", options->keys},
                            {"until", UntilText(options->until)}};
      if (!options->reason.empty()) request["reason"] = options->reason;
      return RunCommand(*options, std::move(request));
    };
  });
}

}  // namespace sluice::tools
