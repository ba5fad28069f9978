#include "backends/onnxruntime/feedforward.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/onnxruntime/operators.h"
#include "backends/onnxruntime/rows.h"
#include "backends/onnxruntime/session.h"

namespace lockstep::onnxruntime {
namespace {

Node activation_node(Activation activation, const std::string& from, const std::string& to) {
  if (activation == Activation::linear) return {"Identity", {from}, {to}, {}};
  const auto [name, numbers] = activation_operator(activation);
  Node node{name, {from}, {to}, {}};
  if (numbers) node.attributes = {{"alpha", numbers->alpha}, {"beta", numbers->beta}};
  return node;
}

Graph graph_of(const Problem& problem, const Weights& weights, std::int64_t rows) {
  const std::int64_t features = problem.shape.features, units = output_features(problem.layer, features);
  Graph graph;
  graph.inputs = {{"X", {rows, features}}};
  graph.outputs = {{"Y", {rows, units}}};
  const DenseSpec* dense = as_dense(problem);
  if (dense == nullptr) {
    graph.nodes = {activation_node(std::get<ActivationSpec>(problem.layer).activation, "X", "Y")};
    return graph;
  }
  const bool linear = dense->activation == Activation::linear;
  graph.constants = {{{"W", {features, units}}, weights.kernel}};
  graph.nodes = {{"Gemm", {"X", "W"}, {linear ? "Y" : "Z"}, {}}};
  if (dense->use_bias) {
    graph.constants.push_back({{"B", {units}}, weights.bias});
    graph.nodes.back().inputs.emplace_back("B");
  }
  if (!linear) graph.nodes.push_back(activation_node(dense->activation, "Z", "Y"));
  return graph;
}

bool is_by_step(const Problem& problem) {
  const DenseSpec* dense = as_dense(problem);
  return dense != nullptr && dense->style == DenseStyle::time_distributed && problem.shape.time_steps > 1;
}

class FeedforwardLayer : public Layer {
 public:
  FeedforwardLayer(const Problem& problem, const Weights& weights)
      : problem_(problem),
        runs_(is_by_step(problem) ? problem.shape.time_steps : 1),
        session_(graph_of(problem, weights, rows()), problem.exec.threads),
        input_(runs_ * rows() * problem.shape.features),
        output_(runs_ * rows() * output_features(problem.layer, problem.shape.features)) {}

  void run(const Io& io) override {
    const bool all_at_once = runs_ == 1;
    const bool by_time = is_time_major(io.input) && is_time_major(io.output);
    const bool in_place = by_time || (all_at_once && is_batch_major(io.input) && is_batch_major(io.output));
    if (in_place) return compute(io.input.data, io.output.data);
    copy(io.input, sequence_view(input_.data(), io.input.dims, Layout::time_major));
    compute(input_.data(), output_.data());
    copy(sequence_view<const float>(output_.data(), io.output.dims, Layout::time_major), io.output);
  }

  std::string method() const override {
    std::string text = as_dense(problem_) != nullptr ? "Gemm operator" : "its operator";
    if (runs_ > 1) text += ", a run per step";
    if (problem_.exec.threads > 1) text += fmt::format(", {} threads", problem_.exec.threads);
    return text;
  }

 private:
  std::int64_t rows() const { return problem_.shape.batch * problem_.shape.time_steps / runs_; }
  void compute(const float* input, float* output) {
    for (std::int64_t i = 0; i < runs_; ++i) {
      session_.read_from(0, input + i * input_.size() / runs_);
      session_.write_to(0, output + i * output_.size() / runs_);
      session_.run();
    }
  }

  Problem problem_;
  std::int64_t runs_;
  Session session_;
  Buffer<float> input_, output_;  // of sequences that do not lie as the operator wants them
};

}  // namespace

std::unique_ptr<Layer> prepare_feedforward(const Problem& problem, const Weights& weights) {
  return std::make_unique<FeedforwardLayer>(problem, weights);
}

}  // namespace lockstep::onnxruntime
