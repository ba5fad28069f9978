#include "verify/oracle.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "backends/reference.h"
#include "backends/team.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

/// Whether the output of a shorter run is the beginning of a longer one's.
bool is_prefix_of_longer(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  if (recurrent == nullptr) return true;
  return recurrent->return_sequences && !recurrent->go_backwards && !problem.extras.final_state &&
         problem.extras.mask == MaskPattern::none;
}

/// What decides the numbers: neither threads nor the dense style, nor the length where shorter is a prefix.
Problem family_of(Problem problem) {
  problem.exec = {};
  if (auto* dense = std::get_if<DenseSpec>(&problem.layer)) dense->style = DenseStyle::flattened;
  if (is_prefix_of_longer(problem)) problem.shape.batch = problem.shape.time_steps = 1;
  return problem;
}

std::string key_of(const Case& one) {
  return fmt::format("{}#{}#{}", to_string(family_of(one.problem)), one.seed, one.gain);
}

void run_rows(const Problem& problem, const BasicWeights<double>& weights, const BasicIo<double>& io,
              int threads) {
  Team team(static_cast<int>(std::min<std::int64_t>(threads, problem.shape.batch)));
  team.run([&](int worker) {
    const auto [begin, end] = slice_of(problem.shape.batch, team.threads(), worker);
    reference::LayerRows<double>(problem, weights).run(io, begin, end);
  });
}

std::vector<double> magnitudes_of(const std::vector<double>& values) {
  std::vector<double> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), [](double x) { return std::abs(x); });
  return magnitudes;
}

/// What each element of a layer without memory may err. `io` has its inputs and results.
void allow_elements(const Problem& problem, const BasicWeights<double>& weights, const BasicIo<double>& io,
                    const SequenceView<double>& allowed) {
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t units = allowed.dims[2];
  const auto* dense = as_dense(problem);
  const BasicWeights<double> sizes{magnitudes_of(weights.kernel), {}, magnitudes_of(weights.bias)};
  std::vector<double> input(static_cast<std::size_t>(features)), magnitudes;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      const double* row = io.input.row(b, t);
      if (dense == nullptr) {
        activation_row_tolerance(std::get<ActivationSpec>(problem.layer).activation, row, io.output.row(b, t),
                                 units, allowed.row(b, t));
        continue;
      }
      std::transform(row, row + features, input.begin(), [](double x) { return std::abs(x); });
      magnitudes.assign(static_cast<std::size_t>(units), 0);
      if (dense->use_bias) magnitudes = sizes.bias;
      reference::add_product(input.data(), features, sizes.kernel.data(), units, magnitudes.data(), units);
      dense_tolerance(dense->activation, magnitudes.data(), io.output.row(b, t), units, allowed.row(b, t));
    }
}

bool covers(const Shape& longer, const Shape& shorter) {
  return longer.batch >= shorter.batch && longer.time_steps >= shorter.time_steps;
}

}  // namespace

Expected::Expected(const Problem& problem, const Given& given, int threads)
    : asked_(problem, Layout::batch_major),
      allowed_elements_(as_recurrent(problem) ? Problem{} : problem, Layout::batch_major) {
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t units = asked_.dims[2];
  const auto widen = [](const Buffer<float>& from) {
    Buffer<double> to(from.size());
    std::copy(from.begin(), from.end(), to.begin());
    return to;
  };
  const BasicWeights<double> weights = given.weights.as<double>();
  const Buffer<double> input = widen(given.input), h = widen(given.initial_h), c = widen(given.initial_c);
  BasicIo<double> io;
  io.input = sequence_view<const double>(input.data(), {batch, time_steps, features}, given.layout);
  if (h.size() > 0) io.initial_h = state_view<const double>(h.data(), batch, units);
  if (c.size() > 0) io.initial_c = state_view<const double>(c.data(), batch, units);
  if (!given.mask.empty()) io.mask = mask_view(given.mask.data(), batch, time_steps);
  io.output = asked_.output_view();
  io.final_h = state_view(asked_.final_h.data(), batch, units);
  io.final_c = state_view(asked_.final_c.data(), batch, units);
  run_rows(problem, weights, io, threads);
  if (as_recurrent(problem) != nullptr)
    envelope_ = measure_envelope(problem, weights, io, threads);
  else
    allow_elements(problem, weights, io, allowed_elements_.output_view());
}

