#include "cases/request.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/problem_text.h"
#include "cases/campaign.h"
#include "cases/expand.h"
#include "cases/model_file.h"
#include "cases/seeds.h"

namespace lockstep {
namespace {

constexpr std::size_t most_cases = 100'000;

/// Every case with every value of the list in place of what `set` sets.
std::vector<Case> with_axis(const std::vector<Case>& cases, const std::string& list,
                            const std::function<void(Problem&, std::int64_t)>& set) {
  if (list.empty()) return cases;
  const auto values = parse_list(list);
  if (cases.size() * values.size() > most_cases)
    throw std::invalid_argument(
        fmt::format("lists: together they make more than {} problems: choose shorter ones", most_cases));
  std::vector<Case> more;
  for (const Case& one : cases)
    for (const std::int64_t value : values) {
      more.push_back(one);
      set(more.back().problem, value);
    }
  return more;
}

void set_units(Problem& problem, std::int64_t units) {
  if (auto* recurrent = std::get_if<RecurrentSpec>(&problem.layer)) recurrent->units = units;
  if (auto* dense = std::get_if<DenseSpec>(&problem.layer)) dense->units = units;
}

/// What no int holds is refused like the largest one.
void set_threads(Problem& problem, std::int64_t threads) {
  problem.exec.threads = static_cast<int>(std::min<std::int64_t>(threads, std::numeric_limits<int>::max()));
}

}  // namespace

void take_models(CaseRequest& request) {
  std::erase_if(request.problems, [&](const std::string& text) {
    if (!names_model(text)) return false;
    request.models.push_back(text);
    return true;
  });
  if (std::erase(request.sets, seeds_set) > 0)
    for (const Seed& one : seeds(request.seed)) request.models.push_back(one.name);
  if (std::erase(request.sets, styles_set) > 0)
    for (const Seed& one : style_models(request.seed)) request.models.push_back(one.name);
}

void refuse_axes_of_models(const CaseRequest& request) {
  const auto is_file = [](const std::string& name) { return names_model_file(name); };
  const auto seed = std::find_if_not(request.models.begin(), request.models.end(), is_file);
  if (request.models.empty() && !request.config.empty())
    throw std::invalid_argument(fmt::format("--config {} without a model: accepted {}",
                                            in_quotes(request.config.string()), config_accepted));
  if (request.models.empty()) return;
  for (const auto& [flag, list] : {std::pair{"-B", &request.batch}, std::pair{"-T", &request.time_steps},
                                   std::pair{"-F", &request.features}, std::pair{"-U", &request.units}})
    if (const bool is_size_of_run = list == &request.batch || list == &request.time_steps;
        !list->empty() && !(is_size_of_run && seed == request.models.end()))
      throw std::invalid_argument(
          fmt::format("{} {} with {}: a model has its own sizes; accepted with it are {}--threads and --seed",
                      flag, *list, is_size_of_run ? *seed : request.models.front(),
                      seed == request.models.end() ? "-B, -T, " : ""));
}

std::vector<int> model_threads(const CaseRequest& request) {
  if (request.threads.empty()) return {1};
  std::vector<int> counts;
  for (const std::int64_t count : parse_list(request.threads)) {
    Problem probe;
    probe.exec.threads = static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
    validate(probe);
    counts.push_back(probe.exec.threads);
  }
  return counts;
}

std::vector<Case> cases_of(const CaseRequest& request) {
  std::vector<Case> cases;
  for (const auto& set : request.sets) {
    const auto more = cases_of(set);
    cases.insert(cases.end(), more.begin(), more.end());
  }
  for (const auto& text : request.problems)
    for (const Problem& problem : expand_problems(text)) cases.push_back({problem, "asked for"});
  cases = with_axis(cases, request.batch, [](Problem& p, std::int64_t value) { p.shape.batch = value; });
  cases = with_axis(cases, request.time_steps,
                    [](Problem& p, std::int64_t value) { p.shape.time_steps = value; });
  cases =
      with_axis(cases, request.features, [](Problem& p, std::int64_t value) { p.shape.features = value; });
  cases = with_axis(cases, request.units, set_units);
  cases = with_axis(cases, request.threads, set_threads);
  std::vector<Case> once;
  std::unordered_set<std::string> seen;
  for (Case& one : cases) {
    one.seed = request.seed;
    one.gain = request.gain;
    validate(one.problem);
    if (seen.insert(to_string(one.problem)).second) once.push_back(std::move(one));
  }
  const auto random = random_cases(request.campaign, request.seed);
  once.insert(once.end(), random.begin(), random.end());
  return once;
}

}  // namespace lockstep
