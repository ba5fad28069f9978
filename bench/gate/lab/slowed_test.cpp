#include "bench/gate/lab/slowed.h"

#include <memory>

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

/// Goes on by one with every look at it, and by what a pass takes.
struct FakeClock {
  double seconds = 0;
  int looks = 0;
};

class FakeLayer : public TrainableLayer {
 public:
  FakeLayer(FakeClock& clock, double run, double backward) : clock_(clock), run_(run), backward_(backward) {}
  void run(const Io&) override { clock_.seconds += run_; }
  void backward(const Io&, const Gradients&) override { clock_.seconds += backward_; }
  void update(const Weights&) override {}
  std::string method() const override { return "fake"; }

 private:
  FakeClock& clock_;
  double run_, backward_;
};

class Slowed : public testing::Test {
 protected:
  std::unique_ptr<FakeLayer> layer() { return std::make_unique<FakeLayer>(clock_, 99, 199); }
  Now now() {
    return [this] {
      ++clock_.looks;
      return clock_.seconds += 1;
    };
  }
  FakeClock clock_;
};

TEST_F(Slowed, TakesItsShareLonger) {
  const auto slow = slowed(std::unique_ptr<Layer>(layer()), 0.5, now());
  slow->run({});
  EXPECT_EQ(clock_.looks, 2 + 50);  // a pass of 100 by this clock
  EXPECT_EQ(clock_.seconds, 1 + 99 + 1 + 50);
  EXPECT_EQ(slow->method(), "fake");
}

TEST_F(Slowed, WaitsTwiceAsLongForTwiceTheShare) {
  slowed(std::unique_ptr<Layer>(layer()), 0.2, now())->run({});
  const int looks = clock_.looks;
  slowed(std::unique_ptr<Layer>(layer()), 0.4, now())->run({});
  EXPECT_EQ(looks, 2 + 20);
  EXPECT_EQ(clock_.looks - looks, 2 + 40);
}

TEST_F(Slowed, StretchesEachPassOfTraining) {
  const auto slow = slowed(std::unique_ptr<TrainableLayer>(layer()), 0.1, now());
  slow->run({});
  EXPECT_EQ(clock_.looks, 2 + 10);
  slow->backward({}, {});
  EXPECT_EQ(clock_.looks, 2 + 10 + 2 + 20);
}

TEST_F(Slowed, WaitsForNoClockThatWentBack) {
  double seconds = 100;
  int looks = 0;
  slowed(std::unique_ptr<Layer>(layer()), 0.5, [&] {
    ++looks;
    return seconds -= 1;
  })->run({});
  EXPECT_EQ(looks, 2);
}

}  // namespace
}  // namespace lockstep::gate
