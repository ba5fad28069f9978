#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cases/case.h"
#include "cases/data.h"

namespace lockstep {

/// What the layer must compute, in double, by backends/reference.h.
struct Expected {
  Expected(const Problem&, const Given&, int threads);

  /// The part of the output that a problem of smaller batch or fewer time steps asks for.
  SequenceView<const double> output(const Problem&) const;
  StateView<const double> final_h() const, final_c() const;

 private:
  Asked<double> asked_;
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
