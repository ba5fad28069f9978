#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/model_for_test.h"
#include "cases/data.h"
#include "cases/model_given.h"
#include "verify/doctor/search.h"

/// Small models, inputs and what the search says of an answer.
namespace lockstep::doctor {

/// Layers one after the other, each with the name of its kind: "lstm", "lstm_1", "dense"...
inline ModelSpec chain_for_test(std::int64_t features, const std::vector<NodeKind>& layers) {
  ModelSpec model{"sequential", true, {{"input_layer", InputSpec{{}, features}, {}, {}}}, {}};
  for (const NodeKind& kind : layers) {
    std::string name = "activation";
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&kind)) name = to_string(recurrent->cell);
    if (std::holds_alternative<DenseSpec>(kind)) name = "dense";
    if (std::holds_alternative<MaskingSpec>(kind)) name = "masking";
    int before = 0;
    for (const Node& node : model.nodes)
      before += node.kind.index() == kind.index() && node.name.starts_with(name) ? 1 : 0;
    if (before > 0) name += fmt::format("_{}", before);
    Node node{name, kind, {model.nodes.back().name}, {}};
    if (const auto layer = layer_of(node)) {
      node.weights = make_weights(*layer, features, model.nodes.size());
      features = output_features(*layer, features);
    }
    model.nodes.push_back(std::move(node));
  }
  model.outputs = {model.nodes.back().name};
  return model;
}

inline Array<float> input_for_test(std::int64_t samples, std::int64_t time_steps, std::int64_t features) {
  Array<float> x{{samples, time_steps, features}, {}};
  const Random random(7, "input of the doctor's tests");
  for (std::int64_t i = 0; i < samples * time_steps * features; ++i)
    x.values.push_back(2 * random.uniform(i));
  return x;
}

using Inputs = std::vector<Array<float>>;

/// What a variant answers, as float.
inline Array<float> answer_for_test(const Variant& variant, const Inputs& inputs, std::size_t output = 0) {
  const ModelGraph graph = resolve(variant.model);
  std::vector<std::vector<double>> wide;
  BasicModelIo<double> io;
  for (const Array<float>& x : inputs) {
    wide.emplace_back(x.values.begin(), x.values.end());
    io.inputs.push_back(sequence_view<const double>(
        wide.back().data(), {x.dims[0], steps_of(x.dims), x.dims.back()}, Layout::batch_major));
  }
  const ModelAsked<double> asked(variant.model, shape_of_run(graph, io.inputs), Layout::batch_major);
  io.outputs = asked.views();
  run_variant(variant, io);
  Array<float> answer{{asked.dims[output].begin(), asked.dims[output].end()}, {}};
  for (const double value : asked.outputs[output]) answer.values.push_back(static_cast<float>(value));
  if (!graph.returns[graph.outputs[output]].sequence) answer.dims.erase(answer.dims.begin() + 1);
  return answer;
}

inline Array<float> answer_for_test(const Variant& variant, const Array<float>& x, std::size_t output = 0) {
  return answer_for_test(variant, Inputs{x}, output);
}

/// Of the files x.npy, x1.npy, ... and y.npy.
inline std::vector<Reading> readings_for_test(const ModelSpec& model, const Inputs& inputs,
                                              const Array<float>& y) {
  std::vector<std::string> names{"x.npy"};
  while (names.size() < inputs.size()) names.push_back(fmt::format("x{}.npy", names.size()));
  return readings_of(model, inputs, y, names, "y.npy");
}

inline Diagnosis diagnosis_for_test(const ModelSpec& model, const Inputs& inputs, const Array<float>& y) {
  constexpr std::int64_t batch = 32;
  return diagnose(readings_for_test(model, inputs, y), batch, 1);
}

inline std::string names_for_test(const std::vector<Departure>& departures) {
  std::vector<std::string> names;
  for (const Departure& departure : departures) names.push_back(departure.name);
  return fmt::format("{}", fmt::join(names, " + "));
}

/// "as it is", "no explanation", or the explanations, the simplest first.
inline std::vector<std::string> found_for_test(const ModelSpec& model, const Inputs& inputs,
                                               const Array<float>& y) {
  const Diagnosis found = diagnosis_for_test(model, inputs, y);
  if (found.as_it_is == Outcome::agrees) return {"as it is"};
  if (found.as_it_is == Outcome::no_verdict) return {"no verdict"};
  std::vector<std::string> all;
  for (const Explanation& explanation : found.explanations)
    all.push_back(names_for_test(explanation.departures));
  if (all.empty()) all.emplace_back("no explanation");
  return all;
}
inline std::vector<std::string> found_for_test(const ModelSpec& model, const Array<float>& x,
                                               const Array<float>& y) {
  return found_for_test(model, Inputs{x}, y);
}

}  // namespace lockstep::doctor
