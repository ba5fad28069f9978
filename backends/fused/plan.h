#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "backends/spec.h"
#include "backends/team.h"

namespace lockstep::fused {

/// What the threads of a recurrent layer divide. rows: of the batch, each through the whole sequence without
/// waiting for another. units: each its own, waiting for the others' at every step.
enum class Split { rows, units };

/// How a recurrent layer is computed; every choice gives the right result.
struct Plan {
  int threads = 1;
  Split split = Split::rows;
  bool folded = true;      // input times kernel step by step; else for `chunk` steps at once
  std::int64_t chunk = 1;  // steps
};

/// By rules that were measured: see plan.cpp. Where threads wait for each other, a trial is to agree. Threads
/// that wait for each other are no more than the cores.
Plan plan_of(const Problem&, int lanes, int cores = static_cast<int>(std::thread::hardware_concurrency()));

/// The same without threads that wait for each other: they divide the batch.
Plan plan_apart(const Problem&);

/// The rows, or units, that each thread takes. Of units whole vectors, but at the end, and fewer slices than
/// threads where there are too few.
std::vector<Slice> slices_of(const Plan&, const Problem&, int lanes);

/// "AVX2, input in chunks of 32 steps, 2 slices of units".
std::string to_string(const Plan&, std::string_view isa);

}  // namespace lockstep::fused
