#include "backends/trainer.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/problem_text.h"
#include "backends/trainable_reference.h"

namespace lockstep {
namespace {

class OnBackend : public BasicTrainable<float> {
 public:
  explicit OnBackend(std::unique_ptr<TrainableLayer> layer) : layer_(std::move(layer)) {}
  void run(const Io& io) override { layer_->run(io); }
  void backward(const Io& io, const Gradients& gradients) override { layer_->backward(io, gradients); }
  void update(const Weights& weights) override { layer_->update(weights); }
  std::string method() const override { return layer_->method(); }

 private:
  std::unique_ptr<TrainableLayer> layer_;
};

template <class Real>
std::vector<BasicWeights<Real>> weights_of(const ModelSpec& model) {
  std::vector<BasicWeights<Real>> all;
  for (const Node& node : model.nodes) all.push_back(node.weights.template as<Real>());
  return all;
}

template <class Real>
std::vector<std::span<Real>> spans_of(std::vector<BasicWeights<Real>>& all) {
  std::vector<std::span<Real>> spans;
  for (BasicWeights<Real>& one : all)
    for (std::vector<Real>* values : {&one.kernel, &one.recurrent_kernel, &one.bias})
      if (!values->empty()) spans.emplace_back(*values);
  return spans;
}

template <class Real>
std::vector<std::int64_t> sizes_of(const std::vector<std::span<Real>>& spans) {
  std::vector<std::int64_t> sizes;
  for (const auto& span : spans) sizes.push_back(static_cast<std::int64_t>(span.size()));
  return sizes;
}

void refuse_untrainable(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    if (!graph.used[i])
      throw std::invalid_argument(
          fmt::format("layer \"{}\" leads to no output: accepted in training is one that does", node.name));
    if (!node.call_of.empty() && !node.weights.kernel.empty())
      throw std::invalid_argument(fmt::format(
          "layer \"{}\" is called more than once: accepted in training is one call of a layer with "
          "weights, as the gradients of several are not added",
          node.call_of));
    if (std::holds_alternative<MaskingSpec>(node.kind))
      throw std::invalid_argument(
          fmt::format("layer \"{}\" masks steps: accepted in training is none, as Keras' losses leave them "
                      "out, too",
                      node.name));
    if (const auto* dropout = std::get_if<DropoutSpec>(&node.kind); dropout != nullptr && dropout->rate > 0)
      throw std::invalid_argument(fmt::format(
          "layer \"{}\" drops values at the rate {}: accepted in training is the rate 0, as no two "
          "programs draw the same numbers",
          node.name, dropout->rate));
  }
}

template <class Real>
void add_all(const SequenceView<const Real>& from, const SequenceView<Real>& to) {
  for (std::int64_t t = 0; t < to.dims[1]; ++t)
    for (std::int64_t b = 0; b < to.dims[0]; ++b)
      for (std::int64_t j = 0; j < to.dims[2]; ++j) to(b, t, j) += from(b, t, j);
}

}  // namespace

MakeTrainable<float> trainable_on(const Backend& backend) {
  return [&backend](const Problem& problem, const Weights& weights) {
    if (const Support support = backend.supports(problem); !support)
      throw std::invalid_argument(
          fmt::format("{} does not train {}: {}", backend.name(), to_string(problem), support.why()));
    return std::make_unique<OnBackend>(backend.prepare_training(problem, weights));
  };
}

MakeTrainable<double> trainable_by_reference() {
  return [](const Problem& problem, const BasicWeights<double>& weights) {
    return std::make_unique<TrainableByReference<double>>(problem, weights);
  };
}

