#include "cases/golden.h"

#include <functional>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "cases/golden_json.h"

namespace lockstep {

using nlohmann::json;

namespace golden {

GoldenTensor read_tensor(const std::string& name, const json& node) {
  GoldenTensor tensor;
  tensor.shape = node.at("shape").get<std::vector<std::int64_t>>();
  tensor.last_step_only = !node.contains("values");
  tensor.values =
      node.at(tensor.last_step_only ? "last_step_of_first_sample" : "values").get<std::vector<double>>();
  const double scale = node.value("scale", 1.0);
  for (double& value : tensor.values) value /= scale;
  const auto size =
      std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies{});
  const auto takes = tensor.last_step_only && !tensor.shape.empty() ? tensor.shape.back() : size;
  if (static_cast<std::int64_t>(tensor.values.size()) != takes)
    throw std::invalid_argument(
        fmt::format("{} has {} values: its shape takes {}", name, tensor.values.size(), takes));
  return tensor;
}

GoldenTensors read_tensors(const json& node) {
  GoldenTensors tensors;
  for (const auto& [name, tensor] : node.items()) tensors.emplace(name, read_tensor(name, tensor));
  return tensors;
}

}  // namespace golden

namespace {

using golden::read_tensors;

GoldenVector read_vector(const json& node) {
  return {parse_problem(node.at("problem").get<std::string>()), node.at("why").get<std::string>(),
          read_tensors(node.at("given")), read_tensors(node.at("expected"))};
}

GoldenModel read_model(const json& node) {
  const char* variant = node.value("reset_after", true) ? "" : "/reset_after:0";
  return {node.at("model").get<std::string>() + variant,
          node.at("why").get<std::string>(),
          node.at("summary").get<std::string>(),
          read_tensors(node.at("weights")),
          read_tensors(node.at("given")),
          read_tensors(node.at("expected"))};
}

}  // namespace

std::vector<GoldenVector> read_golden_vectors(const std::filesystem::path& path) {
  return golden::read(path, "vectors", read_vector);
}

std::vector<GoldenModel> read_golden_models(const std::filesystem::path& path) {
  return golden::read(path, "models", read_model);
}

}  // namespace lockstep
