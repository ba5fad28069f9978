#include "cases/golden_training.h"

#include <map>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "cases/golden_json.h"

namespace lockstep {
namespace {

using golden::read_tensor;
using golden::read_tensors;
using nlohmann::json;

OptimizerSpec read_optimizer(const json& node) {
  const auto name = node.at("kind").get<std::string>();
  const auto kind = optimizer_names.parse(name);
  if (!kind)
    throw std::invalid_argument(
        fmt::format("unknown optimizer \"{}\": accepted are {}", name, optimizer_names.accepted()));
  OptimizerSpec spec = default_optimizer(*kind);
  const std::map<std::string, double*, std::less<>> numbers{{"learning_rate", &spec.learning_rate},
                                                            {"momentum", &spec.momentum},
                                                            {"rho", &spec.rho},
                                                            {"beta_1", &spec.beta_1},
                                                            {"beta_2", &spec.beta_2},
                                                            {"epsilon", &spec.epsilon},
                                                            {"clipnorm", &spec.clipnorm},
                                                            {"global_clipnorm", &spec.global_clipnorm},
                                                            {"clipvalue", &spec.clipvalue}};
  const std::map<std::string, bool*, std::less<>> flags{{"nesterov", &spec.nesterov},
                                                        {"centered", &spec.centered}};
  for (const auto& [key, value] : node.items()) {
    if (key == "kind") continue;
    if (const auto number = numbers.find(key); number != numbers.end())
      value.get_to(*number->second);
    else if (const auto flag = flags.find(key); flag != flags.end())
      value.get_to(*flag->second);
    else
      throw std::invalid_argument(fmt::format("unknown argument \"{}\" of the optimizer", key));
  }
  return spec;
}

std::vector<float> take(GoldenTensors& tensors, const std::string& name) {
  const auto found = tensors.extract(name);
  if (found.empty()) return {};
  return {found.mapped().values.begin(), found.mapped().values.end()};
}

ModelSpec read_model(const json& node) {
  ModelSpec model{"functional", false, {}, node.at("outputs").get<std::vector<std::string>>()};
  const GoldenTensor input = read_tensor("input", node.at("given").at("input"));
  model.nodes.push_back({"input", InputSpec{input.shape.at(1), input.shape.at(2)}, {}, {}});
  GoldenTensors weights = read_tensors(node.at("weights"));
  for (const json& layer : node.at("layers")) {
    const auto name = layer.at("name").get<std::string>();
    const LayerSpec spec = parse_problem(layer.at("problem").get<std::string>()).layer;
    Node made{name, {}, {layer.at("reads").get<std::string>()}, {}};
    std::visit([&made](const auto& kind) { made.kind = kind; }, spec);
    made.weights.kernel = take(weights, name + "/kernel");
    made.weights.recurrent_kernel = take(weights, name + "/recurrent_kernel");
    made.weights.bias = take(weights, name + "/bias");
    model.nodes.push_back(std::move(made));
  }
  if (!weights.empty())
    throw std::invalid_argument(fmt::format("there is no layer for {}", weights.begin()->first));
  resolve(model);
  return model;
}

GoldenTraining read_training(const json& node) {
  GoldenTraining run;
  run.name = node.at("model").get<std::string>();
  run.why = node.at("why").get<std::string>();
  run.model = read_model(node);
  run.spec = {parse_loss(node.at("loss").get<std::string>()), read_optimizer(node.at("optimizer")), 1};
  for (const json& batch : node.at("batches"))
    run.batches.push_back({batch.at(0).get<std::int64_t>(), batch.at(1).get<std::int64_t>()});
  run.input = read_tensor("input", node.at("given").at("input"));
  run.targets = read_tensors(node.at("targets"));
  const json& expected = node.at("expected");
  run.losses = expected.at("losses").get<std::vector<double>>();
  if (expected.contains("gradients")) run.gradients = read_tensors(expected.at("gradients"));
  for (const auto& [step, weights] : expected.at("weights").items())
    run.weights.emplace(std::stoll(step), read_tensors(weights));
  return run;
}

}  // namespace

std::vector<GoldenTraining> read_golden_training(const std::filesystem::path& path) {
  return golden::read(path, "runs", read_training);
}

}  // namespace lockstep
