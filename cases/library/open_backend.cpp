#include "cases/library/open_backend.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "backends/registry.h"

namespace lockstep {
namespace {

std::filesystem::path folder_or_usual(const std::filesystem::path& folder) {
  return folder.empty() ? module_folder() : folder;
}

std::filesystem::path module_of(const PrepareOptions& options) {
  if (options.backend.find('/') != std::string::npos) return options.backend;
  const auto names = available_backends(options.modules);
  const auto folder = folder_or_usual(options.modules);
  if (names.empty())
    throw std::invalid_argument(
        fmt::format("backend {}: there is no module in {}: set LOCKSTEP_MODULES to their folder",
                    in_quotes(options.backend), in_quotes(folder.string())));
  if (std::find(names.begin(), names.end(), options.backend) == names.end())
    throw std::invalid_argument(fmt::format("unknown backend {}: accepted are {}, of {}",
                                            in_quotes(options.backend), fmt::join(names, ", "),
                                            in_quotes(folder.string())));
  return folder / fmt::format("lockstep_{}.so", options.backend);
}

}  // namespace

std::vector<std::string> available_backends(const std::filesystem::path& modules) {
  std::vector<std::string> names;
  for (const auto& file : module_files(folder_or_usual(modules)))
    if (file.filename().string().starts_with("lockstep_")) names.push_back(stem_of(file));
  return names;
}

const Backend& open_backend(const PrepareOptions& options) {
  const Module module = load_module(module_of(options));
  if (module.backend == nullptr)
    throw std::runtime_error(
        fmt::format("backend {} does not load: {}", in_quotes(options.backend), module.reason));
  return *module.backend;
}

}  // namespace lockstep
