#include "bench/train/data.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "bench/train/targets.h"
#include "cases/data.h"
#include "cases/model_inputs.h"
#include "cases/targets.h"

namespace lockstep {
namespace {

std::vector<Array<float>> random_inputs(const Seed& model, std::uint64_t seed) {
  const ModelGiven given = make_model_given(model.model, model.input, model.input_kind, InitialStates::zero,
                                            seed, Layout::batch_major);
  std::vector<Array<float>> inputs;
  for (const Given& input : given.inputs) {
    const auto& [batch, time_steps, features] = input.shape;
    inputs.push_back({{batch, time_steps, features}, {input.input.begin(), input.input.end()}});
  }
  return inputs;
}

TrainingData random_data(const Seed& model, Loss loss, std::uint64_t seed) {
  TrainingData data{random_inputs(model, seed), {}};
  for (const auto& shape : output_dims(model.model, model.input))
    data.targets.push_back(
        {{shape[0], shape[1], target_features(loss, shape[2])}, random_target(loss, shape, seed)});
  return data;
}

std::vector<Array<float>> read_inputs(const ModelSpec& model, const std::vector<std::string>& x) {
  InputFiles files = open_call(model, "--x", x);
  const auto dims = dims_of(files);
  if (have_own_lengths(model, dims))
    throw std::invalid_argument(
        "--x: the inputs of any length have other numbers of time steps: accepted in training are as many");
  std::vector<Array<float>> inputs = read_arrays(files);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].dims.assign(dims[i].begin(), dims[i].end());
  return inputs;
}

}  // namespace

Shape TrainingData::shape(const ModelSpec& model, std::int64_t batch) const {
  const Array<float>& leading = inputs[resolve(model).leading];
  return {batch, leading.dims[1], leading.dims[2]};
}

TrainingData load_data(const Seed& model, Loss loss, const DataFiles& files, std::uint64_t seed) {
  const std::size_t outputs = model.model.outputs.size();
  if (!files.y.empty() && files.y.size() != outputs)
    throw std::invalid_argument(fmt::format("{} has {} outputs: accepted is a --y for each, {} are given",
                                            model.name, outputs, files.y.size()));
  if (files.x.empty() && files.y.empty()) return random_data(model, loss, seed);
  // First what is wrong with the files that there are.
  TrainingData data;
  if (!files.x.empty()) data.inputs = read_inputs(model.model, files.x);
  for (std::size_t i = 0; i < files.y.size(); ++i)
    data.targets.push_back(read_target(model.model, loss, i, files.y[i]));
  if (files.x.empty() || files.y.empty())
    throw std::invalid_argument(
        fmt::format("--{} is given without --{}: accepted are both, and neither for random data",
                    files.x.empty() ? "y" : "x", files.x.empty() ? "x" : "y"));
  const auto shapes = output_dims(model.model, data.shape(model.model, data.samples()));
  for (std::size_t i = 0; i < outputs; ++i) {
    const Array<float>& target = data.targets[i];
    if (target.dims[0] != data.samples())
      throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are the {} of {}",
                                              in_quotes(files.y[i].string()), target.dims[0], data.samples(),
                                              in_quotes(files.x.front())));
    if (target.dims[1] != shapes[i][1])
      throw std::invalid_argument(fmt::format("{}: has {} time steps: accepted are the {} of the input",
                                              in_quotes(files.y[i].string()), target.dims[1], shapes[i][1]));
  }
  return data;
}

}  // namespace lockstep
