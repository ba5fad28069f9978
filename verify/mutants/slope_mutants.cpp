#include <cmath>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong_training.h"

namespace lockstep {
namespace {

/// One activation's slope as `slope_of` has it.
template <Activation activation, float (*slope_of)(float)>
struct WrongSlope : reference::PlainBackward<float> {
  float slope(Activation of, float y) {
    return of == activation ? slope_of(y) : reference::PlainBackward<float>::slope(of, y);
  }
  void slope_row(Activation of, const float* y, float* gradient, std::int64_t n) {
    if (of != activation) return reference::PlainBackward<float>::slope_row(of, y, gradient, n);
    for (std::int64_t j = 0; j < n; ++j) gradient[j] *= slope_of(y[j]);
  }
};

float one(float) {
  return 1;
}
float of_tanh(float y) {
  return 1 - y * y;
}
float of_sigmoid(float y) {
  return y * (1 - y);
}
float of_twice_activated(float y) {
  return 1 - std::tanh(y) * std::tanh(y);
}
float sixth(float) {
  return 1.0F / 6;
}
float fifth_inside(float y) {
  return y > 0 && y < 1 ? 0.2F : 0.0F;
}
float not_squared(float y) {
  return 1 - std::abs(y);
}
float without_sign(float y) {
  return (1 - y) * (1 - y);
}

template <Activation activation, float (*slope_of)(float)>
MakeTrainableLayer with_slope() {
  return wrong_training<WrongSlope<activation, slope_of>>();
}

}  // namespace

std::vector<Mutant> slope_mutants() {
  using namespace needs;
  return {
      {"tanh_slope_missing",
       "The derivative of tanh is left out.",
       {training, tanh},
       {},
       with_slope<Activation::tanh, one>()},
      {"tanh_slope_of_result",
       "The derivative of tanh is taken at its value instead of at what went in.",
       {training, tanh},
       {},
       with_slope<Activation::tanh, of_twice_activated>()},
      {"tanh_slope_is_sigmoids",
       "tanh has the derivative of sigmoid.",
       {training, tanh},
       {},
       with_slope<Activation::tanh, of_sigmoid>()},
      {"sigmoid_slope_missing",
       "The derivative of sigmoid is left out.",
       {training, sigmoid},
       {},
       with_slope<Activation::sigmoid, one>()},
      {"sigmoid_slope_is_tanhs",
       "sigmoid has the derivative of tanh.",
       {training, sigmoid},
       {},
       with_slope<Activation::sigmoid, of_tanh>()},
      {"hard_sigmoid_slope_everywhere",
       "hard_sigmoid has its slope where it is clipped, too.",
       {training, hard_sigmoid},
       {},
       with_slope<Activation::hard_sigmoid, sixth>()},
      {"hard_sigmoid_slope_of_keras_2",
       "hard_sigmoid has the slope 0.2 that it had before Keras 3.",
       {training, hard_sigmoid},
       {},
       with_slope<Activation::hard_sigmoid, fifth_inside>()},
      {"relu_slope_everywhere",
       "relu passes the gradient on where it is zero, too.",
       {training, relu},
       {},
       with_slope<Activation::relu, one>()},
      {"softsign_slope_not_squared",
       "The derivative of softsign is not squared.",
       {training, softsign},
       {},
       with_slope<Activation::softsign, not_squared>()},
      {"softsign_slope_without_absolute",
       "The derivative of softsign forgets that negative values count by their size.",
       {training, softsign},
       {},
       with_slope<Activation::softsign, without_sign>()},
      {"softmax_slope_of_sigmoid",
       "softmax passes the gradient on value by value: the row's mean is left out.",
       {training, softmax, units},
       {},
       with_slope<Activation::softmax, of_sigmoid>()},
  };
}

}  // namespace lockstep
