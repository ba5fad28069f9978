#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/model_spec.h"
#include "backends/tensor.h"

namespace lockstep {

/// Whether the recurrent layers of a model are given states to start from; carried: and are asked for those
/// that they end in.
enum class InitialStates { zero, given, carried };

template <class Real>
struct BasicInitialState {
  StateView<const Real> h, c;  // [batch, units]; absent: zeros
};

template <class Real>
struct BasicFinalState {
  StateView<Real> h, c;  // [batch, units]; absent: not asked for
};

/// The buffers of one run of a model, owned by the caller. Inputs and outputs do not overlap.
template <class Real>
struct BasicModelIo {
  SequenceView<const Real> input;           // [batch, time_steps, features]
  std::vector<SequenceView<Real>> outputs;  // one per output of the model: [batch, time_steps or 1, features]
  std::vector<BasicInitialState<Real>> initial;  // one per recurrent layer in the model's order; or none
  std::vector<BasicFinalState<Real>> ended;      // likewise
};

/// One layer to run, at the size of the run.
struct ModelStep {
  std::size_t node = 0;  // of ModelSpec::nodes
  std::string name;
  Problem problem;
  std::size_t source = 0;     // the step whose output it reads
  bool reads_input = false;   // it reads the model's input instead
  bool reads_masked = false;  // it reads that with zeros in place of the steps that do not count
  std::size_t recurrent = 0;  // its place among the recurrent layers
};
/// The layers of a model in an order in which they can run, or std::invalid_argument for a shape that its
/// Input does not take.
std::vector<ModelStep> plan_model(const ModelSpec&, const ModelGraph&, const Shape&, const Exec&,
                                  InitialStates);

/// [batch, time_steps or 1, features] of each output.
std::vector<std::array<std::int64_t, 3>> output_dims(const ModelSpec&, const Shape&);

/// Which layer of a model reads and writes what; owns what lies between them, time-major.
template <class Real>
class ModelWiring {
 public:
  ModelWiring(const ModelSpec&, const Shape&, const Exec&, InitialStates);

  const std::vector<ModelStep>& steps() const { return steps_; }
  /// Throws std::invalid_argument naming the view that does not fit the model.
  void check(const BasicModelIo<Real>&) const;
  /// Before the first step runs: which steps of the input count, where the model has a Masking.
  void mask_input(const BasicModelIo<Real>&) const;
  /// The buffers of a step in this run; valid as long as `io` is.
  BasicIo<Real> io_of(std::size_t step, const BasicModelIo<Real>& io) const;
  /// [batch, time_steps or 1, features] of what a step writes.
  const std::array<std::int64_t, 3>& dims_of(std::size_t step) const { return places_[step].dims; }
  /// The step whose output an output of the model shows; none where it shows the input.
  std::optional<std::size_t> source_of_output(std::size_t output) const {
    return outputs_[output].is_input ? std::nullopt : std::optional(outputs_[output].source);
  }
  /// Once all steps have run: the outputs that no layer wrote itself.
  void copy_outputs(const BasicModelIo<Real>&) const;

 private:
  struct Place {  // where a step writes
    std::array<std::int64_t, 3> dims{};
    std::optional<std::size_t> output;  // into the caller's, the first that shows this step
    Buffer<Real> buffer;                // else into this
  };
  struct Output {
    std::array<std::int64_t, 3> dims{};
    std::size_t source = 0;  // a step
    bool is_input = false;   // no layer lies between: the model's input
    bool is_masked = false;  // and a Masking does
  };
  SequenceView<Real> written_by(std::size_t step, const BasicModelIo<Real>&) const;
  SequenceView<Real> masked_input() const;

  Shape shape_;
  std::vector<ModelStep> steps_;
  std::vector<Place> places_;  // one per step
  std::vector<Output> outputs_;
  std::vector<std::array<std::int64_t, 2>> states_;  // [batch, units] of each recurrent layer
  InitialStates initial_;
  std::optional<Real> mask_value_;
  Buffer<Real> masked_;          // the input with zeros where a step does not count, time-major
  Buffer<std::uint8_t> counts_;  // [batch, time_steps]
};

}  // namespace lockstep
