#include <gtest/gtest.h>

#include "backends/allocations_by_caller_for_test.h"
#include "backends/onednn/gradients_for_test.h"
#include "backends/onednn/sample_for_test.h"
#include "backends/problem_text.h"

// Sanitizers bring their own allocator.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace lockstep::onednn {
namespace {

class AllocationTest : public testing::TestWithParam<const char*> {};

// What oneDNN itself allocates while it executes is its own business, and recorded.
TEST_P(AllocationTest, ARunAllocatesNothing) {
  const Problem problem = parse_problem(GetParam());
  const Sample sample(problem);
  for (const Place place : {Place::time_major, Place::scattered}) {
    const auto layer = backend_for_test().prepare(problem, sample.weights);
    Arrays arrays(problem, sample, place);
    const Io io = arrays.io(problem);
    const auto allocated = allocations_by_caller("libdnnl", [&] { layer->run(io); });
    EXPECT_EQ(allocated.of_others, 0);
    RecordProperty(place == Place::time_major ? "of_library" : "of_library_scattered",
                   std::to_string(allocated.of_library));
  }
}

TEST_P(AllocationTest, AStepOfTrainingAllocatesNothing) {
  Problem problem = parse_problem(GetParam());
  problem.exec.pass = Pass::training;
  const Sample sample(problem);
  for (const Place place : {Place::time_major, Place::scattered}) {
    const auto layer = backend_for_test().prepare_training(problem, sample.weights);
    Arrays arrays(problem, sample, place);
    GradientArrays gradient_arrays(problem, place);
    const Io io = arrays.io(problem);
    const Gradients gradients = gradient_arrays.gradients(problem);
    const auto allocated = allocations_by_caller("libdnnl", [&] {
      layer->run(io);
      layer->backward(io, gradients);
      layer->update(sample.weights);
    });
    EXPECT_EQ(allocated.of_others, 0);
    RecordProperty(place == Place::time_major ? "of_library" : "of_library_scattered",
                   std::to_string(allocated.of_library));
  }
}

TEST(AllocationCounterTest, Counts) {
  std::unique_ptr<Buffer<float>> values;  // outlives the count, or a compiler may leave the pair out
  const auto allocated =
      allocations_by_caller("libdnnl", [&] { values = std::make_unique<Buffer<float>>(3); });
  EXPECT_EQ(allocated.of_others, 2);
}

INSTANTIATE_TEST_SUITE_P(Problems, AllocationTest,
                         testing::Values("lstm/B:8/T:64/F:16/U:16/seq:1/threads:2",
                                         "lstm/B:1/T:64/F:16/U:16/state:1/final:1",
                                         "lstm/B:127/T:85/F:6/U:150/back:1", "gru/B:8/T:64/F:16/U:16",
                                         "gru/B:8/T:64/F:16/U:16/reset_after:0/threads:2",
                                         "simple_rnn/B:8/T:64/F:16/U:16",
                                         "dense/B:8/T:64/F:16/U:16/act:softmax/threads:2",
                                         "dense/B:8/T:64/F:16/U:16/style:time_distributed",
                                         "activation/B:8/T:64/F:16/act:hard_sigmoid"));

}  // namespace
}  // namespace lockstep::onednn

#endif
