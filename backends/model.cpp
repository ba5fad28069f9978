#include "backends/model.h"

#include <stdexcept>

#include <fmt/format.h>

#include "backends/problem_text.h"

namespace lockstep {

Support supports(const Backend& backend, const ModelSpec& model, const Shape& shape, const Exec& exec,
                 InitialStates states) {
  std::string reasons;
  for (const ModelStep& step : plan_model(model, resolve(model), shape, exec, states)) {
    if (!step.problem) continue;
    if (const Support support = backend.supports(*step.problem); !support)
      reasons += fmt::format("{}layer \"{}\" ({}): {}", reasons.empty() ? "" : "; ", step.name,
                             to_string(*step.problem), support.why());
  }
  return reasons.empty() ? Support::yes() : Support::no(reasons);
}

Model::Model(const ModelSpec& model, const Backend& backend, const Shape& shape, const Exec& exec,
             InitialStates states)
    : wiring_(model, shape, exec, states) {
  if (const Support support = supports(backend, model, shape, exec, states); !support)
    throw std::invalid_argument(
        fmt::format("{} does not compute the model \"{}\": {}", backend.name(), model.name, support.why()));
  for (const ModelStep& step : wiring_.steps())
    layers_.push_back(step.problem ? backend.prepare(*step.problem, model.nodes[step.node].weights)
                                   : nullptr);
}

void Model::run(const BasicModelIo<float>& io) {
  wiring_.check(io);
  wiring_.mask_input(io);
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i] != nullptr)
      layers_[i]->run(wiring_.io_of(i, io));
    else
      wiring_.run_join(i, io);
  wiring_.copy_outputs(io);
}

std::string Model::method() const {
  std::string text;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i] != nullptr)
      text +=
          fmt::format("{}{}: {}", text.empty() ? "" : "; ", wiring_.steps()[i].name, layers_[i]->method());
  return text;
}

}  // namespace lockstep
