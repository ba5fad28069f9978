#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/model_join.h"
#include "backends/model_plan.h"
#include "backends/model_spec.h"
#include "backends/tensor.h"

namespace lockstep {

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
  /// One per input and output of the model, in its order: [batch, time_steps or 1, features].
  std::vector<SequenceView<const Real>> inputs;
  std::vector<SequenceView<Real>> outputs;
  /// One per recurrent layer in the model's order, absent of those that start from values of the model; or
  /// none.
  std::vector<BasicInitialState<Real>> initial;
  std::vector<BasicFinalState<Real>> ended;  // one per recurrent layer; or none
};

/// The Shape of a run on these inputs: that of the leading one. Throws std::invalid_argument where there are
/// more or fewer than the model has.
template <class Real>
Shape shape_of_run(const ModelGraph&, const std::vector<SequenceView<const Real>>& inputs);

/// A state, [batch, units], as a sequence of one time step, and back.
template <class Real>
SequenceView<const Real> as_sequence(const StateView<Real>& state) {
  return {state.data, {state.dims[0], 1, state.dims[1]}, {state.strides[0], 0, state.strides[1]}};
}
template <class Real>
StateView<Real> as_state(const SequenceView<Real>& step) {
  return {step.data, {step.dims[0], step.dims[2]}, {step.strides[0], step.strides[2]}};
}

/// Which layer of a model reads and writes what; owns what lies between them, time-major.
template <class Real>
class ModelWiring {
 public:
  ModelWiring(const ModelSpec&, const Shape&, const Exec&, InitialStates);

  const std::vector<ModelStep>& steps() const { return steps_; }
  /// Throws std::invalid_argument naming the view that does not fit the model.
  void check(const BasicModelIo<Real>&) const;
  /// Before the first step runs: which steps of an input count, where the model has a Masking.
  void mask_input(const BasicModelIo<Real>&) const;
  /// The buffers of a step that is a layer in this run; valid as long as `io` is.
  BasicIo<Real> io_of(std::size_t step, const BasicModelIo<Real>& io) const;
  /// What a step that is none does, what it reads, and doing it.
  const JoinSpec& join_of_step(std::size_t step) const { return *places_[step].join; }
  std::vector<SequenceView<const Real>> read_by(std::size_t step, const BasicModelIo<Real>& io) const;
  void run_join(std::size_t step, const BasicModelIo<Real>& io) const;
  /// Its gradient by what it reads from the source of this index.
  void run_join_back(std::size_t step, std::size_t source, const BasicModelIo<Real>& io,
                     const SequenceView<const Real>& by_output, const SequenceView<Real>& by_input) const;
  /// Where a step writes.
  SequenceView<Real> written_by(std::size_t step, const BasicModelIo<Real>& io) const;
  /// [batch, time_steps or 1, features] of what a step writes.
  const std::array<std::int64_t, 3>& dims_of(std::size_t step) const { return places_[step].dims; }
  /// What an output of the model shows.
  const StepSource& source_of_output(std::size_t output) const { return outputs_[output].source; }
  /// Once all steps have run: the outputs that no layer wrote itself.
  void copy_outputs(const BasicModelIo<Real>&) const;

 private:
  struct Place {  // where a step writes
    std::array<std::int64_t, 3> dims{};
    std::optional<std::size_t> output;  // into the caller's, the first that shows this step
    Buffer<Real> buffer;                // else into this
    Buffer<Real> h, c;                  // and what a layer ends in, where that is read
    std::optional<JoinSpec> join;       // what it does, where it is no layer
  };
  struct Input {
    std::string text;  // for messages
    std::array<std::int64_t, 3> dims{};
  };
  struct Output {
    std::array<std::int64_t, 3> dims{};
    StepSource source;
  };
  SequenceView<const Real> read_from(const StepSource&, const BasicModelIo<Real>&) const;
  SequenceView<Real> masked_input() const;
  void make_room_for(const StepSource&);
  StateView<Real> ended_in(std::size_t step, State, const BasicModelIo<Real>&) const;

  Shape shape_;
  std::vector<ModelStep> steps_;
  std::vector<Place> places_;  // one per step
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  struct States {
    std::array<std::int64_t, 2> dims{};  // [batch, units]
    std::string layer;                   // that starts from values of the model; else empty
  };
  std::vector<States> states_;  // of each recurrent layer
  InitialStates initial_;
  std::optional<Real> mask_value_;
  std::size_t masked_input_ = 0;
  Buffer<Real> masked_;          // that input with zeros where a step does not count, time-major
  Buffer<std::uint8_t> counts_;  // [batch, time_steps]
};

}  // namespace lockstep
