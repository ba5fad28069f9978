#include "bench/runner.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

class Runner : public ::testing::Test {
 protected:
  Runner() {
    for (const char* layer : {"lstm", "gru"}) {
      groups.emplace_back();
      for (const char* backend : {"one", "two"})
        groups.back().push_back(row(std::string(layer) + "/backend:" + backend));
    }
    options.min_time = 1e-6;
    options.repetitions = 2;
  }
  ~Runner() override { std::filesystem::remove(out); }

  Row row(const std::string& name, const std::string& verdict = "pass") {
    Row one;
    one.name = name;
    one.labels.backend = name;
    one.steps_per_call = 8;
    one.flops_per_call = 100;
    one.make_ready = [this, name, verdict] {
      ++made_ready[name];
      ReadyRow ready;
      ready.verdict = verdict;
      ready.reason = verdict == "pass" ? "" : "because";
      ready.method = "counting";
      ready.share_of_tolerance = 0.25;
      ready.allocations = 5;
      ready.call = [this, name] { ++calls[name]; };
      return ready;
    };
    return one;
  }
  std::vector<Measurement> run(std::vector<std::string> flags = {}) {
    options.google_flags = std::move(flags);
    return run_rows(groups, options);
  }
  /// Runs with what goes to stdout caught in `printed`.
  std::vector<Measurement> run_caught(std::vector<std::string> flags) {
    ::testing::internal::CaptureStdout();
    auto rows = run(std::move(flags));
    std::cout.flush();
    printed = ::testing::internal::GetCapturedStdout();
    return rows;
  }
  static std::vector<std::string> names_of(const std::vector<Measurement>& rows) {
    std::vector<std::string> names;
    for (const auto& one : rows) names.push_back(one.name);
    return names;
  }
  std::string written() const {
    std::ifstream file(out);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::vector<RowGroup> groups;
  RunOptions options;
  std::map<std::string, std::int64_t> made_ready, calls;
  std::string printed;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("lockstep_runner_" + std::to_string(::getpid()));
};

TEST_F(Runner, TimesEveryRowInItsOrder) {
  const auto rows = run();
  EXPECT_THAT(names_of(rows),
              ElementsAre("lstm/backend:one", "lstm/backend:two", "gru/backend:one", "gru/backend:two"));
  for (const Measurement& one : rows) {
    EXPECT_EQ(one.verdict, "pass");
    EXPECT_EQ(one.labels.backend, one.name);
    EXPECT_EQ(one.method, "counting");
    EXPECT_EQ(one.share_of_tolerance, 0.25);
    EXPECT_EQ(one.steps_per_call, 8);
    EXPECT_EQ(one.flops_per_call, 100);
    EXPECT_EQ(one.allocations, 5);
    ASSERT_EQ(one.seconds.size(), 2U);
    for (const double seconds : one.seconds) EXPECT_GT(seconds, 0);
    EXPECT_GE(one.iterations, 1);
    EXPECT_GE(calls[one.name], 2 * one.iterations);
    EXPECT_EQ(made_ready[one.name], 1);
  }
}

TEST_F(Runner, NeverCallsARowThatDidNotPass) {
  groups[0][1] = row("fails", "fail");
  groups[1][0] = row("skips", "skip");
  groups[1][1] = row("doubtful", "untrusted");
  const auto rows = run();
  ASSERT_THAT(names_of(rows), ElementsAre("lstm/backend:one", "fails", "skips", "doubtful"));
  for (const Measurement& one : rows) {
    EXPECT_EQ(one.timed(), one.verdict == "pass") << one.name;
    if (one.verdict == "pass") continue;
    EXPECT_EQ(calls.count(one.name), 0U) << one.name;
    EXPECT_EQ(one.reason, "because");
  }
}

TEST_F(Runner, MakesAGroupReadyOnlyWhenTheOneBeforeIsReleased) {
  auto alive = std::make_shared<int>(0);
  std::vector<long> when_made;
  for (RowGroup& group : groups)
    for (Row& one : group)
      one.make_ready = [&when_made, weak = std::weak_ptr(alive), alive = alive.get(), make = one.make_ready,
                        held = std::weak_ptr(alive)] {
        when_made.push_back(held.use_count());
        ReadyRow ready = make();
        ready.call = [call = ready.call, keeps = weak.lock()] { call(); };
        return ready;
      };
  run();
  EXPECT_THAT(when_made, ElementsAre(1, 2, 1, 2));
}

TEST_F(Runner, TakesRepetitionsFromTheFlagFirst) {
  for (const Measurement& one : run({"--benchmark_repetitions=3"})) EXPECT_EQ(one.seconds.size(), 3U);
  for (const Measurement& one : run({"--benchmark_repetitions=1"})) EXPECT_EQ(one.seconds.size(), 1U);
}

TEST_F(Runner, KeepsEveryRepetitionWhereAggregatesAloneAreShown) {
  for (const char* flag :
       {"--benchmark_report_aggregates_only=true", "--benchmark_display_aggregates_only=true"}) {
    for (const Measurement& one : run_caught({flag, "--benchmark_format=json"}))
      EXPECT_EQ(one.seconds.size(), 2U) << flag;
    const auto shown = nlohmann::json::parse(printed).at("benchmarks");
    EXPECT_GT(shown.size(), 0U);
    for (const auto& one : shown) EXPECT_EQ(one.at("run_type"), "aggregate") << flag;
  }
}

TEST_F(Runner, FiltersByName) {
  EXPECT_THAT(names_of(run({"--benchmark_filter=gru"})), ElementsAre("gru/backend:one", "gru/backend:two"));
  EXPECT_THAT(names_of(run({"--benchmark_filter=-gru"})),
              ElementsAre("lstm/backend:one", "lstm/backend:two"));
  EXPECT_THAT(names_of(run({"--benchmark_filter=gru", "--benchmark_filter=^l.*two$"})),
              ElementsAre("lstm/backend:two"));
  EXPECT_EQ(run({"--benchmark_filter=all"}).size(), 4U);
  EXPECT_EQ(run({"--benchmark_filter="}).size(), 4U);
  EXPECT_EQ(made_ready.at("lstm/backend:one"), 3);
}

TEST_F(Runner, RefusesAFilterThatSelectsNothing) {
  EXPECT_THAT([&] { run({"--benchmark_filter=dense"}); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("dense"), HasSubstr("matches no benchmark"), Not(HasSubstr("\n")))));
  EXPECT_THAT([&] { run({"--benchmark_filter=("}); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("("), HasSubstr("regular expression"))));
  EXPECT_TRUE(made_ready.empty());
}

