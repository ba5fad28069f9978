#include "backends/model_spec.h"

#include <fmt/format.h>

namespace lockstep {

std::string to_string(const SymbolicShape& shape, std::string_view batch) {
  if (!shape.sequence) return fmt::format("({}, {})", batch, shape.features);
  return fmt::format("({}, {}, {})", batch, shape.time_steps ? fmt::to_string(*shape.time_steps) : "None",
                     shape.features);
}

std::optional<LayerSpec> layer_of(const Node& node) {
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) return *recurrent;
  if (const auto* dense = std::get_if<DenseSpec>(&node.kind)) return *dense;
  if (const auto* activation = std::get_if<ActivationSpec>(&node.kind)) return *activation;
  return std::nullopt;
}

std::int64_t parameters(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (const auto layer = layer_of(model.nodes[i]); layer && model.nodes[i].call_of.empty())
      sum += weight_shapes(*layer, graph.given(i).features).parameters();
  return sum;
}

ModelSpec with_dense_style(ModelSpec model, DenseStyle style) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (auto* dense = std::get_if<DenseSpec>(&model.nodes[i].kind);
        dense != nullptr && graph.given(i).sequence)
      dense->style = style;
  return model;
}

}  // namespace lockstep
