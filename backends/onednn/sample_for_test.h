#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/registry.h"
#include "cases/data.h"
#include "verify/oracle.h"

/// A problem with numbers to run it on, and what the oracle makes of them.
namespace lockstep::onednn {

inline const Backend& backend_for_test() {
  static const Module module = load_module(module_folder() / "lockstep_onednn.so");
  if (module.backend == nullptr) throw std::runtime_error(module.reason);
  return *module.backend;
}

struct Sample {
  explicit Sample(const Problem&);

  Problem problem;  // asks for the whole sequence and the final state, whatever is run
  Given given;      // batch-major
  Weights weights;
  Expected expected;
  Allowed allowed;
};

/// How a sequence lies in memory. apart: time-major, with a gap after each step; scattered: after each row,
/// too.
enum class Place { time_major, batch_major, apart, scattered };

/// An array that knows which of its elements a view may touch; the others keep a mark.
class Guarded {
 public:
  Guarded(std::array<std::int64_t, 3> dims, Place);
  SequenceView<float> view() { return {data_.data() + margin, dims_, strides_}; }
  StateView<float> state() { return {data_.data() + margin, {dims_[0], dims_[2]}, {strides_[0], 1}}; }
  void fill(const Buffer<float>& values);  // [dims], batch-major
  std::vector<float> values() const;       // batch-major
  /// Whether nothing outside the view has changed.
  bool is_intact() const;
  bool operator==(const Guarded& other) const;  // bit by bit

 private:
  template <class Use>
  void for_each(Use&& use) const;
  static constexpr std::int64_t margin = 32;
  std::array<std::int64_t, 3> dims_, strides_;
  std::vector<float> data_;
};

/// The arrays of one run.
struct Arrays {
  Arrays(const Problem&, const Sample&, Place);
  Io io(const Problem&);
  Guarded input, initial_h, initial_c, output, final_h, final_c;
};

/// What is wrong with a run's results; empty: nothing.
std::string difference(const Problem&, const Sample&, Arrays&);

}  // namespace lockstep::onednn
