#include "backends/onednn/sample_for_test.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "verify/compare.h"
#include "verify/judge.h"

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

}  // namespace

Sample::Sample(const Problem& wanted)
    : problem(asking_for_all(wanted)),
      given(make_given(problem, default_seed, Layout::batch_major)),
      weights(given.weights),
      expected(problem, given, 1),
      allowed(expected.allowed(problem)) {}

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

void Guarded::fill(const Buffer<float>& values) {
  auto next = values.begin();
  for_each([&](std::size_t i) { data_[i] = *next++; });
}

std::vector<float> Guarded::values() const {
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
  input.fill(sample.given.input);
  if (sample.given.initial_h.size() > 0) initial_h.fill(sample.given.initial_h);
  if (sample.given.initial_c.size() > 0) initial_c.fill(sample.given.initial_c);
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

std::string difference(const char* what, const Guarded& array, const Comparison& found) {
  if (!array.is_intact()) return fmt::format("{}: written outside", what);
  return found.holds() ? "" : fmt::format("{}: {}", what, what_is_wrong(found));
}

}  // namespace

std::string difference(const Problem& problem, const Sample& sample, Arrays& arrays) {
  const std::int64_t steps = output_time_steps(problem), skipped = sample.problem.shape.time_steps - steps;
  const auto last_steps = [&](SequenceView<const double> view) {  // of each row those that are asked for
    view.data += skipped * view.strides[1];
    view.dims[1] = steps;
    return view;
  };
  const auto compare_state = [](const auto& expected, Guarded& actual, const auto& allowed) {
    return compare(as_sequence(expected), as_sequence(StateView<const float>(actual.state())),
                   as_sequence(allowed));
  };
  auto text = difference("output", arrays.output,
                         compare(last_steps(sample.expected.output(sample.problem)), arrays.output.view(),
                                 last_steps(sample.allowed.output())));
  if (text.empty() && problem.extras.final_state)
    text = difference("final_h", arrays.final_h,
                      compare_state(sample.expected.final_h(), arrays.final_h, sample.allowed.final_h()));
  if (text.empty() && problem.extras.final_state && sample.expected.final_c())
    text = difference("final_c", arrays.final_c,
                      compare_state(sample.expected.final_c(), arrays.final_c, sample.allowed.final_c()));
  return text;
}

}  // namespace lockstep::onednn
