#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace lockstep {

/// An option or an argument of a command, as its help has it.
struct ManualOption {
  std::vector<std::string> names;  // "-B", "--batch"; of an argument none
  std::string value;               // "TEXT"; empty: it takes none. Of an argument: its name
  bool repeats = false;            // takes several values
  std::string description;
};

struct ManualCommand {
  std::string name, description, footer;
  std::vector<ManualOption> options, arguments;
};

/// What a program says of itself, without what its help hides.
struct Manual {
  std::string program, description;
  std::vector<ManualOption> options;
  std::vector<ManualCommand> commands;
};

Manual manual_of(const CLI::App&);

}  // namespace lockstep
