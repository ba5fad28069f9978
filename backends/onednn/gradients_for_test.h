#pragma once

#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/onednn/sample_for_test.h"

namespace lockstep::onednn {

/// The arrays of one backward pass: those given hold numbers, those asked for a mark.
struct GradientArrays {
  GradientArrays(const Problem&, Place);
  Gradients gradients(const Problem&);
  /// What was computed, named; where one wrote outside its view, that is said instead of its values.
  std::vector<std::pair<std::string, std::vector<float>>> results() const;

  Guarded of_output, of_final_h, of_final_c, of_input, of_initial_h, of_initial_c;
  Weights of_weights;
};

/// The name of the first result that is not the same bit by bit; empty: all are.
std::string difference(const GradientArrays&, const GradientArrays&);

}  // namespace lockstep::onednn
