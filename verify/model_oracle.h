#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "cases/model_given.h"
#include "cases/seeds.h"

namespace lockstep {

/// What a model must answer to one batch, and what float may err.
struct ModelAnswer {
  Batch batch;
  ModelAsked<double> expected;
  std::vector<std::vector<double>> allowed;  // of each output, at each of its time steps
  bool ill_conditioned = false;

  SequenceView<const double> allowed_view(std::size_t output) const;
};

/// Runs a model on the buffers: exactly, or with noise as large as float's roundings in the noisy run of that
/// number.
using ModelRun = std::function<void(const BasicModelIo<double>&, std::optional<int> noisy_run)>;
/// Whether what noise does to two samples it does to all, as with random data, or each may be of its own
/// kind.
enum class Samples { alike, unlike };
/// What a run answers to one batch of what is given; `model` has the shapes.
ModelAnswer answer_of(const ModelSpec& model, const ModelRun&, const ModelGiven&, const Batch&, Samples);

/// What all samples of a model are given, and what the oracle answers to each batch.
struct ModelOracle {
  ModelOracle(const Seed&, InitialStates, std::uint64_t seed);
  /// Of what a person gives, of the size Seed::input: samples that may be unlike.
  ModelOracle(const Seed&, ModelGiven);

  ModelGiven given;
  std::vector<ModelAnswer> batches;

 private:
  ModelOracle(const Seed&, ModelGiven, Samples);
};

}  // namespace lockstep
