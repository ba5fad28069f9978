#include "verify/doctor/variant.h"

#include <algorithm>

#include "backends/model_reference.h"
#include "backends/model_states.h"
#include "backends/reference.h"
#include "cases/models.h"
#include "verify/noise.h"

namespace lockstep::doctor {
namespace {

void reverse_steps(const SequenceView<double>& output) {
  const auto [batch, time_steps, units] = output.dims;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps / 2; ++t)
      std::swap_ranges(output.row(b, t), output.row(b, t) + units, output.row(b, time_steps - 1 - t));
}

template <class Arithmetic>
void run_carrying(const Problem& problem, const BasicWeights<double>& weights, BasicIo<double> io,
                  Arithmetic arithmetic) {
  const std::int64_t batch = problem.shape.batch, units = io.output.dims[2];
  const auto size = static_cast<std::size_t>((batch + 1) * units);
  std::vector<double> h(size),
      c(size);  // of each sample where it starts, which is where the one before ended
  io.initial_h = state_view<const double>(h.data(), batch, units);
  io.initial_c = state_view<const double>(c.data(), batch, units);
  io.final_h = state_view(h.data() + units, batch, units);
  io.final_c = state_view(c.data() + units, batch, units);
  reference::LayerRows<double, Arithmetic>(problem, weights, std::move(arithmetic)).run(io, 0, batch);
}

template <class Arithmetic>
void run_forgetting(const Problem& problem, const BasicWeights<double>& weights, const BasicIo<double>& io,
                    Arithmetic arithmetic) {
  const RecurrentSpec& layer = *as_recurrent(problem);
  const std::int64_t time_steps = problem.shape.time_steps;
  Problem one_step = problem;
  one_step.shape.batch = one_step.shape.time_steps = 1;
  reference::LayerRows<double, Arithmetic> rows(one_step, weights, std::move(arithmetic));
  for (std::int64_t b = 0; b < problem.shape.batch; ++b)
    for (std::int64_t step = layer.return_sequences ? 0 : time_steps - 1; step < time_steps; ++step) {
      const std::int64_t t = layer.go_backwards ? time_steps - 1 - step : step;
      BasicIo<double> one;
      one.input = {io.input.row(b, t), {1, 1, io.input.dims[2]}, io.input.strides};
      if (io.mask) one.mask = {io.mask.row(b) + t, {1, 1}, io.mask.strides};
      one.output = {
          io.output.row(b, layer.return_sequences ? step : 0), {1, 1, io.output.dims[2]}, io.output.strides};
      rows.run(one, 0, 1);
    }
}

template <class MakeArithmetic>
void run_layers(const Variant& variant, const ModelWiring<double>& wiring, const BasicModelIo<double>& io,
                MakeArithmetic&& arithmetic) {
  wiring.check(io);
  wiring.mask_input(io);
  for (std::size_t i = 0; i < wiring.steps().size(); ++i) {
    const ModelStep& step = wiring.steps()[i];
    if (!step.problem) {
      run_join_reference(wiring, i, io, arithmetic(i));
      continue;
    }
    const Problem& problem = *step.problem;
    const LayerRun& how = variant.runs[step.node];
    const BasicWeights<double>& weights = *variant.weights[step.node];
    const BasicIo<double> layer_io = wiring.io_of(i, io);
    if (how.forgets)
      run_forgetting(problem, weights, layer_io, arithmetic(i));
    else if (how.carries)
      run_carrying(problem, weights, layer_io, arithmetic(i));
    else
      reference::LayerRows<double, decltype(arithmetic(i))>(problem, weights, arithmetic(i))
          .run(layer_io, 0, problem.shape.batch);
    if (how.reverses_output) reverse_steps(layer_io.output);
  }
  wiring.copy_outputs(io);
}

template <class MakeArithmetic>
void run(const Variant& variant, BasicModelIo<double> io, MakeArithmetic&& arithmetic) {
  const Shape shape = shape_of_run(resolve(variant.model), io.inputs);
  if (!variant.is_second_call)
    return run_layers(variant, ModelWiring<double>(variant.model, shape, Exec{}, InitialStates::zero), io,
                      arithmetic);
  const ModelWiring<double> wiring(variant.model, shape, Exec{}, InitialStates::carried);
  std::vector<Buffer<double>> memory;
  std::vector<bool> starts;  // of each recurrent layer, whether it does where it ended
  for (const Node& node : variant.model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
      starts.push_back(!reads_states(node));
      const auto state = [&, b = shape.batch] {
        return state_view(memory.emplace_back(b * recurrent->units).data(), b, recurrent->units);
      };
      BasicFinalState<double> ended{state(), {}};
      if (recurrent->cell == Cell::lstm) ended.c = state();
      io.ended.push_back(ended);
    }
  run_layers(variant, wiring, io, arithmetic);
  for (const BasicFinalState<double>& ended : io.ended)
    io.initial.push_back(starts[io.initial.size()] ? BasicInitialState<double>{ended.h, ended.c}
                                                   : BasicInitialState<double>{});
  io.ended.clear();
  run_layers(variant, wiring, io, arithmetic);
}

/// Whether its layers would take any number of time steps, the same of each input.
bool takes_any_length(const ModelSpec& model) {
  if (only_length(model)) return false;
  const ModelGraph graph = resolve(model);
  if (graph.inputs.size() == 1) return true;
  const auto shapes_values = [](const Node& node) { return std::holds_alternative<ReshapeSpec>(node.kind); };
  const auto is_like_the_leading = [&](std::size_t node) {
    return !graph.returns[node].sequence ||
           graph.returns[node].time_steps == graph.leading_input().time_steps;
  };
  return std::none_of(model.nodes.begin(), model.nodes.end(), shapes_values) &&
         std::all_of(graph.inputs.begin(), graph.inputs.end(), is_like_the_leading);
}

}  // namespace

Variant as_it_is(ModelSpec model) {
  Variant variant;
  const bool is_of_any_length = takes_any_length(model);
  for (Node& node : model.nodes) {
    variant.weights.push_back(std::make_shared<BasicWeights<double>>(node.weights.as<double>()));
    if (auto* input = std::get_if<InputSpec>(&node.kind); input != nullptr && is_of_any_length)
      input->time_steps.reset();
  }
  variant.runs.resize(model.nodes.size());
  variant.model = std::move(model);
  return variant;
}

void run_variant(const Variant& variant, const BasicModelIo<double>& io, std::optional<int> noisy_run) {
  if (!noisy_run) return run(variant, io, [](std::size_t) { return reference::Plain<double>{}; });
  run(variant, io, [&](std::size_t layer) {
    return Noisy(static_cast<std::uint64_t>(noisy_runs) * layer + static_cast<std::uint64_t>(*noisy_run));
  });
}

}  // namespace lockstep::doctor
