#include "cases/keras/inner_inputs.h"

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace lockstep::keras {
namespace {

bool fits(const SymbolicShape& takes, const SymbolicShape& given) {
  const bool as_long = !takes.time_steps || !given.time_steps || *takes.time_steps == *given.time_steps;
  return takes.sequence == given.sequence && takes.features == given.features && as_long;
}

}  // namespace

void check_inner_inputs(const ModelSpec& model, const std::vector<InnerInput>& inputs) {
  if (inputs.empty()) return;
  const ModelGraph graph = resolve_without_weights(model);
  std::map<std::string_view, std::size_t> positions;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) positions.emplace(model.nodes[i].name, i);
  for (const auto& [name, input, reads] : inputs) {
    const auto found = positions.find(reads);
    if (found == positions.end()) continue;  // a state that no layer reads
    const SymbolicShape takes{input.sequence, input.time_steps, input.features};
    const SymbolicShape& given = graph.returns[found->second];
    if (!fits(takes, given))
      throw std::invalid_argument(
          fmt::format("layer \"{}\": is given what \"{}\" returns, {}: accepted is {}", name, reads,
                      to_string(given, "batch"), to_string(takes, "batch")));
  }
}

}  // namespace lockstep::keras