template <class Real>
struct Trainer<Real>::Prepared {
  /// An array of a [batch, time_steps, features] of its own.
  struct Array {
    explicit Array(const std::array<std::int64_t, 3>& dims)
        : memory(dims[0] * dims[1] * dims[2]), view(sequence_view(memory.data(), dims, Layout::time_major)) {}
    Buffer<Real> memory;
    SequenceView<Real> view;
  };
  Prepared(const ModelSpec& model, const MakeTrainable<Real>& make,
           const std::vector<BasicWeights<Real>>& weights, const Shape& shape, int threads)
      : wiring(model, shape, {threads, Pass::training}, InitialStates::zero) {
    std::int64_t largest = 0;
    for (std::size_t i = 0; i < wiring.steps().size(); ++i) {
      const ModelStep& step = wiring.steps()[i];
      layers.push_back(step.problem ? make(*step.problem, weights[step.node]) : nullptr);
      gradients.emplace_back(wiring.dims_of(i));
      largest = std::max(largest, gradients.back().memory.size());
    }
    scratch = Buffer<Real>(largest);
    for (const auto& dims : output_dims(model, shape)) {
      outputs.emplace_back(dims);
      loss_gradients.emplace_back(dims);
      io.outputs.push_back(outputs.back().view);
    }
    has_gradient.resize(layers.size());
  }

  /// Adds to the gradient of what a step wrote, or begins it.
  void receive(std::size_t step, const SequenceView<const Real>& gradient) {
    if (!has_gradient[step])
      for (std::int64_t t = 0; t < gradient.dims[1]; ++t)
        for (std::int64_t b = 0; b < gradient.dims[0]; ++b)
          std::copy_n(gradient.row(b, t), gradient.dims[2], gradients[step].view.row(b, t));
    else
      add_all<Real>(gradient, gradients[step].view);
    has_gradient[step] = 1;
  }

  /// Has `write` write a gradient by what a step wrote, and adds it to that, or begins it.
  template <class Write>
  void receive_from(const Write& write, std::size_t step) {
    if (!has_gradient[step]) {
      write(gradients[step].view);
      has_gradient[step] = 1;
      return;
    }
    const auto second = sequence_view(scratch.data(), wiring.dims_of(step), Layout::time_major);
    write(second);
    receive(step, second);
  }

  /// Takes a step back: from the gradient of what it wrote to those of its weights and of what it read.
  void back(std::size_t i, BasicWeights<Real>& by_weights) {
    const ModelStep& step = wiring.steps()[i];
    for (std::size_t k = 0; k < step.sources.size(); ++k) {
      const auto write = [&](const SequenceView<Real>& by_input) {
        if (step.problem)
          layer_back(i, by_weights, by_input);
        else
          wiring.run_join_back(i, k, io, gradients[i].view, by_input);
      };
      if (!step.sources[k].input)
        receive_from(write, step.sources[k].step);
      else if (step.problem)
        write({});
    }
  }
  void layer_back(std::size_t i, BasicWeights<Real>& by_weights, const SequenceView<Real>& by_input) {
    BasicGradients<Real> wanted;
    if (has_gradient[i]) wanted.output = gradients[i].view;
    wanted.input = by_input;
    wanted.weights = &by_weights;
    layers[i]->backward(wiring.io_of(i, io), wanted);
  }

  ModelWiring<Real> wiring;
  // One per step, as all but the outputs and their gradients; null: it is no layer.
  std::vector<std::unique_ptr<BasicTrainable<Real>>> layers;
  std::vector<Array> gradients;                // by what the step wrote
  std::vector<Array> outputs, loss_gradients;  // of the model
  BasicModelIo<Real> io;
  Buffer<Real> scratch;  // for a second gradient by the same values
  std::vector<char> has_gradient;
  std::int64_t version = 0;  // of the weights in the layers
};

template <class Real>
Trainer<Real>::Trainer(const ModelSpec& model, MakeTrainable<Real> make, const TrainingSpec& spec)
    : model_(model),
      graph_(resolve(model)),
      make_(std::move(make)),
      spec_(spec),
      weights_(weights_of<Real>(model)),
      gradients_(weights_),
      weight_spans_(spans_of(weights_)),
      gradient_spans_(spans_of(gradients_)),
      optimizer_(spec.optimizer, sizes_of(weight_spans_)) {
  refuse_untrainable(model);
}

