#include "backends/kept_states.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "backends/model_states.h"

namespace lockstep {
namespace {

template <class Real, class Values>
StateView<Real> rows_of(Values& values, std::int64_t units, std::int64_t begin, std::int64_t size) {
  if (values.empty()) return {};
  return state_view<Real>(values.data() + begin * units, size, units);
}

}  // namespace

KeptStates::KeptStates(const ModelSpec& model, std::int64_t samples, Of of) {
  const bool stateful_alone =
      of == Of::stateful_or_all &&
      std::any_of(model.nodes.begin(), model.nodes.end(), [](const Node& node) { return node.stateful; });
  for (const Node& node : model.nodes) {
    const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind);
    if (recurrent == nullptr) continue;
    State& state = now_.emplace_back();
    state.layer = node.name;
    if ((stateful_alone && !node.stateful) || reads_states(node)) continue;
    state.units = recurrent->units;
    state.h.resize(static_cast<std::size_t>(samples * state.units));
    if (recurrent->cell == Cell::lstm) state.c = state.h;
  }
  next_ = now_;
}

void KeptStates::start(const std::vector<BasicInitialState<float>>& given) {
  for (std::size_t i = 0; i < given.size(); ++i)
    for (const auto& [from, to] : {std::pair(given[i].h, &State::h), std::pair(given[i].c, &State::c)}) {
      if (!from) continue;
      if (now_[i].units == 0)
        throw std::invalid_argument(
            fmt::format("layer \"{}\" keeps no state, as others are stateful: accepted are states of those",
                        now_[i].layer));
      std::copy_n(from.data, from.dims[0] * from.dims[1], (now_[i].*to).begin());
    }
}

std::vector<BasicInitialState<float>> KeptStates::initial_rows(std::int64_t begin, std::int64_t size) const {
  std::vector<BasicInitialState<float>> views;
  for (const State& state : now_)
    views.push_back({rows_of<const float>(state.h, state.units, begin, size),
                     rows_of<const float>(state.c, state.units, begin, size)});
  return views;
}

std::vector<BasicFinalState<float>> KeptStates::final_rows(std::int64_t begin, std::int64_t size) {
  std::vector<BasicFinalState<float>> views;
  for (State& state : next_)
    views.push_back({rows_of<float>(state.h, state.units, begin, size),
                     rows_of<float>(state.c, state.units, begin, size)});
  return views;
}

void KeptStates::reset() {
  for (std::vector<State>* states : {&now_, &next_})
    for (State& state : *states) {
      std::fill(state.h.begin(), state.h.end(), 0.0F);
      std::fill(state.c.begin(), state.c.end(), 0.0F);
    }
}

}  // namespace lockstep
