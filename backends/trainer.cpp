#include "backends/trainer.h"

#include <algorithm>
#include <array>
#include <optional>
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
    if (!graph.used[i] && layer_of(node))
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
    std::array<std::int64_t, most_sources> largest{};
    for (std::size_t i = 0; i < wiring.steps().size(); ++i) {
      const ModelStep& step = wiring.steps()[i];
      layers.push_back(step.problem ? make(*step.problem, weights[step.node]) : nullptr);
      gradients.emplace_back(wiring.dims_of(i), step.problem && step.problem->extras.final_state);
      for (std::size_t k = 0; k < step.sources.size(); ++k)
        if (const StepSource& source = step.sources[k]; !source.input) {
          std::int64_t& size = largest.at(step.problem ? k : 0);
          size = std::max(size, by(source).array.memory.size());
        }
    }
    std::transform(largest.begin(), largest.end(), scratch.begin(),
                   [](std::int64_t size) { return Buffer<Real>(size); });
    for (const auto& dims : output_dims(model, shape)) {
      outputs.emplace_back(dims);
      loss_gradients.emplace_back(dims);
      io.outputs.push_back(outputs.back().view);
    }
  }

  /// The gradient by values that a step gave others.
  struct Gradient {
    explicit Gradient(const std::array<std::int64_t, 3>& dims) : array(dims) {}
    Array array;
    bool is_begun = false;
  };
  /// Those by what a step wrote, and by what a layer ended in, where that may be read.
  struct StepGradients {
    StepGradients(const std::array<std::int64_t, 3>& dims, bool has_states) : output(dims) {
      if (has_states)
        for (auto& state : states) state.emplace(std::array<std::int64_t, 3>{dims[0], 1, dims[2]});
    }
    Gradient output;
    std::array<std::optional<Gradient>, 2> states;  // in the order of State
  };
  Gradient& by(const StepSource& source) {
    StepGradients& of_step = gradients[source.step];
    return source.state ? of_step.states.at(static_cast<std::size_t>(*source.state)).value() : of_step.output;
  }

  /// Where a gradient by a source is to be written: in place, where it is the first one, else aside.
  SequenceView<Real> begin(const StepSource& source, std::size_t aside) {
    if (source.input) return {};
    Gradient& gradient = by(source);
    if (gradient.is_begun)
      return sequence_view(scratch.at(aside).data(), gradient.array.view.dims, Layout::time_major);
    gradient.is_begun = true;
    return gradient.array.view;
  }
  /// Adds what was written aside.
  void add(const StepSource& source, const SequenceView<const Real>& written) {
    if (source.input) return;
    if (const SequenceView<Real>& whole = by(source).array.view; whole.data != written.data)
      add_all<Real>(written, whole);
  }

  void forget_gradients() {
    for (auto& [output, states] : gradients) {
      output.is_begun = false;
      for (auto& state : states)
        if (state) state->is_begun = false;
    }
  }
  void receive(const StepSource& source, const SequenceView<const Real>& from) {
    if (source.input) return;
    Gradient& gradient = by(source);
    if (!gradient.is_begun)
      for (std::int64_t t = 0; t < from.dims[1]; ++t)
        for (std::int64_t b = 0; b < from.dims[0]; ++b)
          std::copy_n(from.row(b, t), from.dims[2], gradient.array.view.row(b, t));
    else
      add_all<Real>(from, gradient.array.view);
    gradient.is_begun = true;
  }

  /// Takes a step back: from the gradient of what it wrote to those of its weights and of what it read.
  void back(std::size_t i, BasicWeights<Real>& by_weights) {
    const ModelStep& step = wiring.steps()[i];
    if (step.problem) return layer_back(i, by_weights);
    for (std::size_t k = 0; k < step.sources.size(); ++k) {
      if (step.sources[k].input) continue;
      const SequenceView<Real> by_input = begin(step.sources[k], 0);
      wiring.run_join_back(i, k, io, gradients[i].output.array.view, by_input);
      add(step.sources[k], by_input);
    }
  }
  void layer_back(std::size_t i, BasicWeights<Real>& by_weights) {
    const auto given = [](const Gradient& gradient) {
      return gradient.is_begun ? gradient.array.view : SequenceView<Real>{};
    };
    const auto& [by_output, by_states] = gradients[i];
    const std::vector<StepSource>& sources = wiring.steps()[i].sources;
    std::array<SequenceView<Real>, most_sources> by_sources;
    for (std::size_t k = 0; k < sources.size(); ++k) by_sources.at(k) = begin(sources[k], k);
    BasicGradients<Real> wanted;
    wanted.output = given(by_output);
    if (by_states[0]) wanted.final_h = as_state(given(*by_states[0]));
    if (by_states[1]) wanted.final_c = as_state(given(*by_states[1]));
    wanted.input = by_sources[0];
    wanted.initial_h = as_state(by_sources[1]);
    wanted.initial_c = as_state(by_sources[2]);
    wanted.weights = &by_weights;
    layers[i]->backward(wiring.io_of(i, io), wanted);
    for (std::size_t k = 0; k < sources.size(); ++k) add(sources[k], by_sources.at(k));
  }

  static constexpr std::size_t most_sources = 3;  // of a layer: its input and two states
  ModelWiring<Real> wiring;
  // One per step, as all but the outputs and their gradients; null: it is no layer.
  std::vector<std::unique_ptr<BasicTrainable<Real>>> layers;
  std::vector<StepGradients> gradients;
  std::vector<Array> outputs, loss_gradients;  // of the model
  BasicModelIo<Real> io;
  std::array<Buffer<Real>, most_sources> scratch;  // for further gradients by the same values
  std::int64_t version = 0;                        // of the weights in the layers
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
  p.forget_gradients();
  for (std::size_t i = 0; i < p.outputs.size(); ++i)
    p.receive(p.wiring.source_of_output(i), p.loss_gradients[i].view);
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
