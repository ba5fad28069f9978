#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "backends/registry.h"

namespace lockstep {
namespace {

// In a process of its own: whatever has run in it before might have started some.
TEST(Modules, StartNoThreadsWhereTheyAreLoaded) {
  const auto loaded = load_modules(module_folder());
  EXPECT_GT(
      std::count_if(loaded.begin(), loaded.end(), [](const Module& one) { return one.backend != nullptr; }),
      1);
  const std::filesystem::directory_iterator threads("/proc/self/task");
  EXPECT_EQ(std::distance(begin(threads), end(threads)), 1);
}

}  // namespace
}  // namespace lockstep
