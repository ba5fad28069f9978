#pragma once

#include <string>

#include "cases/case.h"

namespace lockstep::gate {

/// What a gate compares of two builds: one problem on one backend. In inference a run is timed, in training a
/// run and its backward pass.
struct Benchmark {
  std::string name;  // "lstm/B:1/T:256/F:32/U:64/seq:1/backend:eigen"
  Case one;
  std::string backend;
  bool operator==(const Benchmark& other) const { return name == other.name; }
};

}  // namespace lockstep::gate
