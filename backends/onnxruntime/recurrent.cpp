#include "backends/onnxruntime/recurrent.h"

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/onnxruntime/operators.h"
#include "backends/onnxruntime/rows.h"
#include "backends/onnxruntime/session.h"

namespace lockstep::onnxruntime {
namespace {

std::string operator_name(Cell cell) {
  switch (cell) {
    case Cell::lstm:
      return "LSTM";
    case Cell::gru:
      return "GRU";
    case Cell::simple_rnn:
      break;
  }
  return "RNN";
}

/// Those of the gates, then of the candidate, then lstm's of c.
std::vector<Activation> activations_of(const RecurrentSpec& layer) {
  if (layer.cell == Cell::simple_rnn) return {layer.activation};
  if (layer.cell == Cell::gru) return {layer.recurrent_activation, layer.activation};
  return {layer.recurrent_activation, layer.activation, layer.activation};
}

bool wants_sequence(const Problem& problem) {
  return as_recurrent(problem)->return_sequences;
}
bool wants_h(const Problem& problem) {
  return problem.extras.final_state || !wants_sequence(problem);
}
bool wants_c(const Problem& problem) {
  return problem.extras.final_state && as_recurrent(problem)->cell == Cell::lstm;
}
bool takes_c(const Problem& problem) {
  return problem.extras.initial_state && as_recurrent(problem)->cell == Cell::lstm;
}

Node node_of(const Problem& problem) {
  const RecurrentSpec& layer = *as_recurrent(problem);
  Node node{operator_name(layer.cell), {"X", "W", "R", "B"}, {}, {}};
  if (problem.extras.initial_state) node.inputs.insert(node.inputs.end(), {"", "initial_h"});
  if (takes_c(problem)) node.inputs.emplace_back("initial_c");
  node.outputs.emplace_back(wants_sequence(problem) ? "Y" : "");
  if (wants_h(problem)) node.outputs.emplace_back("Y_h");
  if (wants_c(problem)) node.outputs.emplace_back("Y_c");
  std::vector<std::string> names;
  std::vector<float> alphas, betas;
  for (const Activation activation : activations_of(layer)) {
    const auto [name, numbers] = activation_operator(activation);
    names.push_back(name);
    if (numbers) alphas.push_back(numbers->alpha);
    if (numbers) betas.push_back(numbers->beta);
  }
  node.attributes = {{"hidden_size", layer.units}, {"activations", names}};
  if (!alphas.empty()) node.attributes.emplace_back("activation_alpha", alphas);
  if (!betas.empty()) node.attributes.emplace_back("activation_beta", betas);
  if (layer.cell == Cell::gru)
    node.attributes.emplace_back("linear_before_reset", std::int64_t{layer.reset_after});
  return node;
}

Graph graph_of(const Problem& problem, const Weights& weights) {
  const auto [batch, time_steps, features] = problem.shape;
  const RecurrentSpec& layer = *as_recurrent(problem);
  const std::int64_t units = layer.units, columns = gate_count(layer) * units;
  const std::vector<std::int64_t> state{1, batch, units};
  OperatorWeights packed = operator_weights(layer, features, weights);
  Graph graph;
  graph.inputs = {{"X", {time_steps, batch, features}}};
  if (problem.extras.initial_state) graph.inputs.push_back({"initial_h", state});
  if (takes_c(problem)) graph.inputs.push_back({"initial_c", state});
  if (wants_sequence(problem)) graph.outputs.push_back({"Y", {time_steps, 1, batch, units}});
  if (wants_h(problem)) graph.outputs.push_back({"Y_h", state});
  if (wants_c(problem)) graph.outputs.push_back({"Y_c", state});
  graph.constants = {{{"W", {1, columns, features}}, std::move(packed.input)},
                     {{"R", {1, columns, units}}, std::move(packed.recurrent)},
                     {{"B", {1, 2 * columns}}, std::move(packed.bias)}};
  graph.nodes = {node_of(problem)};
  return graph;
}

class RecurrentLayer : public Layer {
 public:
  RecurrentLayer(const Problem& problem, const Weights& weights)
      : problem_(problem),
        layer_(*as_recurrent(problem)),
        session_(graph_of(problem, weights), problem.exec.threads),
        input_(problem.shape.batch * problem.shape.time_steps * problem.shape.features),
        output_(problem.shape.batch * output_time_steps(problem) * layer_.units),
        initial_h_(states(problem.extras.initial_state)),
        initial_c_(states(takes_c(problem))),
        final_h_(states(wants_h(problem))),
        final_c_(states(wants_c(problem))) {}

