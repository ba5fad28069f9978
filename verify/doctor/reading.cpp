#include "verify/doctor/reading.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep::doctor {
namespace {

/// Which axis of a file's array is the samples, the steps and the features.
using AxisOrder = std::array<std::size_t, 3>;
constexpr AxisOrder in_order{0, 1, 2};

using SharedArray = std::shared_ptr<const Array<float>>;

SharedArray arranged(const Array<float>& array, const AxisOrder& order) {
  auto moved = std::make_shared<Array<float>>();
  const std::array<std::int64_t, 3> strides{array.dims[1] * array.dims[2], array.dims[2], 1};
  for (const std::size_t axis : order) moved->dims.push_back(array.dims[axis]);
  moved->values.reserve(array.values.size());
  for (std::int64_t i = 0; i < moved->dims[0]; ++i)
    for (std::int64_t j = 0; j < moved->dims[1]; ++j)
      for (std::int64_t k = 0; k < moved->dims[2]; ++k)
        moved->values.push_back(array.values[static_cast<std::size_t>(
            i * strides[order[0]] + j * strides[order[1]] + k * strides[order[2]])]);
  return moved;
}

/// One way to take an array: "(time_steps, samples, features)".
struct Arrangement {
  AxisOrder order = in_order;
  std::string words;
  SharedArray array;
};

std::string in_words(const AxisOrder& order, std::string_view last) {
  std::array<std::string_view, 3> words;
  const std::array<std::string_view, 3> names{"samples", "time_steps", last};
  for (std::size_t i = 0; i < 3; ++i) words[order[i]] = names[i];
  return fmt::format("({})", fmt::join(words, ", "));
}

std::vector<Arrangement> arrangements(const Array<float>& array, std::int64_t last_size,
                                      std::string_view last) {
  std::vector<Arrangement> all;
  AxisOrder order = in_order;
  do {
    if (array.dims[order[2]] == last_size)
      all.push_back({order, in_words(order, last),
                     order == in_order ? std::make_shared<Array<float>>(array) : arranged(array, order)});
  } while (std::next_permutation(order.begin(), order.end()));
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

/// False, and nothing done, where the output is joined of several, shaped from steps, or a state.
bool return_sequences(Variant& variant, std::size_t output) {
  const ModelGraph graph = resolve(variant.model);
  std::vector<RecurrentSpec*> layers;
  for (std::size_t node = graph.outputs[output]; !graph.returns[node].sequence; node = graph.giver(node)) {
    NodeKind& kind = variant.model.nodes[node].kind;
    if (graph.reads[node].size() > 1 || std::holds_alternative<ReshapeSpec>(kind) ||
        std::holds_alternative<StateSpec>(kind))
      return false;
    if (auto* recurrent = std::get_if<RecurrentSpec>(&kind)) layers.push_back(recurrent);
  }
  for (RecurrentSpec* layer : layers) layer->return_sequences = true;
  return true;
}

void add_axes(Reading& reading, const Arrangement& x, const Arrangement& y) {
  constexpr const char* kept = "as the model does, as (samples, time_steps, features)";
  if (x.order == y.order && x.order != in_order) {
    reading.departures.push_back(
        {fmt::format("x and y as {}", x.words),
         fmt::format("take x and y {}: the program behind y has both as {}", kept, x.words)});
    return;
  }
  if (x.order != in_order)
    reading.departures.push_back(
        {fmt::format("x as {}", x.words),
         fmt::format("take x {}: the program behind y reads it as {}", kept, x.words)});
  if (y.order != in_order)
    reading.departures.push_back(
        {fmt::format("y as {}", y.words), fmt::format("swap the axes of y, which are {}", y.words)});
}

/// What y shows of an output whose steps it has all, or one.
std::vector<Reading> views(const Reading& plain, const ModelGraph& graph, std::int64_t y_steps) {
  std::vector<Reading> all;
  const bool is_sequence = graph.returns[graph.outputs[plain.output]].sequence;
  const std::int64_t time_steps = plain.time_steps();
  if (y_steps == (is_sequence ? time_steps : 1)) all.push_back(plain);
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
  if (!is_sequence && y_steps == time_steps && time_steps > 1) {
    Reading sequence = plain;
    if (!return_sequences(sequence.base, plain.output)) return all;
    sequence.departures.push_back({"every step",
                                   "compare the model's answer with the last step of y: the program behind y "
                                   "has return_sequences=True"});
    all.push_back(std::move(sequence));
  }
  return all;
}

std::string accepted_of(const ModelGraph& graph, const Array<float>& x) {
  SymbolicShape returns = graph.returns[graph.outputs[0]];
  if (returns.sequence) returns.time_steps = x.dims[1];
  return to_string(returns, fmt::to_string(x.dims[0]));
}

void check_input(const InputSpec& takes, const Array<float>& x, const std::string& name) {
  if (std::find(x.dims.begin(), x.dims.end(), 0) != x.dims.end())
    throw std::invalid_argument(
        fmt::format("{}: has the shape ({}), which holds no value: accepted is one that does",
                    in_quotes(name), fmt::join(x.dims, ", ")));
  if (takes.time_steps && x.dims.size() == 3 && x.dims[1] != *takes.time_steps)
    throw std::invalid_argument(fmt::format("{}: has the shape ({}): accepted is {}", in_quotes(name),
                                            fmt::join(x.dims, ", "),
                                            to_string({true, takes.time_steps, takes.features}, "samples")));
  const bool is_whole = x.dims.size() == 3 &&
                        std::all_of(x.dims.begin(), x.dims.end(), [](std::int64_t size) { return size > 0; });
  if (!is_whole || std::find(x.dims.begin(), x.dims.end(), takes.features) == x.dims.end())
    throw std::invalid_argument(fmt::format("{}: has the shape ({}): accepted is {}", in_quotes(name),
                                            fmt::join(x.dims, ", "),
                                            to_string({true, std::nullopt, takes.features}, "samples")));
}

}  // namespace

std::vector<Reading> readings_of(const ModelSpec& model, const Array<float>& x, const Array<float>& y,
                                 const std::string& x_name, const std::string& y_name) {
  const Variant base = as_it_is(model);
  const ModelGraph graph = resolve(base.model);
  const auto& takes = std::get<InputSpec>(base.model.nodes[graph.inputs.front()].kind);
  check_input(takes, x, x_name);
  std::vector<Reading> all;
  for (const Arrangement& input : arrangements(x, takes.features, "features"))
    for (std::size_t output = 0; output < graph.outputs.size(); ++output) {
      const std::int64_t units = graph.returns[graph.outputs[output]].features;
      for (const Array<float>& answer : of_rank_3(y, units))
        for (const Arrangement& expected : arrangements(answer, units, "features")) {
          if (y.dims.size() != 3 && expected.order != in_order) continue;
          if (expected.array->dims[0] != input.array->dims[0]) continue;
          Reading plain;
          plain.x = input.array;
          plain.y = expected.array;
          plain.output = output;
          plain.base = base;
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
        in_quotes(y_name), fmt::join(y.dims, ", "), accepted_of(graph, x), in_quotes(x_name)));
  std::stable_sort(all.begin(), all.end(), [](const Reading& a, const Reading& b) {
    return a.departures.size() < b.departures.size();
  });
  return all;
}

bool has_blank_steps(const Array<float>& x) {
  const auto features = x.dims.back();
  for (auto step = x.values.begin(); step != x.values.end(); step += features)
    if (std::all_of(step, step + features, [](float value) { return value == 0; })) return true;
  return false;
}

}  // namespace lockstep::doctor
