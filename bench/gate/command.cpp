#include "bench/gate/command.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/gate/acknowledged.h"
#include "bench/gate/decide.h"
#include "bench/gate/gate.h"
#include "bench/gate/lab.h"
#include "bench/gate/lab/build_copy.h"
#include "bench/gate/manifest.h"
#include "bench/gate/report.h"
#include "bench/gate/result_json.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/progress.h"

namespace lockstep::gate {
namespace {

constexpr double self_test_slowdown = 0.05;
constexpr const char* gate_set = "gate";

std::vector<Benchmark> manifest_of(const CommandRequest& request) {
  if (!request.manifest.empty()) return read_manifest(request.manifest, request.cases.seed);
  CaseRequest wanted = request.cases;
  if (wanted.sets.empty() && wanted.problems.empty()) wanted.sets = {gate_set};
  take_models(wanted);
  if (!wanted.models.empty())
    throw std::invalid_argument(
        fmt::format("{}: a gate compares layers: accepted are problems", wanted.models.front()));
  const auto there = backends_of(request.base);
  for (const std::string& one : request.backends)
    if (std::find(there.begin(), there.end(), one) == there.end())
      throw std::invalid_argument(fmt::format("--backends {}: {} has no such module: accepted are {}", one,
                                              request.base.string(), fmt::join(there, ", ")));
  return benchmarks_of(cases_of(wanted), request.backends.empty() ? there : request.backends);
}

void list(const CommandRequest& request, const std::vector<Benchmark>& manifest) {
  const BuildCopy copy(request.base);
  const auto lab = make_lab(request.base, copy.path(), request.plan);
  for (const Proof& proof : lab->prove(request.base, manifest))
    if (proof.verdict == "pass") fmt::print("{}\n", proof.benchmark);
}

/// Writes the reports, or prints one.
void tell(const Result& result, const std::vector<std::filesystem::path>& outs) {
  for (const auto& path : outs) {
    const std::string suffix = path.extension();
    if (suffix == ".json")
      reports::write_text(path, to_json(result));
    else
      reports::write_document(gate_report(result, suffix == ".md" ? rows_of_a_comment : result.rows.size()),
                              {path});
  }
  if (outs.empty()) fmt::print("{}", reports::markdown(gate_report(result, result.rows.size())));
}

std::chrono::year_month_day today() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

}  // namespace

Request gate_request_of(const CommandRequest& request, std::vector<Benchmark> manifest) {
  Request wanted;
  wanted.base = request.base;
  wanted.manifest = std::move(manifest);
  wanted.strict = !request.manifest.empty();
  wanted.plan = request.plan;
  wanted.move_code = !request.self_test;  // work that was put in does not go away with the code moved
  wanted.seed = request.cases.seed;
  return wanted;
}

ExitCode gate_command(const CommandRequest& request) {
  reports::check_targets(request.outs);
  const auto entries =
      request.acknowledged.empty() ? std::vector<Acknowledged>{} : read_acknowledged(request.acknowledged);
  Request wanted = gate_request_of(request, manifest_of(request));
  if (request.list) {
    list(request, wanted.manifest);
    return exit_held;
  }
  if (request.head.empty() && !request.self_test)
    throw std::invalid_argument(
        "--head is missing: accepted is the build folder that is judged, or --self-test");
  std::optional<BuildCopy> copy;
  if (request.self_test) copy.emplace(request.base);
  wanted.head = copy ? copy->path() : request.head;
  const auto lab =
      make_lab(wanted.base, wanted.head, wanted.plan, request.self_test ? self_test_slowdown : 0);
  ProgressLine progress("gate");
  wanted.progress = [&](std::size_t done, std::size_t all, const std::string& what) {
    progress.show(done, all, what);
  };
  Result result = run(wanted, *lab);
  for (auto& complaint : apply(result.rows, entries, today())) result.complaints.push_back(complaint);
  result.code = exit_code_of(result);
  result.command = request.command;
  tell(result, request.outs);
  if (!request.outs.empty()) fmt::print("{}\n", verdict_of(result));
  for (const auto* complaints : {&result.complaints, &result.doubts})
    for (const std::string& one : *complaints) fmt::print(stderr, "lockstep: {}\n", one);
  return result.code;
}

ExitCode gate_report_command(const std::vector<std::filesystem::path>& results,
                             const std::vector<std::filesystem::path>& outs) {
  if (results.size() > 1)
    throw std::invalid_argument(fmt::format("{}: accepted is one result of a gate", results.back().string()));
  reports::check_targets(outs);
  tell(read_gate_result(results.front()), outs);
  return exit_held;
}

}  // namespace lockstep::gate
