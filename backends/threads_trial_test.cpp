#include "backends/threads_trial.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

/// Takes at least so long.
class Slow : public Layer {
 public:
  explicit Slow(std::chrono::microseconds time) : time_(time) {}
  void run(const Io&) override {
    ++runs;
    std::this_thread::sleep_for(time_);
  }
  std::string method() const override { return "sleeping"; }
  int runs = 0;

 private:
  std::chrono::microseconds time_;
};

Problem a_problem() {
  return parse_problem("lstm/B:2/T:500/F:3/U:64/threads:2");
}

TEST(ThreadsTrial, IsOfAFewSteps) {
  const Problem trial = trial_of(parse_problem("lstm/B:2/T:500/F:36/U:64/state:1/mask:left/threads:2"));
  EXPECT_EQ(trial, parse_problem("lstm/B:2/T:64/F:36/U:64/threads:2"));
  EXPECT_EQ(trial_of(parse_problem("lstm/B:2/T:1/F:512/U:512/threads:2")).shape.time_steps, 8);
  EXPECT_EQ(trial_of(parse_problem("gru/B:2/T:500/F:128/U:128/threads:2")).shape.time_steps, 20);
}

TEST(ThreadsTrial, FindsWhatIsFaster) {
  Slow slow(std::chrono::milliseconds(20)), fast(std::chrono::microseconds(0));
  EXPECT_TRUE(is_worth_meeting(trial_of(a_problem()), fast, slow));
  slow.runs = 0;
  EXPECT_FALSE(is_worth_meeting(trial_of(a_problem()), slow, fast));
  EXPECT_EQ(slow.runs, 2);  // of what is far slower, one round
}

TEST(ThreadsTrials, TryOncePerSize) {
  ThreadsTrials trials;
  int tried = 0;
  const auto outcome = [&](const char* problem, bool found) {
    return trials.outcome(parse_problem(problem), [&] {
      ++tried;
      return found;
    });
  };
  EXPECT_TRUE(outcome("lstm/B:1/T:9/F:3/U:64/threads:2", true));
  EXPECT_TRUE(outcome("lstm/B:1/T:500/F:3/U:64/seq:1/threads:2", false));
  EXPECT_EQ(tried, 1);
  for (const char* other : {"gru/B:1/T:9/F:3/U:64/threads:2", "gru/B:1/T:9/F:3/U:64/reset_after:0/threads:2",
                            "lstm/B:2/T:9/F:3/U:64/threads:2", "lstm/B:1/T:9/F:4/U:64/threads:2",
                            "lstm/B:1/T:9/F:3/U:65/threads:2", "lstm/B:1/T:9/F:3/U:64/threads:3"})
    EXPECT_FALSE(outcome(other, false)) << other;
  EXPECT_EQ(tried, 7);
}

}  // namespace
}  // namespace lockstep
