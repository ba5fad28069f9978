#pragma once

#include <cstdint>
#include <string_view>
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

/// The weights alone.
Weights make_weights(const LayerSpec&, std::int64_t features, std::uint64_t seed);

/// [batch, time_steps]: which steps count, by the pattern.
std::vector<std::uint8_t> make_mask(MaskPattern, std::int64_t batch, std::int64_t time_steps,
                                    std::uint64_t seed);

/// What a run is asked for.
template <class Real>
struct Asked {
  Asked(const Problem& problem, Layout layout_of_output);
  Layout layout;
  std::array<std::int64_t, 3> dims;  // of the output
  std::int64_t states = 0;           // elements of a final state; 0: none is asked for
  Buffer<Real> output, final_h, final_c;

  SequenceView<Real> output_view() const { return sequence_view(output.data(), dims, layout); }
};

/// The views of one run: `given` on one side, `asked` on the other.
Io make_io(const Problem&, const Given&, const Asked<float>&);

}  // namespace lockstep
