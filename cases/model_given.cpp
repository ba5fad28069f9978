#include "cases/model_given.h"

#include <algorithm>

#include "backends/model_plan.h"
#include "backends/model_states.h"

namespace lockstep {
namespace {

/// Of each sample other steps at the end do not count, up to half of them; and of every other sample the
/// first.
void mask(Given& given, float mask_value) {
  SequenceView<const float> view = given.input_view();
  const auto [batch, time_steps, features] = view.dims;
  float* values = given.input.data();
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t)
      if (t >= time_steps - time_steps * (b + 1) / (2 * batch) || (t == 0 && b % 2 == 1))
        std::fill_n(values + (view.row(b, t) - given.input.data()), features, mask_value);
}

}  // namespace

std::vector<SequenceView<const float>> ModelGiven::input_rows(std::int64_t begin, std::int64_t size) const {
  std::vector<SequenceView<const float>> views;
  for (const Given& input : inputs) {
    const SequenceView<const float> view = input.input_view();
    views.push_back({view.row(begin, 0), {size, view.dims[1], view.dims[2]}, view.strides});
  }
  return views;
}

std::vector<BasicInitialState<float>> ModelGiven::initial_rows(std::int64_t begin, std::int64_t size) const {
  const auto rows = [&](const Buffer<float>& state, std::int64_t samples) {
    if (state.size() == 0) return StateView<const float>{};
    const std::int64_t units = state.size() / samples;
    return state_view<const float>(state.data() + begin * units, size, units);
  };
  std::vector<BasicInitialState<float>> views;
  for (const Given& state : states)
    views.push_back({rows(state.initial_h, state.shape.batch), rows(state.initial_c, state.shape.batch)});
  return views;
}

ModelGiven make_model_given(const ModelSpec& model, const Shape& shape, InputKind kind, InitialStates states,
                            std::uint64_t seed, Layout layout) {
  ModelGiven given;
  for (const auto& [batch, time_steps, features] : input_dims(model, shape)) {
    // Activation has neither weights nor states: only the input is made.
    const Problem alone{ActivationSpec{}, {batch, time_steps, features}, {}, {}};
    Given& input = given.inputs.emplace_back(make_given(alone, seed + given.inputs.size(), layout));
    if (kind == InputKind::ones) std::fill(input.input.begin(), input.input.end(), 1.0F);
  }
  const ModelGraph graph = resolve(model);
  if (graph.masking)
    mask(given.inputs[graph.masked_input],
         std::get<MaskingSpec>(model.nodes[*graph.masking].kind).mask_value);
  if (states == InitialStates::zero) return given;
  for (const Node& node : model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
      Extras extras;
      extras.initial_state = !reads_states(node);
      given.states.push_back(make_given({*recurrent, {shape.batch, 1, 1}, extras, {}}, ++seed));
    }
  return given;
}

ModelGiven given_inputs(std::span<const Array<float>> arrays) {
  ModelGiven given;
  for (const Array<float>& array : arrays) {
    Given& input = given.inputs.emplace_back();
    input.shape = {array.dims.front(), array.dims.size() == 2 ? 1 : array.dims[1], array.dims.back()};
    input.layout = Layout::batch_major;
    input.input = Buffer<float>(static_cast<std::int64_t>(array.values.size()));
    std::copy(array.values.begin(), array.values.end(), input.input.begin());
  }
  return given;
}

template <class Real>
ModelAsked<Real>::ModelAsked(const ModelSpec& model, const Shape& shape, Layout layout_of_outputs)
    : layout(layout_of_outputs), dims(output_dims(model, shape)) {
  for (const auto& size : dims) outputs.emplace_back(size[0] * size[1] * size[2]);
}

template <class Real>
std::vector<SequenceView<Real>> ModelAsked<Real>::views() const {
  std::vector<SequenceView<Real>> all;
  for (std::size_t i = 0; i < dims.size(); ++i)
    all.push_back(sequence_view(outputs[i].data(), dims[i], layout));
  return all;
}

template struct ModelAsked<float>;
template struct ModelAsked<double>;

}  // namespace lockstep
