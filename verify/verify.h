#pragma once

#include <span>
#include <vector>

#include "backends/registry.h"
#include "verify/for_each_index.h"
#include "verify/verdict.h"

namespace lockstep {

/// Every case on every backend, problem by problem, on `workers` threads: the order of the findings does not
/// depend on them. Throws what the first of them threw: std::invalid_argument where an oracle's answer does
/// not fit the machine's memory.
std::vector<Finding> verify(std::span<const Backend* const> backends, std::span<const Case> cases,
                            int workers, const Progress& progress = {});

/// How many findings came to each verdict.
struct Tally {
  std::size_t pass = 0, fail = 0, skip = 0, untrusted = 0, ill_conditioned = 0;
  bool compared() const { return pass + fail + untrusted + ill_conditioned > 0; }
  bool held() const { return fail == 0 && untrusted == 0 && ill_conditioned == 0; }
};
Tally tally(std::span<const Finding>);
/// "1234 passed, 0 failed, 5 skipped, 0 untrusted, 0 ill-conditioned".
std::string to_string(const Tally&);

}  // namespace lockstep
