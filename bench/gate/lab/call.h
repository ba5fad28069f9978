#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "backends/backend.h"
#include "cases/case.h"
#include "cases/data.h"
#include "verify/gradients/expected.h"

namespace lockstep::gate {

/// What the calls of a case read and write, the same memory for each build: time-major, of the case's seed.
class CallData {
 public:
  explicit CallData(const Case&);
  CallData(const CallData&) = delete;
  CallData& operator=(const CallData&) = delete;
  const Case& of_case() const { return one_; }
  const Weights& weights() const { return given_.weights; }
  const Io& io() const { return io_; }
  const Gradients& gradients() const { return gradients_; }
  /// Of all that the last call wrote: outputs, final states, and in training the gradients.
  std::uint64_t digest() const;

 private:
  Case one_;
  Given given_;
  Asked<float> outputs_;
  GivenGradients given_gradients_;                                // in training
  std::optional<AskedGradients<Buffer<float>>> asked_gradients_;  // in training
  Io io_;
  Gradients gradients_;
};

using Call = std::function<void()>;

/// What is timed, prepared: a run, in training with its backward pass. `slowdown` makes it slower by so much
/// of its own time; 0: as it is. The data outlive the call.
Call make_call(const Backend&, const CallData&, double slowdown = 0);

}  // namespace lockstep::gate
