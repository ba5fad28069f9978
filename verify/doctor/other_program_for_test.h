#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "cases/array.h"

namespace lockstep::doctor {

/// A recurrent layer as people write it in a program of their own: nothing of it is lockstep's. It is handed
/// the numbers as Keras has them, and takes them in its own way.
struct OtherProgram {
  using Values = std::vector<double>;
  using Function = std::function<double(double)>;

  explicit OtherProgram(const Node& node)
      : spec(std::get<RecurrentSpec>(node.kind)),
        kernel(node.weights.kernel.begin(), node.weights.kernel.end()),
        recurrent_kernel(node.weights.recurrent_kernel.begin(), node.weights.recurrent_kernel.end()),
        order(spec.cell == Cell::lstm ? "ifco" : "zrh"),
        resets_after(spec.reset_after) {
    const auto size = order.size() * static_cast<std::size_t>(spec.units);
    const auto& bias = node.weights.bias;
    input_bias.assign(bias.begin(), bias.begin() + static_cast<std::ptrdiff_t>(size));
    recurrent_bias.assign(size, 0.0);
    if (bias.size() == 2 * size)
      recurrent_bias.assign(bias.begin() + static_cast<std::ptrdiff_t>(size), bias.end());
  }

  RecurrentSpec spec;
  Values kernel, recurrent_kernel;    // [features, gates * units], [units, gates * units]
  std::string order;                  // of the gates in them
  Values input_bias, recurrent_bias;  // [gates * units]
  Function inner = [](double x) { return 1 / (1 + std::exp(-x)); };
  Function outer = [](double x) { return std::tanh(x); };
  bool resets_after;
  bool keeps_states = true;  // between steps

  /// x · matrix + bias of one gate.
  Values product(char gate, const Values& x, const Values& matrix, const Values& bias) const {
    const auto units = static_cast<std::size_t>(spec.units), columns = units * order.size();
    const std::size_t first = order.find(gate) * units;
    Values y(units);
    for (std::size_t j = 0; j < units; ++j) {
      y[j] = bias[first + j];
      for (std::size_t i = 0; i < x.size(); ++i) y[j] += x[i] * matrix[i * columns + first + j];
    }
    return y;
  }

  void step_lstm(const Values& x, Values& h, Values& c) const {
    std::map<char, Values> gates;
    for (const char gate : order) {
      gates[gate] = product(gate, x, kernel, input_bias);
      const Values more = product(gate, h, recurrent_kernel, recurrent_bias);
      for (std::size_t j = 0; j < more.size(); ++j) gates[gate][j] += more[j];
    }
    for (std::size_t j = 0; j < h.size(); ++j) {
      c[j] = inner(gates['f'][j]) * c[j] + inner(gates['i'][j]) * outer(gates['c'][j]);
      h[j] = inner(gates['o'][j]) * outer(c[j]);
    }
  }

  void step_gru(const Values& x, Values& h) const {
    const auto sum = [&](char gate) {
      Values y = product(gate, x, kernel, input_bias);
      const Values more = product(gate, h, recurrent_kernel, recurrent_bias);
      for (std::size_t j = 0; j < y.size(); ++j) y[j] = inner(y[j] + more[j]);
      return y;
    };
    const Values z = sum('z'), r = sum('r');
    Values candidate = product('h', x, kernel, input_bias), reset = h;
    for (std::size_t j = 0; j < h.size(); ++j) reset[j] *= r[j];
    const Values more = product('h', resets_after ? h : reset, recurrent_kernel, recurrent_bias);
    for (std::size_t j = 0; j < h.size(); ++j) {
      candidate[j] = outer(candidate[j] + (resets_after ? r[j] * more[j] : more[j]));
      h[j] = z[j] * h[j] + (1 - z[j]) * candidate[j];
    }
  }

  /// Of every step: [samples, time_steps, units].
  Array<float> operator()(const Array<float>& x) const {
    const auto units = static_cast<std::size_t>(spec.units);
    const auto features = static_cast<std::size_t>(x.dims[2]);
    Array<float> y{{x.dims[0], x.dims[1], spec.units}, {}};
    auto from = x.values.begin();
    for (std::int64_t sample = 0; sample < x.dims[0]; ++sample) {
      Values h(units), c(units);
      for (std::int64_t t = 0; t < x.dims[1]; ++t) {
        if (!keeps_states) h = c = Values(units);
        const Values step(from, from + static_cast<std::ptrdiff_t>(features));
        from += static_cast<std::ptrdiff_t>(features);
        if (spec.cell == Cell::lstm)
          step_lstm(step, h, c);
        else
          step_gru(step, h);
        y.values.insert(y.values.end(), h.begin(), h.end());
      }
    }
    return y;
  }
};

}  // namespace lockstep::doctor
