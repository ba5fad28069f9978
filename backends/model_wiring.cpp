#include "backends/model_wiring.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_states.h"

namespace lockstep {
namespace {

/// The step of each node that is one.
std::vector<std::size_t> steps_of_nodes(const ModelSpec& model, const std::vector<ModelStep>& steps) {
  std::vector<std::size_t> places(model.nodes.size());
  for (std::size_t i = 0; i < steps.size(); ++i) places[steps[i].node] = i;
  return places;
}

template <std::size_t Rank>
void check_dims(std::string_view name, const std::array<std::int64_t, Rank>& given,
                const std::array<std::int64_t, Rank>& takes) {
  if (given != takes)
    throw std::invalid_argument(fmt::format("{} has the shape ({}): the model takes ({})", name,
                                            fmt::join(given, ", "), fmt::join(takes, ", ")));
}

void check_count(std::string_view name, std::size_t given, std::size_t takes) {
  if (given != takes)
    throw std::invalid_argument(fmt::format("{} {}: the model takes {}", given, name, takes));
}

}  // namespace

template <class Real>
Shape shape_of_run(const ModelGraph& graph, const std::vector<SequenceView<const Real>>& inputs) {
  check_count("inputs", inputs.size(), graph.inputs.size());
  const auto [batch, time_steps, features] = inputs[graph.leading].dims;
  return {batch, time_steps, features};
}

template <class Real>
ModelWiring<Real>::ModelWiring(const ModelSpec& model, const Shape& shape, const Exec& exec,
                               InitialStates initial)
    : shape_(shape), initial_(initial) {
  const ModelGraph graph = resolve(model);
  steps_ = plan_model(model, graph, shape, exec, initial);
  const std::vector<std::size_t> step_of = steps_of_nodes(model, steps_);
  places_.resize(steps_.size());
  for (const Node& node : model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind))
      states_.push_back({{shape.batch, recurrent->units}, reads_states(node) ? node.name : ""});
  for (const std::size_t node : graph.inputs)
    inputs_.push_back(
        {graph.inputs.size() == 1 ? "input" : fmt::format("input \"{}\"", model.nodes[node].name),
         dims_in_run(graph.returns[node], shape)});
  for (const std::size_t node : graph.outputs)
    outputs_.push_back({dims_in_run(graph.returns[node], shape), source_of(model, graph, step_of, node)});
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Place& place = places_[i];
    place.dims = dims_in_run(graph.returns[steps_[i].node], shape);
    place.join = join_of(model.nodes[steps_[i].node]);
    const auto is_this = [i](const Output& output) {
      return !output.source.input && !output.source.state && output.source.step == i;
    };
    const auto output = std::find_if(outputs_.begin(), outputs_.end(), is_this);
    if (output != outputs_.end())
      place.output = static_cast<std::size_t>(output - outputs_.begin());
    else
      place.buffer = Buffer<Real>(place.dims[0] * place.dims[1] * place.dims[2]);
    for (const StepSource& source : steps_[i].sources) make_room_for(source);
  }
  for (const Output& output : outputs_) make_room_for(output.source);
  if (!graph.masking) return;
  mask_value_ = std::get<MaskingSpec>(model.nodes[*graph.masking].kind).mask_value;
  masked_input_ = graph.masked_input;
  const auto [batch, time_steps, features] = inputs_[masked_input_].dims;
  masked_ = Buffer<Real>(batch * time_steps * features);
  counts_ = Buffer<std::uint8_t>(batch * time_steps);
}

template <class Real>
void ModelWiring<Real>::check(const BasicModelIo<Real>& io) const {
  check_count("inputs", io.inputs.size(), inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    check_dims(inputs_[i].text, io.inputs[i].dims, inputs_[i].dims);
  check_count("outputs", io.outputs.size(), outputs_.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    check_dims("output", io.outputs[i].dims, outputs_[i].dims);
    if (!io.outputs[i]) throw std::invalid_argument("output has no memory: the model takes a view of some");
  }
  if (!io.initial.empty())
    check_count("initial states", io.initial.size(), initial_ != InitialStates::zero ? states_.size() : 0);
  for (std::size_t i = 0; i < io.initial.size(); ++i) {
    const auto& [dims, layer] = states_[i];
    if (!layer.empty() && (io.initial[i].h || io.initial[i].c))
      throw std::invalid_argument(
          fmt::format("layer \"{}\" starts from states that the model gives it: it takes no others", layer));
    if (io.initial[i].h) check_dims("initial_h", io.initial[i].h.dims, dims);
    if (io.initial[i].c) check_dims("initial_c", io.initial[i].c.dims, dims);
  }
  if (!io.ended.empty())
    check_count("final states", io.ended.size(), initial_ == InitialStates::carried ? states_.size() : 0);
  for (std::size_t i = 0; i < io.ended.size(); ++i) {
    if (io.ended[i].h) check_dims("final_h", io.ended[i].h.dims, states_[i].dims);
    if (io.ended[i].c) check_dims("final_c", io.ended[i].c.dims, states_[i].dims);
  }
}

template <class Real>
SequenceView<Real> ModelWiring<Real>::written_by(std::size_t step, const BasicModelIo<Real>& io) const {
  const Place& place = places_[step];
  return place.output ? io.outputs[*place.output]
                      : sequence_view(place.buffer.data(), place.dims, Layout::time_major);
}

template <class Real>
SequenceView<Real> ModelWiring<Real>::masked_input() const {
  return sequence_view(masked_.data(), inputs_[masked_input_].dims, Layout::time_major);
}

template <class Real>
void ModelWiring<Real>::make_room_for(const StepSource& source) {
  if (!source.state) return;
  Place& place = places_[source.step];
  Buffer<Real>& buffer = *source.state == State::h ? place.h : place.c;
  if (buffer.size() == 0) buffer = Buffer<Real>(place.dims[0] * place.dims[2]);
}

/// Absent where nobody asks for it.
template <class Real>
StateView<Real> ModelWiring<Real>::ended_in(std::size_t step, State state,
                                            const BasicModelIo<Real>& io) const {
  if (!io.ended.empty()) {
    const auto& [h, c] = io.ended[steps_[step].recurrent];
    if (const StateView<Real>& asked = state == State::h ? h : c) return asked;
  }
  const Place& place = places_[step];
  const Buffer<Real>& buffer = state == State::h ? place.h : place.c;
  return buffer.size() == 0 ? StateView<Real>{} : state_view(buffer.data(), place.dims[0], place.dims[2]);
}

template <class Real>
void ModelWiring<Real>::mask_input(const BasicModelIo<Real>& io) const {
  if (!mask_value_) return;
  const SequenceView<const Real>& input = io.inputs[masked_input_];
  const SequenceView<Real> masked = masked_input();
  const auto [batch, time_steps, features] = input.dims;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      const Real* from = input.row(b, t);
      const bool counts =
          std::any_of(from, from + features, [&](Real value) { return value != *mask_value_; });
      counts_[b * time_steps + t] = counts ? 1 : 0;
      if (counts)
        std::copy_n(from, features, masked.row(b, t));
      else
        std::fill_n(masked.row(b, t), features, Real{0});
    }
}

