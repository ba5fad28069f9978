#include "backends/team.h"

#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace lockstep {
namespace {

class TeamOf : public ::testing::TestWithParam<int> {
 protected:
  /// Many where each thread may have a core, few where they must take turns.
  static int jobs() { return GetParam() <= 2 ? 3'000 : 50; }
};

TEST_P(TeamOf, CallsEveryIndexOncePerJob) {
  Team team(GetParam());
  ASSERT_EQ(team.threads(), GetParam());
  std::vector<std::atomic<int>> calls(static_cast<std::size_t>(GetParam()));
  for (int job = 1; job <= jobs(); ++job) {
    team.run([&](int index) { calls.at(static_cast<std::size_t>(index)).fetch_add(1); });
    for (const auto& count : calls) ASSERT_EQ(count.load(), job);  // all have ended
  }
}

TEST_P(TeamOf, SeesWhatWasWrittenBeforeTheJobAndShowsWhatTheJobWrote) {
  Team team(GetParam());
  std::vector<int> given(static_cast<std::size_t>(GetParam())), made(given);  // not atomic
  for (int job = 1; job <= jobs() / 10; ++job) {
    std::fill(given.begin(), given.end(), job);
    team.run([&](int index) {
      made[static_cast<std::size_t>(index)] = given[static_cast<std::size_t>(index)] * 2;
    });
    ASSERT_EQ(made, std::vector<int>(made.size(), job * 2));
  }
}

TEST_P(TeamOf, CallsIndexZeroInTheThreadThatAsks) {
  Team team(GetParam());
  std::vector<std::thread::id> ids(static_cast<std::size_t>(GetParam()));
  team.run([&](int index) { ids[static_cast<std::size_t>(index)] = std::this_thread::get_id(); });
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i] == std::this_thread::get_id(), i == 0);
}

TEST_P(TeamOf, ThrowsWhatAnyOfItsJobsThrewAndStaysUsable) {
  Team team(GetParam());
  for (int round = 0; round < 10; ++round)
    for (int thrower = 0; thrower < GetParam(); ++thrower) {
      std::atomic<int> ended{0};
      auto job = [&](int index) {
        if (index == thrower) throw std::runtime_error(std::to_string(index));
        ++ended;
      };
      try {
        team.run(job);
        FAIL() << "nothing thrown";
      } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), std::to_string(thrower));
      }
      EXPECT_EQ(ended.load(), GetParam() - 1);  // the others were not cut short
      ended = 0;
      team.run([&](int) { ++ended; });
      ASSERT_EQ(ended.load(), GetParam());
    }
}

TEST_P(TeamOf, ThrowsOneErrorWhereAllJobsThrow) {
  Team team(GetParam());
  for (int round = 0; round < jobs() / 50 + 10; ++round) {
    EXPECT_THROW(team.run([](int index) { throw std::out_of_range(std::to_string(index)); }),
                 std::out_of_range);
    EXPECT_NO_THROW(team.run([](int) {}));
  }
}

TEST_P(TeamOf, EndsRightAfterItsBeginning) {
  for (int i = 0; i < 200; ++i) Team team(GetParam());
}

TEST_P(TeamOf, EndsWhileItsHelpersSleep) {
  for (int i = 0; i < 3; ++i) {
    Team team(GetParam());
    ::usleep(20'000);  // longer than they spin
  }
}

TEST_P(TeamOf, WakesHelpersThatSleep) {
  Team team(GetParam());
  for (int i = 0; i < 5; ++i) {
    ::usleep(20'000);
    std::atomic<int> calls{0};
    team.run([&](int) { ++calls; });
    EXPECT_EQ(calls.load(), GetParam());
  }
}

TEST_P(TeamOf, WaitsForAHelperThatIsSlow) {
  Team team(GetParam());
  std::atomic<int> ended{0};
  team.run([&](int index) {
    if (index > 0) ::usleep(50'000);
    ++ended;
  });
  EXPECT_EQ(ended.load(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Threads, TeamOf, ::testing::Values(1, 2, 3, 5));

TEST(Team, OfNoThreadsIsTheCaller) {
  Team team(0);
  EXPECT_EQ(team.threads(), 1);
  int calls = 0;
  team.run([&](int) { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Team, MayBeUsedByOneThreadAfterAnother) {
  Team team(3);
  std::atomic<int> calls{0};
  for (int i = 0; i < 20; ++i) std::jthread([&] { team.run([&](int) { ++calls; }); }).join();
  EXPECT_EQ(calls.load(), 60);
}

TEST(Team, WorksBesideAnotherTeam) {
  std::array<std::atomic<int>, 2> calls{};
  {
    std::vector<std::jthread> threads;
    for (auto& count : calls)
      threads.emplace_back([&count] {
        Team team(2);
        for (int i = 0; i < 200; ++i) team.run([&](int) { ++count; });
      });
  }
  EXPECT_EQ(calls[0].load(), 400);
  EXPECT_EQ(calls[1].load(), 400);
}

// Sanitizers reserve more addresses than a limit can leave.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

/// In a process of its own: makes a team that is larger than the process may be.
[[noreturn]] void make_a_team_that_does_not_fit() {
  ::alarm(20);  // it must not wait for ever
  const rlimit few_stacks{100 << 20, 100 << 20};
  ::setrlimit(RLIMIT_AS, &few_stacks);
  try {
    Team team(1000);
    ::_exit(1);
  } catch (const std::system_error&) {
    ::_exit(0);
  }
}

TEST(TeamDeathTest, ThrowsWhereTheSystemGivesNoMoreThreads) {
  EXPECT_EXIT(make_a_team_that_does_not_fit(), ::testing::ExitedWithCode(0), "");
}

#endif

TEST(Slice, PartsCoverEveryRowOnceAndEvenly) {
  for (std::int64_t total : {0, 1, 2, 7, 64, 1000})
    for (int workers = 1; workers <= 9; ++workers) {
      std::int64_t next = 0;
      for (int index = 0; index < workers; ++index) {
        const Slice slice = slice_of(total, workers, index);
        EXPECT_EQ(slice.begin, next);
        EXPECT_GE(slice.size(), total / workers);
        EXPECT_LE(slice.size(), (total + workers - 1) / workers);
        next = slice.end;
      }
      EXPECT_EQ(next, total);
    }
}

}  // namespace
}  // namespace lockstep
