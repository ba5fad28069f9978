#include "verify/relations/arranged.h"

#include <algorithm>
#include <numeric>

namespace lockstep {
namespace {

Buffer<float> rows_of(const Buffer<float>& from, std::int64_t batch, const std::vector<std::int64_t>& rows) {
  const std::int64_t units = from.size() / batch;
  Buffer<float> to(static_cast<std::int64_t>(rows.size()) * units);
  float* next = to.data();
  for (const std::int64_t b : rows) next = std::copy_n(from.data() + b * units, units, next);
  return to;
}

}  // namespace

std::vector<std::int64_t> all_of(std::int64_t n) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(n));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

Given arranged(const Given& given, const std::vector<std::int64_t>& rows,
               const std::vector<std::int64_t>& steps, Layout layout) {
  const auto batch = static_cast<std::int64_t>(rows.size()),
             time_steps = static_cast<std::int64_t>(steps.size());
  const std::int64_t features = given.shape.features;
  Given to;
  to.weights = given.weights;
  to.shape = {batch, time_steps, features};
  to.layout = layout;
  to.input = Buffer<float>(batch * time_steps * features);
  const auto from_view = given.input_view();
  const auto to_view = sequence_view(to.input.data(), {batch, time_steps, features}, layout);
  std::int64_t b = 0;
  for (const std::int64_t row : rows) {
    std::int64_t t = 0;
    for (const std::int64_t step : steps) {
      std::copy_n(from_view.row(row, step), features, to_view.row(b, t++));
      if (!given.mask.empty())
        to.mask.push_back(given.mask[static_cast<std::size_t>(row * given.shape.time_steps + step)]);
    }
    ++b;
  }
  if (given.initial_h.size() > 0) to.initial_h = rows_of(given.initial_h, given.shape.batch, rows);
  if (given.initial_c.size() > 0) to.initial_c = rows_of(given.initial_c, given.shape.batch, rows);
  return to;
}

Given arranged(const Given& given, const std::vector<std::int64_t>& rows,
               const std::vector<std::int64_t>& steps) {
  return arranged(given, rows, steps, given.layout);
}

Given copy_of(const Given& given) {
  return arranged(given, all_of(given.shape.batch), all_of(given.shape.time_steps));
}

Problem sized(Problem problem, const Shape& shape) {
  problem.shape = shape;
  return problem;
}

std::vector<std::int64_t> steps_at(const Problem& problem, std::int64_t begin, std::int64_t end) {
  const auto* recurrent = as_recurrent(problem);
  const bool backwards = recurrent != nullptr && recurrent->go_backwards;
  std::vector<std::int64_t> steps(static_cast<std::size_t>(end - begin));
  std::iota(steps.begin(), steps.end(), backwards ? problem.shape.time_steps - end : begin);
  return steps;
}

bool counts(const Problem& problem, const Given& given, std::int64_t b, std::int64_t place) {
  if (given.mask.empty()) return true;
  const std::int64_t t = steps_at(problem, place, place + 1).front();
  return given.mask[static_cast<std::size_t>(b * given.shape.time_steps + t)] != 0;
}

void copy_state(const StateView<const float>& from, const StateView<float>& to) {
  for (std::int64_t b = 0; b < from.dims[0]; ++b) std::copy_n(from.row(b), from.dims[1], to.row(b));
}

void copy_sequence(const SequenceView<const float>& from, const SequenceView<float>& to) {
  for (std::int64_t b = 0; b < from.dims[0]; ++b)
    for (std::int64_t t = 0; t < from.dims[1]; ++t) std::copy_n(from.row(b, t), from.dims[2], to.row(b, t));
}

}  // namespace lockstep
