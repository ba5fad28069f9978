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
  bool latency = false;                     // of single steps, instead of throughput
  std::int64_t calls = 0;                   // of each row for its latency; 0: as many as take half a second
  bool google_console = false;              // Google Benchmark's lines instead of the result table
  std::string program = "lockstep", command;
};

/// The backends that were asked for. Where none was, naive is left out: nothing is measured against the
/// loops, which take long.
std::vector<const Backend*> rivals(const BackendRequest&, const Selection&);

/// lockstep bench and the bench programs: verifies and times every row, writes the results, and returns the
/// exit code.
int bench_command(const BenchRequest&);

/// lockstep report: the reports of results files, the first one's machine and versions leading.
int report_command(const std::vector<std::filesystem::path>& results,
                   const std::vector<std::filesystem::path>& outs);

}  // namespace lockstep
