#include "bench/manual/completion.h"

#include <array>
#include <cstdio>
#include <sstream>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "bench/manual/manual_for_test.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// What bash offers once these words are typed, the last of them in part; each a shell word.
std::vector<std::string> offered(const std::string& words) {
  const std::string script =
      completion(manual_of(ProgramForTest()), "bash") + "COMP_WORDS=(" + words +
      ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_it\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  const std::string command = "bash -u -c " + [&] {
    std::string quoted = "'";
    for (const char c : script) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
  }();
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string said;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said += part.data();
  EXPECT_EQ(::pclose(pipe), 0);
  std::vector<std::string> found;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) found.push_back(line);
  return found;
}

TEST(Completion, OfBashOffersCommandsThenTheirOptions) {
  EXPECT_THAT(offered("it ''"), ElementsAre("run", "list", "-h", "--help"));
  EXPECT_THAT(offered("it r"), ElementsAre("run"));
  EXPECT_THAT(offered("it run --"), ElementsAre("--help", "--time-steps", "--input", "--in", "--check"));
  EXPECT_THAT(offered("it run a.keras --in"), ElementsAre("--input", "--in"));
  EXPECT_THAT(offered("it list --c"), IsEmpty());
}

TEST(Completion, OfBashLeavesFilesToTheShell) {
  EXPECT_THAT(offered("it run ''"), IsEmpty());
  EXPECT_THAT(offered("it run --input mod"), IsEmpty());
  EXPECT_THAT(completion(manual_of(ProgramForTest()), "bash"), HasSubstr("complete -o default -F _it it\n"));
}

TEST(Completion, OfZshAndFishDescribesWhatItOffers) {
  const std::string zsh = completion(manual_of(ProgramForTest()), "zsh");
  EXPECT_THAT(zsh, AllOf(HasSubstr("#compdef it\n"), HasSubstr("'run:Runs it: a [model]'\\''s \"outputs\"'"),
                         HasSubstr("'*--check[Checks it]'"), HasSubstr("has to be cut ...]:INT: '"),
                         HasSubstr("'*--in[.npy files]:TEXT:_files'"), Not(HasSubstr("Hidden"))));
  const std::string fish = completion(manual_of(ProgramForTest()), "fish");
  EXPECT_THAT(fish, AllOf(HasSubstr("-a run -d 'Runs it: a [model]\\'s \"outputs\"'\n"),
                          HasSubstr("'__fish_seen_subcommand_from run' -s T -l time-steps -x -d 'Steps"),
                          HasSubstr(" -l check -d 'Checks it'\n"), Not(HasSubstr("Hidden"))));
}

TEST(Completion, RefusesAnotherShell) {
  EXPECT_EQ(refusal_of([] { completion(manual_of(ProgramForTest()), "tcsh"); }),
            "completion for \"tcsh\": accepted are bash, zsh and fish");
}

}  // namespace
}  // namespace lockstep
