#include "backends/model_states.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

namespace lockstep {

std::string state_name(const std::string& layer, State state) {
  return fmt::format("{}:{}", layer, state == State::h ? 'h' : 'c');
}

std::span<const State> states_of(const RecurrentSpec& layer) {
  static constexpr std::array all{State::h, State::c};
  return std::span(all).first(layer.cell == Cell::lstm ? 2 : 1);
}
std::size_t state_count(const RecurrentSpec& layer) {
  return states_of(layer).size();
}

bool reads_states(const Node& node) {
  return std::holds_alternative<RecurrentSpec>(node.kind) && node.inputs.size() > 1;
}

bool hands_states_on(const ModelSpec& model, const Node& layer) {
  return reads_states(layer) || std::any_of(model.nodes.begin(), model.nodes.end(), [&](const Node& node) {
           return std::holds_alternative<StateSpec>(node.kind) && node.inputs.front() == layer.name;
         });
}

SymbolicShape returned_by(const StateSpec& spec, const Node& giver) {
  const auto* recurrent = std::get_if<RecurrentSpec>(&giver.kind);
  if (recurrent == nullptr)
    throw std::invalid_argument(
        fmt::format("is a state of \"{}\": accepted is one of a recurrent layer", giver.name));
  if (spec.state == State::c && recurrent->cell != Cell::lstm)
    throw std::invalid_argument(fmt::format("is the state c of \"{}\", a {}: accepted is h, or c of an lstm",
                                            giver.name, to_string(recurrent->cell)));
  return {false, std::nullopt, recurrent->units};
}

void check_initial_state(const RecurrentSpec& layer, const Node& giver, const SymbolicShape& returned) {
  if (const SymbolicShape takes{false, std::nullopt, layer.units}; returned != takes)
    throw std::invalid_argument(fmt::format("starts from \"{}\", which returns {}: accepted is {}",
                                            giver.name, to_string(returned, "batch"),
                                            to_string(takes, "batch")));
}

}  // namespace lockstep
