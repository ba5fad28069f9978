#pragma once

#include <span>
#include <vector>

namespace lockstep::gate {

/// Which of the hypotheses with these p are rejected, so that any true one among them is with a probability
/// of at most `level`, however they depend on each other (Holm 1979). A p that is NaN is never rejected.
std::vector<bool> holm(std::span<const double> p, double level);

}  // namespace lockstep::gate
