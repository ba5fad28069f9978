#include "backends/fused/plan.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "backends/problem_text.h"

namespace lockstep::fused {
namespace {

Plan plan(const char* text, int cores = 8) {
  return plan_of(parse_problem(text), 8, cores);
}

TEST(Plan, DividesTheBatchWhereEachThreadHasManyRows) {
  for (const char* text : {"lstm/B:8/T:64/F:64/U:64/threads:2", "lstm/B:5/T:64/F:64/U:512/threads:2",
                           "gru/B:2/T:64/F:16/U:16/threads:2", "gru/B:2/T:64/F:64/U:64/threads:2",
                           "lstm/B:4/T:64/F:64/U:128/threads:2"}) {
    EXPECT_EQ(plan(text).split, Split::rows) << text;
    EXPECT_EQ(plan(text).threads, 2) << text;
  }
}

TEST(Plan, DividesTheUnitsOfFewSequences) {
  for (const char* text : {"lstm/B:1/T:64/F:64/U:64/threads:2", "lstm/B:1/T:64/F:64/U:32/threads:2",
                           "lstm/B:2/T:64/F:64/U:64/act:relu/threads:2", "lstm/B:2/T:64/F:64/U:65/threads:2",
                           "lstm/B:3/T:64/F:64/U:128/threads:2"}) {
    EXPECT_EQ(plan(text).split, Split::units) << text;
    EXPECT_EQ(plan(text).threads, 2) << text;
  }
}

TEST(Plan, TakesNoMoreThreadsThanThereAreParts) {
  EXPECT_EQ(plan("lstm/B:1/T:64/F:64/U:16/threads:2").threads, 1);
  EXPECT_EQ(plan("lstm/B:3/T:64/F:64/U:16/threads:8").threads, 3);
  EXPECT_EQ(plan("lstm/B:1/T:64/F:64/U:20/threads:8").threads, 3);
  EXPECT_EQ(plan("lstm/B:1/T:64/F:64/U:512").threads, 1);
  EXPECT_EQ(plan("lstm/B:1/T:64/F:64/U:512/threads:8", 2).threads, 2);
  EXPECT_EQ(plan("lstm/B:1/T:64/F:64/U:512/threads:8", 1).split, Split::rows);
}

TEST(Plan, WithoutWaitingDividesTheBatch) {
  for (const char* text : {"lstm/B:1/T:64/F:64/U:512/threads:2", "lstm/B:3/T:64/F:64/U:512/threads:2",
                           "lstm/B:9/T:64/F:64/U:64/threads:2"}) {
    const Problem problem = parse_problem(text);
    const Plan one = plan_apart(problem);
    EXPECT_EQ(one.split, Split::rows) << text;
    EXPECT_EQ(one.threads, std::min<std::int64_t>(2, problem.shape.batch)) << text;
    EXPECT_EQ(one.folded, problem.shape.batch == 9) << text;
  }
}

TEST(Plan, FoldsTheInputOfManyRowsOrFewSteps) {
  EXPECT_TRUE(plan("lstm/B:4/T:64/F:64/U:64").folded);
  EXPECT_TRUE(plan("lstm/B:1/T:1/F:64/U:64").folded);
  EXPECT_FALSE(plan("lstm/B:1/T:64/F:64/U:64").folded);
  EXPECT_TRUE(plan("lstm/B:3/T:64/F:64/U:64").folded);
  EXPECT_TRUE(plan("lstm/B:2/T:64/F:32/U:32").folded);
  EXPECT_TRUE(plan("lstm/B:1/T:64/F:16/U:16").folded);
  EXPECT_FALSE(plan("gru/B:1/T:64/F:16/U:16").folded);
  EXPECT_FALSE(plan("lstm/B:3/T:64/F:64/U:128/threads:2").folded);
  EXPECT_FALSE(plan("lstm/B:2/T:64/F:64/U:64/threads:2").folded);
}

TEST(Plan, ChunksFitTheCacheOrAreWorthAPass) {
  EXPECT_EQ(plan("lstm/B:1/T:4096/F:64/U:64").chunk, 64);   // 64 KiB
  EXPECT_EQ(plan("lstm/B:1/T:4096/F:64/U:512").chunk, 32);  // rows
  EXPECT_EQ(plan("lstm/B:1/T:7/F:64/U:512").chunk, 7);
}

TEST(Slices, AreOfWholeVectorsAndCoverTheUnits) {
  for (const int lanes : {4, 8, 16})
    for (std::int64_t units = 17; units < 140; ++units)
      for (const int threads : {2, 3, 5}) {
        Problem problem = parse_problem("lstm/B:1/T:9/F:3/U:17");
        std::get<RecurrentSpec>(problem.layer).units = units;
        problem.exec.threads = threads;
        const Plan one = plan_of(problem, lanes, 8);
        std::int64_t next = 0;
        for (const Slice& slice : slices_of(one, problem, lanes)) {
          if (one.split == Split::rows) break;
          EXPECT_EQ(slice.begin, next);
          EXPECT_GT(slice.end, slice.begin);
          EXPECT_EQ(slice.begin % lanes, 0);
          next = slice.end;
        }
        EXPECT_TRUE(one.split == Split::rows || next == units);
      }
}

TEST(Plan, SaysWhatItIs) {
  EXPECT_EQ(to_string(plan("lstm/B:1/T:64/F:64/U:64/threads:2"), "AVX2"),
            "AVX2, input in chunks of 64 steps, 2 slices of units");
  EXPECT_EQ(to_string(plan("lstm/B:8/T:64/F:64/U:64/threads:2"), "AVX2"),
            "AVX2, input step by step, 2 batch slices");
}

}  // namespace
}  // namespace lockstep::fused
