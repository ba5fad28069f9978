#include "verify/doctor/input_reading.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep::doctor {
namespace {

std::vector<InputSpec> inputs_of(const ModelSpec& model) {
  std::vector<InputSpec> inputs;
  for (const std::size_t node : resolve(model).inputs)
    inputs.push_back(std::get<InputSpec>(model.nodes[node].kind));
  return inputs;
}

[[noreturn]] void refuse_shape(const Array<float>& x, const std::string& name, const std::string& accepted) {
  throw std::invalid_argument(
      fmt::format("{}: has the shape ({}){}", in_quotes(name), fmt::join(x.dims, ", "), accepted));
}

std::string accepted_by(const InputSpec& takes) {
  return fmt::format(": accepted is {}",
                     to_string({takes.sequence, takes.time_steps, takes.features}, "samples"));
}

/// Whether some order of its axes may be what an input takes.
bool may_fit(const InputSpec& takes, const Array<float>& x) {
  if (!takes.sequence) return x.dims.size() == 2 && x.dims[1] == takes.features;
  const auto has = [&](std::int64_t size) {
    return std::find(x.dims.begin(), x.dims.end(), size) != x.dims.end();
  };
  return x.dims.size() == 3 && has(takes.features) && (!takes.time_steps || has(*takes.time_steps));
}

bool fits_as_it_is(const InputSpec& takes, const Array<float>& x) {
  return x.dims.back() == takes.features &&
         (!takes.sequence || takes.time_steps.value_or(x.dims[1]) == x.dims[1]);
}

void check_input(const InputSpec& takes, const Array<float>& x, const std::string& name) {
  if (std::find(x.dims.begin(), x.dims.end(), 0) != x.dims.end())
    refuse_shape(x, name, ", which holds no value: accepted is one that does");
  if (!may_fit(takes, x)) refuse_shape(x, name, accepted_by(takes));
}

/// Whether arrays with their axes in that order are what the inputs take.
bool fits(const AxisOrder& order, const std::vector<InputSpec>& takes,
          const std::vector<Array<float>>& arrays) {
  for (std::size_t i = 0; i < takes.size(); ++i) {
    const auto& dims = arrays[i].dims;
    if (dims[takes[i].sequence ? order[0] : 0] != arrays[0].dims[takes[0].sequence ? order[0] : 0])
      return false;
    if (!takes[i].sequence) {
      if (order != in_order) return false;  // its samples come first
      continue;
    }
    const std::int64_t steps = dims[order[1]];
    if (dims[order[2]] != takes[i].features) return false;
    if (takes[i].time_steps.value_or(steps) != steps) return false;
  }
  return true;
}

/// Pairs of inputs that take each other's arrays.
void add_swapped(const ModelSpec& model, const std::vector<InputSpec>& takes,
                 std::vector<InputReading>& all) {
  const std::vector<SharedArray> arrays = all.front().arrays;
  const std::vector<std::size_t> nodes = resolve(model).inputs;
  for (std::size_t i = 0; i < arrays.size(); ++i)
    for (std::size_t j = i + 1; j < arrays.size(); ++j) {
      if (takes[i] != takes[j] || arrays[i]->dims != arrays[j]->dims) continue;
      const std::string both =
          fmt::format("\"{}\" and \"{}\"", model.nodes[nodes[i]].name, model.nodes[nodes[j]].name);
      InputReading& swapped = all.emplace_back();
      swapped.arrays = arrays;
      std::swap(swapped.arrays[i], swapped.arrays[j]);
      swapped.departures.push_back(
          {fmt::format("inputs {} swapped", both),
           fmt::format("hand the inputs {} over in one order: the program behind y takes each for the other",
                       both)});
    }
}

[[noreturn]] void refuse_all(const std::vector<InputSpec>& takes, const std::vector<Array<float>>& arrays,
                             const std::vector<std::string>& names) {
  for (std::size_t i = 1; i < arrays.size(); ++i)
    if (arrays[i].dims[0] != arrays[0].dims[0])
      throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are as many as {} has, {}",
                                              in_quotes(names[i]), arrays[i].dims[0], in_quotes(names[0]),
                                              arrays[0].dims[0]));
  std::size_t wrong = 0;
  while (wrong + 1 < arrays.size() && fits_as_it_is(takes[wrong], arrays[wrong])) ++wrong;
  refuse_shape(arrays[wrong], names[wrong], accepted_by(takes[wrong]));
}

}  // namespace

std::vector<InputReading> input_readings(const ModelSpec& model, const std::vector<Array<float>>& arrays,
                                         const std::vector<std::string>& names) {
  const std::vector<InputSpec> takes = inputs_of(model);
  for (std::size_t i = 0; i < takes.size(); ++i) check_input(takes[i], arrays[i], names[i]);
  std::vector<InputReading> all;
  for (const AxisOrder& order : axis_orders()) {
    if (!fits(order, takes, arrays)) continue;
    InputReading& one = all.emplace_back();
    one.order = order;
    for (const Array<float>& array : arrays) one.arrays.push_back(arranged(array, order));
  }
  if (all.empty()) refuse_all(takes, arrays, names);
  if (all.front().order == in_order) add_swapped(model, takes, all);
  return all;
}

std::vector<std::string> blank_inputs(const ModelSpec& model, const std::vector<SharedArray>& arrays) {
  const auto has_blank_steps = [](const Array<float>& x) {
    const auto features = x.dims.back();
    for (auto step = x.values.begin(); step != x.values.end(); step += features)
      if (std::all_of(step, step + features, [](float value) { return value == 0; })) return true;
    return false;
  };
  const ModelGraph graph = resolve(model);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (const std::size_t node = graph.inputs[i]; graph.returns[node].sequence && has_blank_steps(*arrays[i]))
      names.push_back(model.nodes[node].name);
  return names;
}

}  // namespace lockstep::doctor