template <class Real>
SequenceView<const Real> ModelWiring<Real>::read_from(const StepSource& source,
                                                      const BasicModelIo<Real>& io) const {
  if (source.state) return as_sequence(ended_in(source.step, *source.state, io));
  if (!source.input) return written_by(source.step, io);
  return source.is_masked ? masked_input() : io.inputs[*source.input];
}

template <class Real>
BasicIo<Real> ModelWiring<Real>::io_of(std::size_t i, const BasicModelIo<Real>& run) const {
  const ModelStep& step = steps_[i];
  const Extras& extras = step.problem->extras;
  BasicIo<Real> io;
  io.input = read_from(step.sources.front(), run);
  if (extras.mask != MaskPattern::none)
    io.mask = mask_view(counts_.data(), shape_.batch, inputs_[masked_input_].dims[1]);
  io.output = written_by(i, run);
  if (extras.initial_state && !run.initial.empty()) {
    io.initial_h = run.initial[step.recurrent].h;
    io.initial_c = run.initial[step.recurrent].c;
  }
  if (step.sources.size() > 1) io.initial_h = as_state(read_from(step.sources[1], run));
  if (step.sources.size() > 2) io.initial_c = as_state(read_from(step.sources[2], run));
  if (extras.final_state) {
    io.final_h = ended_in(i, State::h, run);
    io.final_c = ended_in(i, State::c, run);
  }
  return io;
}

template <class Real>
void ModelWiring<Real>::run_join(std::size_t i, const BasicModelIo<Real>& io) const {
  JoinInput input{0, steps_[i].sources.size(), 0};
  const SequenceView<Real> to = written_by(i, io);
  for (const StepSource& source : steps_[i].sources) {
    const SequenceView<const Real> from = read_from(source, io);
    join(*places_[i].join, input, from, to);
    ++input.index;
    input.features_before += from.dims[2];
  }
}

template <class Real>
std::vector<SequenceView<const Real>> ModelWiring<Real>::read_by(std::size_t i,
                                                                 const BasicModelIo<Real>& io) const {
  std::vector<SequenceView<const Real>> views;
  for (const StepSource& source : steps_[i].sources) views.push_back(read_from(source, io));
  return views;
}

template <class Real>
void ModelWiring<Real>::run_join_back(std::size_t i, std::size_t source, const BasicModelIo<Real>& io,
                                      const SequenceView<const Real>& by_output,
                                      const SequenceView<Real>& by_input) const {
  const auto& sources = steps_[i].sources;
  const JoinSpec& spec = *places_[i].join;
  JoinInput input{source, sources.size(), 0};
  for (std::size_t k = 0; k < source; ++k) input.features_before += read_from(sources[k], io).dims[2];
  join_back(spec, input, by_output, by_input);
  if (!multiplies(spec)) return;
  for (std::size_t k = 0; k < sources.size(); ++k)
    if (k != source) multiply(read_from(sources[k], io), by_input);
}

template <class Real>
void ModelWiring<Real>::copy_outputs(const BasicModelIo<Real>& io) const {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const auto& [dims, source] = outputs_[i];
    if (!source.input && places_[source.step].output == i) continue;
    const SequenceView<const Real> from = read_from(source, io);
    for (std::int64_t b = 0; b < dims[0]; ++b)
      for (std::int64_t t = 0; t < dims[1]; ++t)
        std::copy_n(from.row(b, t), dims[2], io.outputs[i].row(b, t));
  }
}

template Shape shape_of_run(const ModelGraph&, const std::vector<SequenceView<const float>>&);
template Shape shape_of_run(const ModelGraph&, const std::vector<SequenceView<const double>>&);
template class ModelWiring<float>;
template class ModelWiring<double>;

}  // namespace lockstep
