#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "backends/registry.h"
#include "backends/training_sample_for_test.h"

// Sanitizers bring their own allocator.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

/// Allocations while counting, but for those that code of OpenBLAS asks for: its small-matrix kernels for
/// AVX-512 do (kernel/x86_64/sgemm_small_kernel_nn_skylakex.c).
std::atomic<bool> is_counting{false};
std::atomic<long> allocations{0};

void count(const void* caller) {
  if (!is_counting.load(std::memory_order_relaxed)) return;
  Dl_info info{};
  if (dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, "libopenblas") != nullptr) return;
  ++allocations;
}

}  // namespace

// These stand before the C library's in all of the program.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

#define COUNTED __attribute__((noinline, visibility("default")))
COUNTED void* malloc(std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}
COUNTED void* calloc(std::size_t n, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(n, size);
}
COUNTED void* realloc(void* old, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(old, size);
}
COUNTED void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
COUNTED int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  count(__builtin_return_address(0));
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? 12 : 0;
}
}

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
      allocations = 0;
      is_counting = true;
      layer->run(io);
      layer->backward(io, gradients);
      layer->update(sample.weights);
      is_counting = false;
      EXPECT_EQ(allocations.load(), 0) << text;
    }
}

// Else a count of none would say nothing.
TEST(ProductTrainingMemoryTest, CountsWhatOthersAllocate) {
  allocations = 0;
  is_counting = true;
  const auto values = std::make_unique<Buffer<float>>(3);
  is_counting = false;
  EXPECT_EQ(allocations.load(), 2);
}

INSTANTIATE_TEST_SUITE_P(Modules, ProductTrainingMemory, ::testing::Values("eigen", "openblas", "fused"));

}  // namespace
}  // namespace lockstep

#endif
