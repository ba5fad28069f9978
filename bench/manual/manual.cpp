#include "bench/manual/manual.h"

namespace lockstep {
namespace {

std::vector<std::string> option_names(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

ManualOption entry_of(const CLI::Option& option) {
  ManualOption entry;
  entry.names = option_names(option);
  const bool takes_none = option.get_items_expected_max() == 0;
  entry.value = entry.names.empty() ? option.get_name() : takes_none ? "" : option.get_type_name();
  if (const auto range = entry.value.find(':'); range != std::string::npos) entry.value.resize(range);
  entry.repeats = option.get_items_expected_max() > 1;
  entry.description = option.get_description();
  return entry;
}

ManualCommand command_of(const CLI::App& app) {
  ManualCommand command{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options())
    if (!option->get_group().empty())
      (option->get_positional() ? command.arguments : command.options).push_back(entry_of(*option));
  return command;
}

}  // namespace

Manual manual_of(const CLI::App& app) {
  Manual manual{app.get_name(), app.get_description(), command_of(app).options, {}};
  for (const CLI::App* one :
       app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); }))
    manual.commands.push_back(command_of(*one));
  return manual;
}

}  // namespace lockstep
