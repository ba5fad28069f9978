#pragma once

#include <string>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "bench/gate/benchmark.h"

namespace lockstep::gate {

inline Benchmark benchmark(const std::string& problem, const std::string& backend = "naive") {
  Benchmark one;
  one.name = fmt::format("{}/backend:{}", problem, backend);
  one.one.problem = parse_problem(problem);
  one.backend = backend;
  return one;
}

}  // namespace lockstep::gate
