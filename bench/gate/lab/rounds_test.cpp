#include "bench/gate/lab/rounds.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

/// Two calls that take their time by a clock that nothing else moves, and write down their turns.
class Rounds : public testing::Test {
 protected:
  Call call(char name, double takes) {
    return [this, name, takes] {
      turns_ += name;
      seconds_ += takes;
    };
  }
  Now now() {
    return [this] { return seconds_; };
  }
  std::array<Call, 2> both() { return {call('A', 0.25), call('B', 0.5)}; }
  double seconds_ = 0;
  std::string turns_;
};

TEST_F(Rounds, TimeACallOfABatch) {
  EXPECT_EQ(time_batch(call('A', 0.25), 3, now()), 0.25);
  EXPECT_EQ(turns_, "AAA");
}

TEST_F(Rounds, LeaveATimeThatIsNoneAsItIs) {
  EXPECT_LT(time_batch(call('A', -0.25), 2, now()), 0);
  EXPECT_EQ(time_batch(call('A', 0), 2, now()), 0);
}

TEST_F(Rounds, FindHowManyCallsABatchTakes) {
  EXPECT_EQ(calls_for(10, call('A', 0.25), now()), 40);
  EXPECT_EQ(calls_for(10, call('A', 4), now()), 3);
  EXPECT_EQ(calls_for(1, call('A', 100), now()), 1);
  EXPECT_GE(calls_for(1e-3, call('A', 0), now()), 1);
  EXPECT_GE(calls_for(1e-3, call('A', -1), now()), 1);
}

TEST_F(Rounds, TakeTurnsInBlocks) {
  std::mt19937_64 random(1);
  const auto seconds = time_rounds(both(), 1, 16, random, now());
  EXPECT_EQ(seconds[0], std::vector<double>(16, 0.25));
  EXPECT_EQ(seconds[1], std::vector<double>(16, 0.5));
  ASSERT_EQ(turns_.size(), 32U);
  int first_a = 0;
  for (std::size_t block = 0; block < turns_.size(); block += 4) {
    const std::string turn = turns_.substr(block, 4);
    EXPECT_TRUE(turn == "ABBA" || turn == "BAAB") << turn;
    first_a += turn == "ABBA" ? 1 : 0;
  }
  EXPECT_EQ(first_a, 4) << "as many of each";
}

TEST_F(Rounds, AreShuffledByTheSeed) {
  const auto turns_of = [&](std::uint64_t seed) {
    turns_.clear();
    std::mt19937_64 random(seed);
    time_rounds(both(), 1, 16, random, now());
    return turns_;
  };
  EXPECT_EQ(turns_of(1), turns_of(1));
  std::vector<std::string> seen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) seen.push_back(turns_of(seed));
  std::sort(seen.begin(), seen.end());
  EXPECT_GT(std::unique(seen.begin(), seen.end()) - seen.begin(), 10);
}

TEST_F(Rounds, GiveEachBatchItsCalls) {
  std::mt19937_64 random(1);
  time_rounds(both(), 5, 4, random, now());
  EXPECT_EQ(std::count(turns_.begin(), turns_.end(), 'A'), 20);
  EXPECT_EQ(std::count(turns_.begin(), turns_.end(), 'B'), 20);
}

}  // namespace
}  // namespace lockstep::gate
