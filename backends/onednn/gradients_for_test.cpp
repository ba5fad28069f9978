#include "backends/onednn/gradients_for_test.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "backends/reference_backward.h"
#include "cases/data.h"

namespace lockstep::onednn {
namespace {

void fill(Guarded& array, std::int64_t size, std::string_view name) {
  const Random random(default_seed, name);
  const Buffer<float> values(size);
  for (std::int64_t i = 0; i < size; ++i) values[i] = random.uniform(i);
  array.fill(values);
}

}  // namespace

GradientArrays::GradientArrays(const Problem& problem, Place place)
    : of_output({problem.shape.batch, output_time_steps(problem),
                 output_features(problem.layer, problem.shape.features)},
                place),
      of_final_h({problem.shape.batch, 1, output_features(problem.layer, problem.shape.features)}, place),
      of_final_c(of_final_h),
      of_input({problem.shape.batch, problem.shape.time_steps, problem.shape.features}, place),
      of_initial_h(of_final_h),
      of_initial_c(of_final_h),
      of_weights(reference::zeros_for<float>(problem)) {
  const std::int64_t state = problem.shape.batch * output_features(problem.layer, problem.shape.features);
  fill(of_output, state * output_time_steps(problem), "of_output");
  fill(of_final_h, state, "of_final_h");
  fill(of_final_c, state, "of_final_c");
  for (auto* values : {&of_weights.kernel, &of_weights.recurrent_kernel, &of_weights.bias})
    std::fill(values->begin(), values->end(), std::numeric_limits<float>::quiet_NaN());
}

Gradients GradientArrays::gradients(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  const bool has_c = recurrent != nullptr && recurrent->cell == Cell::lstm;
  Gradients gradients;
  gradients.output = of_output.view();
  gradients.input = of_input.view();
  gradients.weights = &of_weights;
  if (problem.extras.final_state) gradients.final_h = of_final_h.state();
  if (problem.extras.final_state && has_c) gradients.final_c = of_final_c.state();
  if (problem.extras.initial_state) gradients.initial_h = of_initial_h.state();
  if (problem.extras.initial_state && has_c) gradients.initial_c = of_initial_c.state();
  return gradients;
}

std::vector<std::pair<std::string, std::vector<float>>> GradientArrays::results() const {
  std::vector<std::pair<std::string, std::vector<float>>> all;
  const auto add = [&](const char* name, const Guarded& array) {
    if (array.is_intact())
      all.emplace_back(name, array.values());
    else
      all.emplace_back(std::string(name) + ": written outside", std::vector<float>());
  };
  add("input", of_input);
  add("initial_h", of_initial_h);
  add("initial_c", of_initial_c);
  all.emplace_back("kernel", of_weights.kernel);
  all.emplace_back("recurrent_kernel", of_weights.recurrent_kernel);
  all.emplace_back("bias", of_weights.bias);
  return all;
}

std::string difference(const GradientArrays& a, const GradientArrays& b) {
  const auto of_a = a.results(), of_b = b.results();
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const auto& [name, values] = of_a[i];
    const auto& [other_name, others] = of_b[i];
    if (name != other_name) return name + ", " + other_name;
    if (values.size() != others.size() ||
        (!values.empty() && std::memcmp(values.data(), others.data(), values.size() * sizeof(float)) != 0))
      return name;
  }
  return "";
}

}  // namespace lockstep::onednn
