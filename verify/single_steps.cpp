#include "verify/single_steps.h"

#include <algorithm>
#include <cmath>

#include "backends/reference.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

Problem one_step_of(const Problem& whole, std::int64_t batch) {
  Problem one = whole;
  auto& layer = std::get<RecurrentSpec>(one.layer);
  layer.return_sequences = layer.go_backwards = layer.zero_output_for_mask = false;
  one.shape.batch = batch;
  one.shape.time_steps = 1;
  one.extras = {.initial_state = true, .final_state = true, .mask = MaskPattern::none};
  return one;
}

/// The probed rows, fewer where the sequences are so long that their steps would need much memory.
std::int64_t rows_of(const Problem& problem) {
  constexpr std::int64_t most_steps = 32'768;
  return std::clamp<std::int64_t>(most_steps / problem.shape.time_steps, 1, probed_rows(problem));
}

std::vector<std::array<std::int64_t, 2>> places_of(const Problem& problem, const Given& given) {
  std::vector<std::array<std::int64_t, 2>> places;
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t rows = rows_of(problem);
  const bool backwards = as_recurrent(problem)->go_backwards;
  for (std::int64_t step = 0; step < time_steps; ++step)
    for (std::int64_t b = 0; b < rows; ++b) {
      const std::int64_t t = backwards ? time_steps - 1 - step : step;
      if (given.mask.empty() || given.mask[static_cast<std::size_t>(b * time_steps + t)] != 0)
        places.push_back({b, t});
    }
  return places;
}

/// A state of some rows, as the next step is given it.
std::vector<float> begin_with(const Buffer<float>& initial, std::int64_t n) {
  std::vector<float> state(static_cast<std::size_t>(n), 0.0F);
  if (initial.size() > 0) std::copy_n(initial.data(), n, state.begin());
  return state;
}

}  // namespace

SingleSteps::SingleSteps(const Problem& whole, const Given& whole_given)
    : places(places_of(whole, whole_given)),
      problem(one_step_of(whole, static_cast<std::int64_t>(places.size()))),
      expected(problem, Layout::batch_major) {
  const auto rows = static_cast<std::int64_t>(places.size());
  const std::int64_t features = whole.shape.features, units = as_recurrent(whole)->units;
  const bool has_c = as_recurrent(whole)->cell == Cell::lstm;
  given.weights = whole_given.weights;
  given.shape = problem.shape;
  given.input = Buffer<float>(rows * features);
  given.initial_h = Buffer<float>(rows * units);
  if (has_c) given.initial_c = Buffer<float>(rows * units);

  const BasicWeights<double> weights = given.weights.as<double>();
  reference::LayerRows<double> oracle(one_step_of(whole, 1), weights);
  const std::int64_t probed = rows_of(whole);
  std::vector<float> h = begin_with(whole_given.initial_h, probed * units);
  std::vector<float> c = begin_with(whole_given.initial_c, probed * units);
  std::vector<double> x(static_cast<std::size_t>(features)), h_before(static_cast<std::size_t>(units)),
      c_before(h_before);
  const SequenceView<const float> input = whole_given.input_view();
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto [b, t] = places[static_cast<std::size_t>(i)];
    float* const h_there = h.data() + b * units;
    float* const c_there = c.data() + b * units;
    std::copy_n(input.row(b, t), features, given.input.data() + i * features);
    std::copy_n(input.row(b, t), features, x.begin());
    std::copy_n(h_there, units, given.initial_h.data() + i * units);
    std::copy_n(h_there, units, h_before.begin());
    BasicIo<double> io;
    io.input = sequence_view<const double>(x.data(), {1, 1, features}, Layout::batch_major);
    io.initial_h = state_view<const double>(h_before.data(), 1, units);
    io.output = sequence_view(expected.output.data() + i * units, {1, 1, units}, Layout::batch_major);
    io.final_h = state_view(expected.final_h.data() + i * units, 1, units);
    if (has_c) {
      std::copy_n(c_there, units, given.initial_c.data() + i * units);
      std::copy_n(c_there, units, c_before.begin());
      io.initial_c = state_view<const double>(c_before.data(), 1, units);
      io.final_c = state_view(expected.final_c.data() + i * units, 1, units);
    }
    oracle.run(io, 0, 1);
    const auto narrow = [](double value) { return static_cast<float>(value); };
    std::transform(io.final_h.data, io.final_h.data + units, h_there, narrow);
    if (has_c) std::transform(io.final_c.data, io.final_c.data + units, c_there, narrow);
  }
}

Comparison SingleSteps::compare_state(const Buffer<double>& wanted,
                                      const StateView<const float>& actual) const {
  const std::int64_t units = actual.dims[1];
  std::vector<double> allowed;  // of each row
  for (std::int64_t i = 0; i < actual.dims[0]; ++i) {
    double largest = 0;
    for (std::int64_t j = 0; j < units; ++j) largest = std::max(largest, std::abs(wanted[i * units + j]));
    allowed.push_back(step_tolerance(problem, largest));
  }
  const StateView<const double> state =
      state_view<const double>(wanted.data(), actual.dims[0], actual.dims[1]);
  Comparison found = compare(as_sequence(state), as_sequence(actual),
                             {allowed.data(), {actual.dims[0], 1, units}, {1, 0, 0}});
  for (Element* element : {&found.worst, &found.first}) {
    const auto [b, t] = places[static_cast<std::size_t>(element->place[0])];
    element->place = {b, t, element->place[2]};
  }
  return found;
}
Comparison SingleSteps::compare_h(const StateView<const float>& h) const {
  return compare_state(expected.final_h, h);
}
Comparison SingleSteps::compare_c(const StateView<const float>& c) const {
  return compare_state(expected.final_c, c);
}

}  // namespace lockstep
