#pragma once

#include <bit>
#include <cstdint>

namespace lockstep {

/// x to the nearest number whose significand has that many bits: 8 in bfloat16, 11 in float16.
template <int bits>
float rounded(float x) {
  constexpr std::uint32_t dropped = 24 - bits, half = 1U << (dropped - 1);
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(x) + half) >> dropped << dropped);
}

}  // namespace lockstep
