#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/gate/benchmark.h"
#include "bench/gate/fingerprint.h"
#include "bench/gate/lab.h"
#include "bench/gate/plan.h"
#include "bench/gate/row.h"

namespace lockstep::gate {

/// What is to be compared, and how.
struct Request {
  std::filesystem::path base, head;
  std::vector<Benchmark> manifest;  // what must be measured
  /// Whether each of the manifest must be there; if not, what the base cannot compute is left out.
  bool strict = false;
  Plan plan;
  bool move_code = true;  // whether what time alone calls a regression is run again on other paddings
  std::uint64_t seed = default_seed;
  std::function<Facts()> fingerprint = [] { return gate::fingerprint(); };  // what must not change meanwhile
  /// Called before each process, never while one runs.
  std::function<void(std::size_t done, std::size_t all, const std::string& what)> progress;
};

/// Proves both builds, screens every benchmark of the manifest, confirms what the screening left open beside
/// the controls, runs regressions of time alone on other paddings, and decides. What goes wrong on the way is
/// told in the result, which has an exit code whatever happens. Throws std::invalid_argument for a plan that
/// could not decide.
Result run(const Request&, Lab&);

}  // namespace lockstep::gate
