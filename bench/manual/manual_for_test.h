#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/manual/manual.h"

namespace lockstep {

/// A program with two commands, and one that its help hides.
class ProgramForTest {
 public:
  ProgramForTest() {
    CLI::App* run = app_.add_subcommand("run", "Runs it: a [model]'s \"outputs\"");
    run->add_option("model", text_, "A file");
    run->add_option("-T,--time-steps", number_,
                    "Steps, of which there are so many that this has to be cut off somewhere")
        ->check(CLI::Range(1, 9));
    run->add_option("--input,--in", texts_, ".npy files");
    run->add_flag("--check", flag_, "Checks it");
    run->add_option("--secret", text_, "Hidden")->group("");
    run->footer("Exit status:\n  0  fine\n.npy files, too");
    app_.add_subcommand("list", "Lists all")->add_option("problems", texts_, "Problems");
    app_.add_subcommand("runner", "Hidden")->group("");
  }
  operator const CLI::App&() const { return app_; }

 private:
  CLI::App app_{"Does it.", "it"};
  std::string text_;
  std::vector<std::string> texts_;
  int number_ = 0;
  bool flag_ = false;
};

}  // namespace lockstep
