#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/spec.h"
#include "backends/weights.h"

/// A layer of Keras as ONNX has it: github.com/onnx/onnx/blob/main/docs/Operators.md, LSTM, GRU and RNN.
namespace lockstep::onnxruntime {

/// What a gate is put through, by its name in ONNX, and its two numbers where it has some: y = f(alpha x +
/// beta).
struct ActivationOperator {
  struct Numbers {
    float alpha, beta;
  };
  std::string name;
  std::optional<Numbers> numbers;
};
/// As a recurrent operator takes it; all but that of linear are operators on their own, too.
ActivationOperator activation_operator(Activation);

/// Weights of a recurrent layer in the order of the operator: gates i o f c, z r h; a row for each output.
struct OperatorWeights {
  std::vector<float> input;      // W [gates * units, features]
  std::vector<float> recurrent;  // R [gates * units, units]
  std::vector<float> bias;       // B [2 * gates * units]: of the input, then of the state
};
OperatorWeights operator_weights(const RecurrentSpec&, std::int64_t features, const Weights&);

}  // namespace lockstep::onnxruntime