  void run(const Io& io) override {
    std::size_t input = 0, output = 0;
    session_.read_from(input++, sequence(io.input));
    if (problem_.extras.initial_state) session_.read_from(input++, state(io.initial_h, initial_h_));
    if (takes_c(problem_)) session_.read_from(input++, state(io.initial_c, initial_c_));

    const bool in_place = is_time_major(io.output);
    float* const outputs = in_place ? io.output.data : output_.data();
    float* const h = wants_sequence(problem_) ? place_of(io.final_h, final_h_) : outputs;
    float* const c = place_of(io.final_c, final_c_);
    if (wants_sequence(problem_)) session_.write_to(output++, outputs);
    if (wants_h(problem_)) session_.write_to(output++, h);
    if (wants_c(problem_)) session_.write_to(output++, c);

    session_.run();
    if (!in_place) copy(sequence_view<const float>(outputs, io.output.dims, Layout::time_major), io.output);
    if (wants_h(problem_)) give(h, io.final_h);
    if (wants_c(problem_)) give(c, io.final_c);
  }

  std::string method() const override {
    const std::string one = fmt::format("{} operator", operator_name(layer_.cell));
    return problem_.exec.threads == 1 ? one : fmt::format("{}, {} threads", one, problem_.exec.threads);
  }

 private:
  Buffer<float> states(bool any) const {
    return Buffer<float>(any ? problem_.shape.batch * layer_.units : 0);
  }
  const float* sequence(const SequenceView<const float>& from) const {
    const bool backwards = layer_.go_backwards && problem_.shape.time_steps > 1;
    if (is_time_major(from) && !backwards) return from.data;
    copy(backwards ? reversed(from) : from, sequence_view(input_.data(), from.dims, Layout::time_major));
    return input_.data();
  }
  /// Zeros where the view is absent.
  const float* state(const StateView<const float>& from, const Buffer<float>& own) const {
    if (from && is_dense(from)) return from.data;
    if (from)
      copy(from, state_view(own.data(), problem_.shape.batch, layer_.units));
    else
      std::fill(own.begin(), own.end(), 0.0F);
    return own.data();
  }
  static float* place_of(const StateView<float>& to, const Buffer<float>& own) {
    return to && is_dense(to) ? to.data : own.data();
  }
  void give(const float* from, const StateView<float>& to) const {
    if (!to || to.data == from) return;
    copy(state_view(from, problem_.shape.batch, layer_.units), to);
  }

  Problem problem_;
  RecurrentSpec layer_;
  Session session_;
  Buffer<float> input_, output_;  // of sequences that do not lie as the operator wants them
  Buffer<float> initial_h_, initial_c_, final_h_, final_c_;
};

}  // namespace

Support supports_recurrent(const Problem& problem) {
  if (problem.extras.mask != MaskPattern::none)
    return Support::no("ONNX's operators know lengths of sequences, not masks");
  const RecurrentSpec& layer = *as_recurrent(problem);
  for (const Activation activation : activations_of(layer))
    if (activation == Activation::softmax) return Support::no("ONNX's operators know no softmax in a gate");
  return Support::yes();
}

std::unique_ptr<Layer> prepare_recurrent(const Problem& problem, const Weights& weights) {
  return std::make_unique<RecurrentLayer>(problem, weights);
}

}  // namespace lockstep::onnxruntime
