#pragma once

#include <cstddef>
#include <span>

namespace lockstep::gate {

/// Exact one-sided p of Wilcoxon's signed-rank test (Wilcoxon 1945) against "symmetric about `center` or
/// below it". All 2^n signs are equally likely given the distances from the center, tied distances share
/// their mean rank, and values on the center keep their ranks but count for neither side (Pratt 1959); 1 when
/// all are. Throws std::invalid_argument: no value, or one that is not finite.
double p_above(std::span<const double> values, double center);
/// The mirror image: against "symmetric about `center` or above it".
double p_below(std::span<const double> values, double center);

/// The smallest p that either can give for n values: 2^-n.
double smallest_p(int n);

/// The k-th smallest mean of two of n values (each also with itself) is below the center of symmetry but for
/// a probability of `tail`. k = 0: none is, n is too small. The signed-rank test for that tail rejects all
/// centers below that mean (Hollander, Wolfe & Chicken 2014, section 3.3).
struct Depth {
  std::size_t k = 0;
  double tail = 0;
};
/// The largest k whose tail is at most this.
Depth depth_for(int n, double tail);

/// The median of all means of two values, and the interval of centers that the test does not reject.
struct HodgesLehmann {
  double estimate = 0, low = 0, high = 0;
  double level = 0;  // attained by the interval, exact but for ties, which only widen it
};
/// Hodges & Lehmann 1963. The attained level is at least `level`, except for so few values that their whole
/// range attains less (n < 6 for 0.95). Throws as p_above does.
HodgesLehmann hodges_lehmann(std::span<const double> values, double level);

}  // namespace lockstep::gate
