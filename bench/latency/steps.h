#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "backends/model_stream.h"
#include "cases/data.h"
#include "cases/model_given.h"

namespace lockstep {

/// Computes one time step per call, each from the states that the call before it ended in; the first from
/// zeros.
class Steps {
 public:
  Steps() = default;
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  virtual ~Steps() = default;
  /// The next time step of the inputs, which begin again after their last one. Allocates nothing of its own.
  virtual void run() = 0;
  /// What the last call returned, one per output: [batch, 1, units].
  virtual std::vector<SequenceView<float>> outputs() const = 0;
  virtual std::string method() const = 0;
};

/// Of a layer.
class LayerSteps : public Steps {
 public:
  /// `step` has one time step, and of a recurrent layer both kinds of states. `given` has the weights, and
  /// the inputs of all time steps, time-major.
  LayerSteps(const Backend&, const Problem& step, std::shared_ptr<const Given> given);
  void run() override;
  std::vector<SequenceView<float>> outputs() const override;
  std::string method() const override { return layer_->method(); }
  Layer& layer() { return *layer_; }

 private:
  std::unique_ptr<Layer> layer_;
  std::shared_ptr<const Given> given_;
  std::array<Asked<float>, 2> asked_;  // in turn: each call starts from the states of the other
  std::array<Io, 2> io_;
  std::int64_t done_ = 0;
};

/// Of a model.
class ModelSteps : public Steps {
 public:
  /// The Inputs of `step` take one time step; every recurrent layer keeps its states. `given` has the inputs
  /// of all time steps, time-major.
  ModelSteps(const Backend&, const ModelSpec& step, std::shared_ptr<const ModelGiven> given, int threads,
             const Backend* fallback = nullptr);
  void run() override;
  std::vector<SequenceView<float>> outputs() const override { return views_; }
  std::string method() const override { return stream_.method(); }

 private:
  std::shared_ptr<const ModelGiven> given_;
  ModelStream stream_;
  ModelAsked<float> asked_;
  std::vector<SequenceView<const float>> inputs_;
  std::vector<SequenceView<float>> views_;  // of what is asked for
  std::int64_t done_ = 0;
};

/// What the first steps returned.
struct FirstSteps {
  /// Runs so many of them.
  FirstSteps(Steps&, std::int64_t time_steps);
  /// [batch, time_steps, units] of an output; of the last time step alone where `steps` is 1.
  SequenceView<const float> output(std::size_t index, std::int64_t steps) const;

  double first_seconds = 0;  // that the first of them took

 private:
  std::int64_t time_steps_;
  std::vector<std::array<std::int64_t, 3>> dims_;
  std::vector<Buffer<float>> values_;  // time-major
};

}  // namespace lockstep
