#include <algorithm>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>

#include "backends/registry.h"

namespace lockstep {
namespace {

// In a process of its own: whatever has run in it before might have started some.
TEST(Modules, StartNoThreadsWhereTheyAreLoaded) {
  const auto loaded = load_modules(module_folder());
  EXPECT_TRUE(std::any_of(loaded.begin(), loaded.end(), [](const Module& one) {
    return one.backend != nullptr && one.name == "openblas";
  }));
  const std::filesystem::directory_iterator threads("/proc/self/task");
  EXPECT_EQ(std::distance(begin(threads), end(threads)), 1);
}

}  // namespace
}  // namespace lockstep
