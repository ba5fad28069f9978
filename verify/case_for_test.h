#pragma once

#include <string>

#include "backends/problem_text.h"
#include "cases/case.h"

namespace lockstep {

inline Case case_for_test(const std::string& text, double gain = 1) {
  return {parse_problem(text), "a test", default_seed, gain};
}

}  // namespace lockstep
