#pragma once

#include <stdexcept>
#include <vector>

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

}  // namespace lockstep
