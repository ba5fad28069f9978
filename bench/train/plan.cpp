#include "bench/train/plan.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "backends/model_wiring.h"
#include "bench/train/weights.h"
#include "cases/expand.h"
#include "cases/targets.h"
#include "reports/write.h"
#include "verify/open_model.h"

namespace lockstep {
namespace {

std::optional<std::uint64_t> parse_shuffle(const std::string& text) {
  if (text.empty()) return default_seed;
  if (text == "off") return {};
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument(
        fmt::format("--shuffle {}: accepted are off and whole numbers from 0", in_quotes(text)));
  return seed;
}

/// Refuses, before any work, what could not be written after it.
void check_outs(const TrainRequest& request) {
  std::set<std::filesystem::path> all;
  const auto check = [&](const char* option, const std::filesystem::path& path,
                         const std::vector<std::string>& suffixes) {
    if (path.empty()) return;
    if (std::find(suffixes.begin(), suffixes.end(), path.extension()) == suffixes.end())
      throw std::invalid_argument(
          fmt::format("{} {}: accepted are {}", option, in_quotes(path.string()), fmt::join(suffixes, ", ")));
    reports::check_target(path);
    if (!all.insert(std::filesystem::weakly_canonical(std::filesystem::absolute(path))).second)
      throw std::invalid_argument(
          fmt::format("{} {}: accepted is a file of its own for each", option, in_quotes(path.string())));
  };
  for (const auto& path : request.histories)
    check("--history", path, {".csv", ".json", ".md", ".html", ".svg"});
  check("--weights", request.weights, {".npz"});
  check("--trace", request.trace, {".npz"});
}

FitSpec make_fit(const TrainRequest& request, const Seed& seed, std::int64_t samples) {
  FitSpec fit;
  fit.batch = std::min(request.batch > 0 ? request.batch : seed.batch, samples);
  fit.steps = request.steps;
  fit.shuffle = parse_shuffle(request.shuffle);
  const std::int64_t per_epoch = steps_per_epoch(fit, samples);
  if (request.epochs > 0)
    fit.epochs = request.epochs;
  else if (request.steps > 0)
    fit.epochs = (request.steps + per_epoch - 1) / per_epoch;
  return fit;
}

std::vector<std::int64_t> make_trace_steps(const TrainRequest& request, std::int64_t steps) {
  if (request.trace.empty()) return {};
  std::vector<std::int64_t> wanted{1};
  if (!request.trace_steps.empty()) wanted = parse_list(request.trace_steps);
  for (const std::int64_t step : wanted)
    if (step < 1 || step > steps)
      throw std::invalid_argument(fmt::format(
          "--trace-steps {}: accepted are 1 to {}, the steps of this training; --epochs and --steps say how "
          "many they are",
          step, steps));
  return wanted;
}

}  // namespace

TrainPlan make_plan(const TrainRequest& request) {
  const Seed seed = open_model(request.model, request.seed, request.config);
  if (!seed.not_trained.empty())
    throw std::invalid_argument(fmt::format("{}: {}", seed.name, seed.not_trained.front()));
  TrainPlan plan{seed.name, seed.model, {}, {}, {}, {}};
  plan.training.loss = request.loss.empty() ? usual_loss(seed.model) : parse_loss(request.loss);
  plan.training.optimizer = make_optimizer(request.optimizer);
  plan.training.threads = request.threads;
  check_outs(request);
  if (!request.initial_weights.empty()) plan.model = with_weights(seed.model, request.initial_weights);
  plan.data = load_data(seed, plan.training.loss, request.data, request.seed);
  plan.fit = make_fit(request, seed, plan.data.samples());
  plan.trace_steps = make_trace_steps(request, steps_of(plan.fit, plan.data.samples()));
  return plan;
}

Support supports(const Backend& backend, const TrainPlan& plan) {
  const ModelGraph graph = resolve(plan.model);
  std::map<std::string, std::set<std::string>> refused;  // the reasons, each with the layers
  std::size_t layers = 0;
  for (const std::int64_t batch : {plan.fit.batch, plan.data.samples() % plan.fit.batch}) {
    if (batch == 0) continue;
    const Shape shape = plan.data.shape(plan.model, batch);
    const auto steps =
        plan_model(plan.model, graph, shape, {plan.training.threads, Pass::training}, InitialStates::zero);
    layers = 0;
    for (const ModelStep& step : steps) {
      if (!step.problem) continue;
      ++layers;
      if (const Support support = backend.supports(*step.problem); !support)
        refused[support.why()].insert(step.name);
    }
  }
  std::string why;
  for (const auto& [reason, names] : refused) {
    why += why.empty() ? "" : "; ";
    why += names.size() == layers ? reason : fmt::format("{}: {}", fmt::join(names, ", "), reason);
  }
  return refused.empty() ? Support::yes() : Support::no(why);
}

}  // namespace lockstep
