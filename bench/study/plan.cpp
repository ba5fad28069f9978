#include "bench/study/plan.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/model_layers.h"
#include "cases/expand.h"
#include "cases/models.h"
#include "cases/request.h"

namespace lockstep {
namespace {

std::vector<std::int64_t> sorted_once(const std::vector<std::int64_t>& values) {
  const std::set<std::int64_t> once(values.begin(), values.end());
  return {once.begin(), once.end()};
}

double flops_at(const Seed& one, std::int64_t batch, std::int64_t time_steps) {
  const Seed sized = in_size(one, batch, time_steps);
  return flops_of(model_layers(sized, sized.input, 1, Passes::forward));
}

/// The default lengths, and the model's own.
std::vector<std::int64_t> usual_lengths(const Seed& one) {
  if (const auto only = only_length(one.model)) return {*only};
  std::vector<std::int64_t> lengths = parse_list("1-1024*4");
  const ModelGraph graph = resolve(one.model);
  if (const auto own = graph.leading_input().time_steps) lengths.push_back(*own);
  return sorted_once(lengths);
}

}  // namespace

StudyPlan plan_study(const Seed& one, const std::string& batch, const std::string& time_steps,
                     const std::string& threads, int cores) {
  constexpr double most_flops = 1e9;  // of all lengths together; the oracle computes each some twenty times
  StudyPlan plan;
  plan.batches = sorted_once(parse_list(batch.empty() ? "1" : batch));
  CaseRequest counts;
  counts.threads = threads.empty() ? "1," + std::to_string(cores) : threads;
  plan.threads = model_threads(counts);
  std::sort(plan.threads.begin(), plan.threads.end());
  plan.threads.erase(std::unique(plan.threads.begin(), plan.threads.end()), plan.threads.end());
  if (!time_steps.empty()) {
    plan.time_steps = sorted_once(parse_list(time_steps));
    return plan;
  }
  double sum = 0;
  for (const std::int64_t length : usual_lengths(one)) {
    for (const std::int64_t samples : plan.batches) sum += flops_at(one, samples, length);
    if (sum > most_flops && !plan.time_steps.empty()) {
      plan.left_out = length;
      break;
    }
    plan.time_steps.push_back(length);
  }
  return plan;
}

std::vector<Seed> sizes_of(const Seed& one, const StudyPlan& plan) {
  std::vector<Seed> sizes;
  for (const std::int64_t batch : plan.batches)
    for (const std::int64_t time_steps : plan.time_steps) sizes.push_back(in_size(one, batch, time_steps));
  return sizes;
}

std::string counted_steps(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::vector<std::string> others;
  for (const std::size_t node : graph.inputs)
    if (const SymbolicShape& takes = graph.returns[node];
        takes.sequence && takes.time_steps != graph.leading_input().time_steps)
      others.push_back(fmt::format("\"{}\" of {}", model.nodes[node].name, *takes.time_steps));
  if (others.empty()) return {};
  return fmt::format("T and time steps per second count those of the input \"{}\", beside {}.",
                     model.nodes[graph.inputs[graph.leading]].name, fmt::join(others, ", "));
}

}  // namespace lockstep
