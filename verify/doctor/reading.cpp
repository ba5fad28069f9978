#include "verify/doctor/reading.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/model_inputs.h"

namespace lockstep::doctor {
namespace {

/// One way to take y.
struct Arrangement {
  AxisOrder order = in_order;
  SharedArray array;
};

std::vector<Arrangement> arrangements(const Array<float>& array, std::int64_t features) {
  std::vector<Arrangement> all;
  for (const AxisOrder& order : axis_orders())
    if (array.dims[order[2]] == features) all.push_back({order, arranged(array, order)});
  return all;
}

/// As an array of rank 3, where it may have lost its steps or a last axis of 1.
std::vector<Array<float>> of_rank_3(const Array<float>& y, std::int64_t units) {
  if (y.dims.size() == 3) return {y};
  std::vector<Array<float>> all;
  if (y.dims.size() != 2) return all;
  all.push_back({{y.dims[0], 1, y.dims[1]}, y.values});
  if (units == 1) all.push_back({{y.dims[0], y.dims[1], 1}, y.values});
  return all;
}

/// None where no model is of these layers.
std::optional<ModelGraph> graph_of(const ModelSpec& model) {
  try {
    return resolve(model);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

/// Of an output, in a run on the reading's inputs.
std::int64_t steps_returned(const Reading& reading, const ModelGraph& graph) {
  const SymbolicShape& returns = graph.returns[graph.outputs[reading.output]];
  return returns.sequence ? returns.time_steps.value_or(reading.time_steps()) : 1;
}

/// False, and nothing done, where the output is joined of several, shaped from steps, a state, or of vectors.
bool return_sequences(Variant& variant, std::size_t output) {
  const ModelGraph graph = resolve(variant.model);
  std::vector<RecurrentSpec*> layers;
  for (std::size_t node = graph.outputs[output]; !graph.returns[node].sequence; node = graph.giver(node)) {
    NodeKind& kind = variant.model.nodes[node].kind;
    if (graph.reads[node].size() != 1 || std::holds_alternative<ReshapeSpec>(kind) ||
        std::holds_alternative<StateSpec>(kind))
      return false;
    if (auto* recurrent = std::get_if<RecurrentSpec>(&kind)) layers.push_back(recurrent);
  }
  for (RecurrentSpec* layer : layers) layer->return_sequences = true;
  return true;
}

void add_axes(Reading& reading, const InputReading& x, const Arrangement& y) {
  constexpr const char* kept = "as the model does, as (samples, time_steps, features)";
  if (x.order == y.order && x.order != in_order) {
    reading.departures.push_back(
        {fmt::format("x and y as {}", in_words(x.order)),
         fmt::format("take x and y {}: the program behind y has both as {}", kept, in_words(x.order))});
    return;
  }
  if (x.order != in_order)
    reading.departures.push_back(
        {fmt::format("x as {}", in_words(x.order)),
         fmt::format("take x {}: the program behind y reads it as {}", kept, in_words(x.order))});
  if (y.order != in_order)
    reading.departures.push_back({fmt::format("y as {}", in_words(y.order)),
                                  fmt::format("swap the axes of y, which are {}", in_words(y.order))});
}

/// What y shows of an output whose steps it has all, or one.
std::vector<Reading> views(const Reading& plain, const ModelGraph& graph, std::int64_t y_steps) {
  std::vector<Reading> all;
  const bool is_sequence = graph.returns[graph.outputs[plain.output]].sequence;
  const std::int64_t time_steps = steps_returned(plain, graph);
  if (y_steps == time_steps) all.push_back(plain);
  if (is_sequence && y_steps == 1 && time_steps > 1) {
    Reading& last = all.emplace_back(plain);
    last.shown = Shown::last_step;
    last.departures.push_back(
        {"the last step alone",
         "compare y with the last step of the model's sequence: the program behind y has "
         "return_sequences=False"});
    Reading& first = all.emplace_back(plain);
    first.shown = Shown::first_step;
    first.departures.push_back(
        {"the first step alone",
         "compare y with the first step of the model's sequence, which is what it has"});
  }
  if (!is_sequence && y_steps > 1) {
    Reading sequence = plain;
    if (!return_sequences(sequence.base, plain.output)) return all;
    const std::optional<ModelGraph> returning = graph_of(sequence.base.model);
    if (!returning || y_steps != steps_returned(sequence, *returning)) return all;
    sequence.departures.push_back({"every step",
                                   "compare the model's answer with the last step of y: the program behind y "
                                   "has return_sequences=True"});
    all.push_back(std::move(sequence));
  }
  return all;
}

/// The model for one way to take its inputs.
struct Fit {
  InputReading input;
  Variant base;
  ModelGraph graph;
};

std::vector<std::array<std::int64_t, 3>> dims_of(const InputReading& input) {
  std::vector<std::array<std::int64_t, 3>> all;
  for (const SharedArray& x : input.arrays) all.push_back({x->dims[0], steps_of(x->dims), x->dims.back()});
  return all;
}

/// None where the inputs' lengths differ and the model takes but one, or joins them.
std::optional<Fit> fit(const ModelSpec& model, Variant base, InputReading input) {
  if (const auto dims = dims_of(input); have_own_lengths(base.model, dims)) {
    if (!have_own_lengths(model, dims)) return std::nullopt;
    base.model = with_lengths(std::move(base.model), dims);
  }
  std::optional<ModelGraph> graph = graph_of(base.model);
  if (!graph) return std::nullopt;
  return Fit{std::move(input), std::move(base), std::move(*graph)};
}

/// For a model that fits none: throws what resolve() does, or which input has another length.
[[noreturn]] void refuse_lengths(const ModelSpec& model, const InputReading& input,
                                 const std::vector<std::string>& names) {
  const auto dims = dims_of(input);
  if (have_own_lengths(model, dims)) resolve(with_lengths(model, dims));
  const ModelGraph graph = resolve(model);
  std::size_t other = 0;
  while (!graph.returns[graph.inputs[other]].sequence || dims[other][1] == dims[graph.leading][1]) ++other;
  throw std::invalid_argument(fmt::format("{}: has {} time steps: accepted are as many as {} has, {}",
                                          in_quotes(names[other]), dims[other][1],
                                          in_quotes(names[graph.leading]), dims[graph.leading][1]));
}

/// At least one.
std::vector<Fit> fits_of(const ModelSpec& model, const std::vector<Array<float>>& inputs,
                         const std::vector<std::string>& names) {
  const Variant base = as_it_is(model);
  std::vector<InputReading> all = input_readings(base.model, inputs, names);
  std::vector<Fit> fits;
  for (const InputReading& input : all)
    if (auto one = fit(model, base, input)) fits.push_back(std::move(*one));
  if (fits.empty()) refuse_lengths(model, all.front(), names);
  return fits;
}

std::string accepted_of(const Fit& one) {
  SymbolicShape returns = one.graph.returns[one.graph.outputs[0]];
  const std::vector<std::int64_t>& leading = one.input.arrays[one.graph.leading]->dims;
  if (returns.sequence) returns.time_steps = returns.time_steps.value_or(steps_of(leading));
  return to_string(returns, fmt::to_string(leading[0]));
}

}  // namespace

std::vector<Reading> readings_of(const ModelSpec& model, const std::vector<Array<float>>& inputs,
                                 const Array<float>& y, const std::vector<std::string>& input_names,
                                 const std::string& y_name) {
  const std::vector<Fit> fits = fits_of(model, inputs, input_names);
  std::vector<Reading> all;
  for (const auto& [input, base, graph] : fits)
    for (std::size_t output = 0; output < graph.outputs.size(); ++output) {
      const std::int64_t units = graph.returns[graph.outputs[output]].features;
      for (const Array<float>& answer : of_rank_3(y, units))
        for (const Arrangement& expected : arrangements(answer, units)) {
          if (y.dims.size() != 3 && expected.order != in_order) continue;
          if (expected.array->dims[0] != input.arrays[0]->dims[0]) continue;
          Reading plain;
          plain.inputs = input.arrays;
          plain.leading = graph.leading;
          plain.y = expected.array;
          plain.output = output;
          plain.base = base;
          plain.departures = input.departures;
          add_axes(plain, input, expected);
          if (output > 0)
            plain.departures.push_back(
                {fmt::format("output \"{}\"", model.outputs[output]),
                 fmt::format("compare y with the model's output \"{}\", not with \"{}\"",
                             model.outputs[output], model.outputs[0])});
          for (Reading& view : views(plain, graph, expected.array->dims[1])) all.push_back(std::move(view));
        }
    }
  if (all.empty())
    throw std::invalid_argument(fmt::format(
        "{}: has the shape ({}): accepted is {}, which the model returns for {}, or the same with "
        "axes swapped, one step or all steps of it",
        in_quotes(y_name), fmt::join(y.dims, ", "), accepted_of(fits[0]),
        in_quotes(input_names[fits[0].graph.leading])));
  std::stable_sort(all.begin(), all.end(), [](const Reading& a, const Reading& b) {
    return a.departures.size() < b.departures.size();
  });
  return all;
}

}  // namespace lockstep::doctor
