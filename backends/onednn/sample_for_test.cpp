#include "backends/onednn/sample_for_test.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace lockstep::onednn {
namespace {

constexpr std::uint32_t mark_bits = 0x7fc0dead;  // a NaN

Problem asking_for_all(Problem problem) {
  if (auto* recurrent = std::get_if<RecurrentSpec>(&problem.layer)) {
    recurrent->return_sequences = true;
    problem.extras.final_state = true;
  }
  return problem;
}

std::int64_t units_of(const Problem& problem) {
  return output_features(problem.layer, problem.shape.features);
}

template <class Real>
StateView<Real> view_of(std::vector<Real>& values, std::int64_t units) {
  const auto n = static_cast<std::int64_t>(values.size());
  return state_view(values.empty() ? nullptr : values.data(), n / units, units);
}

}  // namespace

std::vector<float> Sample::values(std::int64_t n, double scale, double offset) {
  std::uniform_real_distribution<double> uniform(-scale, scale);
  std::vector<float> result(static_cast<std::size_t>(n));
  for (auto& value : result) value = static_cast<float>(offset + uniform(random_));
  return result;
}

Sample::Sample(const Problem& wanted) : problem(asking_for_all(wanted)) {
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t units = units_of(problem);
  const WeightShapes shapes = weight_shapes(problem.layer, features);
  const auto matrix = [&](const WeightShapes::Matrix& shape, double scale) {
    return values(shape[0] * shape[1], scale);
  };
  weights.kernel = matrix(shapes.kernel, 1 / std::sqrt(static_cast<double>(features)));
  // A uniform number in [-1, 1) has variance 1/3.
  weights.recurrent_kernel =
      matrix(shapes.recurrent_kernel, spectral_radius * std::sqrt(3.0 / static_cast<double>(units)));
  weights.bias = matrix(shapes.bias, 0.5);
  input = values(batch * time_steps * features, 1.7);
  const auto* recurrent = as_recurrent(problem);
  const bool has_c = recurrent != nullptr && recurrent->cell == Cell::lstm;
  if (problem.extras.initial_state) initial_h = values(batch * units, 0.5);
  if (problem.extras.initial_state && has_c) initial_c = values(batch * units, 0.5);

  std::vector<double> x(input.begin(), input.end()), h(initial_h.begin(), initial_h.end()),
      c(initial_c.begin(), initial_c.end());
  output.resize(static_cast<std::size_t>(batch * time_steps * units));
  if (recurrent != nullptr) final_h.resize(static_cast<std::size_t>(batch * units));
  if (has_c) final_c.resize(static_cast<std::size_t>(batch * units));
  BasicIo<double> io;
  io.input = sequence_view(x.data(), {batch, time_steps, features}, Layout::batch_major);
  io.output = sequence_view(output.data(), {batch, time_steps, units}, Layout::batch_major);
  io.initial_h = view_of(h, units);
  io.initial_c = view_of(c, units);
  io.final_h = view_of(final_h, units);
  io.final_c = view_of(final_c, units);
  const auto exact = weights.as<double>();
  reference::LayerRows<double>(problem, exact).run(io, 0, batch);
}

double Sample::tolerance(double value) const {
  const double terms = static_cast<double>(problem.shape.features + units_of(problem));
  const double one_step = (16 + 4 * std::sqrt(terms)) * 0x1p-24;
  return one_step / (1 - spectral_radius) * std::max(1.0, std::abs(value));
}

Guarded::Guarded(std::array<std::int64_t, 3> dims, Place place) : dims_(dims) {
  const auto [batch, time_steps, features] = dims;
  const std::int64_t row = features + 3;
  if (place == Place::time_major) strides_ = {features, batch * features, 1};
  if (place == Place::batch_major) strides_ = {time_steps * features, features, 1};
  if (place == Place::apart) strides_ = {features, batch * features + 5, 1};
  if (place == Place::scattered) strides_ = {row, (batch + 2) * row, 1};
  const std::int64_t last = (batch - 1) * strides_[0] + (time_steps - 1) * strides_[1] + features;
  data_.assign(static_cast<std::size_t>(last + 2 * margin), std::bit_cast<float>(mark_bits));
}

