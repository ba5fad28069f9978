#include "bench/latency/percentiles.h"

#include <cassert>
#include <cstddef>

namespace lockstep {

double percentile(std::span<const double> sorted, std::int64_t per_mille) {
  assert(!sorted.empty() && per_mille >= 1 && per_mille <= 1000);
  constexpr std::int64_t whole = 1000;
  const std::int64_t rank = (static_cast<std::int64_t>(sorted.size()) * per_mille + whole - 1) / whole;
  return sorted[static_cast<std::size_t>(rank - 1)];
}

}  // namespace lockstep
