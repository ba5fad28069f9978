#include "bench/google_output.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "reports/write.h"

namespace lockstep {
namespace {

std::unique_ptr<benchmark::BenchmarkReporter> make_reporter(const std::string& flag,
                                                            const std::string& format, std::ostream& to) {
  std::unique_ptr<benchmark::BenchmarkReporter> reporter;
  if (format == "console") {
    using Console = benchmark::ConsoleReporter;
    const bool terminal = &to == &std::cout && ::isatty(STDOUT_FILENO) == 1;
    reporter = std::make_unique<Console>(terminal ? Console::OO_ColorTabular : Console::OO_Tabular);
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
  static std::ostream nowhere(nullptr);
  reporter->SetOutputStream(&to);
  reporter->SetErrorStream(::isatty(STDERR_FILENO) == 1 ? &std::cerr
                                                        : &nowhere);  // what it says of the machine
  return reporter;
}

}  // namespace

RowReporter::RowReporter(const Outputs& outputs, std::size_t widest_name)
    : widest_name_(widest_name), out_(outputs.out) {
  auto file = make_reporter("--benchmark_out_format", outputs.out_format, out_text_);
  if (outputs.format != "none")
    others_.push_back({make_reporter("--benchmark_format", outputs.format, std::cout),
                       outputs.display_aggregates_only || outputs.report_aggregates_only});
  if (!out_.empty()) others_.push_back({std::move(file), outputs.report_aggregates_only});
}

bool RowReporter::ReportContext(const Context& context) {
  if (started_) return true;
  started_ = true;
  Context shown = context;
  shown.name_field_width = widest_name_;
  for (const Other& other : others_) other.reporter->ReportContext(shown);
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
    row->cpu_seconds.push_back(run.cpu_accumulated_time / static_cast<double>(run.iterations));
  }
  std::vector<Run> aggregates;
  std::copy_if(shown.begin(), shown.end(), std::back_inserter(aggregates), [](const Run& run) {
    return run.run_type == Run::RT_Aggregate || run.repetitions < 2 || run.error_occurred;
  });
  for (const Other& other : others_)
    if (const auto& to_tell = other.aggregates_only ? aggregates : shown; !to_tell.empty())
      other.reporter->ReportRuns(to_tell);
}

void RowReporter::finish() {
  ReportContext(Context());  // where no row ran, what the others write is whole all the same
  for (const Other& other : others_) other.reporter->Finalize();
  if (!out_.empty()) reports::write_text(out_, out_text_.str());
}

}  // namespace lockstep
