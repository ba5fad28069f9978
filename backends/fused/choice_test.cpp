#include "backends/fused/choice.h"

#include <stdexcept>

#include <gmock/gmock.h>

namespace lockstep::fused {
namespace {

TEST(Choice, IsTheFastestUnlessNamed) {
  EXPECT_EQ(&find_kernels(""), usable_kernels().front());
  for (const Kernels* kernels : usable_kernels()) EXPECT_EQ(&find_kernels(kernels->isa), kernels);
}

TEST(Choice, OfWhatIsNotThereSaysWhatIs) {
  try {
    find_kernels("AVX9");
    FAIL() << "found";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), ::testing::StartsWith("LOCKSTEP_FUSED_ISA is \"AVX9\": accepted are "));
    EXPECT_THAT(error.what(), ::testing::HasSubstr(std::string(usable_kernels().front()->isa)));
  }
}

TEST(Kernels, ComeWiderFirst) {
  for (std::size_t i = 1; i < usable_kernels().size(); ++i)
    EXPECT_GT(usable_kernels()[i - 1]->lanes, usable_kernels()[i]->lanes);
}

TEST(Kernels, HaveEverySumOfATile) {
  for (const Kernels* kernels : usable_kernels())
    for (const auto& of_width : kernels->sum)
      for (int rows = 1; rows <= most_rows; ++rows)
        EXPECT_NE(of_width[static_cast<std::size_t>(rows - 1)], nullptr);
}

}  // namespace
}  // namespace lockstep::fused