template <class Use>
void Guarded::for_each(Use&& use) const {
  for (std::int64_t b = 0; b < dims_[0]; ++b)
    for (std::int64_t t = 0; t < dims_[1]; ++t)
      for (std::int64_t f = 0; f < dims_[2]; ++f)
        use(static_cast<std::size_t>(margin + b * strides_[0] + t * strides_[1] + f));
}

void Guarded::fill(const std::vector<float>& values) {
  auto next = values.begin();
  for_each([&](std::size_t i) { data_[i] = *next++; });
}

std::vector<float> Guarded::read() const {
  std::vector<float> values;
  for_each([&](std::size_t i) { values.push_back(data_[i]); });
  return values;
}

bool Guarded::is_intact() const {
  std::vector<bool> may_change(data_.size());
  for_each([&](std::size_t i) { may_change[i] = true; });
  for (std::size_t i = 0; i < data_.size(); ++i)
    if (!may_change[i] && std::bit_cast<std::uint32_t>(data_[i]) != mark_bits) return false;
  return true;
}

bool Guarded::operator==(const Guarded& other) const {
  return std::equal(data_.begin(), data_.end(), other.data_.begin(), other.data_.end(), [](float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  });
}

Arrays::Arrays(const Problem& problem, const Sample& sample, Place place)
    : input({problem.shape.batch, problem.shape.time_steps, problem.shape.features}, place),
      initial_h({problem.shape.batch, 1, units_of(problem)}, place),
      initial_c(initial_h),
      output({problem.shape.batch, output_time_steps(problem), units_of(problem)}, place),
      final_h(initial_h),
      final_c(initial_h) {
  input.fill(sample.input);
  if (!sample.initial_h.empty()) initial_h.fill(sample.initial_h);
  if (!sample.initial_c.empty()) initial_c.fill(sample.initial_c);
}

Io Arrays::io(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  const bool has_c = recurrent != nullptr && recurrent->cell == Cell::lstm;
  Io io;
  io.input = input.view();
  io.output = output.view();
  if (problem.extras.initial_state) io.initial_h = initial_h.state();
  if (problem.extras.initial_state && has_c) io.initial_c = initial_c.state();
  if (problem.extras.final_state) io.final_h = final_h.state();
  if (problem.extras.final_state && has_c) io.final_c = final_c.state();
  return io;
}

namespace {

std::string difference(const char* what, const Sample& sample, const Guarded& array,
                       const std::vector<double>& expected) {
  if (!array.is_intact()) return fmt::format("{}: written outside", what);
  const auto values = array.read();
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!(std::abs(static_cast<double>(values[i]) - expected[i]) <= sample.tolerance(expected[i])))
      return fmt::format("{}[{}] is {}, not {}", what, i, values[i], expected[i]);
  return {};
}

}  // namespace

std::string difference(const Problem& problem, const Sample& sample, const Arrays& arrays) {
  const bool is_last_only = output_time_steps(problem) < problem.shape.time_steps;
  auto expected = sample.output;
  if (is_last_only) {  // of each row its last step
    const auto [batch, time_steps, features] = problem.shape;
    const auto units = units_of(problem);
    for (std::int64_t b = 0; b < batch; ++b)
      std::copy_n(sample.output.begin() + ((b + 1) * time_steps - 1) * units, units,
                  expected.begin() + b * units);
    expected.resize(static_cast<std::size_t>(batch * units));
  }
  auto text = difference("output", sample, arrays.output, expected);
  if (text.empty() && problem.extras.final_state)
    text = difference("final_h", sample, arrays.final_h, sample.final_h);
  if (text.empty() && problem.extras.final_state && !sample.final_c.empty())
    text = difference("final_c", sample, arrays.final_c, sample.final_c);
  return text;
}

}  // namespace lockstep::onednn
