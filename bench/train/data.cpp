#include "bench/train/data.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "bench/train/targets.h"
#include "cases/data.h"
#include "cases/npy.h"
#include "cases/targets.h"

namespace lockstep {
namespace {

const InputSpec& input_of(const ModelSpec& model) {
  return std::get<InputSpec>(model.nodes[resolve(model).input].kind);
}

Array<float> read_input(const ModelSpec& model, const std::filesystem::path& path) {
  Array<float> x = read_npy<float>(path);
  const InputSpec& input = input_of(model);
  if (x.dims.size() == 3 && x.dims[0] > 0 && x.dims[1] > 0 && x.dims[2] == input.features &&
      input.time_steps.value_or(x.dims[1]) == x.dims[1])
    return x;
  throw std::invalid_argument(fmt::format("{}: has the shape ({}): accepted is {}", in_quotes(path.string()),
                                          fmt::join(x.dims, ", "),
                                          to_string({true, input.time_steps, input.features}, "samples")));
}

Array<float> random_input(const Seed& model, std::uint64_t seed) {
  const ModelGiven given = make_model_given(model.model, model.input, model.input_kind, InitialStates::zero,
                                            seed, Layout::batch_major);
  const auto& [batch, time_steps, features] = model.input;
  return {{batch, time_steps, features}, {given.input.input.begin(), given.input.input.end()}};
}

}  // namespace

TrainingData load_data(const Seed& model, Loss loss, const DataFiles& files, std::uint64_t seed) {
  const std::size_t outputs = model.model.outputs.size();
  if (!files.y.empty() && files.y.size() != outputs)
    throw std::invalid_argument(fmt::format("{} has {} outputs: accepted is a --y for each, {} are given",
                                            model.name, outputs, files.y.size()));
  TrainingData data;
  data.input = files.x.empty() ? random_input(model, seed) : read_input(model.model, files.x);
  const auto shapes = output_dims(model.model, {data.samples(), data.input.dims[1], data.input.dims[2]});
  for (std::size_t i = 0; i < outputs; ++i) {
    if (files.y.empty()) {
      const auto [samples, time_steps, features] = shapes[i];
      data.targets.push_back(
          {{samples, time_steps, target_features(loss, features)}, random_target(loss, shapes[i], seed)});
      continue;
    }
    Array<float> target = read_target(model.model, loss, i, files.y[i]);
    if (target.dims[0] != data.samples())
      throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are the {} of {}",
                                              in_quotes(files.y[i].string()), target.dims[0], data.samples(),
                                              files.x.empty() ? model.name : in_quotes(files.x.string())));
    if (target.dims[1] != shapes[i][1])
      throw std::invalid_argument(fmt::format("{}: has {} time steps: accepted are the {} of the input",
                                              in_quotes(files.y[i].string()), target.dims[1], shapes[i][1]));
    data.targets.push_back(std::move(target));
  }
  return data;
}

}  // namespace lockstep