TEST_F(Runner, ListsWithoutMakingReady) {
  EXPECT_TRUE(run_caught({"--benchmark_list_tests", "--benchmark_filter=two"}).empty());
  EXPECT_EQ(printed, "lstm/backend:two\ngru/backend:two\n");
  EXPECT_TRUE(run_caught({"--benchmark_list_tests=true"}).empty());
  EXPECT_EQ(printed, "lstm/backend:one\nlstm/backend:two\ngru/backend:one\ngru/backend:two\n");
  EXPECT_TRUE(made_ready.empty());
  EXPECT_EQ(run_caught({"--benchmark_list_tests=false"}).size(), 4U);
}

TEST_F(Runner, RefusesFlagsThatGoogleBenchmarkDoesNotKnowOrCannotRead) {
  for (const char* flag :
       {"--benchmark_nonsense=1", "--benchmark_repetitions=many", "--benchmark_repetitions=0",
        "--benchmark_repetitions=-2", "--benchmark_repetitions=99999999999", "--benchmark_min_time=long",
        "--benchmark_min_time=-1", "--benchmark_min_time=nan", "--benchmark_min_time=inf",
        "--benchmark_min_warmup_time=x", "--v=x", "--benchmark_format=xml", "--benchmark_out_format=xml"}) {
    ::testing::internal::CaptureStderr();
    const std::string out_flag = "--benchmark_out=" + out.string();
    EXPECT_THAT(
        [&] {
          run_caught({flag, out_flag});
        },
        ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("accepted"), Not(HasSubstr("\n")))))
        << flag;
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << flag;
    (void)::testing::internal::GetCapturedStdout();
  }
  EXPECT_TRUE(made_ready.empty());
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Runner, WritesOneWholeJsonFileOverAllGroups) {
  groups[1][0] = row("fails", "fail");
  groups[1][1] = row("skips", "skip");
  run({"--benchmark_out=" + out.string()});
  const auto file = nlohmann::json::parse(written());
  EXPECT_TRUE(file.at("context").is_object());
  std::map<std::string, int> iterations;
  for (const auto& one : file.at("benchmarks")) {
    if (one.value("error_occurred", false)) {
      EXPECT_THAT(one.at("error_message").get<std::string>(), HasSubstr(": because"));
      continue;
    }
    if (one.at("run_type") != "iteration") continue;
    ++iterations[one.at("name").get<std::string>()];
    EXPECT_GT(one.at("real_time").get<double>(), 0);
    EXPECT_TRUE(one.contains("items_per_second"));
  }
  EXPECT_THAT(iterations, ElementsAre(std::pair{"lstm/backend:one", 2}, std::pair{"lstm/backend:two", 2}));
}

