#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/spec.h"
#include "backends/tensor.h"
#include "backends/weights.h"
#include "cases/case.h"

namespace lockstep {

/// Numbers that depend on (seed, tensor, index) and on nothing else: not on threads, order or other tensors.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view tensor);
  /// The stream of one leading index, such as a batch row or a time step.
  Random at(std::int64_t index) const { return Random(mix(state_ + static_cast<std::uint64_t>(index))); }
  /// Uniform in [-1, 1), a multiple of 2^-23, for any index >= 0.
  float uniform(std::int64_t index) const;

 private:
  explicit Random(std::uint64_t state) : state_(state) {}
  static std::uint64_t mix(std::uint64_t x);  // splitmix64 (Steele, Lea, Flood: Fast splittable PRNGs, 2014)
  std::uint64_t state_;
};

/// Everything that a run of a problem is given: owned here, seen by the layer through views.
/// The element at (b, t, f) is the same for every batch, time_steps and layout, so a shorter run is a prefix
/// of a longer.
struct Given {
  Weights weights;
  Shape shape;
  Layout layout = Layout::time_major;
  Buffer<float> input;                 // [batch, time_steps, features] in `layout`
  Buffer<float> initial_h, initial_c;  // [batch, units]; empty unless extras.initial_state (c: lstm only)
  std::vector<std::uint8_t> mask;      // [batch, time_steps]; empty unless extras.mask

  SequenceView<const float> input_view() const;
};

/// Glorot-uniform kernels, recurrent kernels of spectral radius about 0.8, biases and states that are not
/// zero, inputs of variance 1: every path of a layer matters, and none is saturated. Throws
/// std::invalid_argument where this would not fit the machine's memory.
Given make_given(const Problem&, std::uint64_t seed, Layout layout = Layout::time_major);

/// With the gain of the case, too.
Given make_given(const Case&, Layout layout = Layout::time_major);

/// What the backward pass of a problem is given: gradients by all that a run returns, of the size of the
/// problem's outputs, with the same property.
struct GivenGradients {
  Layout layout = Layout::time_major;
  std::array<std::int64_t, 3> dims{};  // of the output
  Buffer<float> output;                // in `layout`
  Buffer<float> final_h, final_c;      // [batch, units]; empty unless extras.final_state (c: lstm only)

  SequenceView<const float> output_view() const;
  StateView<const float> h_view() const, c_view() const;
};
GivenGradients make_gradients(const Problem&, std::uint64_t seed, Layout layout = Layout::time_major);

/// The weights alone.
Weights make_weights(const LayerSpec&, std::int64_t features, std::uint64_t seed);

/// [batch, time_steps]: which steps count, by the pattern.
std::vector<std::uint8_t> make_mask(MaskPattern, std::int64_t batch, std::int64_t time_steps,
                                    std::uint64_t seed);

/// Memory for what a run is asked for, of a kind that is made with a number of elements.
template <class Memory>
struct Outputs {
  using Real = std::remove_pointer_t<decltype(std::declval<const Memory&>().data())>;
  Outputs(const Problem& problem, Layout layout_of_output)
      : layout(layout_of_output),
        dims{problem.shape.batch, output_time_steps(problem),
             output_features(problem.layer, problem.shape.features)},
        output(dims[0] * dims[1] * dims[2]) {
    if (!problem.extras.final_state) return;
    final_h = Memory(dims[0] * dims[2]);
    if (as_recurrent(problem)->cell == Cell::lstm) final_c = Memory(dims[0] * dims[2]);
  }
  Layout layout;
  std::array<std::int64_t, 3> dims;  // of the output
  Memory output, final_h, final_c;   // the states are empty where they are not asked for

  SequenceView<Real> output_view() const { return sequence_view(output.data(), dims, layout); }
  StateView<Real> h_view() const {
    return state_view(final_h.data(), dims[0], dims[2]);
  }  // absent: not asked for
  StateView<Real> c_view() const { return state_view(final_c.data(), dims[0], dims[2]); }
};
template <class Real>
using Asked = Outputs<Buffer<Real>>;

/// The views of what a run is given.
Io make_io(const Problem&, const Given&);
/// Of one run: `given` on one side, what is asked for on the other.
template <class Memory>
Io make_io(const Problem& problem, const Given& given, const Outputs<Memory>& asked) {
  Io io = make_io(problem, given);
  io.output = asked.output_view();
  io.final_h = asked.h_view();
  io.final_c = asked.c_view();
  return io;
}

}  // namespace lockstep
