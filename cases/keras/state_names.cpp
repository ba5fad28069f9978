#include "cases/keras/state_names.h"

#include <fmt/format.h>

#include "backends/model_states.h"

namespace lockstep::keras {

void StateNames::name(const ModelSpec& model, std::size_t first, const std::string& layer,
                      std::size_t outputs, TensorNames& names) {
  for (std::size_t i = first; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
    if (recurrent == nullptr || !node.return_state) continue;
    for (const State state : states_of(*recurrent)) {
      const std::string own = state_name(node.name, state);
      nodes_.emplace(own, Node{own, StateSpec{state}, {node.name}, {}});
      names.read_as(TensorNames::of(layer, outputs++), own);
    }
  }
}

void StateNames::add_nodes(const std::set<std::string>& read, ModelSpec& model) const {
  for (const auto& [name, node] : nodes_)
    if (read.contains(name)) model.nodes.push_back(node);
}

void give_states(const Fields& wrapper, const std::vector<std::string>& states, ModelSpec& model,
                 std::size_t first) {
  std::size_t count = 0;
  for (std::size_t i = first; i < model.nodes.size(); ++i) {
    Node& node = model.nodes[i];
    const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
    const std::size_t end = count + (recurrent == nullptr ? 0 : state_count(*recurrent));
    for (; count < end; ++count)
      if (count < states.size()) node.inputs.push_back(states[count]);
  }
  if (states.size() != count)
    wrapper.refuse("inbound_nodes",
                   fmt::format("a call with {} initial states, not {}", count, states.size()));
}

}  // namespace lockstep::keras
