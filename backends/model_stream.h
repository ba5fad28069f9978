#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "backends/kept_states.h"
#include "backends/model.h"

namespace lockstep {

/// Why a model cannot run on a sequence piece by piece, in a sentence; empty where it can.
std::string why_not_in_steps(const ModelSpec&);

/// A model made ready for a piece of a sequence per call, of one time step or more: each call starts from the
/// states of all recurrent layers that the call before it ended in, the first from zeros.
class ModelStream {
 public:
  /// As Model's, whose leading Input takes `piece`.
  ModelStream(const ModelSpec&, const Backend&, const Shape& piece, int threads,
              const ModelStream* alike = nullptr, const Backend* fallback = nullptr);
  ModelStream(const ModelStream&) = delete;
  ModelStream& operator=(const ModelStream&) = delete;

  /// Allocates nothing. Throws std::invalid_argument for views that do not fit.
  void run(std::span<const SequenceView<const float>> inputs, std::span<const SequenceView<float>> outputs);
  void run(const SequenceView<const float>& input, std::span<const SequenceView<float>> outputs) {
    run({&input, 1}, outputs);
  }
  /// The next call is a first one.
  void reset() { states_.reset(); }
  std::string method() const { return model_.method(); }

 private:
  Model model_;
  KeptStates states_;
  std::array<BasicModelIo<float>, 2> io_;  // in turn: each call starts from the states of the other
  std::size_t turn_ = 0;
};

}  // namespace lockstep
