#pragma once

#include <string>

#include "backends/problem_text.h"
#include "bench/ceilings/ceilings_for_test.h"
#include "bench/layer_rows.h"
#include "bench/measurement.h"

namespace lockstep {

/// A row as if it had been timed; no seconds: as if its verdict had been `verdict`.
inline Measurement row_for_test(const std::string& problem_text, const std::string& backend,
                                std::vector<double> seconds, const std::string& verdict = "pass") {
  const Problem problem = parse_problem(problem_text);
  Measurement row;
  row.name = row_name(problem, backend, Timed::run);
  row.labels.what = "run";
  row.labels.layer = problem_text.substr(0, problem_text.find('/'));
  const auto style = problem_text.find("style:");
  if (style != std::string::npos) row.labels.variant = problem_text.substr(style);
  row.labels.batch = problem.shape.batch;
  row.labels.time_steps = problem.shape.time_steps;
  row.labels.features = problem.shape.features;
  row.labels.units = output_features(problem.layer, problem.shape.features);
  row.labels.backend = backend;
  row.method = "made up";
  row.verdict = verdict;
  row.reason = verdict == "pass" ? "" : backend + " can't, \"says\" | it";
  row.share_of_tolerance = 0.125;
  row.steps_per_call = static_cast<double>(problem.shape.batch * problem.shape.time_steps);
  row.flops_per_call = 1000 * row.steps_per_call;
  row.iterations = 17;
  row.allocations = 3;
  row.seconds = std::move(seconds);
  return row;
}

/// Two cells and both dense styles at several lengths on two backends, one row each that was not timed.
inline Results results_for_test() {
  Results results;
  results.command = "lockstep bench --set \"a & b\"";
  results.machine = {{"cpu", "Some CPU <model>"}, {"isa", "AVX2"}, {"date", "2026-01-02"}};
  results.backends = {{"naive", "loops"}, {"eigen", "3.4"}};
  for (const std::string layer : {"lstm", "gru"})
    for (const std::int64_t steps : {1, 8, 64}) {
      const std::string text = layer + "/B:2/T:" + std::to_string(steps) + "/F:5/U:7/seq:1";
      const double time = 1e-6 + 1e-7 * static_cast<double>(steps);
      results.measurements.push_back(row_for_test(text, "naive", {4 * time, 3 * time, 5 * time}));
      results.measurements.push_back(row_for_test(text, "eigen", {time, 1.5 * time}));
    }
  for (const std::string style : {"flattened", "time_distributed"})
    for (const std::int64_t steps : {1, 8, 64}) {
      const std::string text = "dense/B:2/T:" + std::to_string(steps) + "/F:5/U:7/style:" + style;
      const double time = (style == "flattened" ? 1e-6 : 2e-6) * static_cast<double>(steps);
      results.measurements.push_back(row_for_test(text, "eigen", {time}));
    }
  results.measurements.push_back(row_for_test("gru/B:2/T:512/F:5/U:7/seq:1", "eigen", {}, "skip"));
  results.measurements.push_back(row_for_test("gru/B:2/T:512/F:5/U:7/seq:1", "naive", {}, "fail"));
  Measurement prepare = row_for_test("lstm/B:2/T:8/F:5/U:7/seq:1", "eigen", {1e-3, 3e-3});
  prepare.name = "prepare/" + prepare.name;
  prepare.labels.what = "prepare";
  prepare.flops_per_call = 0;
  results.measurements.push_back(prepare);
  return results;
}

/// The same with ceilings: every row that was timed, but for the preparing one, at a quarter of the peak and
/// at half of its roof, bound by L2.
inline Results results_with_roofs_for_test() {
  Results results = results_for_test();
  results.ceilings = ceilings_for_test();
  for (Measurement& row : results.measurements)
    if (row.timed() && row.labels.what == "run")
      row.roof = RowRoof{row.median() / 2, "L2", 4 * row.flops_per_call / row.median()};
  return results;
}

}  // namespace lockstep
