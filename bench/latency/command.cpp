#include "bench/latency/command.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/conclude.h"
#include "bench/latency/latency_tables.h"
#include "bench/latency/layer_latency.h"
#include "bench/latency/measure.h"
#include "bench/latency/model_latency.h"
#include "bench/report.h"
#include "cases/expand.h"
#include "cases/models.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/open_model.h"
#include "verify/progress.h"

namespace lockstep {
namespace {

std::vector<RowGroup> rows_of(CaseRequest wanted, const Selection& selection, const Backend* fallback) {
  take_models(wanted);
  refuse_axes_of_models(wanted);
  if (wanted.sets.empty() && wanted.problems.empty() && wanted.models.empty()) wanted.sets = {"quick"};
  const std::vector<Case> cases = cases_of(wanted);
  auto groups = layer_latency_rows(cases, selection.backends);
  std::vector<Seed> models;
  for (const std::string& name : wanted.models)
    models.push_back(open_model(name, wanted.seed, wanted.config));
  for (const std::int64_t batch : parse_list(wanted.batch.empty() ? "1" : wanted.batch)) {
    auto more =
        model_latency_rows(models, selection.backends, batch, model_threads(wanted), wanted.seed, fallback);
    std::move(more.begin(), more.end(), std::back_inserter(groups));
  }
  return groups;
}

}  // namespace

int latency_command(const BenchRequest& request) {
  if (!request.google_flags.empty())
    throw std::invalid_argument(
        fmt::format("{} with --latency: accepted with it is --calls", request.google_flags.front()));
  reports::check_targets(request.outs);
  Selection selection;
  if (!open_backends(request.backends, selection)) return exit_missing;
  const Backend* const fallback = fallback_of(request.backends, selection);
  Results results = results_of(request.command, selection, fallback);
  const auto groups = rows_of(request.cases, selection, fallback);
  {
    ProgressLine progress("timing");
    LatencyOptions options;
    options.calls = request.calls;
    options.progress = [&](std::size_t done, std::size_t all, const std::string& name) {
      progress.show(done, all, name);
    };
    results.measurements = measure_latency(groups, options);
  }
  write_results(results, report_of(results), request.outs);
  if (request.outs.empty())
    fmt::print("{}", reports::markdown(report_of(results)));
  else
    fmt::print("{}", reports::markdown(short_latency_table(results)));
  return conclude(results, request.backends.require);
}

}  // namespace lockstep
