#include "cases/models.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "cases/expand.h"
#include "cases/model_file.h"

namespace lockstep {
namespace {

Seed model_of_file(const std::string& path, const std::filesystem::path& config) {
  constexpr std::int64_t samples = 4, time_steps = 64;  // few enough that the oracle takes seconds
  constexpr std::int64_t batch = 32;                    // as in Keras' fit and predict
  ModelFile file = read_model_file(path, config);
  const ModelGraph graph = resolve(file.model);
  const SymbolicShape& input = graph.leading_input();
  Seed one;
  one.name = path;
  one.why = "a model of one's own";
  one.model = std::move(file.model);
  one.input = {samples, input.sequence ? input.time_steps.value_or(time_steps) : 1, input.features};
  one.batch = batch;
  one.notices = std::move(file.notices);
  one.not_trained = std::move(file.not_trained);
  one.about = std::move(file.about);
  return one;
}

/// The values of a list, or the one that there is without.
std::vector<std::int64_t> values_of(const std::string& list, std::int64_t own) {
  return list.empty() ? std::vector{own} : parse_list(list);
}

}  // namespace

std::string model_names() {
  std::string names = fmt::format("{}, or one of ", model_files);
  bool first = true;
  for (const Seed& one : seeds()) {
    names += first ? one.name : ", " + one.name;
    first = false;
  }
  return names;
}

Seed find_model(const std::string& name, std::uint64_t seed, const std::filesystem::path& config) {
  if (names_model_file(name)) {
    Seed model = model_of_file(name, config);
    model.config = config.string();
    return model;
  }
  if (!config.empty())
    throw std::invalid_argument(
        fmt::format("--config {} with {}: accepted {}", in_quotes(config.string()), name, config_accepted));
  return find_seed(name, seed);
}

std::optional<std::int64_t> only_length(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  const SymbolicShape& input = graph.leading_input();
  if (!input.sequence) return 1;
  for (std::size_t node = 0; node < model.nodes.size(); ++node)
    if (std::holds_alternative<ReshapeSpec>(model.nodes[node].kind) && graph.given(node).sequence)
      return input.time_steps;
  return std::nullopt;
}

Seed in_size(Seed one, std::int64_t batch, std::int64_t time_steps) {
  one.input.batch = one.batch = batch;
  const SymbolicShape leading = resolve(one.model).leading_input();
  if (!leading.sequence && time_steps != 1)
    throw std::invalid_argument(fmt::format(
        "{}: has no sequence among its inputs: accepted is 1 time step, not {}", one.name, time_steps));
  if (const auto before = leading.time_steps)
    for (Node& node : one.model.nodes)
      if (auto* input = std::get_if<InputSpec>(&node.kind); input != nullptr && input->time_steps == before)
        input->time_steps = time_steps;
  one.input.time_steps = time_steps;
  return one;
}

std::vector<Seed> find_models(const CaseRequest& request) {
  std::vector<Seed> all;
  for (const std::string& name : request.models) {
    Seed one = find_model(name, request.seed, request.config);
    if (!names_model_file(name)) {
      all.push_back(std::move(one));
      continue;
    }
    for (const std::int64_t batch : values_of(request.batch, one.input.batch))
      for (const std::int64_t time_steps : values_of(request.time_steps, one.input.time_steps)) {
        all.push_back(in_size(one, batch, time_steps));
        if (request.batch.empty()) all.back().batch = one.batch;
      }
  }
  return all;
}

}  // namespace lockstep
