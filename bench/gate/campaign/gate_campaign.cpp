#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bench/gate/campaign/load.h"
#include "bench/gate/campaign/pool.h"
#include "bench/gate/campaign/report.h"
#include "bench/gate/lab/build_copy.h"
#include "bench/gate/lab/process_lab.h"
#include "bench/gate/manifest.h"
#include "bench/machine.h"
#include "bench/options.h"
#include "reports/markdown.h"
#include "reports/write.h"
#include "verify/exit_code.h"
#include "verify/progress.h"

namespace lockstep::gate {
namespace {

constexpr const char* quiet = "quiet";
constexpr const char* bursty = "bursty";

struct RecordRequest {
  std::filesystem::path base, out;
  std::string condition = quiet;
  std::vector<double> effects{0, 0.04, 0.05};
  int processes = 60;
  std::uint64_t seed = default_seed;
};

/// The program beside this one.
RunnerProgram lockstep_program() {
  RunnerProgram runner = this_program();
  runner.program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "lockstep";
  return runner;
}

/// "AMD EPYC (family 25, model 17), 2 cores, 2026-11-27".
std::string machine_and_day() {
  std::map<std::string, std::string> facts;
  for (const auto& [key, value] : machine_facts()) facts[key] = value;
  return fmt::format("{}, {} cores, {}", facts.at("cpu"), facts.at("cores"), facts.at("date").substr(0, 10));
}

/// Processes of each effect in turn, a line for each as it comes.
int record(const RecordRequest& request) {
  const Plan plan;
  const BuildCopy head(request.base);
  const auto all = benchmarks_of(cases_of("gate"), backends_of(request.base));
  std::vector<std::unique_ptr<Lab>> labs;
  std::vector<Wanted> wanted;
  for (const double effect : request.effects) {
    labs.push_back(make_lab(request.base, head.path(), plan, effect, lockstep_program()));
    labs.back()->prove(head.path(), all);
    for (const Proof& proof : labs.back()->prove(request.base, all))
      if (labs.size() == 1 && proof.verdict == "pass") wanted.push_back({parse_benchmark(proof.benchmark)});
  }
  std::ofstream out(request.out, std::ios::app);
  if (!out) throw std::invalid_argument(fmt::format("{}: cannot be written", request.out.string()));
  std::optional<BurstyLoad> load;
  if (request.condition == bursty) load.emplace(std::thread::hardware_concurrency(), request.seed);
  const std::string machine = machine_and_day();
  ProgressLine progress("campaign");
  const auto each = request.effects.size();
  for (std::size_t k = 0; k < static_cast<std::size_t>(request.processes) * each; ++k) {
    progress.show(k, static_cast<std::size_t>(request.processes) * each, request.condition);
    std::map<std::string, Measured> process;
    for (const Sample& sample : labs[k % each]->measure(wanted, request.seed + k))
      process[sample.benchmark] = measured(sample, plan.rounds);
    out << line_of({request.condition, request.effects[k % each], {}, machine}, process) << std::endl;
  }
  return exit_held;
}

struct ReportRequest {
  std::vector<std::filesystem::path> outs;
  int gates = 1000, gates_each = 100;
  std::uint64_t seed = default_seed;
};

int report(const ReportRequest& request) {
  reports::check_targets(request.outs);
  const auto pools = read_pools(std::cin);
  const auto document = campaign_report(pools, Plan{}, request.gates, request.gates_each, request.seed);
  if (request.outs.empty()) fmt::print("{}", reports::markdown(document));
  reports::write_document(document, request.outs);
  return exit_held;
}

}  // namespace
}  // namespace lockstep::gate

int main(int argc, char** argv) {
  using namespace lockstep;
  return guarded([&] {
    CLI::App app("How often the gate errs: records processes of equal builds, and draws gates from them.",
                 "gate_campaign");
    app.require_subcommand(1);
    gate::RecordRequest recorded;
    auto* record =
        app.add_subcommand("record", "Runs processes and appends what they measured, a line of JSON each");
    record->add_option("--base", recorded.base, "The build folder")->required();
    record->add_option("--out", recorded.out, "The file to append to")->required();
    record->add_option("--condition", recorded.condition, "bursty keeps all cores busy in bursts meanwhile")
        ->check(CLI::IsMember({gate::quiet, gate::bursty}))
        ->capture_default_str();
    record->add_option("--effects", recorded.effects, "Slowdowns of the head: 0.05 is 5 %")->delimiter(',');
    record->add_option("--processes", recorded.processes, "Of each effect")->check(CLI::Range(1, 100'000));
    add_seed_option(*record, recorded.seed, "Seed of all orders");
    gate::ReportRequest told;
    auto* report = app.add_subcommand("report", "Draws gates from the lines on standard input");
    report->add_option("--out", told.outs, "A report: .md .csv .html; repeatable");
    report->add_option("--gates", told.gates, "Of equal builds, in each condition")
        ->check(CLI::Range(1, 1'000'000));
    report->add_option("--gates-each", told.gates_each, "Of each benchmark and effect")
        ->check(CLI::Range(1, 100'000));
    add_seed_option(*report, told.seed, "Seed of the draws");
    if (!parse(app, {argv + 1, argv + argc})) return static_cast<int>(exit_held);
    return app.got_subcommand(record) ? gate::record(recorded) : gate::report(told);
  });
}
