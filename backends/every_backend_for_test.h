#pragma once

#include <cctype>
#include <ostream>
#include <string>

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

/// "onednn_3_2_0": a test's name is of letters, digits and underscores.
inline std::string name_of_test(const Module& module) {
  std::string name = module.name;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

#define LOCKSTEP_EVERY_BACKEND(Fixture)                                                          \
  INSTANTIATE_TEST_SUITE_P(Modules, Fixture, ::testing::ValuesIn(load_modules(module_folder())), \
                           [](const auto& test) { return name_of_test(test.param); })

}  // namespace lockstep
