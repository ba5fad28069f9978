#include "bench/google_output.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>

#include "reports/write.h"

namespace lockstep {
namespace {

std::unique_ptr<benchmark::BenchmarkReporter> make_reporter(const std::string& flag,
                                                            const std::string& format, std::ostream& to) {
  std::unique_ptr<benchmark::BenchmarkReporter> reporter;
  if (format == "console") {
    reporter = std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_Defaults);
  } else if (format == "json") {
    reporter = std::make_unique<benchmark::JSONReporter>();
  } else if (format == "csv") {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    reporter = std::make_unique<benchmark::CSVReporter>();
#pragma GCC diagnostic pop
  } else {
    throw std::invalid_argument(fmt::format("{}={}: accepted are console, json, csv", flag, format));
  }
  reporter->SetOutputStream(&to);
  reporter->SetErrorStream(&std::cerr);
  return reporter;
}

}  // namespace

RowReporter::RowReporter(const std::string& format, std::filesystem::path out, const std::string& out_format)
    : out_(std::move(out)) {
  if (format != "none") others_.push_back(make_reporter("--benchmark_format", format, std::cout));
  if (!out_.empty()) others_.push_back(make_reporter("--benchmark_out_format", out_format, out_text_));
}

bool RowReporter::ReportContext(const Context& context) {
  if (!started_)
    for (const auto& other : others_) other->ReportContext(context);
  started_ = true;
  return true;
}

void RowReporter::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> shown = runs;
  for (Run& run : shown) {
    run.run_name.time_type.clear();  // "/real_time": the name is the problem's and nothing else
    run.run_name.min_time.clear();
    run.run_name.repetitions.clear();
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    const auto row = std::find_if(group_.begin(), group_.end(), [&](const Measurement& one) {
      return one.name == run.run_name.function_name;
    });
    if (row == group_.end()) continue;
    row->iterations = run.iterations;
    row->seconds.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
  }
  for (const auto& other : others_) other->ReportRuns(shown);
}

void RowReporter::finish() {
  for (const auto& other : others_) other->Finalize();
  if (!out_.empty()) reports::write_text(out_, out_text_.str());
}

}  // namespace lockstep
