#include "backends/spec.h"

#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/spec_names.h"
#include "backends/weights.h"

namespace lockstep {
namespace {

constexpr std::int64_t largest_dimension = std::int64_t{1} << 24;
constexpr int most_threads = 1024;

void check_dimension(std::string_view field, std::int64_t value) {
  if (value < 1 || value > largest_dimension)
    throw std::invalid_argument(
        fmt::format("{} is {}: accepted are 1 to {}", field, value, largest_dimension));
}

void check_elementwise(std::string_view field, Activation activation) {
  if (activation == Activation::softmax)
    throw std::invalid_argument(
        fmt::format("{} is softmax, which is not elementwise: a recurrent cell takes linear, tanh, sigmoid, "
                    "hard_sigmoid, relu "
                    "or softsign",
                    field));
}

void check_layer(const RecurrentSpec& layer, const Problem&) {
  check_dimension("units (U)", layer.units);
  check_elementwise("activation (act)", layer.activation);
  check_elementwise("recurrent_activation (rec_act)", layer.recurrent_activation);
  if (layer.cell == Cell::simple_rnn && layer.recurrent_activation != Activation::sigmoid)
    throw std::invalid_argument(
        "recurrent_activation (rec_act) is set: simple_rnn has none, only lstm and gru do");
  if (layer.cell != Cell::gru && !layer.reset_after)
    throw std::invalid_argument(
        fmt::format("reset_after is 0: {} has no reset gate, only gru has", to_string(layer.cell)));
}

void check_no_extras(const Extras& extras) {
  if (extras != Extras{})
    throw std::invalid_argument("state, final and mask belong to recurrent layers (simple_rnn, lstm, gru)");
}
void check_layer(const DenseSpec& layer, const Problem& problem) {
  check_dimension("units (U)", layer.units);
  check_no_extras(problem.extras);
}
void check_layer(const ActivationSpec&, const Problem& problem) {
  check_no_extras(problem.extras);
}

/// a * b, at most the largest std::int64_t; for a, b >= 0.
std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}
std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

}  // namespace

void validate(const Problem& problem) {
  check_dimension("batch (B)", problem.shape.batch);
  check_dimension("time_steps (T)", problem.shape.time_steps);
  check_dimension("features (F)", problem.shape.features);
  std::visit([&](const auto& layer) { check_layer(layer, problem); }, problem.layer);
  if (problem.exec.threads < 1 || problem.exec.threads > most_threads)
    throw std::invalid_argument(
        fmt::format("threads is {}: accepted are 1 to {}", problem.exec.threads, most_threads));
}

std::string_view to_string(Cell cell) {
  return cell_names.of(cell);
}
std::string_view to_string(Activation activation) {
  return activation_names.of(activation);
}
std::string_view to_string(DenseStyle style) {
  return dense_style_names.of(style);
}
std::string_view to_string(MaskPattern mask) {
  return mask_pattern_names.of(mask);
}
std::string_view to_string(Pass pass) {
  return pass_names.of(pass);
}

std::int64_t gate_count(const RecurrentSpec& layer) {
  switch (layer.cell) {
    case Cell::simple_rnn:
      return 1;
    case Cell::lstm:
      return 4;
    case Cell::gru:
      return 3;
  }
  return 0;
}

std::int64_t output_features(const LayerSpec& layer, std::int64_t input_features) {
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&layer)) return recurrent->units;
  if (const auto* dense = std::get_if<DenseSpec>(&layer)) return dense->units;
  return input_features;
}

std::int64_t output_time_steps(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  return recurrent != nullptr && !recurrent->return_sequences ? 1 : problem.shape.time_steps;
}

std::int64_t bytes_needed(const Problem& problem) {
  const auto& [batch, time_steps, features] = problem.shape;
  const std::int64_t input = saturating_product(saturating_product(batch, time_steps), features);
  const std::int64_t output = saturating_product(saturating_product(batch, output_time_steps(problem)),
                                                 output_features(problem.layer, features));
  const std::int64_t weights = weight_shapes(problem.layer, features).parameters();
  std::int64_t kept = 0;  // for the way back: the gates, h, c and what is shown of c
  if (const auto* recurrent = as_recurrent(problem);
      recurrent != nullptr && problem.exec.pass == Pass::training)
    kept = saturating_product(saturating_product(batch, time_steps),
                              (gate_count(*recurrent) + 3) * recurrent->units);
  return saturating_product(saturating_sum(saturating_sum(input, output), saturating_sum(weights, kept)),
                            sizeof(float));
}

const RecurrentSpec* as_recurrent(const Problem& problem) {
  return std::get_if<RecurrentSpec>(&problem.layer);
}
const DenseSpec* as_dense(const Problem& problem) {
  return std::get_if<DenseSpec>(&problem.layer);
}

}  // namespace lockstep