template <class Real>
typename Trainer<Real>::Prepared& Trainer<Real>::prepared(const TrainingBatch<Real>& batch) {
  const Shape shape = shape_of_run(graph_, batch.inputs);
  std::shared_ptr<Prepared>& one = prepared_[{shape.batch, shape.time_steps}];
  if (one == nullptr) {
    auto made = std::make_shared<Prepared>(model_, make_, weights_, shape, spec_.threads);
    made->version = version_;
    one = std::move(made);
  }
  return *one;
}

template <class Real>
void Trainer<Real>::forward(const TrainingBatch<Real>& batch) {
  Prepared& p = prepared(batch);
  p.io.inputs = batch.inputs;
  p.wiring.check(p.io);
  for (std::size_t i = 0; i < p.layers.size(); ++i) {
    if (p.layers[i] == nullptr) {
      p.wiring.run_join(i, p.io);
      continue;
    }
    if (p.version != version_) p.layers[i]->update(weights_[p.wiring.steps()[i].node]);
    p.layers[i]->run(p.wiring.io_of(i, p.io));
  }
  p.version = version_;
  last_ = &p;
  p.wiring.copy_outputs(p.io);
}

template <class Real>
double Trainer<Real>::loss(const TrainingBatch<Real>& batch) {
  Prepared& p = prepared(batch);
  if (batch.targets.size() != p.outputs.size())
    throw std::invalid_argument(
        fmt::format("{} targets: the model has {} outputs", batch.targets.size(), p.outputs.size()));
  double sum = 0;
  for (std::size_t i = 0; i < p.outputs.size(); ++i) {
    std::array<std::int64_t, 3> wanted = p.outputs[i].view.dims;
    wanted[2] = target_features(spec_.loss, wanted[2]);
    if (batch.targets[i].dims != wanted)
      throw std::invalid_argument(fmt::format("target {} has the shape ({}): the output takes ({})", i,
                                              fmt::join(batch.targets[i].dims, ", "),
                                              fmt::join(wanted, ", ")));
    sum += loss_and_gradient<Real>(spec_.loss, batch.targets[i], p.outputs[i].view, p.loss_gradients[i].view);
  }
  return sum;
}

template <class Real>
void Trainer<Real>::backward(const TrainingBatch<Real>& batch) {
  Prepared& p = prepared(batch);
  std::fill(p.has_gradient.begin(), p.has_gradient.end(), 0);
  for (std::size_t i = 0; i < p.outputs.size(); ++i)
    if (const auto step = p.wiring.source_of_output(i)) p.receive(*step, p.loss_gradients[i].view);
  for (std::size_t i = p.layers.size(); i-- > 0;) p.back(i, gradients_[p.wiring.steps()[i].node]);
}

template <class Real>
void Trainer<Real>::apply() {
  optimizer_.step(weight_spans_, gradient_spans_);
  ++version_;
}

template <class Real>
double Trainer<Real>::step(const TrainingBatch<Real>& batch) {
  forward(batch);
  const double before = loss(batch);
  backward(batch);
  apply();
  return before;
}

template <class Real>
std::vector<SequenceView<const Real>> Trainer<Real>::outputs() const {
  std::vector<SequenceView<const Real>> views;
  if (last_ != nullptr) views.assign(last_->io.outputs.begin(), last_->io.outputs.end());
  return views;
}

template <class Real>
ModelSpec Trainer<Real>::model() const {
  ModelSpec model = model_;
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    model.nodes[i].weights = weights_[i].template as<float>();
  return model;
}

template <class Real>
std::string Trainer<Real>::method() const {
  std::string text;
  for (std::size_t i = 0; last_ != nullptr && i < last_->layers.size(); ++i)
    if (last_->layers[i] != nullptr)
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", last_->wiring.steps()[i].name,
                          last_->layers[i]->method());
  return text;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace lockstep