SequenceView<const double> Expected::output(const Problem& problem) const {
  SequenceView<double> view = asked_.output_view();
  view.dims = {problem.shape.batch, output_time_steps(problem), view.dims[2]};
  return view;
}
StateView<const double> Expected::final_h() const {
  return state_view<const double>(asked_.final_h.data(), asked_.dims[0], asked_.dims[2]);
}
StateView<const double> Expected::final_c() const {
  return state_view<const double>(asked_.final_c.data(), asked_.dims[0], asked_.dims[2]);
}

Allowed Expected::allowed(const Problem& problem) const {
  const SequenceView<const double> values = output(problem);
  const auto [batch, time_steps, units] = values.dims;
  Allowed allowed;
  allowed.states_ = {batch, units};
  if (as_recurrent(problem) == nullptr) {
    allowed.output_ = {allowed_elements_.output_view().data, values.dims, values.strides};
    return allowed;
  }
  const auto largest_of = [](const double* row, std::int64_t n, double& largest) {
    for (std::int64_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(row[j]));
  };
  const auto allow = [&](double deviation, double largest) {
    allowed.ill_conditioned_ = allowed.ill_conditioned_ || is_ill_conditioned(deviation, largest);
    return trajectory_tolerance(deviation, largest);
  };
  const std::int64_t rows = probed_rows(problem);
  for (std::int64_t t = 0; t < time_steps; ++t) {
    double largest = 0;
    for (std::int64_t b = 0; b < batch; ++b) largest_of(values.row(b, t), units, largest);
    allowed.memory_.push_back(allow(envelope_.of_output(rows, t), largest));
  }
  allowed.output_ = {allowed.memory_.data(), values.dims, {0, 1, 0}};
  const auto allow_state = [&](const std::vector<double>& deviations, const StateView<const double>& state) {
    if (deviations.empty()) return 0.0;
    double largest = 0;
    for (std::int64_t b = 0; b < state.dims[0]; ++b) largest_of(state.row(b), units, largest);
    return allow(*std::max_element(deviations.begin(), deviations.end()), largest);
  };
  allowed.final_h_ = allow_state(envelope_.final_h, final_h());
  allowed.final_c_ = allow_state(envelope_.final_c, final_c());
  return allowed;
}

void Oracle::plan(const Case& one) {
  if (!is_prefix_of_longer(one.problem)) return;
  const Shape& shape = one.problem.shape;
  std::vector<Shape>& largest = largest_[key_of(one)];
  if (std::any_of(largest.begin(), largest.end(), [&](const Shape& other) { return covers(other, shape); }))
    return;
  std::erase_if(largest, [&](const Shape& other) { return covers(shape, other); });
  largest.push_back(shape);
}

std::shared_ptr<const Expected> Oracle::expect(const Case& one) {
  const std::string key = key_of(one);
  if (expected_ != nullptr && key == key_ && covers(computed_, one.problem.shape)) return expected_;
  Problem longest = one.problem;
  if (const auto planned = largest_.find(key); planned != largest_.end())
    for (const Shape& shape : planned->second)
      if (covers(shape, longest.shape)) longest.shape = shape;
  expected_ = nullptr;  // before the next one needs its memory
  expected_ =
      std::make_shared<Expected>(longest, make_given(Case{longest, one.why, one.seed, one.gain}), threads_);
  key_ = key;
  computed_ = longest.shape;
  return expected_;
}

}  // namespace lockstep
