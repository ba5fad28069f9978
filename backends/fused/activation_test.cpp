#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "backends/fused/activation_error_for_test.h"
#include "backends/fused/isa_for_test.h"

namespace lockstep::fused {
namespace {

class Activations : public EveryIsa {
 protected:
  float activated(Activation activation, float x) const {
    kernels().activate(activation, &x, 1);
    return x;
  }
};
LOCKSTEP_EVERY_ISA(Activations);

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// The program fused_activation_errors looks at every float.
TEST_P(Activations, ErrByThreeUlpAtMost) {
  constexpr double most_ulp = 3;
  constexpr std::uint64_t stride = 4099;  // a prime: no pattern of bits is left out
  for (const Function function : {Function::exp, Function::tanh, Function::sigmoid}) {
    const ActivationError largest = largest_error(kernels(), function, 0, stride);
    EXPECT_LE(largest.ulp, most_ulp) << "function " << static_cast<int>(function) << " at " << largest.at;
    EXPECT_GT(largest.ulp, 0.4);  // they were looked at
  }
}

TEST_P(Activations, KeepNan) {
  for (const Activation activation :
       {Activation::linear, Activation::tanh, Activation::sigmoid, Activation::hard_sigmoid, Activation::relu,
        Activation::softsign, Activation::softmax})
    EXPECT_TRUE(std::isnan(activated(activation, nan))) << to_string(activation);
}

TEST_P(Activations, ReachTheirEnds) {
  EXPECT_EQ(activated(Activation::tanh, infinity), 1);
  EXPECT_EQ(activated(Activation::tanh, -infinity), -1);
  EXPECT_EQ(activated(Activation::sigmoid, infinity), 1);
  EXPECT_LT(activated(Activation::sigmoid, -infinity), std::numeric_limits<float>::min());
  EXPECT_EQ(activated(Activation::hard_sigmoid, infinity), 1);
  EXPECT_EQ(activated(Activation::hard_sigmoid, -3), 0);
  EXPECT_EQ(activated(Activation::relu, -infinity), 0);
  EXPECT_EQ(activated(Activation::relu, infinity), infinity);
  EXPECT_EQ(activated(Activation::softsign, 1), 0.5F);
  EXPECT_EQ(activated(Activation::linear, -7), -7);
  EXPECT_TRUE(std::signbit(activated(Activation::tanh, -0.0F)));
}

TEST_P(Activations, OfARowDoNotDependOnItsLength) {
  std::vector<float> values(67);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) / 8 - 4;
  for (const Activation activation : {Activation::tanh, Activation::sigmoid, Activation::hard_sigmoid})
    for (std::size_t n = 0; n < values.size(); ++n) {
      auto row = values;
      kernels().activate(activation, row.data(), static_cast<std::int64_t>(n));
      for (std::size_t i = 0; i < row.size(); ++i)
        ASSERT_EQ(row[i], i < n ? activated(activation, values[i]) : values[i]) << i << " of " << n;
    }
}

TEST_P(Activations, SoftmaxBearsLargeValues) {
  std::vector<float> row(19, 1e30F);
  row[3] = -infinity;
  kernels().activate(Activation::softmax, row.data(), 19);
  for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(row[i], i == 3 ? 0 : 1.0F / 18) << i;
}

}  // namespace
}  // namespace lockstep::fused
