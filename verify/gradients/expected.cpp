#include "verify/gradients/expected.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "backends/reference_backward.h"
#include "backends/team.h"
#include "verify/noise.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

Buffer<double> widened(const Buffer<float>& from) {
  if (from.size() == 0) return {};  // absent stays absent
  Buffer<double> to(from.size());
  std::copy(from.begin(), from.end(), to.begin());
  return to;
}

/// What a run is given, in double.
struct Widened {
  Widened(const Problem& problem, const Given& given, const GivenGradients& gradients)
      : weights(given.weights.as<double>()),
        input(widened(given.input)),
        initial_h(widened(given.initial_h)),
        initial_c(widened(given.initial_c)),
        of_output(widened(gradients.output)),
        of_h(widened(gradients.final_h)),
        of_c(widened(gradients.final_c)) {
    const auto [batch, time_steps, features] = problem.shape;
    const std::int64_t units = output_features(problem.layer, features);
    io.input = sequence_view<const double>(input.data(), {batch, time_steps, features}, given.layout);
    io.initial_h = state_view<const double>(initial_h.data(), batch, units);
    io.initial_c = state_view<const double>(initial_c.data(), batch, units);
    if (!given.mask.empty()) io.mask = mask_view(given.mask.data(), batch, time_steps);
    of_output_view = sequence_view<const double>(of_output.data(), gradients.dims, gradients.layout);
    of_h_view = state_view<const double>(of_h.data(), batch, units);
    of_c_view = state_view<const double>(of_c.data(), batch, units);
  }
  BasicWeights<double> weights;
  Buffer<double> input, initial_h, initial_c, of_output, of_h, of_c;
  BasicIo<double> io;
  SequenceView<const double> of_output_view;
  StateView<const double> of_h_view, of_c_view;
};

template <class Arithmetic>
void run(const Problem& problem, const Widened& given, Arithmetic arithmetic,
         AskedGradients<Buffer<double>>& asked) {
  Asked<double> outputs(problem, Layout::batch_major);
  BasicIo<double> io = given.io;
  io.output = outputs.output_view();
  if (as_recurrent(problem) == nullptr)  // the others are computed anew on the way back
    reference::LayerRows<double, Arithmetic>(problem, given.weights, arithmetic)
        .run(io, 0, problem.shape.batch);
  reference::fill_zero(asked.weights);
  reference::LayerGradients<double, Arithmetic>(problem, given.weights, arithmetic)
      .run(io, asked.views(given.of_output_view, given.of_h_view, given.of_c_view), 0, problem.shape.batch);
}

/// The largest of `of(value, other value)` in each group.
template <class Of>
std::vector<double> largest_in_groups(const GradientView<double>& a, const GradientView<double>& b, Of of) {
  const auto [rows, groups, elements] = a.values.dims;
  std::vector<double> largest(static_cast<std::size_t>(groups));
  for (std::int64_t g = 0; g < groups; ++g)
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t j = 0; j < elements; ++j) {
        double& most = largest[static_cast<std::size_t>(g)];
        const double value = of(a.values(r, g, j), b.values(r, g, j));
        most = std::max(most, std::isfinite(value) ? value : std::numeric_limits<double>::infinity());
      }
  return largest;
}

}  // namespace

ExpectedGradients::ExpectedGradients(const Problem& problem, const Given& given,
                                     const GivenGradients& gradients, int threads)
    : exact_(problem, Layout::batch_major) {
  const Widened widened(problem, given, gradients);
  run(problem, widened, reference::PlainBackward<double>{}, exact_);
  const auto exact = exact_.parts();
  // Of each run, so that threads share no maximum: [runs][parts][groups].
  const int runs = noisy_runs_back(problem);
  std::vector<std::vector<std::vector<double>>> apart(static_cast<std::size_t>(runs));
  Team team(std::min(threads, runs));
  team.run([&](int worker) {
    AskedGradients<Buffer<double>> noisy(problem, Layout::batch_major);
    const auto [begin, end] = slice_of(runs, team.threads(), worker);
    for (std::int64_t i = begin; i < end; ++i) {
      run(problem, widened, Noisy(static_cast<std::uint64_t>(i)), noisy);
      const auto parts = noisy.parts();
      for (std::size_t k = 0; k < parts.size(); ++k)
        apart[static_cast<std::size_t>(i)].push_back(
            largest_in_groups(exact[k], parts[k], [](double a, double b) { return std::abs(a - b); }));
    }
  });
  std::vector<std::vector<double>> deviations = apart.front();
  for (const auto& one : apart)
    for (std::size_t k = 0; k < one.size(); ++k)
      for (std::size_t g = 0; g < one[k].size(); ++g)
        deviations[k][g] = std::max(deviations[k][g], one[k][g]);
  const auto largest_of = [](const std::vector<double>& values) {
    return *std::max_element(values.begin(), values.end());
  };
  std::vector<std::vector<double>> sizes;
  double size_of_weights = 0;  // of all together: a sum that happens to be small says nothing of its layer
  for (const auto& part : exact) {
    sizes.push_back(largest_in_groups(part, part, [](double value, double) { return std::abs(value); }));
    if (part.is_weight) size_of_weights = std::max(size_of_weights, largest_of(sizes.back()));
  }
  for (std::size_t k = 0; k < exact.size(); ++k) {
    const double size = exact[k].is_weight ? size_of_weights : largest_of(sizes[k]);
    const bool lost = is_ill_conditioned_gradient(largest_of(deviations[k]), size);
    ill_conditioned_ = ill_conditioned_ || lost;
    std::vector<double>& allowed = allowed_.emplace_back();
    for (std::size_t g = 0; g < sizes[k].size(); ++g)
      allowed.push_back(lost ? std::numeric_limits<double>::infinity()
                             : gradient_tolerance(deviations[k][g], sizes[k][g]));
    const bool has_no_state =
        exact[k].name == "recurrent_kernel" && problem.shape.time_steps == 1 && !problem.extras.initial_state;
    const double largest = largest_of(sizes[k]);
    if (distrust_.empty() && largest == 0 && !has_no_state)
      distrust_ = fmt::format("the expected gradient of {} is zero", exact[k].name);
    else if (distrust_.empty() && !lost && largest > 0 && !(largest_of(allowed) < largest))
      distrust_ = fmt::format("the gradient of {} is lost in its own noise", exact[k].name);
    const auto& view = exact[k].values;
    parts_.push_back({{exact[k].name, view, exact[k].is_weight}, {nullptr, view.dims, {0, 1, 0}}});
  }
  for (std::size_t k = 0; k < parts_.size(); ++k) parts_[k].allowed.data = allowed_[k].data();
}

}  // namespace lockstep
