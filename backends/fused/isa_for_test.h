#pragma once

#include <array>
#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "backends/fused/kernels.h"

namespace lockstep::fused {

/// A test of each instruction set that the kernels are written for; skipped where this machine or this build
/// has it not.
class EveryIsa : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    for (const Kernels* one : usable_kernels())
      if (one->isa == GetParam()) kernels_ = one;
    if (kernels_ == nullptr)
      GTEST_SKIP() << GetParam() << " is not there: this machine lacks it, or it was not compiled";
  }
  const Kernels& kernels() const { return *kernels_; }

 private:
  const Kernels* kernels_ = nullptr;
};

#define LOCKSTEP_EVERY_ISA(Fixture)                                                                      \
  INSTANTIATE_TEST_SUITE_P(Isa, Fixture, ::testing::Values("AVX-512", "AVX2", "SSE4", "NEON", "scalar"), \
                           [](const auto& test) {                                                        \
                             std::string name(test.param);                                               \
                             std::erase(name, '-');                                                      \
                             return name;                                                                \
                           })

}  // namespace lockstep::fused
