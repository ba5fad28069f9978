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
  /// format: console, json or csv on stdout, or none. out: a file for --benchmark_out, or empty.
  RowReporter(const std::string& format, std::filesystem::path out, const std::string& out_format);

  /// The measurements that the runs to come belong to, by name.
  void start_group(std::span<Measurement> group) { group_ = group; }
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// Ends the other reporters and writes the out file, aside first.
  void finish();

 private:
  std::span<Measurement> group_;
  bool started_ = false;
  std::filesystem::path out_;
  std::ostringstream out_text_;
  std::vector<std::unique_ptr<benchmark::BenchmarkReporter>> others_;
};

}  // namespace lockstep
