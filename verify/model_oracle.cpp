#include "verify/model_oracle.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "backends/model_reference.h"
#include "verify/noise.h"

namespace lockstep {
namespace {

/// The inputs and states of one batch in double, batch-major.
class WideInputs {
 public:
  WideInputs(const ModelGiven& given, const Batch& batch) {
    for (const auto& input : given.input_rows(batch.begin, batch.size)) {
      memory_.emplace_back(input.dims[0] * input.dims[1] * input.dims[2]);
      io_.inputs.push_back(
          sequence_view<const double>(memory_.back().data(), input.dims, Layout::batch_major));
      double* to = memory_.back().data();
      for (std::int64_t b = 0; b < input.dims[0]; ++b)
        for (std::int64_t t = 0; t < input.dims[1]; ++t) to = std::copy_n(input.row(b, t), input.dims[2], to);
    }
    for (const auto& initial : given.initial_rows(batch.begin, batch.size))
      io_.initial.push_back({widen(initial.h), widen(initial.c)});
  }
  /// Of the first `rows` samples, with these outputs.
  BasicModelIo<double> io(std::int64_t rows, std::vector<SequenceView<double>> outputs) const {
    BasicModelIo<double> some = io_;
    for (auto& input : some.inputs) input.dims[0] = rows;
    for (auto& initial : some.initial)
      for (auto* state : {&initial.h, &initial.c}) state->dims[0] = std::min(state->dims[0], rows);
    some.outputs = std::move(outputs);
    return some;
  }

 private:
  StateView<const double> widen(const StateView<const float>& view) {
    if (!view) return {};
    memory_.emplace_back(view.dims[0] * view.dims[1]);
    for (std::int64_t b = 0; b < view.dims[0]; ++b)
      std::copy_n(view.row(b), view.dims[1], memory_.back().data() + b * view.dims[1]);
    return state_view<const double>(memory_.back().data(), view.dims[0], view.dims[1]);
  }
  std::vector<Buffer<double>> memory_;
  BasicModelIo<double> io_;
};

double largest_at(const SequenceView<double>& values, std::int64_t t) {
  double largest = 0;
  for (std::int64_t b = 0; b < values.dims[0]; ++b)
    for (std::int64_t j = 0; j < values.dims[2]; ++j) largest = std::max(largest, std::abs(values(b, t, j)));
  return largest;
}

/// By reference.h, with the model's own weights.
ModelRun reference_run(const ModelSpec& model) {
  std::vector<BasicWeights<double>> weights;
  for (const Node& node : model.nodes) weights.push_back(node.weights.as<double>());
  return [&model, weights = std::move(weights)](const BasicModelIo<double>& io,
                                                std::optional<int> noisy_run) {
    if (!noisy_run) return run_reference(model, weights, io);
    run_reference(model, weights, io, [noisy_run](std::size_t layer) {
      return Noisy(static_cast<std::uint64_t>(noisy_runs) * layer + static_cast<std::uint64_t>(*noisy_run));
    });
  };
}

}  // namespace

ModelAnswer answer_of(const ModelSpec& model, const ModelRun& run_model, const ModelGiven& given,
                      const Batch& batch, Samples samples) {
  constexpr std::int64_t most_probed = 2;
  Shape shape = given.inputs[resolve(model).leading].shape;
  shape.batch = batch.size;
  ModelAnswer made{batch, ModelAsked<double>(model, shape, Layout::batch_major), {}, false};
  const WideInputs inputs(given, batch);
  run_model(inputs.io(batch.size, made.expected.views()), std::nullopt);

  if (samples == Samples::alike) shape.batch = std::min(batch.size, most_probed);
  const ModelAsked<double> noisy(model, shape, Layout::batch_major);
  const auto exact_views = made.expected.views(), noisy_views = noisy.views();
  std::vector<std::vector<double>> deviations;  // of each output, at each of its steps
  for (const auto& view : exact_views) deviations.emplace_back(static_cast<std::size_t>(view.dims[1]), 0.0);
  for (int run = 0; run < noisy_runs; ++run) {
    run_model(inputs.io(shape.batch, noisy_views), run);
    for (std::size_t i = 0; i < deviations.size(); ++i)
      for (std::int64_t b = 0; b < shape.batch; ++b)
        for (std::int64_t t = 0; t < exact_views[i].dims[1]; ++t) {
          double& largest = deviations[i][static_cast<std::size_t>(t)];
          largest = std::max(
              largest, distance(exact_views[i].row(b, t), noisy_views[i].row(b, t), exact_views[i].dims[2]));
        }
  }
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    made.allowed.emplace_back();
    for (std::int64_t t = 0; t < exact_views[i].dims[1]; ++t) {
      const double largest = largest_at(exact_views[i], t),
                   deviation = deviations[i][static_cast<std::size_t>(t)];
      made.allowed.back().push_back(trajectory_tolerance(deviation, largest));
      made.ill_conditioned = made.ill_conditioned || is_ill_conditioned(deviation, largest);
    }
  }
  return made;
}

SequenceView<const double> ModelAnswer::allowed_view(std::size_t output) const {
  return {allowed[output].data(), expected.dims[output], {0, 1, 0}};
}

ModelOracle::ModelOracle(const Seed& one, InitialStates states, std::uint64_t seed)
    : ModelOracle(one, make_model_given(one.model, one.input, one.input_kind, states, seed), Samples::alike) {
}

ModelOracle::ModelOracle(const Seed& one, ModelGiven all)
    : ModelOracle(one, std::move(all), Samples::unlike) {}

ModelOracle::ModelOracle(const Seed& one, ModelGiven all, Samples samples) : given(std::move(all)) {
  const ModelRun run = reference_run(one.model);
  for (const Batch& batch : lockstep::batches(one))
    batches.push_back(answer_of(one.model, run, given, batch, samples));
}

}  // namespace lockstep
