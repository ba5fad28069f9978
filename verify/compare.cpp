#include "verify/compare.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace lockstep {
namespace {

/// Floats in order as consecutive whole numbers; both zeros are 0.
std::int64_t place_on_number_line(float x) {
  const auto bits = std::bit_cast<std::int32_t>(x);
  return bits >= 0 ? bits : std::int64_t{std::numeric_limits<std::int32_t>::min()} - bits;
}

template <class Use>
void for_each_index(const std::array<std::int64_t, 3>& dims, Use&& use) {
  for (std::int64_t b = 0; b < dims[0]; ++b)
    for (std::int64_t t = 0; t < dims[1]; ++t)
      for (std::int64_t j = 0; j < dims[2]; ++j) use(b, t, j);
}

}  // namespace

Comparison compare(const SequenceView<const double>& expected, const SequenceView<const float>& actual,
                   const SequenceView<const double>& allowed) {
  Comparison found;
  for_each_index(expected.dims, [&](std::int64_t b, std::int64_t t, std::int64_t j) {
    Element here{{b, t, j}, expected(b, t, j), actual(b, t, j), 0, allowed(b, t, j)};
    here.error = std::abs(here.actual - here.expected);
    if (!std::isfinite(here.error)) {
      ++found.not_finite;
      here.error = std::numeric_limits<double>::infinity();
    }
    if (found.compared++ == 0 || here.share() > found.worst.share()) found.worst = here;
    if (here.error <= here.allowed && !std::isinf(here.error)) return;
    if (found.over++ == 0 || t < found.first.place[1]) found.first = here;
  });
  return found;
}

void BitDifference::merge(const BitDifference& more) {
  compared += more.compared;
  different += more.different;
  largest_ulp = std::max(largest_ulp, more.largest_ulp);
  largest_difference = std::max(largest_difference, more.largest_difference);
}

BitDifference compare_bits(const SequenceView<const float>& a, const SequenceView<const float>& b) {
  BitDifference found;
  for_each_index(a.dims, [&](std::int64_t i, std::int64_t t, std::int64_t j) {
    const float x = a(i, t, j), y = b(i, t, j);
    ++found.compared;
    if (std::bit_cast<std::int32_t>(x) == std::bit_cast<std::int32_t>(y)) return;
    ++found.different;
    found.largest_difference =
        std::max(found.largest_difference, std::abs(static_cast<double>(x) - static_cast<double>(y)));
    found.largest_ulp =
        std::max(found.largest_ulp, std::abs(place_on_number_line(x) - place_on_number_line(y)));
  });
  return found;
}

}  // namespace lockstep
