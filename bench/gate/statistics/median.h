#pragma once

#include <vector>

namespace lockstep::gate {

/// The middle value, or the mean of the two in the middle; of at least one, none of them NaN.
double median(std::vector<double> values);

}  // namespace lockstep::gate
