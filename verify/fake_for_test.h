#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/reference.h"

namespace lockstep {

/// What a fake backend does wrong.
enum class Fault {
  none,
  refuses,
  gate_order,
  no_bias,
  last_step,
  no_state,
  final_state,
  writes_before,
  writes_after,
  leaves_one,
  differs,
  remembers,
  layout,
  throws_in_prepare,
  throws_in_run,
};

/// reference.h at float with one planted fault.
class FakeLayer : public Layer {
 public:
  FakeLayer(const Problem& problem, Weights weights, Fault fault)
      : problem_(problem), weights_(std::move(weights)), fault_(fault), rows_(problem, weights_) {
    const std::int64_t units = output_features(problem.layer, problem.shape.features);
    kept_h_.assign(static_cast<std::size_t>(problem.shape.batch * units), 0);
    if (fault == Fault::no_bias) std::fill(weights_.bias.begin(), weights_.bias.end(), 0.0F);
    if (fault == Fault::gate_order)
      for (auto* matrix : {&weights_.kernel, &weights_.recurrent_kernel, &weights_.bias})
        swap_first_gates(*matrix, gate_count(std::get<RecurrentSpec>(problem.layer)) * units, units);
  }
  std::string method() const override { return "fake"; }

  void run(const Io& asked) override {
    if (fault_ == Fault::throws_in_run) throw std::runtime_error("the fake broke");
    const auto [batch, time_steps, features] = problem_.shape;
    Io io = asked;
    if (fault_ == Fault::no_state) io.initial_h = io.initial_c = {};
    if (fault_ == Fault::remembers) {
      io.initial_h = state_view<const float>(kept_h_.data(), batch, io.output.dims[2]);
      io.final_h = state_view(kept_h_.data(), batch, io.output.dims[2]);
    }
    if (fault_ == Fault::layout)
      io.input = sequence_view(io.input.data, {batch, time_steps, features}, Layout::time_major);
    float& last = io.output(batch - 1, io.output.dims[1] - 1, io.output.dims[2] - 1);
    const float before = last;
    rows_.run(io, 0, batch);
    if (fault_ == Fault::leaves_one) last = before;
    if (fault_ == Fault::writes_before) io.output.data[-1] = 0;
    if (fault_ == Fault::writes_after) (&last)[1] = 0;
    if (fault_ == Fault::differs && runs_ % 2 == 1) last = std::nextafter(last, 2.0F);
    if (fault_ == Fault::last_step)
      std::copy_n(io.output.row(batch - 1, time_steps - 2), io.output.dims[2],
                  io.output.row(batch - 1, time_steps - 1));
    if (fault_ == Fault::final_state)
      std::copy_n(io.output.row(batch - 1, time_steps - 2), io.output.dims[2], io.final_h.row(batch - 1));
    ++runs_;
  }

 private:
  static void swap_first_gates(std::vector<float>& matrix, std::int64_t columns, std::int64_t units) {
    for (auto row = matrix.begin(); row < matrix.end(); row += columns)
      std::swap_ranges(row, row + units, row + units);
  }

  Problem problem_;
  Weights weights_;
  Fault fault_;
  reference::LayerRows<float> rows_;
  std::vector<float> kept_h_;
  int runs_ = 0;
};

class FakeBackend : public Backend {
 public:
  explicit FakeBackend(Fault fault = Fault::none, std::string name = "fake")
      : fault_(fault), name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem&) const override {
    return fault_ == Fault::refuses ? Support::no("the fake refuses") : Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (fault_ == Fault::throws_in_prepare) throw std::runtime_error("the fake broke");
    return std::make_unique<FakeLayer>(problem, weights, fault_);
  }

 private:
  Fault fault_;
  std::string name_;
};

}  // namespace lockstep
