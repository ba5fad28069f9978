#include "backends/fused/activation_error_for_test.h"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace lockstep::fused {
namespace {

double exact(Function function, double x) {
  switch (function) {
    case Function::exp:
      return std::exp(x);
    case Function::tanh:
      return std::tanh(x);
    case Function::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  return x;
}

void apply(const Kernels& kernels, Function function, std::vector<float>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  if (function == Function::exp) return kernels.exp(values.data(), n);
  kernels.activate(function == Function::tanh ? Activation::tanh : Activation::sigmoid, values.data(), n);
}

double error_in_ulp(float actual, double expected) {
  constexpr double smallest_normal = std::numeric_limits<float>::min();
  constexpr int bits = std::numeric_limits<float>::digits;
  if (std::isnan(expected) || std::isnan(actual))
    return std::isnan(expected) && std::isnan(actual) ? 0 : std::numeric_limits<double>::infinity();
  const double error = std::abs(static_cast<double>(actual) - expected);
  if (std::abs(expected) < smallest_normal)
    return error < smallest_normal ? 0 : std::numeric_limits<double>::infinity();
  return error / std::ldexp(1.0, std::ilogb(expected) + 1 - bits);
}

}  // namespace

ActivationError largest_error(const Kernels& kernels, Function function, std::uint64_t first,
                              std::uint64_t stride) {
  constexpr std::uint64_t all = std::uint64_t{1} << 32;
  constexpr std::size_t at_once = 4096;
  constexpr float most = 88;
  ActivationError largest;
  std::vector<float> inputs, values;
  for (std::uint64_t next = first; next < all;) {
    inputs.clear();
    for (; next < all && inputs.size() < at_once; next += stride) {
      const auto x = std::bit_cast<float>(static_cast<std::uint32_t>(next));
      if (function != Function::exp || !(x > most)) inputs.push_back(x);
    }
    values = inputs;
    apply(kernels, function, values);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const double error = error_in_ulp(values[i], exact(function, static_cast<double>(inputs[i])));
      if (error > largest.ulp) largest = {error, inputs[i]};
    }
  }
  return largest;
}

}  // namespace lockstep::fused
