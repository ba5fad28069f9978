#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "backends/model_wiring.h"

namespace lockstep {

/// What the recurrent layers of a model remember from one run on some samples to the next one: those that are
/// stateful, or all where none is; but for those that start from values of the model.
class KeptStates {
 public:
  /// Zeros, for so many samples: of the layers that are stateful or, where none is or `all` are to be kept,
  /// of every recurrent one.
  enum class Of { stateful_or_all, all };
  KeptStates(const ModelSpec&, std::int64_t samples, Of = Of::stateful_or_all);

  /// Before the first run: starts from these, one per recurrent layer, of all samples; an absent one stays
  /// zeros. Throws std::invalid_argument for one of a layer that remembers nothing.
  void start(const std::vector<BasicInitialState<float>>&);

  /// Where a run of the samples [begin, begin + size) starts, and where it puts what it ends in.
  std::vector<BasicInitialState<float>> initial_rows(std::int64_t begin, std::int64_t size) const;
  std::vector<BasicFinalState<float>> final_rows(std::int64_t begin, std::int64_t size);
  /// Once all samples have run: the next run starts where they ended.
  void advance() { now_.swap(next_); }
  /// Zeros again, and wherever views of either kind show. Allocates nothing.
  void reset();

 private:
  struct State {
    std::string layer;
    std::int64_t units = 0;   // 0: it remembers nothing
    std::vector<float> h, c;  // [samples, units]; c of an LSTM alone
  };
  std::vector<State> now_, next_;  // of each recurrent layer in the model's order
};

}  // namespace lockstep
