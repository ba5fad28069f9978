#pragma once

#include "cases/model_file.h"

namespace lockstep {

/// Reads a model of RTNeural in JSON, as its python/model_utils.py writes it: layers of the types dense,
/// time-distributed-dense, lstm, gru and activation, weights in the layout of Keras. It is computed as
/// RTNeural computes it (RTNeural/model_loader.h): every layer returns every step, an lstm or gru has tanh
/// and sigmoid, a gru two rows of biases. Throws std::invalid_argument, one line: the file, the layer, the
/// key, its value and what is accepted.
ModelFile read_rtneural(const std::filesystem::path&);

}  // namespace lockstep
