#include "backends/selection.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep {

Selection select_backends(const std::vector<Module>& modules, const std::vector<std::string>& wanted,
                          const std::string& fallback) {
  Selection selection;
  std::vector<std::string> names;
  std::vector<const Backend*> loaded;
  const auto find = [&loaded](std::string_view name) {
    return std::find_if(loaded.begin(), loaded.end(),
                        [&](const Backend* one) { return one->name() == name; });
  };
  for (const Module& module : modules) {
    if (std::find(names.begin(), names.end(), module.name) == names.end()) names.push_back(module.name);
    if (module.backend == nullptr) {
      selection.unavailable.push_back(module);
    } else if (find(module.name) == loaded.end()) {
      loaded.push_back(module.backend);
    } else {
      Module second = module;
      second.backend = nullptr;
      second.reason = fmt::format("another module of the name {} was loaded before it", module.name);
      selection.unavailable.push_back(second);
    }
  }
  const auto check_name = [&names](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw std::invalid_argument(fmt::format(
          "unknown backend {}: accepted are {}", in_quotes(name),
          names.empty() ? "none, as no module was found" : fmt::format("{}", fmt::join(names, ", "))));
  };
  if (fallback != default_fallback) check_name(fallback);
  if (const auto one = find(fallback); one != loaded.end()) selection.fallback = *one;
  if (wanted.empty()) selection.backends = loaded;
  for (const std::string& name : wanted) {
    check_name(name);
    auto& chosen = selection.backends;
    if (const auto one = find(name);
        one != loaded.end() && std::find(chosen.begin(), chosen.end(), *one) == chosen.end())
      chosen.push_back(*one);
  }
  return selection;
}

std::vector<std::string> missing_backends(const Selection& selection,
                                          const std::vector<std::string>& required) {
  std::vector<std::string> missing;
  for (const std::string& name : required) {
    if (std::any_of(selection.backends.begin(), selection.backends.end(),
                    [&](const Backend* one) { return one->name() == name; }))
      continue;
    const auto module = std::find_if(selection.unavailable.begin(), selection.unavailable.end(),
                                     [&](const Module& one) { return one.name == name; });
    missing.push_back(module == selection.unavailable.end()
                          ? fmt::format("required backend {} is not among those chosen", name)
                          : fmt::format("required backend {} is missing: {}", name, module->reason));
  }
  return missing;
}

std::vector<std::pair<std::string, std::string>> versions(const Selection& selection) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const Backend* backend : selection.backends) found.emplace_back(backend->name(), backend->version());
  for (const Module& module : selection.unavailable)
    found.emplace_back(module.name, "not available: " + module.reason);
  return found;
}

}  // namespace lockstep
