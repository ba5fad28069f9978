#include "bench/allocations.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <gtest/gtest.h>

extern "C" bool allocate_once(int way);

namespace lockstep {
namespace {

constexpr int ways = 7;  // of allocate_once; any other allocates nothing

TEST(Allocations, AreCountedInThisProgram) {
  for (int way = 0; way < ways; ++way)
    EXPECT_EQ(allocations_of([&] { EXPECT_TRUE(allocate_once(way)); }), 1) << "way " << way;
  EXPECT_EQ(allocations_of([] { allocate_once(ways); }), 0);
}

TEST(Allocations, AreCountedInALoadedModule) {
  void* module = ::dlopen(LOCKSTEP_ALLOCATING_MODULE, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(module, nullptr) << ::dlerror();
  const auto allocate = reinterpret_cast<bool (*)(int)>(::dlsym(module, "allocate_once"));
  ASSERT_NE(allocate, nullptr);
  ASSERT_NE(allocate, &allocate_once);
  for (int way = 0; way < ways; ++way)
    EXPECT_EQ(allocations_of([&] { EXPECT_TRUE(allocate(way)); }), 1) << "way " << way;
  EXPECT_EQ(allocations_of([&] { allocate(ways); }), 0);
}

TEST(Allocations, AreCountedWhereALibraryAllocates) {
  EXPECT_EQ(allocations_of([] { std::free(::strdup("text")); }), 1);
  EXPECT_EQ(allocations_of([] { std::string(1000, 'x').append("y"); }), 2);
}

TEST(Allocations, OfNothingAreNone) {
  volatile int sum = 0;
  EXPECT_EQ(allocations_of([&] {
              for (int i = 0; i < 1000; ++i) sum = sum + i;
            }),
            0);
}

TEST(Allocations, AreCountedInAllThreads) {
  const auto in_threads = [](int each) {
    return allocations_of([each] {
      const auto work = [each] {
        for (int i = 0; i < each; ++i) allocate_once(i % ways);
      };
      std::jthread a(work), b(work);
    });
  };
  in_threads(0);  // what threads need for the first time
  const std::int64_t of_threads = in_threads(0);
  EXPECT_EQ(in_threads(1000), of_threads + 2000);
}

TEST(Allocations, KeepTheMeaningOfTheCalls) {
  auto* zeros = static_cast<char*>(std::calloc(100, 10));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(zeros[i], 0);
  zeros[999] = 7;
  zeros = static_cast<char*>(std::realloc(zeros, 100'000));
  EXPECT_EQ(zeros[999], 7);
  std::free(zeros);
  void* memory = nullptr;
  EXPECT_EQ(::posix_memalign(&memory, 4096, 10), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 4096, 0U);
  std::free(memory);
}

}  // namespace
}  // namespace lockstep
