#include "cases/targets.h"

#include <algorithm>
#include <cmath>

#include "cases/data.h"

namespace lockstep {
namespace {

float random_value(Loss loss, std::int64_t classes, float uniform) {
  const float share = (uniform + 1) / 2;  // from 0 to less than 1
  switch (loss) {
    case Loss::categorical_crossentropy:
    case Loss::sparse_categorical_crossentropy:
      return std::min(std::floor(share * static_cast<float>(classes)), static_cast<float>(classes - 1));
    case Loss::binary_crossentropy:
      return share;
    default:
      return uniform;
  }
}

bool ends_in_softmax(const Node& node) {
  if (const auto* dense = std::get_if<DenseSpec>(&node.kind)) return dense->activation == Activation::softmax;
  const auto* activation = std::get_if<ActivationSpec>(&node.kind);
  return activation != nullptr && activation->activation == Activation::softmax;
}

}  // namespace

Loss usual_loss(const ModelSpec& model) {
  const auto outputs = resolve(model).outputs;
  return std::all_of(outputs.begin(), outputs.end(),
                     [&](std::size_t output) { return ends_in_softmax(model.nodes[output]); })
             ? Loss::categorical_crossentropy
             : Loss::mean_squared_error;
}

std::vector<float> random_target(Loss loss, const std::array<std::int64_t, 3>& output, std::uint64_t seed) {
  const auto [samples, time_steps, features] = output;
  const std::int64_t width = target_features(loss, features);
  const Random random(seed, "target");
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(samples * time_steps * width));
  for (std::int64_t s = 0; s < samples; ++s)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      const Random row = random.at(s).at(t);
      const auto label = static_cast<std::int64_t>(random_value(loss, features, row.uniform(0)));
      for (std::int64_t f = 0; f < width; ++f)
        values.push_back(loss == Loss::categorical_crossentropy
                             ? static_cast<float>(f == label)
                             : random_value(loss, features, row.uniform(f)));
    }
  return values;
}

}  // namespace lockstep
