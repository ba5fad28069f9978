#pragma once

#include <span>

namespace lockstep::gate {

/// Two-sided p of Mann and Whitney's U test (1947), as scipy.stats.mannwhitneyu gives it by default: exact
/// when one sample has at most 8 values and there are no ties, else the normal approximation with corrections
/// for ties and continuity. Google Benchmark's compare.py decides by it. Throws std::invalid_argument: an
/// empty sample, or a value that is not finite.
double mann_whitney_p(std::span<const double> a, std::span<const double> b);

}  // namespace lockstep::gate
