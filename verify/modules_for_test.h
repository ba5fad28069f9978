#pragma once

#include <stdexcept>
#include <vector>

#include "backends/problem_text.h"
#include "backends/registry.h"
#include "backends/selection.h"

namespace lockstep {

/// All backends of this build that load on this machine.
inline const std::vector<const Backend*>& loaded_backends() {
  static const auto backends = [] {
    auto found = select_backends(load_modules(module_folder()), {}).backends;
    if (found.empty()) throw std::runtime_error("no module in " + module_folder().string());
    return found;
  }();
  return backends;
}

/// Those of them that have backward passes.
inline const std::vector<const Backend*>& trainable_backends() {
  static const auto backends = [] {
    auto some = loaded_backends();
    std::erase_if(some, [](const Backend* one) {
      return !one->supports(parse_problem("lstm/B:2/T:3/F:4/U:5/pass:training"));
    });
    if (some.empty()) throw std::runtime_error("no module trains");
    return some;
  }();
  return backends;
}

}  // namespace lockstep
