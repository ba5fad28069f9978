#include <algorithm>
#include <cmath>
#include <vector>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/rounding.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

/// The reference's arithmetic, except that one function of a single value is another.
template <float (*function)(Activation, float)>
struct OtherActivation : reference::Plain<float> {
  float activate(Activation activation, float x) { return function(activation, x); }
  void activate_row(Activation activation, float* row, std::int64_t n) {
    if (activation == Activation::softmax) return Plain::activate_row(activation, row, n);
    std::transform(row, row + n, row, [=](float x) { return function(activation, x); });
  }
};

/// `wrong` in place of one activation.
template <Activation which, float (*wrong)(float)>
float instead(Activation activation, float x) {
  return activation == which ? wrong(x) : reference::activate(activation, x);
}
template <Activation which, float (*wrong)(float)>
MakeLayer wrong_function() {
  return wrong_arithmetic<OtherActivation<instead<which, wrong>>>();
}

template <Activation which>
float hardly_off(float x) {
  return reference::activate(which, x) * (1 + 1e-4F);
}
float clamped_tanh(float x) {
  return std::tanh(std::clamp(x, -2.0F, 2.0F));
}
float reference_hard_sigmoid(float x) {
  return reference::activate(Activation::hard_sigmoid, x);
}
float keras_2_hard_sigmoid(float x) {
  return std::clamp(0.2F * x + 0.5F, 0.0F, 1.0F);
}
float unbounded_above_hard_sigmoid(float x) {
  return std::max(x / 6 + 0.5F, 0.0F);
}
float unbounded_below_hard_sigmoid(float x) {
  return std::min(x / 6 + 0.5F, 1.0F);
}
float leaky_relu(float x) {
  return x < 0 ? 0.01F * x : x;
}
float cut_off_relu(float x) {
  return std::clamp(x, 0.0F, 1.0F);
}
float one_sided_softsign(float x) {
  return x / (1 + std::max(x, 0.0F));
}

/// Products of numbers that keep 8 bits of their significand, as bfloat16 does.
struct CoarseInputs : reference::Plain<float> {
  void add_product(const float* x, std::int64_t k, const float* matrix, std::int64_t stride, float* y,
                   std::int64_t n) {
    std::vector<float> coarse(x, x + k);
    for (float& value : coarse) value = rounded<8>(value);
    Plain::add_product(coarse.data(), k, matrix, stride, y, n);
  }
};

/// An LSTM takes the tanh of its candidate and of its cell state by turns.
template <int turn>
struct ActivatesEveryOther : reference::Plain<float> {
  float activate(Activation activation, float x) {
    if (activation == Activation::tanh && calls++ % 2 == turn) return x;
    return Plain::activate(activation, x);
  }
  int calls = 0;
};

void set_activation(Problem& problem, Activation activation) {
  std::visit([&](auto& layer) { layer.activation = activation; }, problem.layer);
}
MakeLayer other_gates(Activation activation) {
  return wrong_problem(
      [=](Problem& problem) { std::get<RecurrentSpec>(problem.layer).recurrent_activation = activation; });
}

}  // namespace

std::vector<Mutant> activation_mutants() {
  using namespace needs;
  return {
      {"activation_left_out",
       "The activation is left out.",
       {needs::activation},
       wrong_problem([](Problem& problem) { set_activation(problem, Activation::linear); })},
      {"gate_activation_left_out",
       "The gates' activation is left out.",
       {gate_activation},
       other_gates(Activation::linear)},
      {"tanh_for_sigmoid_gates",
       "The gates are tanh instead of sigmoid.",
       {sigmoid_gates},
       other_gates(Activation::tanh)},
      {"lstm_candidate_not_activated",
       "The candidate goes into the cell state without its tanh.",
       {lstm, outer_tanh},
       wrong_arithmetic<ActivatesEveryOther<0>>()},
      {"lstm_output_not_activated",
       "The cell state goes to the output gate without its tanh.",
       {lstm, outer_tanh},
       wrong_arithmetic<ActivatesEveryOther<1>>()},
      {"hard_sigmoid_for_sigmoid",
       "sigmoid is hard_sigmoid, the default gate of old models.",
       {sigmoid},
       wrong_function<Activation::sigmoid, reference_hard_sigmoid>()},
      {"hard_sigmoid_of_keras_2",
       "hard_sigmoid has the slope 0.2 of Keras 2 instead of 1/6.",
       {hard_sigmoid},
       wrong_function<Activation::hard_sigmoid, keras_2_hard_sigmoid>()},
      {"hard_sigmoid_past_one",
       "hard_sigmoid is not cut off at 1.",
       {hard_sigmoid},
       wrong_function<Activation::hard_sigmoid, unbounded_above_hard_sigmoid>()},
      {"hard_sigmoid_below_zero",
       "hard_sigmoid is not cut off at 0.",
       {hard_sigmoid},
       wrong_function<Activation::hard_sigmoid, unbounded_below_hard_sigmoid>()},
      {"tanh_hardly_off",
       "tanh is off by 1e-4 of itself.",
       {tanh},
       wrong_function<Activation::tanh, hardly_off<Activation::tanh>>()},
      {"tanh_clamped",
       "tanh takes what is past 2 for 2.",
       {tanh},
       wrong_function<Activation::tanh, clamped_tanh>()},
      {"sigmoid_hardly_off",
       "sigmoid is off by 1e-4 of itself.",
       {sigmoid},
       wrong_function<Activation::sigmoid, hardly_off<Activation::sigmoid>>()},
      {"relu_leaky",
       "relu keeps a hundredth of what is negative.",
       {relu},
       wrong_function<Activation::relu, leaky_relu>()},
      {"relu_cut_off", "relu is cut off at 1.", {relu}, wrong_function<Activation::relu, cut_off_relu>()},
      {"softsign_one_sided",
       "softsign leaves what is negative as it is.",
       {softsign},
       wrong_function<Activation::softsign, one_sided_softsign>()},
      {"products_in_bfloat16",
       "Inputs and states are rounded to bfloat16 before they are multiplied.",
       {needs::weights},
       wrong_arithmetic<CoarseInputs>()},
  };
}

}  // namespace lockstep
