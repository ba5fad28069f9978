#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/spec.h"

namespace lockstep {

inline constexpr std::uint64_t default_seed = 1;

/// One problem, the seed of its data, and why it is worth computing.
struct Case {
  Problem problem;
  std::string why;
  std::uint64_t seed = default_seed;
  double gain = 1;  // factor on the recurrent kernel: large ones make a layer that amplifies its errors
  bool is_random = false;  // drawn, not chosen: that such a case tells nothing is no failure
};

/// Problems by name. Verify and bench draw on the same sets.
struct CaseSet {
  std::string_view name;
  std::string_view why;
  struct Line {
    std::string_view problems;  // in the form of cases/expand.h
    std::string_view why;
  };
  std::vector<Line> lines;
};

const std::vector<CaseSet>& case_sets();

/// The cases of a set, each problem once. Throws std::invalid_argument that lists the sets when there is none
/// such.
std::vector<Case> cases_of(std::string_view set_name);

}  // namespace lockstep
