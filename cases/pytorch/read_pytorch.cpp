#include "cases/pytorch/read_pytorch.h"

#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "backends/names.h"
#include "cases/file_bytes.h"
#include "cases/pytorch/layers.h"
#include "cases/pytorch/plan.h"
#include "cases/pytorch/safetensors.h"

namespace lockstep {
namespace pytorch {
namespace {

constexpr std::uint64_t largest_config = mebibyte;

std::string_view cell_class(Cell cell) {
  constexpr Names<Cell, 3> classes{{"nn.RNNCell", "nn.LSTMCell", "nn.GRUCell"}};
  return classes.of(cell);
}

std::filesystem::path config_beside(const std::filesystem::path& path) {
  return std::filesystem::path(path).replace_extension(".config.json");
}

/// Errors name the config.
std::vector<Planned> read_config(const std::filesystem::path& path, const std::vector<Module>& modules) {
  try {
    return read_plan(
        parse_json(bytes_of_file(path, largest_config, "JSON, as in {\"layers\": [{\"module\": \"lstm\"}]}")),
        modules);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("its config {}: {}", in_quotes(path.string()), error.what()));
  }
}

/// A state_dict says of cells neither that they are called at each step nor what goes on.
void add_notice_on_cells(const std::vector<Module>& modules, std::vector<std::string>& notices) {
  constexpr std::size_t most = 8;
  std::vector<std::string> cells;
  for (const Module& module : modules)
    if (module.is_cell && cells.size() <= most)
      cells.push_back(cells.size() < most
                          ? fmt::format("{} ({})", in_quotes(module.name), cell_class(module.cell))
                          : "...");
  if (!cells.empty())
    notices.push_back(fmt::format(
        "forward() calls a cell for one step, so this is taken: it calls {} at each step of the input in "
        "turn, from the states of the step before, at first from zeros, and h goes on",
        fmt::join(cells, ", ")));
}

/// Without a config; a notice has what is taken, for who wants it otherwise.
std::vector<Planned> taken_plan(const std::vector<Module>& modules, const std::filesystem::path& beside,
                                std::vector<std::string>& notices) {
  try {
    auto plan = plan_without_config(modules);
    notices.push_back(
        fmt::format("a state_dict doesn't say how its layers are called, so this is taken: {}; to say "
                    "otherwise, put such JSON into {} or give it as the config (--config)",
                    to_config(plan, modules), in_quotes(beside.string())));
    add_notice_on_cells(modules, notices);
    return plan;
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format(
        "{}: accepted is such a file with a config, {} or one that is given (--config), as in {{\"layers\": "
        "[{{\"module\": {}}}, {{\"module\": \"fc\", \"activation\": \"relu\"}}]}}",
        error.what(), in_quotes(beside.string()), json_text(Json(modules.front().name))));
  }
}

/// Such as may not be what forward() does.
std::vector<std::string> notices_on(const std::vector<Planned>& plan, const std::vector<Module>& modules) {
  std::vector<std::string> notices;
  for (const Planned& step : plan)
    if (step.module && modules[*step.module].bidirectional && !step.return_sequences)
      notices.push_back(fmt::format(
          "module {}: return_sequences is false, so h_n of both directions is taken; out[:, -1] is another "
          "thing: there the reverse direction has read the last step alone",
          in_quotes(modules[*step.module].name)));
  return notices;
}

ModelFile read(const std::filesystem::path& path, const std::filesystem::path& config) {
  const Tensors tensors =
      read_safetensors(bytes_of_file(path, largest_file, "what safetensors.torch.save_file writes"));
  const auto modules = find_modules(tensors);
  ModelFile file;
  const auto beside = config_beside(path);
  std::error_code ignored;
  const auto plan = !config.empty()                            ? read_config(config, modules)
                    : std::filesystem::exists(beside, ignored) ? read_config(beside, modules)
                                                               : taken_plan(modules, beside, file.notices);
  for (std::string& notice : notices_on(plan, modules)) file.notices.push_back(std::move(notice));
  std::set<std::string> converted;
  for (const auto& [name, tensor] : tensors)
    if (tensor.dtype != "float32" && converted.insert(tensor.dtype).second)
      file.notices.push_back(taken_as_float32(tensor.dtype, name));
  file.model = to_model(plan, modules, tensors, path.stem().string());
  resolve(file.model);
  return file;
}

}  // namespace
}  // namespace pytorch

ModelFile read_pytorch(const std::filesystem::path& path, const std::filesystem::path& config) {
  try {
    return pytorch::read(path, config);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), error.what()));
  }
}

}  // namespace lockstep
