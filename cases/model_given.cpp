#include "cases/model_given.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

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

SequenceView<const float> ModelGiven::input_rows(std::int64_t begin, std::int64_t size) const {
  SequenceView<const float> view = input.input_view();
  return {view.row(begin, 0), {size, view.dims[1], view.dims[2]}, view.strides};
}

std::vector<BasicInitialState<float>> ModelGiven::initial_rows(std::int64_t begin, std::int64_t size) const {
  const auto rows = [&](const Buffer<float>& state) {
    if (state.size() == 0) return StateView<const float>{};
    const std::int64_t units = state.size() / input.shape.batch;
    return state_view<const float>(state.data() + begin * units, size, units);
  };
  std::vector<BasicInitialState<float>> views;
  for (const Given& state : states) views.push_back({rows(state.initial_h), rows(state.initial_c)});
  return views;
}

ModelGiven make_model_given(const ModelSpec& model, const Shape& shape, InputKind kind, InitialStates states,
                            std::uint64_t seed, Layout layout) {
  ModelGiven given;
  // Activation has neither weights nor states: only the input is made.
  given.input = make_given({ActivationSpec{}, shape, {}, {}}, seed, layout);
  if (kind == InputKind::ones) std::fill(given.input.input.begin(), given.input.input.end(), 1.0F);
  for (const Node& node : model.nodes)
    if (const auto* masking = std::get_if<MaskingSpec>(&node.kind)) mask(given.input, masking->mask_value);
  if (states == InitialStates::zero) return given;
  for (const Node& node : model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
      Extras extras;
      extras.initial_state = true;
      given.states.push_back(make_given({*recurrent, {shape.batch, 1, 1}, extras, {}}, ++seed));
    }
  return given;
}

ArrayFile open_model_input(const ModelSpec& model, const std::filesystem::path& path) {
  const ModelGraph graph = resolve(model);
  ArrayFile x(path, model.nodes[graph.input].name, "the model's input");
  const auto& dims = x.dims();
  const SymbolicShape& input = graph.returns[graph.input];
  if (dims.size() == 3 && dims[0] > 0 && dims[1] > 0 && dims[2] == input.features &&
      input.time_steps.value_or(dims[1]) == dims[1])
    return x;
  throw std::invalid_argument(fmt::format("{}: has the shape ({}): accepted is {}", in_quotes(path.string()),
                                          fmt::join(dims, ", "), to_string(input, "samples")));
}

Array<float> read_model_input(const ModelSpec& model, const std::filesystem::path& path) {
  ArrayFile x = open_model_input(model, path);
  return read_array(x);
}

ModelGiven given_input(const Array<float>& array) {
  ModelGiven given;
  given.input.shape = {array.dims[0], array.dims[1], array.dims[2]};
  given.input.layout = Layout::batch_major;
  given.input.input = Buffer<float>(static_cast<std::int64_t>(array.values.size()));
  std::copy(array.values.begin(), array.values.end(), given.input.input.begin());
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
