#include <atomic>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "backends/onednn/gradients_for_test.h"
#include "backends/onednn/sample_for_test.h"
#include "backends/problem_text.h"

// Sanitizers bring their own allocator.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

/// Allocations while counting: those that code of the library asks for, and all others.
std::atomic<bool> is_counting{false};
std::atomic<long> of_library{0}, of_others{0};

void count(const void* caller) {
  if (!is_counting.load(std::memory_order_relaxed)) return;
  Dl_info info{};
  const bool is_library = dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, "libdnnl") != nullptr;
  ++(is_library ? of_library : of_others);
}

}  // namespace

#define COUNTED __attribute__((noinline, visibility("default")))

// These stand before the C library's in all of the program.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

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

// operator new would ask malloc from within the C++ library: the caller is one level up.
COUNTED void* operator new(std::size_t size) {
  count(__builtin_return_address(0));
  if (void* p = __libc_malloc(size)) return p;
  throw std::bad_alloc();
}
COUNTED void* operator new[](std::size_t size) {
  count(__builtin_return_address(0));
  if (void* p = __libc_malloc(size)) return p;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* p) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete[](void* p) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
__attribute__((noinline)) void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}

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
    of_library = of_others = 0;
    is_counting = true;
    layer->run(io);
    is_counting = false;
    EXPECT_EQ(of_others.load(), 0);
    RecordProperty(place == Place::time_major ? "of_library" : "of_library_scattered",
                   std::to_string(of_library.load()));
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
    of_library = of_others = 0;
    is_counting = true;
    layer->run(io);
    layer->backward(io, gradients);
    layer->update(sample.weights);
    is_counting = false;
    EXPECT_EQ(of_others.load(), 0);
    RecordProperty(place == Place::time_major ? "of_library" : "of_library_scattered",
                   std::to_string(of_library.load()));
  }
}

TEST(AllocationCounterTest, Counts) {
  of_others = 0;
  is_counting = true;
  const auto values = std::make_unique<Buffer<float>>(3);
  is_counting = false;
  EXPECT_EQ(of_others.load(), 2);
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
