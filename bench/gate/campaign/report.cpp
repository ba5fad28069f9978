#include "bench/gate/campaign/report.h"

#include <initializer_list>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "bench/gate/campaign/analysis.h"

namespace lockstep::gate {
namespace {

using reports::Table;

constexpr double percent = 100;

double share(std::int64_t some, std::int64_t all) {
  return all == 0 ? 0 : percent * static_cast<double>(some) / static_cast<double>(all);
}

const Pool& equal_pool(std::span<const Pool> pools, const std::string& condition) {
  for (const Pool& one : pools)
    if (one.condition == condition && one.effect == 0) return one;
  throw std::invalid_argument(fmt::format("the campaign has no equal builds in condition {}", condition));
}

}  // namespace

reports::Document campaign_report(std::span<const Pool> pools, const Plan& plan, int gates, int gates_each,
                                  std::uint64_t seed) {
  Table equal("", {{.name = "condition", .heading = "Condition"},
                   {.name = "gates", .heading = "Gates"},
                   {.name = "failed", .heading = "Failed"},
                   {.name = "no_verdict", .heading = "No verdict"},
                   {.name = "rows", .heading = "Benchmarks in them"},
                   {.name = "rows_failed", .heading = "Called slower"},
                   {.name = "rows_inconclusive", .heading = "Inconclusive"},
                   {.name = "processes", .heading = "Drawn from"}});
  Table power("", {{.name = "condition", .heading = "Condition"},
                   {.name = "effect", .heading = "Slower by", .unit = "%"},
                   {.name = "gates", .heading = "Gates"},
                   {.name = "found", .heading = "Found", .unit = "%"},
                   {.name = "worst", .heading = "Found of the hardest", .unit = "%"},
                   {.name = "worst_benchmark", .heading = "The hardest", .code = true},
                   {.name = "coverage", .heading = "Intervals that hold the middle of all", .unit = "%"}});
  Table usual("", {{.name = "condition", .heading = "Condition"},
                   {.name = "effect", .heading = "Slower by", .unit = "%"},
                   {.name = "comparisons", .heading = "Comparisons"},
                   {.name = "different", .heading = "Different", .unit = "%"},
                   {.name = "slower", .heading = "Slower", .unit = "%"},
                   {.name = "slower_by_5", .heading = "Slower by more than 5 %", .unit = "%"}});
  Table records("Records", {{.name = "condition"},
                            {.name = "effect_percent"},
                            {.name = "processes"},
                            {.name = "gates"},
                            {.name = "failed"},
                            {.name = "no_verdict"},
                            {.name = "found_percent"},
                            {.name = "worst_found_percent"},
                            {.name = "worst_benchmark"},
                            {.name = "coverage_percent"},
                            {.name = "usual_comparisons"},
                            {.name = "usual_different_percent"},
                            {.name = "usual_slower_percent"},
                            {.name = "usual_slower_by_5_percent"}});
  for (const Pool& pool : pools) {
    reports::Row record{pool.condition, percent * pool.effect, std::ssize(pool.processes)};
    const auto note = [&](std::initializer_list<reports::Cell> cells) { record.insert(record.end(), cells); };
    const reports::Cell none;
    if (pool.effect == 0) {
      const EqualBuilds found = try_equal(pool, plan, gates, seed);
      equal.add({found.condition, std::int64_t{found.gates}, std::int64_t{found.failed},
                 std::int64_t{found.no_verdict}, found.rows, found.rows_failed, found.rows_inconclusive,
                 static_cast<std::int64_t>(found.processes)});
      note({std::int64_t{found.gates}, std::int64_t{found.failed}, std::int64_t{found.no_verdict}, none, none,
            none, none});
    } else {
      const Power found = try_slower(equal_pool(pools, pool.condition), pool, plan, gates_each, seed);
      power.add({found.condition, percent * found.effect, std::int64_t{found.gates},
                 share(found.found, found.gates), percent * found.worst, found.worst_benchmark,
                 share(found.covering, found.intervals)});
      note({std::int64_t{found.gates}, none, none, share(found.found, found.gates), percent * found.worst,
            found.worst_benchmark, share(found.covering, found.intervals)});
    }
    const UsualTest test = try_usual(pool, seed);
    usual.add({test.condition, percent * test.effect, std::int64_t{test.comparisons},
               share(test.different, test.comparisons), share(test.slower, test.comparisons),
               share(test.slower_by_5_percent, test.comparisons)});
    note({std::int64_t{test.comparisons}, share(test.different, test.comparisons),
          share(test.slower, test.comparisons), share(test.slower_by_5_percent, test.comparisons)});
    records.add(std::move(record));
  }
  reports::Document document;
  document.title = "How often the gate errs";
  document.lead = {fmt::format(
      "Gates of {} benchmarks, each drawn from processes that were really run: {} to screen, {} to confirm, "
      "the same ones for every benchmark, others for the controls. The head is a copy of the base; slower "
      "means that it waited after each call for so much of the call's own time.",
      pools.front().processes.front().size(), plan.screen, plan.confirm)};
  document.records = std::move(records);
  document.facts = {{"machine", pools.front().machine}};
  document.sections = {
      {"Equal builds", {"A gate that fails here is wrong."}, {}, {equal}},
      {"One benchmark slower", {"Each benchmark in turn, all others equal."}, {}, {power}},
      {"The usual test on the same batches",
       {fmt::format(
           "Ten batches of the base in one process against ten of the head in another, of {:g} ms each, by "
           "Mann and Whitney's U at 5 %, as Google Benchmark's compare.py decides: of each comparison by "
           "itself, without a gate around it.",
           1e3 * plan.batch_seconds)},
       {},
       {usual}}};
  return document;
}

}  // namespace lockstep::gate
