#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/case.h"
#include "cases/data.h"
#include "verify/envelope.h"

namespace lockstep {

/// The errors that float arithmetic excuses in the results of a problem, one for each element.
class Allowed {
 public:
  Allowed() = default;
  Allowed(Allowed&&) = default;
  Allowed& operator=(Allowed&&) = default;
  SequenceView<const double> output() const { return output_; }
  StateView<const double> final_h() const { return {&final_h_, states_, {0, 0}}; }
  StateView<const double> final_c() const { return {&final_c_, states_, {0, 0}}; }
  /// Noise alone moves the result so far that agreement would say nothing.
  bool ill_conditioned() const { return ill_conditioned_; }

 private:
  friend struct Expected;
  std::vector<double> memory_;  // the output's, where it is not the oracle's
  SequenceView<const double> output_;
  std::array<std::int64_t, 2> states_{};
  double final_h_ = 0, final_c_ = 0;
  bool ill_conditioned_ = false;
};

/// What the layer must compute, in double, by backends/reference.h, and what float may err.
struct Expected {
  Expected(const Problem&, const Given&, int threads);

  /// The part of the output that a problem of smaller batch or fewer time steps asks for.
  SequenceView<const double> output(const Problem&) const;
  StateView<const double> final_h() const, final_c() const;
  /// For the same part, as if that had been asked for. Lives no longer than this.
  Allowed allowed(const Problem&) const;

 private:
  Asked<double> asked_;
  Envelope envelope_;               // recurrent layers
  Asked<double> allowed_elements_;  // the others
};

/// The oracle, which remembers its last answer. A problem whose output begins that of a planned one, with
/// more batch rows and time steps, shares its computation. One thread at a time.
class Oracle {
 public:
  explicit Oracle(int threads) : threads_(threads) {}
  /// Tells what will be asked for, so that what begins another's output is computed with it.
  void plan(const Case&);
  std::shared_ptr<const Expected> expect(const Case&);

 private:
  int threads_;
  std::map<std::string, std::vector<Shape>>
      largest_;  // planned, that no other covers; by what decides the numbers
  std::string key_;
  Shape computed_;
  std::shared_ptr<const Expected> expected_;
};

}  // namespace lockstep
