#include <algorithm>

#include <gtest/gtest.h>

#include "backends/naive_for_test.h"
#include "bench/allocations.h"
#include "bench/train/fit.h"
#include "bench/train/small_model_for_test.h"

namespace lockstep {
namespace {

// After the first epoch, in which each size of batch comes first, from one step's end to the next one's.
TEST(TrainFit, AllocatesNothingInAStep) {
  struct Counter : FitWatch {
    void epoch_begins(std::int64_t now) override { epoch = now; }
    void step_ends(std::int64_t /*step*/, const Epoch& so_far, const Trainer<float>&) override {
      const std::int64_t now = allocations_so_far();
      if (epoch > 1 && so_far.steps > 1) {
        most = std::max(most, now - before);
        ++counted;
      }
      before = now;
    }
    std::int64_t epoch = 0, before = 0, most = 0, counted = 0;
  };
  const SmallModel small(10);
  Trainer<float> trainer(small.model, trainable_on(naive()), {});
  Counter counter;
  fit(trainer, small.data, {4, 3, 0, 1}, counter);
  EXPECT_EQ(counter.counted, 4);
  EXPECT_EQ(counter.most, 0);
}

}  // namespace
}  // namespace lockstep
