#include <string>

#include <gtest/gtest.h>

#include "backends/allocations_by_caller_for_test.h"
#include "backends/registry.h"
#include "backends/training_sample_for_test.h"

// Sanitizers bring their own allocator.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace lockstep {
namespace {

class ProductTrainingMemory : public ::testing::TestWithParam<const char*> {};

TEST_P(ProductTrainingMemory, IsAllocatedBeforeTheFirstRun) {
  const Module module = load_module(module_folder() / (std::string("lockstep_") + GetParam() + ".so"));
  ASSERT_NE(module.backend, nullptr) << module.reason;
  for (const char* text :
       {"simple_rnn/B:8/T:16/F:16/U:16/seq:1", "lstm/B:8/T:16/F:7/U:33/seq:1/threads:2",
        "lstm/B:32/T:9/F:128/U:128/seq:1", "lstm/B:2/T:3/F:512/U:512/seq:1",
        "lstm/B:3/T:9/F:7/U:16/mask:holes/back:1/state:1/final:1", "gru/B:8/T:16/F:16/U:16/seq:1",
        "gru/B:3/T:9/F:7/U:16/reset_after:0", "dense/B:8/T:16/F:16/U:16/act:softmax/threads:2",
        "dense/B:8/T:16/F:16/U:16/style:time_distributed", "activation/B:8/T:16/F:16/act:softmax"})
    for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
      TrainingSample sample(text, layout);
      const Io io = sample.io();
      const Gradients gradients = sample.gradients();
      const auto layer = module.backend->prepare_training(sample.problem, sample.weights);
      // OpenBLAS' small-matrix kernels for AVX-512 do (kernel/x86_64/sgemm_small_kernel_nn_skylakex.c).
      const auto allocated = allocations_by_caller("libopenblas", [&] {
        layer->run(io);
        layer->backward(io, gradients);
        layer->update(sample.weights);
      });
      EXPECT_EQ(allocated.of_others, 0) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(Modules, ProductTrainingMemory, ::testing::Values("eigen", "openblas", "fused"));

}  // namespace
}  // namespace lockstep

#endif
