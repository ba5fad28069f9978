#include "bench/train/progress.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(TrainingProgress, ShowsAnEpochAsKerasDoes) {
  EXPECT_EQ(epoch_line({1000, 8, 2.08169, 0.041}, 8), "8/8 ━━━━━━━━━━━━━━━━━━━━ 0s 5ms/step - loss: 2.0817");
  EXPECT_EQ(epoch_line({300, 3, 1.5, 9}, 12), " 3/12 ━━━━━─────────────── 27s 3s/step - loss: 1.5000");
  EXPECT_EQ(epoch_line({128, 1, 0.25, 0.000042}, 100),
            "  1/100 ──────────────────── 0s 42us/step - loss: 0.2500");
}

}  // namespace
}  // namespace lockstep
