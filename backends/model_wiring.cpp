#include "backends/model_wiring.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Where the values come from that a node passes on.
struct Giver {
  std::size_t node = 0;    // itself, unless it's a Dropout or a Masking
  bool is_masked = false;  // a Masking lies between
};
Giver computing(const ModelSpec& model, const ModelGraph& graph, std::size_t node) {
  Giver giver{node};
  for (;; giver.node = graph.reads[giver.node]) {
    const NodeKind& kind = model.nodes[giver.node].kind;
    if (std::holds_alternative<MaskingSpec>(kind))
      giver.is_masked = true;
    else if (!std::holds_alternative<DropoutSpec>(kind))
      return giver;
  }
}

/// The step of each node; `none` for Input, Dropout and Masking.
std::vector<std::size_t> steps_of_nodes(const ModelSpec& model, const std::vector<ModelStep>& steps) {
  std::vector<std::size_t> places(model.nodes.size(), none);
  for (std::size_t i = 0; i < steps.size(); ++i) places[steps[i].node] = i;
  return places;
}

std::array<std::int64_t, 3> concrete(const SymbolicShape& returned, const Shape& shape) {
  return {shape.batch, returned.sequence ? shape.time_steps : 1, returned.features};
}

void check_input(const ModelSpec& model, const ModelGraph& graph, const Shape& shape) {
  const SymbolicShape& takes = graph.returns[graph.input];
  if (shape.features != takes.features || (takes.time_steps && *takes.time_steps != shape.time_steps))
    throw std::invalid_argument(fmt::format("input \"{}\" takes {}, the shape is ({}, {}, {})",
                                            model.nodes[graph.input].name, to_string(takes, "batch"),
                                            shape.batch, shape.time_steps, shape.features));
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

std::vector<ModelStep> plan_model(const ModelSpec& model, const ModelGraph& graph, const Shape& shape,
                                  const Exec& exec, InitialStates states) {
  check_input(model, graph, shape);
  std::vector<ModelStep> steps;
  std::vector<std::size_t> step_of(model.nodes.size(), none);
  for (const std::size_t i : graph.order) {
    const auto layer = layer_of(model.nodes[i]);
    if (!layer) continue;
    const auto [source, is_masked] = computing(model, graph, graph.reads[i]);
    const auto dims = concrete(graph.returns[source], shape);
    ModelStep step;
    step.node = i;
    step.name = model.nodes[i].name;
    step.problem = {*layer, {dims[0], dims[1], dims[2]}, {}, exec};
    step.source = step_of[source];
    step.reads_input = source == graph.input;
    step.reads_masked = is_masked;
    if (std::holds_alternative<RecurrentSpec>(*layer)) {
      step.problem.extras.initial_state = states != InitialStates::zero;
      step.problem.extras.final_state = states == InitialStates::carried;
      if (graph.masked[graph.reads[i]]) step.problem.extras.mask = MaskPattern::holes;
      const auto is_recurrent = [](const Node& node) {
        return std::holds_alternative<RecurrentSpec>(node.kind);
      };
      step.recurrent = static_cast<std::size_t>(std::count_if(
          model.nodes.begin(), model.nodes.begin() + static_cast<std::ptrdiff_t>(i), is_recurrent));
    }
    validate(step.problem);
    if (bytes_needed(step.problem) == std::numeric_limits<std::int64_t>::max())
      throw std::invalid_argument(
          fmt::format("layer \"{}\" ({}): more memory than there are addresses: choose a smaller batch or "
                      "fewer time_steps",
                      step.name, to_string(step.problem)));
    step_of[i] = steps.size();
    steps.push_back(step);
  }
  return steps;
}

std::vector<std::array<std::int64_t, 3>> output_dims(const ModelSpec& model, const Shape& shape) {
  const ModelGraph graph = resolve(model);
  check_input(model, graph, shape);
  std::vector<std::array<std::int64_t, 3>> dims;
  for (const std::size_t node : graph.outputs) dims.push_back(concrete(graph.returns[node], shape));
  return dims;
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
      states_.push_back({shape.batch, recurrent->units});
  for (const std::size_t node : graph.outputs) {
    const auto [source, is_masked] = computing(model, graph, node);
    outputs_.push_back(
        {concrete(graph.returns[node], shape), step_of[source], source == graph.input, is_masked});
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Place& place = places_[i];
    place.dims = concrete(graph.returns[steps_[i].node], shape);
    const auto is_this = [i](const Output& output) { return output.source == i; };
    const auto output = std::find_if(outputs_.begin(), outputs_.end(), is_this);
    if (output != outputs_.end())
      place.output = static_cast<std::size_t>(output - outputs_.begin());
    else
      place.buffer = Buffer<Real>(place.dims[0] * place.dims[1] * place.dims[2]);
  }
  if (!graph.masking) return;
  mask_value_ = std::get<MaskingSpec>(model.nodes[*graph.masking].kind).mask_value;
  masked_ = Buffer<Real>(shape.batch * shape.time_steps * shape.features);
  counts_ = Buffer<std::uint8_t>(shape.batch * shape.time_steps);
}

template <class Real>
void ModelWiring<Real>::check(const BasicModelIo<Real>& io) const {
  check_dims<3>("input", io.input.dims, {shape_.batch, shape_.time_steps, shape_.features});
  check_count("outputs", io.outputs.size(), outputs_.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    check_dims("output", io.outputs[i].dims, outputs_[i].dims);
    if (!io.outputs[i]) throw std::invalid_argument("output has no memory: the model takes a view of some");
  }
  if (!io.initial.empty())
    check_count("initial states", io.initial.size(), initial_ != InitialStates::zero ? states_.size() : 0);
  for (std::size_t i = 0; i < io.initial.size(); ++i) {
    if (io.initial[i].h) check_dims("initial_h", io.initial[i].h.dims, states_[i]);
    if (io.initial[i].c) check_dims("initial_c", io.initial[i].c.dims, states_[i]);
  }
  if (!io.ended.empty())
    check_count("final states", io.ended.size(), initial_ == InitialStates::carried ? states_.size() : 0);
  for (std::size_t i = 0; i < io.ended.size(); ++i) {
    if (io.ended[i].h) check_dims("final_h", io.ended[i].h.dims, states_[i]);
    if (io.ended[i].c) check_dims("final_c", io.ended[i].c.dims, states_[i]);
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
  return sequence_view(masked_.data(), {shape_.batch, shape_.time_steps, shape_.features},
                       Layout::time_major);
}

template <class Real>
void ModelWiring<Real>::mask_input(const BasicModelIo<Real>& io) const {
  if (!mask_value_) return;
  const SequenceView<Real> masked = masked_input();
  for (std::int64_t b = 0; b < shape_.batch; ++b)
    for (std::int64_t t = 0; t < shape_.time_steps; ++t) {
      const Real* from = io.input.row(b, t);
      const bool counts =
          std::any_of(from, from + shape_.features, [&](Real value) { return value != *mask_value_; });
      counts_[b * shape_.time_steps + t] = counts ? 1 : 0;
      if (counts)
        std::copy_n(from, shape_.features, masked.row(b, t));
      else
        std::fill_n(masked.row(b, t), shape_.features, Real{0});
    }
}

template <class Real>
BasicIo<Real> ModelWiring<Real>::io_of(std::size_t i, const BasicModelIo<Real>& run) const {
  const ModelStep& step = steps_[i];
  BasicIo<Real> io;
  if (step.reads_input)
    io.input = step.reads_masked ? masked_input() : run.input;
  else
    io.input = written_by(step.source, run);
  if (step.problem.extras.mask != MaskPattern::none)
    io.mask = mask_view(counts_.data(), shape_.batch, shape_.time_steps);
  io.output = written_by(i, run);
  if (step.problem.extras.initial_state && !run.initial.empty()) {
    io.initial_h = run.initial[step.recurrent].h;
    io.initial_c = run.initial[step.recurrent].c;
  }
  if (step.problem.extras.final_state && !run.ended.empty()) {
    io.final_h = run.ended[step.recurrent].h;
    io.final_c = run.ended[step.recurrent].c;
  }
  return io;
}

template <class Real>
void ModelWiring<Real>::copy_outputs(const BasicModelIo<Real>& io) const {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const Output& output = outputs_[i];
    if (!output.is_input && places_[output.source].output == i) continue;
    SequenceView<const Real> from = output.is_masked ? masked_input() : io.input;
    if (!output.is_input) from = written_by(output.source, io);
    for (std::int64_t b = 0; b < output.dims[0]; ++b)
      for (std::int64_t t = 0; t < output.dims[1]; ++t)
        std::copy_n(from.row(b, t), output.dims[2], io.outputs[i].row(b, t));
  }
}

template class ModelWiring<float>;
template class ModelWiring<double>;

}  // namespace lockstep
