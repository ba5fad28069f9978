#pragma once

#include <cstdint>
#include <vector>

#include "backends/backend.h"

namespace lockstep {

/// How far noise as large as float's roundings moves the results of a recurrent layer: the largest deviation
/// of the noisy runs from the exact one, over the units, in each probed batch row.
struct Envelope {
  std::int64_t time_steps = 0;           // of the output
  std::vector<double> output;            // [rows, time_steps]
  std::vector<double> final_h, final_c;  // [rows]; empty where none is asked for

  /// Over the first `rows` rows.
  double of_output(std::int64_t rows, std::int64_t t) const;
};

/// `exact` has the layer's inputs and what the oracle made of them. A row's noise is its own, so that shorter
/// runs and smaller batches meet the same.
Envelope measure_envelope(const Problem&, const BasicWeights<double>&, const BasicIo<double>& exact,
                          int threads);

}  // namespace lockstep
