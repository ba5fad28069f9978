#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/trainer.h"
#include "cases/model_given.h"
#include "cases/seeds.h"

namespace lockstep {

/// The first samples of a seed model as one batch to train on, with random targets; in float and in double.
class TrainingSample {
 public:
  TrainingSample(const Seed&, std::int64_t samples, Loss, std::uint64_t seed);
  const TrainingBatch<float>& batch() const { return batch_; }
  const TrainingBatch<double>& wide() const { return wide_; }

 private:
  ModelGiven given_;
  std::vector<std::vector<float>> targets_;
  std::vector<std::vector<double>> wide_memory_;
  TrainingBatch<float> batch_;
  TrainingBatch<double> wide_;
};

/// One weight of a model, as Trainer lists them.
struct ModelWeight {
  std::string name;  // "gru/kernel"
  std::int64_t rows = 0, gates = 0, units = 0;
};
std::vector<ModelWeight> weights_of(const ModelSpec&);

/// How many steps of the usual optimizer trained weights have behind them.
inline constexpr int trained_steps = 5;

/// What a model in training must compute, in double, and what float may err: by noise in every layer.
struct ExpectedTraining {
  ExpectedTraining(const Seed&, const TrainingSample&, const TrainingSpec&, int threads);

  /// A gradient or a trained weight, [rows, gates, units].
  struct Part {
    std::string name;  // "gradient of gru/kernel", "gru/kernel after 5 steps"
    ModelWeight weight;
    std::vector<double> expected, allowed;  // [rows * gates * units], [gates]
    SequenceView<const double> expected_view() const, allowed_view() const;
  };
  double loss = 0, loss_allowed = 0;     // of the first step
  std::vector<Part> gradients, trained;  // as Trainer lists the weights
  bool ill_conditioned = false;
  /// Why a wrong model could have trained alike; empty where it could not.
  std::string distrust;
};

}  // namespace lockstep
