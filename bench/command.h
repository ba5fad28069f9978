#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "verify/command.h"

namespace lockstep {

struct BenchRequest {
  CaseRequest cases;
  BackendRequest backends;
  std::vector<std::string> google_flags;
  std::vector<std::filesystem::path> outs;  // .json: the results; others: the report
  bool training = false;                    // of models
  bool ceilings = false;                    // what the machine can do, instead of any rows
  bool google_console = false;              // Google Benchmark's lines instead of the result table
  std::string program = "lockstep", command;
};

/// lockstep bench and the bench programs: verifies and times every row, writes the results, and returns the
/// exit code.
int bench_command(const BenchRequest&);

/// lockstep report: the reports of results files, the first one's machine and versions leading.
int report_command(const std::vector<std::filesystem::path>& results,
                   const std::vector<std::filesystem::path>& outs);

}  // namespace lockstep