TEST_F(Runner, WritesOneCsvFileOverAllGroups) {
  run({"--benchmark_out=" + out.string(), "--benchmark_out_format=csv"});
  std::istringstream lines(written());
  int headers = 0, rows = 0;
  for (std::string line; std::getline(lines, line);) {
    headers += line.starts_with("name,iterations,");
    rows += line.starts_with("\"lstm/backend:") || line.starts_with("\"gru/backend:");
  }
  EXPECT_EQ(headers, 1);
  EXPECT_GE(rows, 8);
}

TEST_F(Runner, WritesAValidFileWhereNothingPassed) {
  for (const char* verdict : {"skip", "fail"}) {
    groups = {{row("only", verdict)}};
    run({"--benchmark_out=" + out.string()});
    EXPECT_TRUE(nlohmann::json::accept(written())) << written();
  }
}

TEST_F(Runner, PrintsNothingUnlessAsked) {
  run_caught({});
  EXPECT_EQ(printed, "");
}

TEST_F(Runner, PrintsPlainTextWhereNoTerminalIs) {
  options.google_console = true;
  ::testing::internal::CaptureStderr();
  groups[1][1] = row("skips", "skip");
  run_caught({});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(printed,
              AllOf(Not(HasSubstr("\033")), HasSubstr("lstm/backend:one "), Not(HasSubstr("real_time"))));
  EXPECT_THAT(printed, Not(HasSubstr("skips")));  // a skipped row is no error of Google Benchmark's
}

TEST_F(Runner, SaysOnceThatRowsAreToCome) {
  int said = 0;
  options.before_rows = [&] {
    ++said;
    EXPECT_TRUE(made_ready.empty());
  };
  run();
  EXPECT_EQ(said, 1);
  run_caught({"--benchmark_list_tests"});
  EXPECT_THROW(run({"--benchmark_filter=dense"}), std::invalid_argument);
  EXPECT_THROW(run({"--benchmark_nonsense=1"}), std::invalid_argument);
  EXPECT_THROW(run({"--benchmark_format=xml"}), std::invalid_argument);
  EXPECT_EQ(said, 1);
}

TEST_F(Runner, TellsItsProgressBeforeEachGroup) {
  std::vector<std::string> told;
  options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
    told.push_back(std::to_string(done) + "/" + std::to_string(all) + " " + name);
  };
  run();
  EXPECT_THAT(told, ElementsAre("0/4 lstm/backend:one", "2/4 gru/backend:one", "4/4 "));
}

TEST(RunnerFlags, AreTakenOutOfTheArguments) {
  std::vector<std::string> arguments{"bench", "--benchmark_filter=x",  "--set", "quick",
                                     "--v=2", "--benchmark_list_tests"};
  EXPECT_THAT(take_google_flags(arguments),
              ElementsAre("--benchmark_filter=x", "--v=2", "--benchmark_list_tests"));
  EXPECT_THAT(arguments, ElementsAre("bench", "--set", "quick"));
}

}  // namespace
}  // namespace lockstep
