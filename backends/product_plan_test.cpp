#include "backends/product_plan.h"

#include <gtest/gtest.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

ProductPlan plan(const char* text, int cores = 2) {
  return product_plan(parse_problem(text), cores);
}

TEST(ProductPlan, DividesRowsWhereThereAreSome) {
  EXPECT_EQ(plan("lstm/B:8/T:128/F:64/U:64/threads:2").threads, 2);
  EXPECT_FALSE(plan("lstm/B:8/T:128/F:64/U:64/threads:2").divides_units);
  EXPECT_EQ(plan("lstm/B:3/T:128/F:64/U:64/threads:4").threads, 3);
}

TEST(ProductPlan, DividesTheUnitsOfASingleSequence) {
  EXPECT_TRUE(plan("lstm/B:1/T:128/F:64/U:64/threads:2").divides_units);
  EXPECT_TRUE(plan("gru/B:1/T:128/F:64/U:64/threads:2").divides_units);
  EXPECT_TRUE(plan("gru/B:1/T:128/F:64/U:96/reset_after:0/threads:2").divides_units);
  EXPECT_TRUE(plan("simple_rnn/B:1/T:128/F:64/U:128/threads:2").divides_units);
  EXPECT_EQ(plan("lstm/B:1/T:128/F:64/U:256/threads:4", 4).threads, 4);
  EXPECT_EQ(plan("lstm/B:1/T:128/F:64/U:64/threads:8", 8).threads, 4);
}

TEST(ProductPlan, TakesOneThreadWhereWaitingCostsMore) {
  for (const char* text :
       {"lstm/B:1/T:128/F:64/U:32/threads:2", "gru/B:1/T:128/F:64/U:64/reset_after:0/threads:2",
        "simple_rnn/B:1/T:128/F:64/U:64/threads:2"}) {
    EXPECT_EQ(plan(text).threads, 1) << text;
    EXPECT_FALSE(plan(text).divides_units) << text;
  }
}

TEST(ProductPlan, TakesOneThreadWhereAHandOverCostsMore) {
  EXPECT_EQ(plan("lstm/B:8/T:1/F:16/U:16/threads:2").threads, 1);
  EXPECT_EQ(plan("lstm/B:1/T:1/F:64/U:64/threads:2").threads, 1);
  EXPECT_EQ(plan("lstm/B:8/T:8/F:16/U:16/threads:2").threads, 2);
  EXPECT_EQ(plan("lstm/B:1/T:1/F:256/U:256/threads:2").threads, 2);
}

TEST(ProductPlan, LetsNoMoreThreadsWaitThanThereAreCores) {
  EXPECT_EQ(plan("lstm/B:1/T:128/F:64/U:256/threads:4").threads, 2);
  EXPECT_EQ(plan("lstm/B:1/T:128/F:64/U:256/threads:2", 1).threads, 1);
  EXPECT_FALSE(plan("lstm/B:1/T:128/F:64/U:256/threads:2", 1).divides_units);
}

}  // namespace
}  // namespace lockstep
