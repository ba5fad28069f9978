#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace lockstep {

enum class Cell { simple_rnn, lstm, gru };
enum class Activation { linear, tanh, sigmoid, hard_sigmoid, relu, softsign, softmax };
enum class DenseStyle {
  flattened,
  time_distributed
};  // one product over batch * time rows | one product per step

/// A recurrent layer by its Keras names. Gate order: LSTM i f c o, GRU z r h.
struct RecurrentSpec {
  Cell cell = Cell::lstm;
  std::int64_t units = 1;
  Activation activation = Activation::tanh;
  Activation recurrent_activation = Activation::sigmoid;  // not simple_rnn
  bool use_bias = true;
  bool reset_after = true;  // gru only
  bool return_sequences = false;
  bool go_backwards = false;  // outputs come in the order of processing, as in Keras
  bool zero_output_for_mask = false;
  bool operator==(const RecurrentSpec&) const = default;
};
/// activation(input · kernel + bias) on the last axis.
struct DenseSpec {
  std::int64_t units = 1;
  Activation activation = Activation::linear;
  bool use_bias = true;
  DenseStyle style = DenseStyle::flattened;
  bool operator==(const DenseSpec&) const = default;
};
/// Keras' Activation layer; softmax is over the last axis.
struct ActivationSpec {
  Activation activation = Activation::linear;
  bool operator==(const ActivationSpec&) const = default;
};
using LayerSpec = std::variant<RecurrentSpec, DenseSpec, ActivationSpec>;

struct Shape {
  std::int64_t batch = 1, time_steps = 1, features = 1;
  bool operator==(const Shape&) const = default;
};

/// Which steps count. right, left: padding at the end, at the start; holes: scattered; full: a whole row
/// masked.
enum class MaskPattern { none, right, left, holes, full };
/// What a run of a recurrent layer is given and asked for beside its input and output.
struct Extras {
  bool initial_state = false;
  bool final_state = false;
  MaskPattern mask = MaskPattern::none;
  bool operator==(const Extras&) const = default;
};

enum class Pass { inference, training };
struct Exec {
  int threads = 1;
  Pass pass = Pass::inference;
  bool operator==(const Exec&) const = default;
};

/// What to compute, on how much of it, and how. Its text form (backends/problem_text.h) names it everywhere.
struct Problem {
  LayerSpec layer;
  Shape shape;
  Extras extras;
  Exec exec;
  bool operator==(const Problem&) const = default;
};

/// Throws std::invalid_argument naming the field that no layer could have, its value and what is accepted.
void validate(const Problem&);

std::string_view to_string(Cell);
std::string_view to_string(Activation);
std::string_view to_string(DenseStyle);
std::string_view to_string(MaskPattern);
std::string_view to_string(Pass);

std::int64_t gate_count(const RecurrentSpec&);  // lstm 4, gru 3, simple_rnn 1
std::int64_t output_features(const LayerSpec&, std::int64_t input_features);
std::int64_t output_time_steps(const Problem&);
/// Memory of weights, input and output of one run at float, in bytes, and in training of what a recurrent
/// layer keeps of its steps; saturates instead of overflowing.
std::int64_t bytes_needed(const Problem&);
const RecurrentSpec* as_recurrent(const Problem&);
const DenseSpec* as_dense(const Problem&);

}  // namespace lockstep
