#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/gate/benchmark.h"
#include "bench/gate/gate.h"
#include "bench/gate/plan.h"
#include "cases/request.h"
#include "verify/exit_code.h"

namespace lockstep::gate {

/// What `lockstep gate` is asked for.
struct CommandRequest {
  std::filesystem::path base, head;  // head is empty in a self-test
  CaseRequest cases;
  std::vector<std::string> backends;  // empty: all of the base
  std::filesystem::path manifest, acknowledged;
  Plan plan;
  bool list = false;       // print the benchmarks' names, as for a manifest, and measure nothing
  bool self_test = false;  // the base against itself made 5 % slower, which must fail
  std::vector<std::filesystem::path> outs;
  std::string command;
};

/// What is asked of the gate itself, but for the head and how progress is shown.
Request gate_request_of(const CommandRequest&, std::vector<Benchmark> manifest);

/// Compares two builds, writes the reports, and only then says its verdict by the exit code. Throws
/// std::invalid_argument for what it cannot begin with.
ExitCode gate_command(const CommandRequest&);

/// Tells a gate's result again from the JSON that it wrote; on stdout without `outs`.
ExitCode gate_report_command(const std::vector<std::filesystem::path>& results,
                             const std::vector<std::filesystem::path>& outs);

}  // namespace lockstep::gate
