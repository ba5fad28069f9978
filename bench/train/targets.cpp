#include "bench/train/targets.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/array_file.h"
#include "cases/data.h"

namespace lockstep {
namespace {

/// The shape that the same target would have if it were one-hot.
std::vector<std::int64_t> one_hot_dims(std::vector<std::int64_t> dims, const SymbolicShape& output) {
  const std::size_t rank = output.sequence ? 3 : 2;
  if (dims.size() > 1 && dims.size() + 1 != rank && dims.back() == 1)
    dims.back() = output.features;
  else
    dims.push_back(output.features);
  return dims;
}

void check_classes(const Array<float>& target, std::int64_t classes) {
  for (std::size_t i = 0; i < target.values.size(); ++i)
    if (const float one = target.values[i];
        !(one >= 0) || one >= static_cast<float>(classes) || std::floor(one) != one)
      throw std::invalid_argument(
          fmt::format("holds the class {} as its value {}: accepted are whole numbers from 0 to {}", one, i,
                      classes - 1));
}

/// Its dimensions made [samples, time_steps or 1, target_features].
void fit_dims(const ModelSpec& model, Loss loss, std::size_t output, Array<float>& target) {
  const ModelGraph graph = resolve(model);
  const SymbolicShape& shape = graph.returns[graph.outputs[output]];
  const bool sparse = loss == Loss::sparse_categorical_crossentropy;
  const std::vector<std::int64_t> dims = sparse ? one_hot_dims(target.dims, shape) : target.dims;
  try {
    check_target(model, dims, output);
  } catch (const std::invalid_argument& why) {
    if (!sparse) throw;
    throw std::invalid_argument(
        fmt::format("classes of the shape ({}): {}", fmt::join(target.dims, ", "), why.what()));
  }
  if (dims[0] < 1) throw std::invalid_argument("has no samples: accepted is one or more");
  target.dims = {dims[0], shape.sequence ? dims[1] : 1, target_features(loss, shape.features)};
  if (sparse) check_classes(target, shape.features);
}

}  // namespace

Array<float> read_target(const ModelSpec& model, Loss loss, std::size_t output,
                         const std::filesystem::path& path) {
  ArrayFile file(path, model.outputs.at(output), "the model's output");
  Array<float> target = read_array(file);
  try {
    fit_dims(model, loss, output, target);
  } catch (const std::invalid_argument& why) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), why.what()));
  }
  return target;
}

}  // namespace lockstep
