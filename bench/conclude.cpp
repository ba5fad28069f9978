#include "bench/conclude.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "bench/ceilings/command.h"
#include "bench/results_json.h"
#include "bench/roof_tables.h"
#include "bench/row_roofs.h"
#include "reports/write.h"

namespace lockstep {
namespace {

bool is_json(const std::filesystem::path& path) {
  return path.extension() == ".json";
}

}  // namespace

const Backend* fallback_of(const BackendRequest& request, const Selection& selection) {
  return request.fallback.empty() ? nullptr : selection.fallback;
}

Results results_of(const std::string& command, const Selection& selection, const Backend* fallback) {
  Results results;
  results.command = command;
  results.machine = machine_facts();
  results.backends = versions(selection);
  const auto& chosen = selection.backends;
  if (fallback != nullptr && std::find(chosen.begin(), chosen.end(), fallback) == chosen.end())
    results.backends.emplace_back(fallback->name(), fallback->version());
  return results;
}

void write_results(const Results& results, const reports::Document& report,
                   const std::vector<std::filesystem::path>& outs) {
  std::vector<std::filesystem::path> reports_to;
  std::copy_if(outs.begin(), outs.end(), std::back_inserter(reports_to),
               [](const auto& path) { return !is_json(path); });
  for (const auto& path : outs)
    if (is_json(path)) reports::write_text(path, to_json(results));
  if (!reports_to.empty()) reports::write_document(report, reports_to);
}

bool tell_above_roof(Results& results, std::span<const RowGroup> groups) {
  set_roofs(results.measurements, groups, *results.ceilings);
  if (!rows_above_roof(results.measurements).empty()) {
    results.ceilings = raised_ceilings(*results.ceilings);
    set_roofs(results.measurements, groups, *results.ceilings);
  }
  const auto above = rows_above_roof(results.measurements);
  for (const Measurement* row : above)
    fmt::print(stderr, "lockstep: above its roof: {}: {}\n", row->name, above_roof_text(*row));
  return !above.empty();
}

ExitCode conclude(const Results& results, const std::vector<std::string>& required,
                  std::span<const RowOutcome> checked) {
  std::vector<RowOutcome> rows(checked.begin(), checked.end());
  for (const Measurement& row : results.measurements) {
    rows.push_back(
        {row.shared ? row.shared->backend : row.labels.backend, row.verdict, row.shared.has_value()});
    if (row.verdict != "pass" && row.verdict != "skip")
      fmt::print(stderr, "lockstep: {}: {}: {}; repeat it with: {}\n", row.verdict, row.name, row.reason,
                 repro_of(row));
  }
  const Outcome outcome = outcome_of(rows, required);
  for (const auto& line : outcome.complaints) fmt::print(stderr, "lockstep: {}\n", line);
  return outcome.code;
}

}  // namespace lockstep
