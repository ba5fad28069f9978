#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/measurement.h"

namespace lockstep {

/// Takes the runs that Google Benchmark reports, group after group, into our measurements, and passes them to
/// its own reporters as if they came from one run.
class RowReporter : public benchmark::BenchmarkReporter {
 public:
  /// What is printed, and written.
  struct Outputs {
    std::string format = "none";  // on stdout: console, json or csv, or none
    std::filesystem::path out;    // of --benchmark_out; empty: none
    std::string out_format = "json";
    bool display_aggregates_only = false, report_aggregates_only = false;
  };
  /// Throws std::invalid_argument for a format that there is not. `widest_name`: for the console's columns.
  RowReporter(const Outputs&, std::size_t widest_name);

  /// The measurements that the runs to come belong to, by name.
  void start_group(std::span<Measurement> group) { group_ = group; }
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// Ends the other reporters and writes the out file, aside first.
  void finish();

 private:
  struct Other {
    std::unique_ptr<benchmark::BenchmarkReporter> reporter;
    bool aggregates_only;
  };
  std::span<Measurement> group_;
  std::size_t widest_name_;
  bool started_ = false;
  std::filesystem::path out_;
  std::ostringstream out_text_;
  std::vector<Other> others_;
};

}  // namespace lockstep
