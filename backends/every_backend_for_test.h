#pragma once

#include <ostream>

#include <gtest/gtest.h>

#include "backends/registry.h"

namespace lockstep {

inline void PrintTo(const Module& module, std::ostream* out) {
  *out << module.name;
}

/// A test of each module of this build; LOCKSTEP_EVERY_BACKEND makes the tests.
class EveryBackend : public ::testing::TestWithParam<Module> {
 protected:
  void SetUp() override { ASSERT_NE(GetParam().backend, nullptr) << GetParam().reason; }
  const Backend& backend() const { return *GetParam().backend; }
};

#define LOCKSTEP_EVERY_BACKEND(Fixture)                                                          \
  INSTANTIATE_TEST_SUITE_P(Modules, Fixture, ::testing::ValuesIn(load_modules(module_folder())), \
                           [](const auto& test) { return test.param.name; })

}  // namespace lockstep
