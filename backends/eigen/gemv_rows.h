#pragma once

#include <cstdint>

namespace lockstep::eigen {

/// Up to how many rows are faster multiplied one by one by a row-major matrix of so many elements than by one
/// product, which packs both at every call. Measured with AVX2 on a Zen 3: it depends on the cache that holds
/// the matrix, read anew for every row.
constexpr std::int64_t most_gemv_rows(std::int64_t elements) {
  constexpr std::int64_t worth_a_call = 1024, first_cache = 8 * 1024, second_cache = 128 * 1024;
  if (elements < worth_a_call) return 4;
  if (elements <= first_cache) return 16;
  return elements <= second_cache ? 7 : 3;
}

}  // namespace lockstep::eigen
